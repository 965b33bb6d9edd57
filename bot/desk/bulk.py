"""One deed for many conversations: listed first, confirmed, done one by one in the background, and taken back where wished.

Each conversation is an event of its own, so a crash in between goes on where it was, and none is done twice.
"""

import hashlib
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.desk.deeds import NotPossible, decide
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import scene
from bot.desk.showing import show
from playbooks.access import Denied, may, may_read
from playbooks.cards.bulk import bulk_preview_card, bulk_progress_card
from playbooks.cards.notices import done_card, refused_card
from playbooks.deeds import ACTION_OF
from playbooks.domain.actions import Action
from playbooks.domain.deed import Bulk, BulkItem, Deed, ItemOutcome
from playbooks.domain.events import ActionDone, ActionFailed, TimerDue
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.policy import Permission
from playbooks.undo import undone

ITEM, PROGRESS = "bulk_item", "bulk_progress"
MOST_AT_ONCE = 200
"""More than anybody looks through before saying yes; narrower searches do the rest."""
_KEY = re.compile(r"deskside:bulk:([0-9a-f]+):(\d+):")


def bulk_listed(
    office: Office,
    plan: Plan,
    agent: Agent,
    place: Place,
    deed: Deed,
    words: str,
    items: Sequence[BulkItem],
    left_out: int,
    used: int,
) -> None:
    """The question, with the count and the list; nothing is done yet."""
    bulk = Bulk(
        bulk_id=_id_of(plan.cause.event_id),
        agent_id=agent.agent_id,
        words=words,
        items=tuple(items),
        place=place,
        deed=deed,
    )
    plan.bulks.append(bulk)
    limit = office.policies.roles.limits.bulk_operations_per_day
    card = bulk_preview_card(bulk, left_out=left_out, closes=deed.do == "close", used=used, limit=limit)
    show(plan, place, _card_key(bulk.bulk_id), card)


def _id_of(cause: str) -> str:
    return hashlib.sha256(cause.encode()).hexdigest()[:16]


def _card_key(bulk_id: str) -> str:
    return f"bulk:{bulk_id}"


def may_bulk(office: Office, agent: Agent, used: int) -> str:
    """Why not; "" where they may."""
    verdict = may(agent, Permission.BULK, office.policies.roles)
    if isinstance(verdict, Denied):
        return verdict.reason
    limit = office.policies.roles.limits.bulk_operations_per_day
    return f"You have done {limit} bulk actions today, which is the limit. It begins anew at midnight." if used >= limit else ""


async def used_today(office: Office, agent: Agent) -> int:
    local = office.now.astimezone(ZoneInfo(office.zone_of(agent)))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return await office.memory.bulks_since(agent.agent_id, midnight)


async def confirmed(office: Office, plan: Plan, agent: Agent, place: Place, bulk_id: str) -> None:
    bulk = await office.memory.bulk(bulk_id)
    answer = f"answer:{plan.cause.event_id}"
    if bulk is None:
        show(plan, place, answer, refused_card("That list is no longer kept.", "Ask for it again."))
        return
    why_not = may_bulk(office, agent, await used_today(office, agent))
    if bulk.agent_id != agent.agent_id:
        why_not = f"{office.name_of(bulk.agent_id)} listed these. Ask for the same to confirm it yourself."
    if why_not:
        show(plan, place, answer, refused_card(why_not))
        return
    begin(office, plan, bulk)


def begin(office: Office, plan: Plan, bulk: Bulk) -> None:
    """An event a conversation. Pressed twice, they are the same events."""
    plan.confirmed.append(bulk.bulk_id)
    for number, item in enumerate(bulk.items):
        event = TimerDue(
            event_id=f"bulk:{bulk.bulk_id}:{number}",
            source="deskside",
            at=office.now,
            conversation_id=item.conversation_id,
            timer=f"{ITEM}:{bulk.bulk_id}:{number}",
        )
        plan.later.append((event, None))
    show(plan, bulk.place, _card_key(bulk.bulk_id), bulk_progress_card(bulk, (), by=office.name_of(bulk.agent_id) or ""))


async def dropped(office: Office, plan: Plan, place: Place, bulk_id: str) -> None:
    bulk = await office.memory.bulk(bulk_id)
    running = bulk is not None and await office.memory.bulk_outcomes(bulk_id)
    if bulk is not None and not running:
        show(plan, bulk.place, _card_key(bulk_id), done_card(f"{bulk.words}: not done", "Nothing was changed."))
        return
    show(plan, place, f"answer:{plan.cause.event_id}", refused_card("It has begun already; it can be undone."))


async def item_due(office: Office, plan: Plan, bulk_id: str, number: int) -> Plan:
    """One of the many. A redelivery finds its outcome written down."""
    bulk = await office.memory.bulk(bulk_id)
    known = {one.number for one in await office.memory.bulk_outcomes(bulk_id)}
    agent = office.agent(bulk.agent_id) if bulk else None
    if bulk is None or agent is None or number in known:
        return plan.ignore("bulk_item", "This one was taken into account already.")
    try:
        await (_taken_back(office, plan, bulk, number) if bulk.undoes else _done(office, plan, bulk, number, agent))
        outcome = ItemOutcome(bulk_id=bulk_id, number=number, state="doing", once_key=_doing(plan, bulk))
    except NotPossible as error:
        reason = f"{error} {error.remedy}".strip()
        outcome = ItemOutcome(bulk_id=bulk_id, number=number, state="left" if error.is_so else "failed", reason=reason)
    _recorded(office, plan, outcome)
    return plan


def _doing(plan: Plan, bulk: Bulk) -> str:
    wanted = ACTION_OF[bulk.deed.do] if bulk.deed else None
    found = [one.once_key for one in plan.actions if one.do == wanted or wanted is None]
    if not found:
        raise NotPossible("It was so already.", is_so=True)
    return found[0]


async def _done(office: Office, plan: Plan, bulk: Bulk, number: int, agent: Agent) -> None:
    assert bulk.deed is not None
    item = bulk.items[number]
    found = await scene(office, item.conversation_id)
    if found is None:
        raise NotPossible("The conversation no longer exists in Intercom.")
    readable = may_read(agent, found.conversation, office.policies.inboxes, office.policies.roles)
    if isinstance(readable, Denied):
        raise NotPossible(readable.reason)
    await decide(office, plan, found, agent, bulk.deed, seen_at=item.seen_at or found.conversation.updated_at)


async def _taken_back(office: Office, plan: Plan, bulk: Bulk, number: int) -> None:
    made = await office.memory.made(bulk.items[number].once_key)
    back = undone(made.action, made.before, made.result_id, plan.key("act"), bulk.agent_id, office.now) if made else None
    if back is None:
        raise NotPossible("It is no longer known how it was.")
    plan.actions.append(back)


def _recorded(office: Office, plan: Plan, outcome: ItemOutcome) -> None:
    """The card follows in an event of its own, so that the last one to be shown knows all of them."""
    plan.items.append(outcome)
    if outcome.state != "doing":
        told = TimerDue(
            event_id=f"bulk-progress:{outcome.bulk_id}:{outcome.number}",
            source="deskside",
            at=office.now,
            timer=f"{PROGRESS}:{outcome.bulk_id}",
        )
        plan.later.append((told, None))


def item_ended(office: Office, event: ActionDone | ActionFailed, plan: Plan) -> bool:
    """Whether this was one of many: its outcome is written down, and the card shows how far it is."""
    found = _KEY.match(event.action.once_key)
    if found is None or not _is_the_deed(event.action):
        return found is not None
    reference = {"bulk_id": found[1], "number": int(found[2]), "once_key": event.action.once_key}
    if isinstance(event, ActionFailed):
        outcome = ItemOutcome(state="failed", reason=f"{event.reason} {event.remedy}".strip(), **reference)
    elif event.unchanged:
        outcome = ItemOutcome(state="left", reason="It was so already.", **reference)
    else:
        outcome = ItemOutcome(state="done", **reference)
    _recorded(office, plan, outcome)
    return True


def _is_the_deed(action: Action) -> bool:
    """Of a chat that is closed by its procedure the closing counts, not the tag that goes with it."""
    return (
        getattr(action, "seen_at", None) is not None
        or getattr(action, "only_if", None) is not None
        or action.once_key.endswith(":act")
    )


async def progress(office: Office, plan: Plan, bulk_id: str) -> Plan:
    """All of ten, else every tenth part, and always the end."""
    bulk = await office.memory.bulk(bulk_id)
    if bulk is None:
        return plan.ignore("bulk_gone", "The list is no longer kept.")
    outcomes = await office.memory.bulk_outcomes(bulk_id)
    ended = sum(one.state in {"done", "left", "failed"} for one in outcomes)
    if ended < len(bulk.items) and ended % max(1, len(bulk.items) // 10):
        return plan
    can_undo = not bulk.undoes and await office.memory.bulk_undone_by(bulk_id) is None
    card = bulk_progress_card(bulk, outcomes, can_undo=can_undo, by=office.name_of(bulk.agent_id) or "")
    show(plan, bulk.place, _card_key(bulk_id), card)
    return plan


async def taken_back(office: Office, plan: Plan, agent: Agent, place: Place, bulk_id: str) -> None:
    """The way back for those that were done; those that somebody moved since are left alone (`perform` looks)."""
    bulk = await office.memory.bulk(bulk_id)
    outcomes = [one for one in await office.memory.bulk_outcomes(bulk_id) if one.state == "done"] if bulk else []
    verdict = may(agent, Permission.BULK, office.policies.roles)
    why_not = verdict.reason if isinstance(verdict, Denied) else "" if outcomes else "There is nothing to take back."
    if bulk is None or why_not or await office.memory.bulk_undone_by(bulk_id):
        reason = why_not or "It is being taken back already."
        show(plan, place, f"answer:{plan.cause.event_id}", refused_card(reason))
        return
    items = (bulk.items[one.number].model_copy(update={"once_key": one.once_key}) for one in outcomes)
    back = Bulk(
        bulk_id=_id_of(f"undo:{bulk_id}"),
        agent_id=agent.agent_id,
        words=f"Undo “{bulk.words}”",
        items=tuple(items),
        place=bulk.place,
        undoes=bulk_id,
    )
    plan.bulks.append(back)
    begin(office, plan, back)
