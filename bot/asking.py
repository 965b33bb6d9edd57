"""A question answered from a folder of articles, outside any service: index it, search it, draft from it."""

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import KNOWLEDGE
from playbooks.cards.article import article_card
from playbooks.domain.card import Card
from playbooks.domain.content import Audience, Draft, SearchResult
from playbooks.domain.policy import VoicePolicy
from playbooks.reply import extractive
from retrieval.content import articles_of, knowledge
from retrieval.index.opening import default_embedder, open_index


async def answered(question: str, folder: Path, directory: Path | None) -> tuple[SearchResult, Draft | None, Card]:
    """The passages, the draft where they have an answer, and both as a card. *Errors:* ContentInvalid, IndexInUse."""
    with ExitStack() as stack:
        kept = directory or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="deskside-ask-")))
        index = open_index(kept, default_embedder(), rebuild=True)
        try:
            await index.sync(articles_of(folder))
            result = await index.search(question, audiences=frozenset({Audience.PUBLIC}))
        finally:
            index.close()
    draft = _draft(question, result) if result.has_answer else None
    return result, draft, article_card(result, draft=draft)


def _draft(question: str, result: SearchResult) -> Draft:
    return extractive(
        question,
        result,
        contact_first_name=None,
        voice=_voice(),
        draft_id=f"ask:{question}",
        conversation_id=None,
        written_for_part_id=None,
        now=datetime.now(UTC),
    )


def _voice() -> VoicePolicy:
    return knowledge(KNOWLEDGE).voice
