"""What the knowledge base lacks, from what the service could not answer: read, grouped by likeness, and said with its stubs."""

from collections.abc import Sequence
from datetime import datetime

from bot.memory import unanswered
from bot.memory.database import Database
from playbooks.domain.unanswered import KnowledgeGap, Unanswered
from playbooks.gaps import gaps
from retrieval.classify.clusters import clusters
from retrieval.index.embedder import Embedder, ModelMissing


async def found_gaps(database: Database, since: datetime, embedder: Embedder | ModelMissing) -> tuple[KnowledgeGap, ...]:
    """The most asked first. *Empty:* () where everything was answered."""
    return grouped(await database.read(lambda conn: unanswered.since(conn, since)), embedder)


def grouped(asked: Sequence[Unanswered], embedder: Embedder | ModelMissing) -> tuple[KnowledgeGap, ...]:
    """Without an embedding model questions are alike by their words alone."""
    model = None if isinstance(embedder, ModelMissing) else embedder
    return gaps(asked, clusters([one.question for one in asked], model))
