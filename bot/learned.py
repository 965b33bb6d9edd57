"""What the service learned or ships learned: which macro fits, how a message feels, its language. It never acts."""

from dataclasses import replace

from bot.desk.office import Office
from playbooks.macros import lexical
from playbooks.sentiment import Reader
from retrieval.classify.macros import TrainedScorer
from retrieval.classify.mood import Mood, reads
from retrieval.classify.tongue import tongue
from retrieval.index.embedder import Embedder, ModelMissing


def with_learning(office: Office, embedder: Embedder | ModelMissing) -> Office:
    """Without an embedding model macros are found and moods are read by words alone. *Errors:* ArtefactDamaged."""
    scorer = None if isinstance(embedder, ModelMissing) else TrainedScorer(embedder, lexical)
    return replace(office, scorer=scorer, reader=_reader(embedder), guess=tongue)


def _reader(embedder: Embedder | ModelMissing) -> Reader | None:
    return None if isinstance(embedder, ModelMissing) or not reads(embedder) else Mood(embedder, tongue)
