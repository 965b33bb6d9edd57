"""Makes what a model is asked of facts and passages: masked before it leaves (T2), public articles only (K1), kept short."""

from collections.abc import Sequence

from playbooks.domain.content import Audience, Hit, Passage
from playbooks.domain.conversation import AuthorKind, Conversation, Part, PartKind
from playbooks.domain.writing import ReplyTask, Source, SummaryTask
from playbooks.privacy import MaskPolicy, masked
from playbooks.verify import Known
from playbooks.words import shortened

# The customer's own addresses and numbers answer nothing; the company's, in its articles, may.
THEIRS = MaskPolicy(phones=True, emails=True)
_MOST_SOURCES, _MOST_CHARACTERS = 10, 9000
_LONGEST_QUESTION, _LONGEST_PART, _MOST_PARTS = 3000, 600, 40


def reply_task(
    question: str,
    hits: Sequence[Hit],
    *,
    facts: tuple[str, ...] = (),
    principles: tuple[str, ...] = (),
    style: str = "",
) -> tuple[ReplyTask, Known]:
    """The task, and what the answer will be held to."""
    passages = dict(enumerate(_read(hits), 1))
    asked = masked(shortened(question, _LONGEST_QUESTION), THEIRS)
    sources = tuple(Source(marker=marker, title=one.title, text=masked(one.text)) for marker, one in passages.items())
    task = ReplyTask(question=asked, sources=sources, facts=facts, principles=principles, style=style)
    return task, Known(passages=passages, facts=facts, question=asked)


def _read(hits: Sequence[Hit]) -> list[Passage]:
    """The best article whole as far as it fits, then what was found of the others."""
    public = [one for one in hits if one.passage.audience is Audience.PUBLIC]
    found = [one.passage for one in public]
    wanted = [*found[:1], *(public[0].beside if public else ()), *found[1:]]
    kept: list[Passage] = []
    for one in wanted[:_MOST_SOURCES]:
        if kept and sum(len(passage.text) for passage in [*kept, one]) > _MOST_CHARACTERS:
            break
        kept.append(one)
    return kept


def masked_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """Of a draft of ours, on their way to be translated."""
    return tuple(masked(one) for one in lines)


def summary_task(conversation: Conversation, most_words: int = 100) -> SummaryTask:
    """What was said in public, and nothing of notes: a summary may be read to the customer."""
    said = [one for one in conversation.parts if one.kind is PartKind.COMMENT and one.text.strip()]
    return SummaryTask(transcript=tuple(map(_line, said[-_MOST_PARTS:])), most_words=most_words)


def _line(part: Part) -> str:
    who = "Customer" if part.author.kind is AuthorKind.CONTACT else "Agent" if part.author.kind is AuthorKind.AGENT else "Bot"
    name = f" {part.author.name}" if part.author.name else ""
    return masked(f"{who}{name}: {shortened(' '.join(part.text.split()), _LONGEST_PART)}", THEIRS)
