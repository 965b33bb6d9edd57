"""After every event about a conversation: which alerts its state deserves now, who is told, and when to look again.

One cause is one alert; one conversation has one card in a place, with all its causes and what became of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.desk.alerting import Looked, told
from bot.desk.calling import calling
from bot.desk.effects import OPERATORS_TOLD
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from playbooks.alert_course import as_alert, considered, ended, held, next_telling
from playbooks.alert_signals import comes_as_news
from playbooks.alerts import Situation, active, is_quiet
from playbooks.domain.alert import Alert, RaisedAlert
from playbooks.domain.policy import AlertRule
from playbooks.due import clocks_due, quiet_ends
from playbooks.words import hour

STORM_WITHIN = timedelta(minutes=1)


async def watch(office: Office, plan: Plan, found: Scene) -> None:
    """Fills the plan with alerts, their cards and effects, and the moment of the next look."""
    now, situation = office.now, _situation(plan, found)
    known = {one.key: one for one in await office.memory.alerts_of(found.conversation_id)}
    deserved: Sequence[Alert] = active(situation, office.policies.alerts)
    shared = [one.key for one in deserved if one.key not in known]
    known |= {one.key: one for one in await office.memory.alerts(shared)}
    deserved = [*deserved, *_kept(office, known, deserved)]
    looked = Looked(known=known)
    for alert in deserved:
        await _consider(office, plan, found, alert, looked, now)
    _end(plan, found, deserved, looked, now)
    if plan.alert_change:
        looked.current = {key: plan.alert_change.apply(one) for key, one in looked.current.items()}
    looked.moments += [_next_telling(office, one) for one in looked.current.values()]
    plan.alerts += [one for key, one in looked.current.items() if one != known.get(key)]
    await told(office, plan, found, looked)
    plan.due_at = min((at for at in (*looked.moments, _clocks(office, situation, now)) if at), default=None)


def _situation(plan: Plan, found: Scene) -> Situation:
    facts = plan.run_facts or found.remembered.facts
    return Situation(
        conversation=found.conversation,
        triage=found.triage,
        customer=found.customer,
        flags=found.flags,
        clocks=found.clocks,
        run=plan.run or found.run,
        operators_told=bool(facts.get(OPERATORS_TOLD)),
        news=tuple(plan.news),
    )


async def _consider(office: Office, plan: Plan, found: Scene, alert: Alert, looked: Looked, now: datetime) -> None:
    rule, known = _rule(office, alert.rule), looked.known.get(alert.key)
    if is_quiet(rule, office.policies.hours, now):
        until = quiet_ends(rule, office.policies.hours, now)
        looked.moments.append(until)
        said = hour(until, now, office.zone)
        looked.current[alert.key] = held(alert, known, about=found.customer_name or "", until=said, now=now)
        return
    most = office.policies.sla.stop_reminding_after
    course = considered(alert, known, about=found.customer_name or "", most=most, now=now)
    raised = course.alert
    if course.telling == "first":
        raised = raised.model_copy(update={"rolled_up": await _is_storm(office, rule, now)})
        looked.begun.append(alert)
    looked.current[alert.key] = raised
    looked.telling[alert.key] = course.telling
    if course.telling != "nothing" and not raised.rolled_up:
        looked.calls[alert.key] = await calling(office, rule, _owner(plan, found))


def _owner(plan: Plan, found: Scene) -> str | None:
    run = plan.run or found.run
    return run.owner if run else None


def _kept(office: Office, known: Mapping[str, RaisedAlert], deserved: Sequence[Alert]) -> list[Alert]:
    """News that quiet hours kept: no look finds it again, so it counts until it has been told."""
    found = {one.key for one in deserved}
    held_back = [one for one in known.values() if one.state == "held" and one.key not in found]
    rules = {one.name: one for one in office.policies.alerts.rules}
    named = [(one, rules[one.rule]) for one in held_back if one.rule in rules]
    return [as_alert(one, rule) for one, rule in named if comes_as_news(rule.signal)]


def _next_telling(office: Office, one: RaisedAlert) -> datetime | None:
    rule = next((rule for rule in office.policies.alerts.rules if rule.name == one.rule), None)
    return next_telling(one, rule.re_alert_after if rule else None, office.policies.sla.stop_reminding_after)


async def _is_storm(office: Office, rule: AlertRule, now: datetime) -> bool:
    return await office.memory.alerts_since(rule.name, now - STORM_WITHIN) >= rule.roll_up_above


def _end(plan: Plan, found: Scene, deserved: Sequence[Alert], looked: Looked, now: datetime) -> None:
    """A cause that several conversations share ends where it began."""
    still = {one.key for one in deserved}
    why = " (taken)" if _owner(plan, found) else ""
    for key, one in looked.known.items():
        if key not in still and one.conversation_id == found.conversation_id:
            looked.current[key] = ended(one, why, now)


def _clocks(office: Office, situation: Situation, now: datetime) -> datetime | None:
    if not situation.operators_told:
        return None
    return clocks_due(situation.clocks, office.policies.sla, office.policies.hours, now)


def _rule(office: Office, name: str) -> AlertRule:
    return next(one for one in office.policies.alerts.rules if one.name == name)
