"""What in a text can be checked against its sources: numbers with units, amounts, dates, times, codes, addresses, names.

Two ways of writing the same thing ("1,000" and "1000", "22 Nov" and "2026-11-22", "2 pm" and "14:00") give the same claim.
It judges nothing.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from playbooks.claims_dates import DATE_WORDS, dates, times
from playbooks.claims_numbers import amounts, counted, numbers
from playbooks.domain.base import Frozen


class ClaimKind(StrEnum):
    NUMBER = "number"
    COUNTED = "counted"
    AMOUNT = "amount"
    DATE = "date"
    TIME = "time"
    CODE = "code"
    URL = "url"
    EMAIL = "e-mail"
    PHONE = "phone"
    NAME = "name"


class Claim(Frozen):
    """`means` are the canonical readings; one of them found in the sources supports it. `text` is how it was written."""

    kind: ClaimKind
    text: str
    means: frozenset[str]


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]\"'“”]+|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,10}\b(?:/[^\s<>()\[\]\"'“”]*)?", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w+])\+?\d(?:[\s().-]{0,2}\d){6,14}(?![\w-])")
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w-])")
_UNIT_TAIL = re.compile(
    r"\d+(?:st|nd|rd|th|kg|km|cm|mm|m|g|h|s|w|kw|kwh|wh|v|a|ah|gb|mb|hz|ghz|mhz|am|pm|min|x)", re.IGNORECASE
)
_CAPITALISED = re.compile(r"(?<![\w'’-])[A-ZÀ-ÖØ-Þ][\w'’-]*(?:[ -][A-ZÀ-ÖØ-Þ][\w'’-]*)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…]['\"”’)]*\s+|[\n•“\"(‘]\s*|\d[.)]\s+|[-*–]\s+)$")
_NO_NAMES = frozenset(["i", "i'm", "i'll", "i've", "i'd", "ok", "yes", "no", "pdf", "sms", "id", "url", "faq"])


def claims(text: str) -> tuple[Claim, ...]:
    """In no particular order; addresses and dates are read first, so that their digits are not read as numbers too."""
    return tuple(_claims(text.replace("\u00a0", " ").replace("\u202f", " ")))


def _claims(text: str) -> Iterator[Claim]:
    for kind, pattern in ((ClaimKind.EMAIL, _EMAIL), (ClaimKind.URL, _URL)):
        for found in list(pattern.finditer(text)):
            yield _one(kind, found.group().rstrip(".,;:!?"), address(found.group()))
        text = pattern.sub(" § ", text)
    for written, meant in dates(text):
        yield Claim(kind=ClaimKind.DATE, text=written, means=meant)
        text = text.replace(written, " § ", 1)
    for written, minute in times(text):
        yield _one(ClaimKind.TIME, written, minute)
        text = text.replace(written, " § ", 1)
    for found in list(_PHONE.finditer(text)):
        if sum(one.isdigit() for one in found.group()) >= 8 or found.group().startswith("+"):
            yield _one(ClaimKind.PHONE, found.group(), re.sub(r"\D", "", found.group()))
            text = text.replace(found.group(), " § ", 1)
    for written, meant in amounts(text):
        yield Claim(kind=ClaimKind.AMOUNT, text=written, means=meant)
        text = text.replace(written, " § ", 1)
    yield from _codes(text)
    text = _CODE.sub(lambda one: one.group() if _UNIT_TAIL.fullmatch(one.group()) else " § ", text)
    for written, meant in counted(text):
        yield Claim(kind=ClaimKind.COUNTED, text=written, means=meant)
        text = text.replace(written, " § ", 1)
    for written, meant in numbers(text):
        yield Claim(kind=ClaimKind.NUMBER, text=written, means=meant)
    yield from _names(text)


def _one(kind: ClaimKind, written: str, means: str) -> Claim:
    return Claim(kind=kind, text=written, means=frozenset({means}))


def _codes(text: str) -> Iterator[Claim]:
    for found in _CODE.finditer(text):
        if not _UNIT_TAIL.fullmatch(found.group()):
            yield _one(ClaimKind.CODE, found.group(), found.group().replace("-", "").lower())


def _names(text: str) -> Iterator[Claim]:
    """Words with a capital; the first word of a sentence says nothing by its capital."""
    for found in _CAPITALISED.finditer(text):
        words = re.split(r"[ -]", found.group())
        if _SENTENCE_START.search(text[: found.start()]):
            words = words[1:]
        for word in words:
            bare = re.sub(r"['’]s$", "", word)
            if bare.lower() not in _NO_NAMES and bare.lower() not in DATE_WORDS and not any(one.isdigit() for one in bare):
                yield _one(ClaimKind.NAME, word, bare.lower())


def address(written: str) -> str:
    """How an address is compared: without scheme, www and closing punctuation."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", written.lower())
    return bare.rstrip(".,;:!?/")
