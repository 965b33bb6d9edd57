"""What the desk does when a person deals with an alert itself: seen, snoozed, taken, handed over, settled.

The chat stays as it is.
"""

from datetime import timedelta

from bot.desk.by_itself import changed_by_itself, known_by_itself
from bot.desk.chat import remember
from bot.desk.office import Office
from bot.desk.plan import AlertChange, Plan
from bot.desk.scene import Scene
from bot.desk.showing import beside, show, show_alert
from playbooks.access import Denied, may
from playbooks.alert_course import acknowledged, ended, handed, snoozed, taken
from playbooks.cards.alert_hand_over import COLLEAGUE, alert_hand_over_card
from playbooks.cards.notices import done_card, refused_card
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.card import Card
from playbooks.domain.events import Pressed
from playbooks.domain.people import Agent
from playbooks.domain.policy import Permission
from playbooks.domain.press import AcknowledgeAlert, AlertPress, HandOverAlert, SettleAlert, SnoozeAlert, TakeAlert
from playbooks.shifts import end_of_shift
from playbooks.words import hour


async def on_alert(office: Office, event: Pressed, plan: Plan, agent: Agent, press: AlertPress, found: Scene | None) -> Plan:
    """`found` None: the alert belongs to no conversation."""
    verdict = may(agent, Permission.ACKNOWLEDGE_ALERTS, office.policies.roles)
    change = refused_card(verdict.reason) if isinstance(verdict, Denied) else await _change(office, event, agent, press)
    answer = change if isinstance(change, Card) else await _done(office, plan, press, change, found)
    if answer is not None:
        show(plan, beside(event.place, event.message), f"answer:{event.event_id}", answer, press.conversation_id or None)
    return plan


async def _done(office: Office, plan: Plan, press: AlertPress, change: AlertChange, found: Scene | None) -> Card | None:
    """None: the alert's own card shows it."""
    if found is None:
        return await _by_itself(office, plan, press, change)
    _on_chat(office, plan, found, change)
    return None


async def _change(office: Office, event: Pressed, agent: Agent, press: AlertPress) -> AlertChange | Card:
    now, name = office.now, agent.name
    match press:
        case AcknowledgeAlert():
            return AlertChange(lambda one: acknowledged(one, name, now), f"Seen by {name}")
        case TakeAlert():
            return AlertChange(lambda one: taken(one, name, now), f"With {name}")
        case SettleAlert():
            return AlertChange(lambda one: ended(one, f" (settled by {name})", now), "Over")
        case SnoozeAlert():
            return _snooze(office, agent, press)
        case HandOverAlert():
            return await _hand_over(office, event, agent, press)


def _snooze(office: Office, agent: Agent, press: SnoozeAlert) -> AlertChange | Card:
    now, policies = office.now, office.policies
    until = (
        end_of_shift(agent.agent_id, policies.team, policies.hours, now)
        if press.minutes is None
        else now + timedelta(minutes=press.minutes)
    )
    if until is None:
        return refused_card("You are on no shift now, so none of yours ends.", "Snooze it for half an hour, or hand it over.")
    words = hour(until, now, office.zone)
    return AlertChange(lambda one: snoozed(one, agent.name, until, words, now), f"Snoozed until {words} by {agent.name}")


async def _hand_over(office: Office, event: Pressed, agent: Agent, press: HandOverAlert) -> AlertChange | Card:
    chosen = dict(event.inputs).get(COLLEAGUE, "").strip()
    to = office.agent(chosen)
    if to is None:
        others = [one for one in office.policies.team.agents if one.agent_id != agent.agent_id and _may_see(office, one)]
        return alert_hand_over_card(others, await office.attendance(), press, unknown=chosen)
    line = f"{agent.name} hands this alert to {to.name}."
    return AlertChange(lambda one: handed(one, agent.name, to.name, office.now), f"With {to.name}", line, to.agent_id)


def _may_see(office: Office, agent: Agent) -> bool:
    return not isinstance(may(agent, Permission.ACKNOWLEDGE_ALERTS, office.policies.roles), Denied)


def _on_chat(office: Office, plan: Plan, found: Scene, change: AlertChange) -> None:
    """`watch` makes the change to every alert of the conversation that stands open, and tells it."""
    plan.found, plan.alert_change = found, change
    if found.run is not None:
        remember(plan, found, found.run)
    show_alert(office, plan, found, found.run)


async def _by_itself(office: Office, plan: Plan, press: AlertPress, change: AlertChange) -> Card | None:
    known = await known_by_itself(office, press.alert)
    if known is None:
        return refused_card("That alert is not known any more.")
    after = change.apply(known)
    if after == known:
        return done_card("Nothing to do", _already(known))
    await changed_by_itself(office, plan, after, change)
    return None


def _already(known: RaisedAlert) -> str:
    if not known.is_open:
        return "It is over already."
    return f"{known.handed_to or known.acknowledged_by} looks after it already."
