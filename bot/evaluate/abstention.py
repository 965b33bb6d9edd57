"""Measures whether the bot knows when it does not know: answerable questions kept, unanswerable ones refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluate.indexed import indexed
from bot.evaluate.layout import Asked, HelpCentre, read_help_centre
from bot.evaluate.metrics import auroc, mean
from playbooks.domain.content import Audience, SearchResult
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.hybrid import HybridIndex
from retrieval.index.scope import Scope

KEEP = 0.9
"""The operating point of the published baselines: nine of ten answerable questions are answered."""

EVERYBODY = Scope(frozenset({Audience.PUBLIC}))


@dataclass(frozen=True)
class AbstentionScores:
    """`unanswerable_refused` at the threshold that keeps KEEP of these answerable questions; `shipped_*` at the product's own.

    Where the folder has no unanswerable.jsonl they are made: each question is asked again with its right articles hidden.
    """

    answerable_kept: float
    unanswerable_refused: float
    auroc: float
    shipped_kept: float
    shipped_refused: float
    unanswerable: str


async def evaluate_abstention(folder: Path, embedder: Embedder | ModelMissing | None = None) -> AbstentionScores:
    """*Errors:* BadLayout."""
    centre = read_help_centre(folder)
    async with indexed(centre, embedder) as index:
        right = [index.searched(one.text, EVERYBODY, 1) for one in centre.judged]
        wrong = _unanswerable(centre, index)
    return _scores(right, wrong, "given" if centre.unanswerable else "made by hiding the right articles")


def _unanswerable(centre: HelpCentre, index: HybridIndex) -> list[SearchResult]:
    if centre.unanswerable:
        return [index.searched(one.text, EVERYBODY, 1) for one in centre.unanswerable]
    return [_without(index, one, centre.relevant[one.question_id]) for one in centre.judged]


def _without(index: HybridIndex, one: Asked, hidden: frozenset[str]) -> SearchResult:
    return index.searched(one.text, EVERYBODY, 1, without=hidden)


def _scores(right: Sequence[SearchResult], wrong: Sequence[SearchResult], origin: str) -> AbstentionScores:
    kept, refused = [one.answerable for one in right], [one.answerable for one in wrong]
    threshold = sorted(kept)[int((1 - KEEP) * len(kept))] if kept else 0.0
    return AbstentionScores(
        answerable_kept=mean([float(one >= threshold) for one in kept]),
        unanswerable_refused=mean([float(one < threshold) for one in refused]),
        auroc=auroc(kept, refused),
        shipped_kept=mean([float(one.has_answer) for one in right]),
        shipped_refused=mean([float(not one.has_answer) for one in wrong]),
        unanswerable=origin,
    )
