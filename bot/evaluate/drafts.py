"""Measures drafts made without a language model: is every sentence traceable, and do they rest on the right articles."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.evaluate.indexed import indexed
from bot.evaluate.layout import Asked, HelpCentre, read_help_centre
from bot.evaluate.metrics import mean
from playbooks.domain.content import Audience, Citation, Draft, DraftKind
from playbooks.domain.policy import VoicePolicy
from playbooks.reply import extractive
from retrieval.index.analysis import terms
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.hybrid import HybridIndex

EVERYBODY = frozenset({Audience.PUBLIC})
STATEMENTS = frozenset({"answer", "step"})
WRITTEN_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""A draft's words do not depend on the day; a fixed one keeps runs equal."""


@dataclass(frozen=True)
class DraftScores:
    """Shares of 1. `drafted_share`: questions that got an answer, not a holding reply; the others are over those drafts.

    `cited_share`: statements with a citation that resolves to a current passage and is a verbatim part of it.
    `verbatim_share`: citations of which that is true. `gold_cited_share`: right articles that are cited, over all questions
    with a right article, held ones counted as not cited. `answer_overlap`: F1 of terms with the gold answer, where given.
    """

    questions: int
    drafted_share: float
    cited_share: float
    verbatim_share: float
    gold_cited_share: float
    answer_overlap: float


@dataclass(frozen=True)
class _Judged:
    drafted: bool
    statements: tuple[bool, ...]
    citations: tuple[bool, ...]
    gold_cited: float
    overlap: float | None


async def evaluate_drafts(folder: Path, voice: VoicePolicy, embedder: Embedder | ModelMissing | None = None) -> DraftScores:
    """*Errors:* BadLayout."""
    centre = read_help_centre(folder)
    async with indexed(centre, embedder) as index:
        judged = [await _judged(centre, index, one, voice) for one in centre.judged]
    drafted = [one for one in judged if one.drafted]
    return DraftScores(
        questions=len(judged),
        drafted_share=mean([float(one.drafted) for one in judged]),
        cited_share=mean([float(good) for one in drafted for good in one.statements]),
        verbatim_share=mean([float(good) for one in drafted for good in one.citations]),
        gold_cited_share=mean([one.gold_cited for one in judged]),
        answer_overlap=mean([one.overlap for one in drafted if one.overlap is not None]),
    )


async def _judged(centre: HelpCentre, index: HybridIndex, asked: Asked, voice: VoicePolicy) -> _Judged:
    draft = await _draft(centre, index, asked, voice)
    good = {one.marker: await _is_verbatim(index, one) for one in draft.citations}
    statements = [one for one in draft.sentences if one.role in STATEMENTS]
    gold, cited = centre.relevant[asked.question_id], {one.article_id for one in draft.citations}
    answer = centre.answers.get(asked.question_id)
    return _Judged(
        drafted=draft.kind is DraftKind.EXTRACTIVE,
        statements=tuple(any(good.get(marker, False) for marker in one.markers) for one in statements),
        citations=tuple(good.values()),
        gold_cited=len(gold & cited) / len(gold),
        overlap=None if answer is None else _overlap(" ".join(one.text for one in statements), answer),
    )


async def _draft(centre: HelpCentre, index: HybridIndex, asked: Asked, voice: VoicePolicy) -> Draft:
    found = await index.search(asked.text, audiences=EVERYBODY)
    return extractive(
        asked.text,
        found,
        contact_first_name=None,
        voice=voice,
        draft_id=asked.question_id,
        conversation_id=None,
        written_for_part_id=None,
        now=WRITTEN_AT,
    )


async def _is_verbatim(index: HybridIndex, citation: Citation) -> bool:
    found = await index.resolve(citation.passage_id, EVERYBODY)
    return found is not None and not found.superseded and not found.withdrawn and citation.excerpt in found.passage.text


def _overlap(draft: str, answer: str) -> float:
    said, wanted = Counter(terms(draft)), Counter(terms(answer))
    shared = sum((said & wanted).values())
    return 2 * shared / _size(said, wanted) if shared else 0.0


def _size(*counted: Counter[str]) -> int:
    return sum(sum(one.values()) for one in counted)
