"""Groups texts that ask the same thing, the most typical of each group first; it names no group."""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

from collections.abc import Sequence

import numpy as np

from retrieval.classify.likeness import Likenesses
from retrieval.classify.wording import Wording
from retrieval.index.embedder import Embedder

ALIKE_BY_MEANING = 0.45
"""Average likeness within a group. On 20 intents with 2 to 40 questions each (training parts): adjusted Rand index .62 on
banking77 and .78 on clinc150, groups pure to .83 and .99; .40 and .50 gave .56/.86 and .65/.65 (docs/adr/052)."""

ALIKE_BY_WORDING = 0.08
"""Likewise: .57 and .81; .05 gave .43 and .75, .15 gave .47 and .63."""

MOST = 4000
"""Of more texts the last ones count; the likenesses of all pairs are held at once (64 MB)."""


def clusters(texts: Sequence[str], embedder: Embedder | None) -> list[list[int]]:
    """Places of `texts`, group by group, largest first. Every text is in one group, alone where nothing is like it."""
    start = max(0, len(texts) - MOST)
    kept = texts[start:]
    if len(kept) < 2:
        return [[start + place] for place in range(len(kept))]
    likeness, enough = _likeness(kept, embedder)
    groups = [_typical_first(likeness, np.flatnonzero(_labels(likeness, enough) == one)) for one in range(len(kept))]
    return sorted(([start + place for place in group] for group in groups if group), key=lambda group: (-len(group), group))


def _likeness(texts: Sequence[str], embedder: Embedder | None) -> tuple[Likenesses, float]:
    if embedder is None:
        rows = Wording(texts).rows(texts)
        return (rows @ rows.T).toarray(), ALIKE_BY_WORDING
    vectors = embedder.embed(texts)
    return vectors @ vectors.T, ALIKE_BY_MEANING


def _labels(likeness: Likenesses, enough: float) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    from sklearn.cluster import AgglomerativeClustering

    far = np.maximum(0, 1 - likeness)
    grouping = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - enough)
    labels: np.ndarray[tuple[int], np.dtype[np.intp]] = grouping.fit_predict(far)
    return labels


def _typical_first(likeness: Likenesses, group: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[int]:
    typical = likeness[np.ix_(group, group)].sum(axis=1)
    return [int(place) for place in group[np.argsort(-typical, kind="stable")]]
