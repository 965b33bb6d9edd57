"""A question the knowledge base had no answer to, kept so that somebody can write one (K9)."""

from playbooks.domain.base import Frozen, Instant


class Unanswered(Frozen):
    """`question` is masked and cut. `conversation_id` None: an agent asked it outside any chat."""

    question_key: str
    question: str
    asked_at: Instant
    conversation_id: str | None = None
    why_not: str = ""
    nearest_article_id: str | None = None
    nearest_title: str | None = None


class KnowledgeGap(Frozen):
    """Questions alike, the most typical first; `stub` is an article for a human to finish, in Markdown with front matter."""

    gap_id: str
    volume: int
    example: str
    questions: tuple[str, ...]
    first_asked_at: Instant
    last_asked_at: Instant
    nearest_article_id: str | None = None
    nearest_title: str | None = None
    stub: str = ""
