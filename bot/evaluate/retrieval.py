"""Measures search: does the right article come first, and how fast. Counts only questions whose right article is known."""

import time
from dataclasses import dataclass
from pathlib import Path

from bot.evaluate.indexed import indexed
from bot.evaluate.layout import HelpCentre, read_help_centre
from bot.evaluate.metrics import mean, ndcg_at, percentile, recall_at
from playbooks.domain.content import Audience
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.hybrid import HybridIndex

DEPTH = 10
EVERYBODY = frozenset({Audience.PUBLIC})


@dataclass(frozen=True)
class RetrievalScores:
    """`p50_ms` and `p95_ms` are of a whole search, the question's embedding included."""

    questions: int
    ndcg_at_10: float
    recall_at_5: float
    hit_at_1: float
    p50_ms: float
    p95_ms: float


async def evaluate_retrieval(folder: Path, embedder: Embedder | ModelMissing | None = None) -> RetrievalScores:
    """*Errors:* BadLayout."""
    centre = read_help_centre(folder)
    async with indexed(centre, embedder) as index:
        return await _scores(centre, index)


async def _scores(centre: HelpCentre, index: HybridIndex) -> RetrievalScores:
    rankings, took = [], []
    for one in centre.judged:
        started = time.perf_counter()
        result = await index.search(one.text, audiences=EVERYBODY, limit=DEPTH)
        took.append((time.perf_counter() - started) * 1000)
        ranking = list(dict.fromkeys(hit.passage.article_id for hit in result.hits))
        rankings.append((ranking, centre.relevant[one.question_id]))
    return RetrievalScores(
        questions=len(rankings),
        ndcg_at_10=mean([ndcg_at(ranking, relevant) for ranking, relevant in rankings]),
        recall_at_5=mean([recall_at(ranking, relevant) for ranking, relevant in rankings]),
        hit_at_1=mean([float(bool(ranking) and ranking[0] in relevant) for ranking, relevant in rankings]),
        p50_ms=percentile(took, 0.5),
        p95_ms=percentile(took, 0.95),
    )
