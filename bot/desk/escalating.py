"""Pressing a way out: the procedure says whether it is open, what is still needed, and what follows."""

from bot.desk.cases import case_form
from bot.desk.causing import Causing
from bot.desk.chat import follow, remember
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import show
from playbooks.access import Denied, may
from playbooks.cards.assign import ASSIGNEE, assign_form_card
from playbooks.cards.notices import done_card, refused_card
from playbooks.cards.nudge import SNOOZE_UNTIL, way_out_form_card
from playbooks.cards.same_case import same_case_card
from playbooks.domain.actions import ReopenCase
from playbooks.domain.card import Card
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.policy import Permission
from playbooks.domain.press import Escalate
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Effect, EffectName, Sop
from playbooks.escalation import expects_a_case
from playbooks.machine import Refused, Stayed, start, step
from playbooks.routing import Routed, route
from playbooks.when import when
from playbooks.words import shortened

ASSIGN_CHOSEN = Effect(do=EffectName.ASSIGN_OWNER, value="chosen")

Inputs = tuple[tuple[str, str], ...]


async def escalate(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, inputs: Inputs) -> None:
    await transition(office, plan, found, agent, place, "escalate", Causing(agent=agent, inputs=inputs))


async def escalate_pressed(
    office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, press: Escalate, inputs: Inputs
) -> None:
    """A chat whose case is closed is asked back first: the same case again is nearly always meant."""
    case = found.run.case if found.run else None
    if case is None or press.anew or not case.is_closed or _is_under_way(found):
        await escalate(office, plan, found, agent, place, inputs)
        return
    card = same_case_card(case, conversation_id=found.conversation_id, note=dict(inputs).get("case_note", ""))
    show(plan, place, f"answer:{plan.cause.event_id}", card, found.conversation_id)


def _is_under_way(found: Scene) -> bool:
    assert found.run is not None
    return found.sop is None or expects_a_case(found.sop, found.run.state)


def reopen_case(office: Office, plan: Plan, found: Scene, by: Causing, place: Place) -> None:
    case = found.run.case if found.run else None
    if case is None:
        show(plan, place, f"answer:{plan.cause.event_id}", refused_card("This chat has no case."), found.conversation_id)
        return
    plan.actions.append(
        ReopenCase(
            once_key=plan.key("reopen_case"),
            on_behalf_of=by.agent_id,
            conversation_id=found.conversation_id,
            case_id=case.case_id,
            note=by.value("case_note"),
        )
    )


async def case_reopened(office: Office, plan: Plan, action: ReopenCase, found: Scene) -> None:
    """From here it goes as with any chat whose case is open: what was said since is added to it, and the chat is closed."""
    agent, run = office.agent(action.on_behalf_of), found.run
    case = await office.cases.case(action.case_id) if office.cases else None
    if found.sop is None or run is None or agent is None or case is None:
        return
    run = run.model_copy(update={"case": case})
    remember(plan, found, run)
    facts = found.guards(office, agent, pressed=True).model_copy(update={"case_is_open": True})
    outcome = step(found.sop, run, "escalate", facts=facts, now=office.now, event_id=plan.cause.event_id, by=agent.agent_id)
    await follow(office, plan, found, outcome, Causing(agent=agent, inputs=(("case_note", action.note),)))


async def transition(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, name: str, by: Causing) -> None:
    """One pressed transition. A refusal, a declared no-op and a missing input are each told to whoever pressed."""
    if found.sop is None:
        show(plan, place, f"answer:{plan.cause.event_id}", refused_card("No procedure runs in this inbox."))
        return
    run = found.run or _begun(office, found.sop, found.conversation_id, plan.cause.event_id)
    if _needs_a_name(found.sop, run, name) and not isinstance(card := await _assignment(office, found, name, by), str):
        show(plan, place, f"answer:{plan.cause.event_id}", card, found.conversation_id)
        return
    outcome = step(
        found.sop,
        run,
        name,
        facts=found.guards(office, agent, pressed=True, inputs=dict(by.inputs)),
        now=office.now,
        event_id=plan.cause.event_id,
        by=agent.agent_id,
    )
    await follow(office, plan, found, outcome, by)
    if isinstance(outcome, Refused | Stayed):
        card = await _told(office, found, run, outcome, name, by)
        show(plan, place, f"answer:{plan.cause.event_id}", card, found.conversation_id)


async def way_out(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, name: str, by: Causing) -> None:
    """With a time where one was typed; words that mean none are said so, nothing is guessed."""
    typed = by.value(SNOOZE_UNTIL)
    if typed:
        until = when(typed, office.now, office.zone_of(agent))
        if until is None:
            card = refused_card(f"“{shortened(typed, 60)}” is no time that I understand.", "Try: tomorrow 9, 2h, monday 10:30.")
            show(plan, place, f"answer:{plan.cause.event_id}", card, found.conversation_id)
            return
        by = Causing(agent=agent, inputs=by.inputs, snooze=until - office.now)
    await transition(office, plan, found, agent, place, name, by)


def _begun(office: Office, sop: Sop, conversation_id: str, event_id: str) -> SopRun:
    return start(sop, conversation_id, office.now, event_id, office.policies.hours)


def _needs_a_name(sop: Sop, run: SopRun, name: str) -> bool:
    return any(effect == ASSIGN_CHOSEN for cell in sop.cells(run.state, name) for effect in cell.does)


async def _assignment(office: Office, found: Scene, name: str, by: Causing) -> Card | str:
    """The assignee who was chosen; else the form, or a refusal for whoever may not assign (P6)."""
    verdict = may(by.agent, Permission.ASSIGN, office.policies.roles)
    if isinstance(verdict, Denied):
        return refused_card(verdict.reason)
    chosen = office.agent(by.value(ASSIGNEE))
    if chosen is None:
        return assign_form_card(await routed(office, found), found.conversation_id, name)
    if chosen.intercom_admin_id is None:
        return refused_card(
            f"{chosen.name} has no Intercom admin id.", "Add intercom_admin_id in knowledge/policies/team.yaml."
        )
    return chosen.agent_id


async def routed(office: Office, found: Scene) -> Routed:
    return route(
        found.conversation,
        found.customer,
        found.triage,
        found.flags,
        office.policies,
        loads=await office.memory.loads(),
        there=await office.attendance(),
    )


async def _told(office: Office, found: Scene, run: SopRun, outcome: Refused | Stayed, name: str, by: Causing) -> Card:
    if isinstance(outcome, Stayed):
        return done_card("Nothing to do", outcome.reason)
    way_out = found.sop.way_out(name) if found.sop else None
    if not outcome.missing or way_out is None:
        return refused_card(outcome.reason)
    if name == "escalate":
        return await case_form(office, found, run, by)
    return way_out_form_card(way_out, found.conversation_id, filled=dict(by.inputs))
