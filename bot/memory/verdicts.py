"""What agents' ratings of drafts say of the articles these rest on, counted; it keeps nothing of its own and rates nothing."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, select

from bot.memory.tables import drafts, feedback
from playbooks.domain.content import Draft
from retrieval.index.signals import Verdicts

OURS = "wording"
"""The reason (`playbooks.feedback`) that speaks of how we put it, not of the article."""


def of_articles(conn: Connection) -> Mapping[tuple[str, str], Verdicts]:
    """By article id and the version that the draft cited; each agent's last word on each draft counts once."""
    rated = select(drafts.c.draft, feedback.c.useful).join(feedback, drafts.c.draft_id == feedback.c.draft_id)
    rated = rated.where(feedback.c.reason != OURS)
    useful, useless = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for text, said in conn.execute(rated):
        cited = {(one.article_id, one.version) for one in Draft.model_validate_json(text).citations}
        (useful if said else useless).update(cited)
    return {key: Verdicts(useful[key], useless[key]) for key in useful | useless}
