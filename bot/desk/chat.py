"""What the desk does when something happened in the inbox, or a time has come: the procedure's step and its effects."""

from bot.desk.causing import Causing
from bot.desk.effects import apply
from bot.desk.in_order import is_taken, note_rated, note_taken, steps_back
from bot.desk.measuring import measure_answer
from bot.desk.office import Office
from bot.desk.plan import Audited, Plan
from bot.desk.scene import Scene, scene
from bot.desk.showing import show_alert, show_in_thread
from bot.desk.steps import refresh_steps
from playbooks.cards.case import case_news_card
from playbooks.domain.conversation import ConversationState
from playbooks.domain.events import CaseUpdated, ConversationEvent, TimerDue
from playbooks.domain.people import Agent
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Trigger
from playbooks.machine import Moved, Outcome, Refused, due, fire, start, step, triggered
from playbooks.standing import acting_agent, is_echo, trigger_of

LOOK = "look"
"""A timer's name: nothing fell due, but the customer's facts changed and are asked anew."""


async def conversation_changed(office: Office, event: ConversationEvent, plan: Plan) -> Plan:
    """Ours or not, then one step of the procedure. Nothing here writes to the customer."""
    if event.what == "deleted":
        return plan.ignore("deleted", "The conversation was deleted in Intercom.")
    if is_echo(event.what, event.author):
        return plan.ignore("echo", "Written by a bot or an app.")
    if event.inbox_id and not office.policies.inboxes.is_ours(event.inbox_id):
        return _anothers(office, event, plan, event.inbox_id)
    found = await scene(office, event.conversation_id or "")
    if found is None:
        return plan.ignore("gone", "The conversation does not exist in Intercom.")
    if found.inbox is None or not found.inbox.ours:
        return _anothers(office, event, plan, found.conversation.inbox_id)
    if steps_back(plan, event, found):
        return plan.ignore("out_of_order", "Something earlier was overtaken on the way: it is taken first, then this again.")
    await measure_answer(office, plan, event, found)
    if found.sop is None:
        return plan.ignore("no_procedure", f"No procedure is set for inbox {found.inbox.name}.")
    return await _stepped(office, event, plan, found)


def _anothers(office: Office, event: ConversationEvent, plan: Plan, inbox_id: str | None) -> Plan:
    """Ignored and counted (P2): each event, and each chat by the inbox it came to, as the operators' page shows it."""
    if event.what == "started":
        inbox = office.policies.inboxes.inbox(inbox_id)
        plan.counts.append(f"chats_of_others:{inbox.name if inbox else 'an inbox that is not listed'}")
    return plan.ignore("other_inbox", "The conversation is in an inbox that is not ours.")


async def _stepped(office: Office, event: ConversationEvent, plan: Plan, found: Scene) -> Plan:
    assert found.sop is not None
    plan.found = found
    if event.what == "rated" and not is_taken(event, found):
        plan.audit.append(Audited(actor="customer", what="rated", subject=found.conversation_id))
    run = found.run or await _begun(office, event, plan, found)
    if run is None:
        return plan
    remember(plan, found, run)
    if is_taken(event, found):
        return plan.ignore("seen", "This message was taken into account already.")
    note_taken(plan, found, event.part_id)
    if event.what == "rated":
        note_rated(plan, found)
    trigger, agent = trigger_of(event, found.conversation), acting_agent(event, found.conversation, office.policies)
    if trigger is not None and not (found.run is None and trigger in TOLD_BY_STARTING):
        await advance(office, plan, found, run, trigger, agent, part_id=event.part_id)
    return plan


TOLD_BY_STARTING = frozenset({"started", "customer_replied"})
"""What the first step has taken into account already: it looks at the conversation whole."""


async def _begun(office: Office, event: ConversationEvent, plan: Plan, found: Scene) -> SopRun | None:
    """The first event we see need not be the first that happened: whichever it is, the procedure begins at its beginning.

    None for a conversation that had ended before we saw it: its late rating or tag calls nobody to an open chat.
    """
    assert found.sop is not None
    if found.conversation.state is ConversationState.CLOSED:
        return None
    run = start(found.sop, found.conversation_id, office.now, event.event_id, office.policies.hours)
    remember(plan, found, run)
    await advance(office, plan, found, run, "started", None, part_id=event.part_id)
    return plan.run


async def advance(
    office: Office,
    plan: Plan,
    found: Scene,
    run: SopRun,
    trigger: Trigger,
    agent: Agent | None,
    *,
    part_id: str | None = None,
    inputs: tuple[tuple[str, str], ...] = (),
) -> None:
    """One step for an event, if the procedure reacts to it here; then its effects."""
    assert found.sop is not None
    by = agent.agent_id if agent else None
    facts = found.guards(office)
    transition = triggered(found.sop, run, trigger, facts=facts, by=by)
    if transition is None:
        return
    outcome = step(
        found.sop, run, transition, facts=facts, now=office.now, event_id=plan.cause.event_id, by=by, part_id=part_id
    )
    await follow(office, plan, found, outcome, Causing(agent=agent, inputs=inputs))


async def follow(office: Office, plan: Plan, found: Scene, outcome: Outcome, by: Causing) -> None:
    """Saves where the procedure stands now and does what it asks for."""
    if isinstance(outcome, Refused):
        plan.counts.append(f"sop_refused:{outcome.state}:{outcome.transition}")
        return
    remember(plan, found, outcome.run)
    if not isinstance(outcome, Moved):
        return
    reason = outcome.run.trail[-1].reason or by.reason
    caused = Causing(agent=by.agent, inputs=by.inputs, snooze=by.snooze, reason=reason)
    await apply(office, plan, found, outcome.run, outcome.does, caused)
    await refresh_steps(office, plan, found, outcome.run)
    entry = outcome.run.trail[-1]
    detail = {"from": entry.from_state, "to": entry.to_state, "transition": entry.transition}
    plan.audit.append(Audited(actor=entry.by or "deskside", what="sop_step", subject=found.conversation_id, detail=detail))


def remember(plan: Plan, found: Scene, run: SopRun) -> None:
    plan.found = found
    plan.run, plan.run_version = run, found.remembered.version
    plan.run_facts = plan.run_facts or dict(found.remembered.facts)


async def timer_due(office: Office, event: TimerDue, plan: Plan) -> Plan:
    """Every timer of the run that has come, oldest first, each once; overdue ones after a late start included."""
    if event.timer == LOOK:
        office.recent.forget()
    found = await scene(office, event.conversation_id or "")
    if found is None or found.sop is None or found.run is None:
        return await _laid_to_rest(office, event, plan)
    run = found.run
    remember(plan, found, run)
    for timer in due(run, office.now):
        outcome = fire(found.sop, run, timer.name, facts=found.guards(office), now=office.now, event_id=plan.cause.event_id)
        await follow(office, plan, found, outcome, Causing())
        run = outcome.run
    return plan


async def _laid_to_rest(office: Office, event: TimerDue, plan: Plan) -> Plan:
    """A run whose conversation is gone is not looked at again, or it would stay first in every sweep."""
    remembered = await office.memory.run(event.conversation_id or "")
    if remembered.run is not None:
        plan.run, plan.run_version = remembered.run.model_copy(update={"timers": ()}), remembered.version
        plan.run_facts = dict(remembered.facts)
    return plan.ignore("gone", "The conversation or its procedure is gone.")


async def case_updated(office: Office, event: CaseUpdated, plan: Plan) -> Plan:
    """The case's news goes into the conversation's run and its alert."""
    found = await scene(office, event.conversation_id or "")
    if found is None or found.sop is None or found.run is None:
        return plan.ignore("gone", "No run belongs to this case.")
    before = found.run.case
    run = found.run.model_copy(update={"case": event.case})
    remember(plan, found, run)
    if before is not None and before.status == event.case.status and not event.comment:
        return plan
    await advance(office, plan, found, run, "case_updated", None)
    _told(office, plan, found, event, was_closed=before is not None and before.is_closed)
    show_alert(office, plan, found, plan.run)
    return plan


def _told(office: Office, plan: Plan, found: Scene, event: CaseUpdated, *, was_closed: bool) -> None:
    """The thread reads what the second line says; whoever watches alerts reads that it answered."""
    name = f"case-news:{event.event_id}"
    card = case_news_card(event.case, event.comment, conversation_id=found.conversation_id, at=event.at, zone=office.zone)
    if reopened := was_closed and not event.case.is_closed:
        title = f"Case {event.case.number} was reopened and is now {event.case.status}"
        card = card.model_copy(update={"title": title, "summary": title})
    show_in_thread(office, plan, found, name, card)
    what = "was commented on" if event.comment else f"{'was reopened and ' if reopened else ''}is now {event.case.status}"
    plan.news.append(("escalation_answered", f"Case {event.case.number} {what}."))
