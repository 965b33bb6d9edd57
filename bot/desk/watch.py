"""After every event about a conversation: which alerts its state deserves now, who is told, and when to look again.

One cause is one alert; one conversation has one card in a place, with all its causes and what became of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.desk.alerting import Looked, told
from bot.desk.effects import OPERATORS_TOLD
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from playbooks.alert_course import acknowledged, considered, ended, next_telling
from playbooks.alerts import Situation, active, is_quiet
from playbooks.domain.alert import Alert
from playbooks.domain.policy import AlertRule
from playbooks.due import clocks_due, quiet_ends

STORM_WITHIN = timedelta(minutes=1)


async def watch(office: Office, plan: Plan, found: Scene) -> None:
    """Fills the plan with alerts, their cards and effects, and the moment of the next look."""
    now, situation = office.now, _situation(plan, found)
    known = {one.key: one for one in await office.memory.alerts_of(found.conversation_id)}
    deserved = active(situation, office.policies.alerts)
    shared = [one.key for one in deserved if one.key not in known]
    known |= {one.key: one for one in await office.memory.alerts(shared)}
    looked = Looked(known=known)
    for alert in deserved:
        await _consider(office, plan, found, alert, looked, now)
    _end(plan, found, deserved, looked, now)
    if plan.acknowledged_by:
        _acknowledge(plan.acknowledged_by, looked, now)
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
    rule, known = _rule(office, alert), looked.known.get(alert.key)
    if is_quiet(rule, office.policies.hours, now):
        looked.moments.append(quiet_ends(rule, office.policies.hours, now))
        if known is not None:
            looked.current[alert.key] = known
        return
    most = office.policies.sla.stop_reminding_after
    course = considered(alert, known, about=found.customer_name or "", most=most, now=now)
    raised = course.alert
    if course.telling == "first":
        raised = raised.model_copy(update={"rolled_up": await _is_storm(office, rule, now)})
        looked.begun.append(alert)
    looked.current[alert.key] = raised
    looked.telling[alert.key] = course.telling
    looked.moments.append(next_telling(raised, rule.re_alert_after, most))


async def _is_storm(office: Office, rule: AlertRule, now: datetime) -> bool:
    return await office.memory.alerts_since(rule.name, now - STORM_WITHIN) >= rule.roll_up_above


def _end(plan: Plan, found: Scene, deserved: Sequence[Alert], looked: Looked, now: datetime) -> None:
    """A cause that several conversations share ends where it began."""
    still = {one.key for one in deserved}
    run = plan.run or found.run
    why = " (taken)" if run is not None and run.owner else ""
    for key, one in looked.known.items():
        if key not in still and one.conversation_id == found.conversation_id:
            looked.current[key] = ended(one, why, now)


def _acknowledge(by: str, looked: Looked, now: datetime) -> None:
    for key, one in looked.current.items():
        looked.current[key] = acknowledged(one, by, now)


def _clocks(office: Office, situation: Situation, now: datetime) -> datetime | None:
    if not situation.operators_told:
        return None
    return clocks_due(situation.clocks, office.policies.sla, office.policies.hours, now)


def _rule(office: Office, alert: Alert) -> AlertRule:
    return next(one for one in office.policies.alerts.rules if one.name == alert.rule)
