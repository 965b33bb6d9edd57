"""What the desk does with the results of our own actions, which come back as events through the front door."""

from bot.desk.acting import tell_done, tell_failed
from bot.desk.bulk import item_ended
from bot.desk.case_person import ask_whose, linked, not_linked
from bot.desk.cases import CASE_INPUTS
from bot.desk.chat import advance, remember
from bot.desk.drafting import suggest
from bot.desk.escalating import case_reopened
from bot.desk.in_order import note_taken
from bot.desk.mailing import mail_in_place_of, mailboxes
from bot.desk.measuring import measure
from bot.desk.office import Office
from bot.desk.plan import Audited, DraftOutcome, Plan
from bot.desk.scene import Scene, scene
from bot.desk.showing import destination_of, draft_key, fallback_places, is_alert, show, show_in_thread
from bot.desk.using_macros import besides
from bot.desk.vitals import doubt_told, place_lost
from playbooks.cards.case import CASE_FIELD
from playbooks.cards.macros import doing
from playbooks.cards.notices import refused_card
from playbooks.cards.reply import sent_card, stale_card
from playbooks.domain.actions import (
    AddNote,
    AssignConversation,
    CreateContact,
    LinkContact,
    OpenCase,
    ReopenCase,
    ReopenConversation,
    SendReply,
    ShowCard,
)
from playbooks.domain.events import ActionDone, ActionFailed, CaseOpened
from playbooks.domain.people import Agent, Surface
from playbooks.domain.place import Place
from playbooks.domain.sop import Trigger
from playbooks.outcome import outcome_of
from playbooks.voice import lint

FALLBACK = ":fallback"
MOST_FALLBACKS = 3
"""A destination, its fallback, and the fallback's: who is unreachable by then is told by nobody."""


async def action_done(office: Office, event: ActionDone, plan: Plan) -> Plan:
    action = event.action
    plan.counts.append(f"done:{action.do}")
    if isinstance(action, ShowCard):
        return _card_shown(event, action, plan)
    plan.audit.append(
        Audited(
            actor=action.on_behalf_of or "deskside",
            what=action.do,
            subject=action.conversation_id,
            detail={"result_id": event.result_id},
        )
    )
    if not item_ended(office, event, plan):
        tell_done(plan, event)
    if isinstance(action, SendReply | AddNote) and action.draft_id:
        await _draft_used(office, event, action, action.draft_id, plan)
    if isinstance(action, ReopenCase) and (found := await scene(office, action.conversation_id)):
        await case_reopened(office, plan, action, found)
    if isinstance(action, LinkContact | CreateContact):
        await linked(office, event, plan, await scene(office, action.conversation_id))
    if isinstance(action, SendReply):
        await _moved(office, plan, action.conversation_id, "agent_replied", office.agent(action.on_behalf_of), event.result_id)
        await _macro_besides(office, plan, action)
    elif isinstance(action, ReopenConversation) and not event.unchanged:
        await _moved(office, plan, action.conversation_id, "reopened", office.agent(action.on_behalf_of))
    elif isinstance(action, AssignConversation) and not event.unchanged:
        await _moved(office, plan, action.conversation_id, "assigned", _assignee(office, action))
    return plan


async def _macro_besides(office: Office, plan: Plan, action: SendReply) -> None:
    """What the macro does besides its text, now that the text is with the customer."""
    agent, place = office.agent(action.on_behalf_of), action.shown_at
    found = await scene(office, action.conversation_id) if action.then else None
    if found is not None and agent is not None and place is not None:
        await besides(office, plan, found, agent, place, action.then)


def _assignee(office: Office, action: AssignConversation) -> Agent | None:
    agents = () if action.to_team else office.policies.team.agents
    return next((one for one in agents if one.intercom_admin_id == action.assignee_id), None)


def _card_shown(event: ActionDone, action: ShowCard, plan: Plan) -> Plan:
    """An alert's thread is about its conversation from now on. (Where it stands, perform has noted.)"""
    if event.message is None:
        return plan
    if action.conversation_id and is_alert(action.card_key):
        thread = Place(
            surface=event.message.surface,
            channel_id=event.message.channel_id,
            thread_id=event.message.thread_id or event.message.message_id,
            channel_kind=action.place.channel_kind,
        )
        plan.links.append((thread, action.conversation_id))
    return plan


async def _draft_used(office: Office, event: ActionDone, action: SendReply | AddNote, draft_id: str, plan: Plan) -> None:
    draft = await office.memory.draft(draft_id)
    if draft is None:
        return
    if isinstance(action, SendReply):
        await measure(office, plan, action.conversation_id, action.text, draft_id)
    else:
        plan.outcomes.append(DraftOutcome(draft_id, outcome_of(draft.text, action.text), action.text))
    by = office.name_of(action.on_behalf_of) or "Deskside"
    then = doing(action.then) if isinstance(action, SendReply) else ""
    findings = lint(action.text, office.policies.voice.rules) if isinstance(action, SendReply) else ()
    card = sent_card(action.text, by=by, at=event.at, as_note=isinstance(action, AddNote), then=then, findings=findings)
    shown: set[str] = set()
    for place in await _draft_places(office, action):
        key = draft_key(draft_id, place)
        if key not in shown:
            show(plan, place, key, card, action.conversation_id)
            shown.add(key)


async def _draft_places(office: Office, action: SendReply | AddNote) -> tuple[Place, ...]:
    """Where its card is, and wherever else the conversation is talked about."""
    threads = [one for one in await office.memory.places_of(action.conversation_id) if one.surface in office.surfaces]
    return tuple(dict.fromkeys([*([action.shown_at] if action.shown_at else []), *threads]))


async def _moved(
    office: Office, plan: Plan, conversation_id: str, trigger: Trigger, agent: Agent | None, part_id: str | None = None
) -> None:
    """What we did ourselves moves the procedure at once: Intercom's webhook about it is an echo, or finds it moved.

    Where our own result was late (read back after a doubt), the webhook was first, and the step is made already.
    """
    found = await scene(office, conversation_id)
    if found is None or found.sop is None or found.run is None:
        return
    if part_id is not None and any(one.part_id == part_id for one in found.run.trail):
        return
    remember(plan, found, found.run)
    note_taken(plan, found, part_id)
    await advance(office, plan, found, found.run, trigger, agent, part_id=part_id)


async def case_opened(office: Office, event: CaseOpened, plan: Plan) -> Plan:
    action = event.action
    plan.counts.append("done:open_case")
    plan.audit.append(
        Audited(
            actor=action.on_behalf_of or "deskside",
            what="open_case",
            subject=event.conversation_id or "",
            detail={"case_id": event.case.case_id, "number": event.case.number},
        )
    )
    found = await scene(office, event.conversation_id or "")
    if found is None or found.sop is None or found.run is None:
        return plan
    run = found.run.model_copy(update={"case": event.case})
    remember(plan, found, run)
    await advance(office, plan, found, run, "case_opened", office.agent(action.on_behalf_of))
    if isinstance(action, OpenCase) and action.draft.contact_id is None:
        ask_whose(office, plan, found, event.case)
    return plan


async def action_failed(office: Office, event: ActionFailed, plan: Plan) -> Plan:
    """Nobody waits in vain: the failure is told where the conversation is talked about (L2)."""
    action = event.action
    plan.counts.append(f"failed:{action.do}")
    plan.audit.append(
        Audited(actor=action.on_behalf_of or "deskside", what=f"{action.do}_failed", subject=action.conversation_id or "")
    )
    if isinstance(action, ShowCard):
        await _fallback(office, event, action, plan)
        return plan
    if event.doubtful:
        await doubt_told(office, plan, event)
    if item_ended(office, event, plan) or tell_failed(plan, event):
        return plan
    found = await scene(office, action.conversation_id) if action.conversation_id else None
    if found is None:
        return plan
    match action:
        case SendReply():
            await _not_sent(office, event, action, plan, found)
        case LinkContact() | CreateContact():
            not_linked(office, event, plan, found, action)
        case OpenCase():
            await _case_failed(office, event, action, plan, found)
        case _:
            show_in_thread(office, plan, found, f"failed:{action.once_key}", refused_card(event.reason, event.remedy))
    return plan


async def _fallback(office: Office, event: ActionFailed, action: ShowCard, plan: Plan) -> None:
    """One bad destination never silences an alert: it goes to the fallback, and what belongs in its thread follows (L17)."""
    if not (is_alert(action.card_key) or action.under_card_key) or action.once_key.count(FALLBACK) >= MOST_FALLBACKS:
        return
    if is_alert(action.card_key):
        await place_lost(office, plan, action, event)
    _by_mail(office, action, plan)
    for place in fallback_places(office, action.place):
        mark = f"{FALLBACK}:{place.surface}:{place.channel_id}"
        above = f"{action.under_card_key}{mark}" if action.under_card_key else None
        keys = {"once_key": f"{action.once_key}{mark}", "card_key": f"{action.card_key}{mark}", "under_card_key": above}
        plan.actions.append(action.model_copy(update={"place": place.model_copy(update={"thread_id": None}), **keys}))


def _by_mail(office: Office, action: ShowCard, plan: Plan) -> None:
    """An alert whose channel is gone reaches its destination's addresses too, once."""
    if not is_alert(action.card_key) or FALLBACK in action.once_key or action.place.surface is Surface.EMAIL:
        return
    dead = destination_of(office, action.place)
    for place in mailboxes(office, dead.emails if dead else ()):
        mail_in_place_of(plan, place, action.card_key, action.card, action.conversation_id)


async def _not_sent(office: Office, event: ActionFailed, action: SendReply, plan: Plan, found: Scene) -> None:
    """A stale draft becomes a fresh one; any other refusal is shown with its reason. The typed text is kept on the card."""
    newest = found.conversation.last_public_part
    is_stale = newest is not None and newest.part_id != action.written_for_part_id
    name = f"not-sent:{action.draft_id or action.once_key}"
    if is_stale and newest is not None:
        card = stale_card(found.conversation_id, newest.text, customer_name=found.customer_name, at=newest.at)
        show_in_thread(office, plan, found, name, card)
        await suggest(office, plan, found)
        return
    show_in_thread(office, plan, found, name, refused_card(event.reason, event.remedy))


async def _case_failed(office: Office, event: ActionFailed, action: OpenCase, plan: Plan, found: Scene) -> None:
    """The agent sees which field Salesforce wants, and a form with everything filled in so far."""
    if found.run is None or found.sop is None:
        return
    remember(plan, found, found.run)
    typed = found.remembered.facts.get(CASE_INPUTS)
    known: dict[str, str] = {"case_subject": action.draft.subject, "case_priority": action.draft.priority}
    known |= {str(name): str(value) for name, value in (typed if isinstance(typed, dict) else {}).items() if value}
    for name in event.fields:
        known.setdefault(f"{CASE_FIELD}{name}", "")
    inputs = tuple(known.items())
    show_in_thread(office, plan, found, f"case-failed:{found.conversation_id}", refused_card(event.reason, event.remedy))
    await advance(office, plan, found, found.run, "case_failed", office.agent(action.on_behalf_of), inputs=inputs)
