"""Turns text into the terms that lexical search compares: lower case, no accents, no stop words, stems. English only.

A text in another language is stemmed as if it were English on both sides, which is harmless; dense search carries it.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?(?:[-._/][^\W_]+)*")
JOINT = re.compile(r"[-._/]")
VERSION = re.compile(r"v?\d+(?:\.\d+)+|v\d+")
POSSESSIVE = re.compile(r"['’]s?")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

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
    """In order, with repeats. `SV-20417` gives sv, 20417 and sv20417, so that a number typed either way is found."""
    found: list[str] = []
    for word in WORD.findall(text):
        found += _of_word(word)
    return found


def _of_word(word: str) -> list[str]:
    plain = _plain(word)
    if VERSION.fullmatch(plain):
        return _of_version(plain)
    if JOINT.search(plain):
        parts = [part for one in JOINT.split(word) for part in _of_word(one)]
        return [*parts, JOINT.sub("", plain)]
    if POSSESSIVE.sub("", plain) in STOP_WORDS:
        return []
    parts = CAMEL.split(word)
    return [stem(plain)] if len(parts) == 1 else [stem(plain), *(stem(_plain(part)) for part in parts)]


def _of_version(plain: str) -> list[str]:
    """8.5.1 gives v8, v8v5 and v8v5v1: who asks about 8.5.1 may be helped by what is written of 8.5."""
    numbers = plain.removeprefix("v").split(".")
    return ["v" + "v".join(numbers[:depth]) for depth in range(1, len(numbers) + 1)]


@lru_cache(maxsize=100_000)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in folded if not unicodedata.combining(one)) if not folded.isascii() else folded


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Snowball's English stem. Cached: a help centre's vocabulary is small and the stemmer is plain Python."""
    return str(_stemmer().stemWord(POSSESSIVE.sub("", word)))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer  # noqa: PLC0415 - when first needed

    return snowballstemmer.stemmer("english")
