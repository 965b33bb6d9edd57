"""Alerts that belong to no conversation: raised, told again, seen and ended by the same rules, in one message a cause."""

from collections.abc import Sequence

from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.showing import ALERT, destinations, show
from playbooks.alert_course import acknowledged, considered, ended
from playbooks.alerts import is_quiet
from playbooks.cards.house_alert import house_alert_card
from playbooks.cards.notices import done_card
from playbooks.domain.alert import Alert, RaisedAlert
from playbooks.domain.customer import Lookup
from playbooks.domain.place import Place
from playbooks.domain.policy import AlertRule, Signal


def rules_for(office: Office, signal: Signal) -> Sequence[AlertRule]:
    return [one for one in office.policies.alerts.rules if one.signal == signal]


async def raise_by_itself(
    office: Office,
    plan: Plan,
    rule: AlertRule,
    cause_id: str,
    cause: str,
    *,
    step: str = "",
    about: str = "",
    lookup: Lookup | None = None,
    remedy: str = "",
) -> None:
    """`cause_id` tells causes of one rule apart; `step` changes where the same cause became worse."""
    if is_quiet(rule, office.policies.hours, office.now):
        return
    alert = Alert(
        key=f"{rule.name}:{cause_id}",
        rule=rule.name,
        signal=rule.signal,
        title=rule.title,
        urgency=rule.urgency,
        cause=cause,
        step=step,
        destination=rule.destination,
        conversation_id="",
        re_alert_after=rule.re_alert_after,
    )
    known = await _known(office, alert.key)
    most = office.policies.sla.stop_reminding_after
    course = considered(alert, known, about=about, most=most, now=office.now)
    plan.alerts.append(course.alert)
    if course.telling == "nothing":
        return
    show_by_itself(office, plan, course.alert, lookup, remedy)
    if course.telling == "again":
        for place in destinations(office, course.alert.destination):
            line = done_card(f"{rule.title}, still", cause)
            show(plan, place, f"again:{alert.key}:{plan.cause.event_id}:{place.surface}", line, under=_key(course.alert, place))


async def end_by_itself(office: Office, plan: Plan, rule: AlertRule, cause_id: str) -> None:
    known = await _known(office, f"{rule.name}:{cause_id}")
    if known is not None and known.is_open:
        over = ended(known, "", office.now)
        plan.alerts.append(over)
        show_by_itself(office, plan, over)


async def acknowledge_by_itself(office: Office, plan: Plan, key: str, by: str) -> bool:
    """False: there is no such alert."""
    known = await _known(office, key)
    if known is None:
        return False
    seen = acknowledged(known, by, office.now)
    plan.alerts.append(seen)
    show_by_itself(office, plan, seen)
    return True


def show_by_itself(office: Office, plan: Plan, alert: RaisedAlert, lookup: Lookup | None = None, remedy: str = "") -> None:
    card = house_alert_card(alert, now=office.now, lookup=lookup, remedy=remedy)
    for place in destinations(office, alert.destination):
        show(plan, place, _key(alert, place), card)


def _key(alert: RaisedAlert, place: Place) -> str:
    """An episode of its own is a message of its own."""
    return f"{ALERT}:{alert.key}:{alert.raised_at.isoformat()}:{place.surface}:{place.channel_id}"


async def _known(office: Office, key: str) -> RaisedAlert | None:
    return next(iter(await office.memory.alerts([key])), None)
