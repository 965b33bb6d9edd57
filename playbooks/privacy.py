"""Takes private data out of text before a model, a log, a case or a chat sees it; order, tracking and record numbers stay.

It knows what is structured: cards, card codes, bank accounts, identity numbers, secrets. It does not know names or streets.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from enum import Enum
from itertools import accumulate
from typing import TypeVar

from pydantic import BaseModel

from playbooks.checksums import is_card_number, is_iban, is_mykad, is_nric, is_us_ssn
from playbooks.domain.base import Frozen

Shape = TypeVar("Shape")


class MaskPolicy(Frozen):
    """What else goes besides cards, accounts, identity numbers and secrets; `keep` are numbers known to be harmless."""

    phones: bool = False
    emails: bool = False
    keep: frozenset[str] = frozenset()


class Private(Frozen):
    """A stretch of a text that must go; `shown` is what stands there instead."""

    start: int
    end: int
    kind: str
    shown: str


STANDARD = MaskPolicy()

_CARD_RUN = re.compile(r"(?<![\w@])(?<!\d[.,])\d(?:[ \u00a0.-]?\d){11,30}(?![\w@])")
_CARD_WORDS = re.compile(r"\b(?:cards?|credit|debit|visa|master ?card|amex|maestro|jcb|discover|diners|cc)\b", re.IGNORECASE)
# As far as a sentence's reach: "my card … is …".
_NEAR = 60
_CARD_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|cv2|csc|cid|(?:card )?(?:security|verification) (?:code|value|number)|card code)\b"
    r"(?:(?: (?:number|code|no\.?|is|was|of|on|the|my|card|back))*)[\s:=#(“\"'-]{0,4}(?P<code>\d{3,4})\b(?!\d)",
    re.IGNORECASE,
)
_CARD_CODE_BEFORE = re.compile(
    r"(?<![\d.,])(?P<code>\d{3,4})\b(?= (?:is|was|as) (?:my|the|our|its) (?:cvv|cvc|csc|security code))",
    re.IGNORECASE,
)
_IBAN_RUN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]){11,30}(?![\w-])", re.IGNORECASE)
_NRIC = re.compile(r"(?<![\w-])[STFGM]\d{7}[A-Z](?![\w-])", re.IGNORECASE)
_SSN = re.compile(r"(?<![\w-])(?P<area>\d{3})(?P<gap>[ -])(?P<group>\d{2})(?P=gap)(?P<serial>\d{4})(?![\w-])")
_SSN_SPOKEN_OF = re.compile(r"\b(?:ssn|social security(?: number)?)\b\D{0,15}(?P<code>\d{9})\b", re.IGNORECASE)
_MYKAD = re.compile(r"(?<![\w-])(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})-\d{2}-\d{4}(?![\w-])")
_PASSPORT = re.compile(
    r"\bpassport\b(?: (?:number|no\.?|num|is|:))*[\s:#]{0,3}(?P<code>(?=[A-Z]{0,2}\d)[A-Z]{0,2}\d{6,9}[A-Z]?)\b", re.IGNORECASE
)
_ACCOUNT = re.compile(
    r"\b(?:(?:bank|savings?|current|checking|giro|deposit|posb|dbs|ocbc|uob|hsbc|citibank|maybank|paynow)\s+(?:account|acct|a/c)"
    r"|(?:account|acct|a/c|routing|aba|sort|bsb)\s*(?:number|num|no\.?|code|#))"
    r"(?:\s*(?:number|num|no\.?|with|at|is|was|#|:))*[\s:#]{0,3}(?P<code>\d(?:[ -]?\d){5,19})(?![\w-])",
    re.IGNORECASE,
)
_ONE_TIME = re.compile(
    r"\b(?:otp|pin|one[- ]time (?:code|password|passcode|pin)|passcode|verification code)\b(?: (?:is|was|code))*[\s:=#]{0,3}"
    r"(?P<code>\d{4,8})\b",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"\b(?:password|passwd|pwd|passphrase|secret|api[_ -]?key|access[_ -]?key|token)\b(?: (?:is|was))?\s*[:=]?\s*[\"'“]?"
    r"(?P<code>(?=[^\s\"'”]*[\d!@#$%^&*+=])[^\s\"'”<>]{6,})",
    re.IGNORECASE,
)
_SECRETS = re.compile(
    r"(?<![\w-])(?:"
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,}|whsec_[A-Za-z0-9+/=]{8,}|sk-[A-Za-z0-9_-]{20,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"
    r"|glpat-[A-Za-z0-9_-]{16,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r")|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{0,8000}?-----END [A-Z ]*PRIVATE KEY-----"
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{16,}"
)
_PHONE = re.compile(r"(?<![\w+])\+\d(?:[\s().-]{0,2}\d){6,14}(?!\w)")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")


def masked(text: str, policy: MaskPolicy = STANDARD) -> str:
    """The same text with private stretches replaced by what they were, in brackets. Masking twice changes nothing more."""
    pieces, at = [], 0
    for one in private(text, policy):
        pieces += [text[at : one.start], one.shown]
        at = one.end
    return "".join([*pieces, text[at:]])


def private(text: str, policy: MaskPolicy = STANDARD) -> tuple[Private, ...]:
    """The stretches that must go, in order, none overlapping; where two overlap the earlier and longer one stands."""
    found = sorted((one for look in _looks(policy) for one in look(text)), key=lambda one: (one.start, -one.end))
    kept: list[Private] = []
    for one in found:
        if (not kept or one.start >= kept[-1].end) and text[one.start : one.end] not in policy.keep:
            kept.append(one)
    return tuple(kept)


def masked_tree(value: Shape, policy: MaskPolicy = STANDARD) -> Shape:
    """The same shape with every string in it masked: values and keys, however deep (lesson L20)."""
    return _masked_tree(value, policy)  # type: ignore[return-value]


def _masked_tree(value: object, policy: MaskPolicy) -> object:
    match value:
        case Enum():
            return value
        case str():
            return masked(value, policy)
        case BaseModel():
            fields = {name: _masked_tree(getattr(value, name), policy) for name in type(value).model_fields}
            return value.model_copy(update=fields)
        case Mapping():
            return {_masked_tree(key, policy): _masked_tree(one, policy) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return type(value)(_masked_tree(one, policy) for one in value)
        case _:
            return value


def _looks(policy: MaskPolicy) -> Iterator[Callable[[str], Iterator[Private]]]:
    yield from (_cards, _ibans, _identities)
    yield _spoken_of("card code", _CARD_CODE, _CARD_CODE_BEFORE)
    yield _spoken_of("bank account", _ACCOUNT)
    yield _spoken_of("identity number", _SSN_SPOKEN_OF, _PASSPORT)
    yield _spoken_of("secret", _ONE_TIME, _PASSWORD)
    yield _whole("secret", _SECRETS)
    if policy.phones:
        yield _whole("phone", _PHONE)
    if policy.emails:
        yield _whole("e-mail", _EMAIL)


def _spoken_of(kind: str, *patterns: re.Pattern[str]) -> Callable[[str], Iterator[Private]]:
    """What is private because of the words around it."""

    def look(text: str) -> Iterator[Private]:
        for pattern in patterns:
            for found in pattern.finditer(text):
                yield _stretch(found.start("code"), found.end("code"), kind)

    return look


def _whole(kind: str, pattern: re.Pattern[str]) -> Callable[[str], Iterator[Private]]:
    def look(text: str) -> Iterator[Private]:
        for found in pattern.finditer(text):
            yield _stretch(found.start(), found.end(), kind)

    return look


def _cards(text: str) -> Iterator[Private]:
    for run in _CARD_RUN.finditer(text):
        spoken_of = _CARD_WORDS.search(text[max(0, run.start() - _NEAR) : run.end() + _NEAR]) is not None
        for start, end in _groupings(run.group(), shortest=12, longest=19):
            digits = re.sub(r"\D", "", run.group()[start:end])
            if is_card_number(digits, spoken_of=spoken_of):
                yield Private(
                    start=run.start() + start, end=run.start() + end, kind="card", shown=f"[card ending {digits[-4:]}]"
                )
                break


def _groupings(run: str, shortest: int, longest: int) -> Iterator[tuple[int, int]]:
    """Stretches that begin and end where the writer put a gap, the longest from the left first."""
    groups = [one.span() for one in re.finditer(r"[^\W_]+", run)]
    lengths = [0, *accumulate(end - start for start, end in groups)]
    for first, (start, _) in enumerate(groups):
        for last in range(len(groups), first, -1):
            if shortest <= lengths[last] - lengths[first] <= longest:
                yield start, groups[last - 1][1]


def _ibans(text: str) -> Iterator[Private]:
    for run in _IBAN_RUN.finditer(text):
        for start, end in _groupings(run.group(), shortest=15, longest=32):
            if is_iban(run.group()[start:end].replace(" ", "").upper()):
                yield _stretch(run.start() + start, run.start() + end, "bank account")
                break


def _identities(text: str) -> Iterator[Private]:
    for found in _NRIC.finditer(text):
        if is_nric(found.group().upper()):
            yield _stretch(found.start(), found.end(), "identity number")
    for found in _SSN.finditer(text):
        if is_us_ssn(found["area"], found["group"], found["serial"]):
            yield _stretch(found.start(), found.end(), "identity number")
    for found in _MYKAD.finditer(text):
        if is_mykad(found["year"], found["month"], found["day"]):
            yield _stretch(found.start(), found.end(), "identity number")


def _stretch(start: int, end: int, kind: str) -> Private:
    return Private(start=start, end=end, kind=kind, shown=f"[{kind}]")


def kinds(text: str, policy: MaskPolicy = STANDARD) -> Collection[str]:
    """Which kinds of private data a text holds, for counting without keeping any of it."""
    return tuple(dict.fromkeys(one.kind for one in private(text, policy)))
