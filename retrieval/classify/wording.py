"""Texts as weighted words, pairs of words and pieces of words; two texts are as alike as they share rare ones. No meaning."""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

from collections.abc import Sequence
from typing import Any

import numpy as np

WORDS = r"(?u)\w+(?:['’]\w+)*|[^\w\s]"
"""Marks count as words, so that no text but a blank one is empty."""

MANY = 1000
"""From here on a piece of a word that occurs once tells nothing and only costs time."""


class Wording:
    """Learned from the texts it is given. Every row it gives has length 1, or 0 where nothing in the text is known."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        rare = 2 if len(texts) >= MANY else 1
        same: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32}
        self._words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=WORDS, **same).fit(texts)
        self._pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=rare, **same).fit(texts)

    def rows(self, texts: Sequence[str]) -> Any:
        """A sparse matrix, one row a text."""
        from scipy.sparse import hstack
        from sklearn.preprocessing import normalize

        return normalize(hstack([self._words.transform(texts), self._pieces.transform(texts)]).tocsr(), copy=False)
