"""A conversation in at most a hundred words without a model: who wants what, what was answered, what was promised."""

import re
from collections.abc import Iterator, Sequence

from playbooks.domain.conversation import AuthorKind, Conversation, Part
from playbooks.expectation import sets_expectation
from playbooks.privacy import masked
from playbooks.stems import stems
from playbooks.words import moment

MOST_WORDS = 100
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|$)")
_ASKS = re.compile(
    r"\?|\b(?:please|want|need|would like|can you|could you|how|where|when|why|not working|refund|cancel)\b", re.IGNORECASE
)
_COURTESY = re.compile(
    r"\s*(?:hi|hello|hey|dear|thanks?|thank you|good (?:morning|afternoon|evening)|regards|cheers)\b[^.!?]{0,25}[.!?,]*\s*$",
    re.IGNORECASE,
)


def summary(conversation: Conversation, zone: str = "UTC") -> tuple[str, ...]:
    """Lines quoting the parts. () where nobody said anything yet."""
    said = [one for one in conversation.public_parts if one.text.strip()]
    theirs = [one for one in said if one.author.kind is AuthorKind.CONTACT]
    ours = [one for one in said if one.author.kind is AuthorKind.AGENT]
    lines = [*_wants(theirs), *_latest(theirs), *_answered(ours), *_promised(ours, zone)]
    return tuple(_within(lines, MOST_WORDS))


def _wants(theirs: Sequence[Part]) -> Iterator[str]:
    if theirs:
        yield f"{masked(theirs[0].author.name) or 'The customer'} wants: “{_gist(theirs[0], 30)}”"


def _latest(theirs: Sequence[Part]) -> Iterator[str]:
    if len(theirs) > 1 and (gist := _gist(theirs[-1], 20)):
        yield f"Last word from them: “{gist}”"


def _answered(ours: Sequence[Part]) -> Iterator[str]:
    if ours:
        yield f"{masked(ours[-1].author.name) or 'We'} answered last: “{_gist(ours[-1], 20)}”"


def _promised(ours: Sequence[Part], zone: str) -> Iterator[str]:
    """The newest promise stands for the earlier ones."""
    for part in reversed(ours):
        promise = next((one for one in _sentences(part.text) if sets_expectation(one)), None)
        if promise:
            by = masked(part.author.name) or "we"
            yield f"Promised by {by}, {moment(part.at, zone)}: “{_cut(masked(promise), 22)}”"
            return


def _gist(part: Part, most_words: int) -> str:
    """The sentence that asks or says most, not the greeting."""
    said = [one for one in _sentences(part.text) if not _COURTESY.match(one)] or _sentences(part.text)
    asking = [one for one in said if _ASKS.search(one)]
    return _cut(masked(max(asking or said, key=lambda one: len(set(stems(one))))), most_words)


def _sentences(text: str) -> list[str]:
    """A message without a word (“!!”) is its own sentence."""
    return [" ".join(one.split()) for one in _SENTENCE.findall(text) if one.strip()] or [" ".join(text.split())]


def _cut(text: str, most_words: int) -> str:
    words = text.split()
    return text if len(words) <= most_words else f"{' '.join(words[:most_words])}…"


def _within(lines: Sequence[str], most_words: int) -> Iterator[str]:
    left = most_words
    for one in lines:
        if (count := len(one.split())) <= left:
            left -= count
            yield one
