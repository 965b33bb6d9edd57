"""Checks an outgoing text against the company's voice and policy rules; it finds and explains, and changes no word."""

import re
from collections.abc import Sequence
from functools import lru_cache

from playbooks.domain.finding import Finding
from playbooks.domain.policy import VoiceRule
from playbooks.privacy import private
from playbooks.template import unfilled

# Words that a human's edit leaves behind: markers of sources and notes to oneself.
_LEFTOVERS = re.compile(r"\[\d{1,2}\](?!\()|\b(?:TBD|lorem ipsum|XX+)\b|<(?:name|date|order|number|amount)>", re.IGNORECASE)


def lint(text: str, rules: Sequence[VoiceRule]) -> tuple[Finding, ...]:
    """What to change (block) or to consider (warn), in the text's order. An empty text is a finding too."""
    if not text.strip():
        return (Finding(rule_id="empty", severity="block", reason="There is nothing to send.", excerpt="", start=0, end=0),)
    found = [*_unfinished(text), *_private(text), *(one for rule in rules for one in _bites(text, rule))]
    return tuple(sorted(found, key=lambda one: (one.start, one.severity, one.rule_id)))


def blocks(findings: Sequence[Finding]) -> bool:
    return any(one.severity == "block" for one in findings)


def _bites(text: str, rule: VoiceRule) -> list[Finding]:
    """`unless` excuses a warning anywhere in the text; a block it excuses only in its own sentence."""
    plain = _straight(text)
    excuse = _pattern(rule.unless) if rule.unless else None
    return [
        _finding(text, found.start(), found.end(), rule)
        for pattern in _patterns(rule)
        for found in pattern.finditer(plain)
        if found.end() > found.start() and not (excuse and excuse.search(_excusing(plain, found, rule)))
    ]


def _excusing(text: str, found: re.Match[str], rule: VoiceRule) -> str:
    return text if rule.severity == "warn" else _sentence(text, found.start(), found.end())


def _straight(text: str) -> str:
    """Same length, so that positions hold: typographic apostrophes and quotes as plain ones."""
    return text.translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"'})


def _sentence(text: str, start: int, end: int) -> str:
    left = max((text.rfind(mark, 0, start) for mark in ".!?\n"), default=-1)
    right = min((place for mark in ".!?\n" if (place := text.find(mark, end)) >= 0), default=len(text))
    return text[left + 1 : right]


def _patterns(rule: VoiceRule) -> list[re.Pattern[str]]:
    if rule.pattern:
        return [_pattern(rule.pattern)]
    words = "|".join(re.escape(_straight(one)) for one in sorted(rule.phrases, key=len, reverse=True))
    return [_pattern(rf"(?<!\w)(?:{words})(?!\w)")]


@lru_cache(maxsize=512)
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def _finding(text: str, start: int, end: int, rule: VoiceRule) -> Finding:
    return Finding(
        rule_id=rule.rule_id,
        severity=rule.severity,
        reason=rule.reason,
        excerpt=text[start:end],
        start=start,
        end=end,
        instead=rule.instead,
    )


def _unfinished(text: str) -> list[Finding]:
    spans = [*unfilled(text), *(one.span() for one in _LEFTOVERS.finditer(text))]
    return [_own("unfinished", "It is still to be filled in.", text, start, end) for start, end in spans]


def _private(text: str) -> list[Finding]:
    """Even a number that the customer sent us is not sent back in full."""
    return [_own("private_data", f"It holds private data: {one.kind}.", text, one.start, one.end) for one in private(text)]


def _own(rule_id: str, reason: str, text: str, start: int, end: int) -> Finding:
    return Finding(rule_id=rule_id, severity="block", reason=reason, excerpt=text[start:end], start=start, end=end)
