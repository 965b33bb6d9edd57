"""Keeps in the plan what no article answered, for `deskside gaps`; the answer to the person is made elsewhere."""

from datetime import datetime

from bot.desk.plan import Plan
from playbooks.domain.content import SearchResult
from playbooks.gaps import unanswered


def note_unanswered(plan: Plan, result: SearchResult, conversation_id: str | None, now: datetime) -> None:
    """Nothing where there was an answer; once a question and conversation, however often a draft is asked for."""
    one = unanswered(result, conversation_id, now)
    if one is not None and one.question_key not in {other.question_key for other in plan.unanswered}:
        plan.unanswered.append(one)
