"""Writes down what the desk decided beside runs, events and actions, in the road's own transaction; it decides nothing."""

import json
from datetime import datetime

from bot.desk.plan import Plan
from bot.memory import Connection, audit, bulks, drafts, threads, unanswered
from bot.spending import counted
from playbooks.domain.events import ActionDone, ActionFailed, CaseOpened


def write(conn: Connection, plan: Plan, now: datetime) -> None:
    for draft in plan.drafts:
        drafts.save(conn, draft, now)
    for outcome in plan.outcomes:
        drafts.decide(conn, outcome.draft_id, outcome.outcome, now, outcome.sent_text)
    for rating in plan.ratings:
        drafts.rate(conn, rating.draft_id, rating.agent_id, rating.useful, now, rating.reason)
    for question in plan.unanswered:
        unanswered.save(conn, question)
    for place, conversation_id in plan.links:
        threads.link(conn, place, conversation_id, now)
    counted(conn, plan)
    for entry in plan.audit:
        audit.append(conn, at=now, actor=entry.actor, what=entry.what, subject=entry.subject, detail=entry.detail)
    _bulks(conn, plan, now)


def _bulks(conn: Connection, plan: Plan, now: datetime) -> None:
    for bulk in plan.bulks:
        bulks.save(conn, bulk, now)
    for bulk_id in plan.confirmed:
        bulks.confirm(conn, bulk_id, now)
    for item in plan.items:
        bulks.record(conn, item)


def result_of(result: ActionDone | CaseOpened | ActionFailed) -> str:
    """JSON for the outbox: what the vendor gave back, and how it was before, by which it can be undone."""
    if not isinstance(result, ActionDone):
        return json.dumps({"result_id": None})
    return json.dumps({"result_id": result.result_id, "before": result.before, "unchanged": result.unchanged})
