"""Turns text into the terms that lexical search compares: lower case, no accents, no stop words, stems. English only.

A text in another language is stemmed as if it were English on both sides, which is harmless; dense search carries it.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
COMPOUND = re.compile(r"[^\W_]+(?:[-._/][^\W_]+)+")

FUNCTION_WORDS = """
a about above after again all also am an and any are as at be because been before being below between both but by can
cannot could did do does doing don down during each few for from further had has have having he hello her here hers him
his hi how i if im in into is it its itself just me more most my myself no nor not now of off on once only or other our
ours out over own please same she should so some such than thank thanks that the their them then there these they this
those through to too under until up very was we were what when where which while who whom why will with would you your
yours
"""
STOP_WORDS = frozenset(FUNCTION_WORDS.split())
"""Function words and the courtesies of a customer's message: they say nothing of what an article is about."""


def terms(text: str) -> list[str]:
    """In order, with repeats. `SV-20417` gives sv, 20417 and the joined sv20417, so that a number typed either way is found."""
    plain = _plain(text)
    found = [stem(word) for word in WORD.findall(plain) if word not in STOP_WORDS]
    return found + [re.sub(r"[-._/]", "", one) for one in COMPOUND.findall(plain)]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in folded if not unicodedata.combining(one)) if not folded.isascii() else folded


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Snowball's English stem. Cached: a help centre's vocabulary is small and the stemmer is plain Python."""
    return str(_stemmer().stemWord(re.sub(r"['’]s?", "", word)))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer  # noqa: PLC0415 - when first needed

    return snowballstemmer.stemmer("english")
