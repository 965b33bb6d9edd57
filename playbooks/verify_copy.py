"""Checks that a translation says the same figures, codes, addresses and names, and that a summary adds none of its own."""

import re
from collections.abc import Collection, Sequence

from playbooks.claims import ClaimKind, claims
from playbooks.claims_numbers import readings
from playbooks.language import language
from playbooks.support import unsupported_claim

_SAME_EVERYWHERE = frozenset({ClaimKind.URL, ClaimKind.EMAIL, ClaimKind.PHONE, ClaimKind.CODE})
_DIGITS = re.compile(r"\d+(?:[.,' ]\d{3})*(?:[.,]\d+)?")
# What is written in capitals everywhere: carriers, taxes, error words.
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")


def same_facts(original: str, translated: str, names: Collection[str] = ()) -> bool:
    """Every figure, code, address and name of the one is in the other, and the other has no figure or address of its own."""
    kept = {one for one in names if one in original} | set(_CAPITALS.findall(original))
    return (
        _addresses(original) == _addresses(translated)
        and _same_figures(original, translated)
        and all(one in translated for one in kept)
    )


def _addresses(text: str) -> set[tuple[ClaimKind, frozenset[str]]]:
    return {(one.kind, one.means) for one in claims(text) if one.kind in _SAME_EVERYWHERE}


def _same_figures(one: str, other: str) -> bool:
    """In any order, and as each language writes them: "1,000" is "1.000", "4.5" is "4,5"."""
    left = [readings(found) for found in _DIGITS.findall(other)]
    for wanted in (readings(found) for found in _DIGITS.findall(one)):
        match = next((candidate for candidate in left if candidate & wanted), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def is_in(wanted: str, lines: Sequence[str]) -> bool:
    """Where the lines' language can be told, it is the wanted one."""
    told = language(" ".join(lines))
    return told is None or told == wanted or {told, wanted} == {"ms", "id"}


def summary_lines(lines: Sequence[str], transcript: Sequence[str], most_words: int) -> tuple[str, ...]:
    """The lines that claim nothing which the conversation does not say, within the length."""
    said = "\n".join(transcript)
    kept: list[str] = []
    for one in lines:
        longer = sum(len(line.split()) for line in [*kept, one]) > most_words
        if one.strip() and not longer and unsupported_claim(one, said, said) is None:
            kept.append(one.strip())
    return tuple(kept)
