"""Alerts that belong to no conversation: raised, told again, seen and ended by the same rules, in one message a cause."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.desk.calling import calling
from bot.desk.mailing import mail_alert
from bot.desk.office import Office
from bot.desk.plan import AlertChange, Plan
from bot.desk.showing import ALERT, destinations, show
from playbooks.alert_course import as_alert, considered, ended, held, next_telling
from playbooks.alerts import is_quiet
from playbooks.cards.house_alert import alert_line_card, house_alert_card
from playbooks.domain.alert import Alert, RaisedAlert
from playbooks.domain.card import Called
from playbooks.domain.customer import Lookup
from playbooks.domain.events import TimerDue
from playbooks.domain.place import Place
from playbooks.domain.policy import AlertRule, Signal
from playbooks.due import quiet_ends
from playbooks.words import hour

TIMER = "alert:"


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
    ends_by_itself: bool = True,
) -> None:
    """`cause_id` tells causes of one rule apart; `step` changes where the same cause became worse."""
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
    known = await known_by_itself(office, alert.key)
    given = {"about": about, "lookup": lookup, "remedy": remedy, "ends_by_itself": ends_by_itself}
    await _considered(office, plan, rule, alert, known, given)


async def looked_at_again(office: Office, plan: Plan, key: str) -> Plan:
    """Its time has come: to be told again, after a snooze, or when quiet hours are over."""
    known = await known_by_itself(office, key)
    rule = next((one for one in office.policies.alerts.rules if known and one.name == known.rule), None)
    if known is None or rule is None or known.state == "over":
        return plan.ignore("over", "This alert is over, or its rule is no longer set.")
    given = {name: getattr(known, name) for name in ("about", "lookup", "remedy", "ends_by_itself")}
    await _considered(office, plan, rule, as_alert(known, rule), known, given)
    return plan


async def _considered(
    office: Office, plan: Plan, rule: AlertRule, alert: Alert, known: RaisedAlert | None, given: Mapping[str, object]
) -> None:
    now, most, name = office.now, office.policies.sla.stop_reminding_after, str(given["about"])
    if is_quiet(rule, office.policies.hours, now):
        until = quiet_ends(rule, office.policies.hours, now)
        kept = held(alert, known, about=name, until=hour(until, now, office.zone), now=now)
        plan.alerts.append(kept.model_copy(update=dict(given)))
        look_later(office, plan, alert.key, until)
        return
    course = considered(alert, known, about=name, most=most, now=now)
    raised = course.alert.model_copy(update=dict(given))
    plan.alerts.append(raised)
    if course.telling == "nothing":
        return
    look_later(office, plan, raised.key, next_telling(raised, rule.re_alert_after, most))
    await _told(office, plan, rule, raised, again=course.telling == "again")


async def _told(office: Office, plan: Plan, rule: AlertRule, raised: RaisedAlert, *, again: bool) -> None:
    calls = await calling(office, rule)
    show_by_itself(office, plan, raised, () if again else calls)
    if again:
        _line(office, plan, raised, f"{rule.title}, still: {raised.cause}", calls)
    mail_alert(office, plan, raised)


def look_later(office: Office, plan: Plan, key: str, at: datetime | None) -> None:
    """Kept beside the alert; one moment is one look, however often it is asked for."""
    if at is None:
        return
    event = TimerDue(event_id=f"look:{key}:{at.isoformat()}", source="deskside", at=office.now, timer=f"{TIMER}{key}")
    plan.later.append((event, at))


async def end_by_itself(office: Office, plan: Plan, rule: AlertRule, cause_id: str) -> None:
    known = await known_by_itself(office, f"{rule.name}:{cause_id}")
    if known is None or known.state == "over":
        return
    over = ended(known, "", office.now)
    plan.alerts.append(over)
    if known.is_open:
        show_by_itself(office, plan, over)
        _line(office, plan, over, over.history[-1].words)


async def changed_by_itself(office: Office, plan: Plan, alert: RaisedAlert, change: AlertChange) -> None:
    plan.alerts.append(alert)
    show_by_itself(office, plan, alert)
    look_later(office, plan, alert.key, alert.snoozed_until)
    if change.line:
        _line(office, plan, alert, change.line, office.called(change.to))


def _line(office: Office, plan: Plan, alert: RaisedAlert, words: str, calls: Sequence[Called] = ()) -> None:
    """A card that is only updated wakes nobody: what is new is said below it as well."""
    for place in destinations(office, alert.destination):
        key = f"again:{alert.key}:{plan.cause.event_id}:{place.surface}:{place.channel_id}"
        show(plan, place, key, alert_line_card(alert, words, tuple(calls)), under=_key(alert, place))


def show_by_itself(office: Office, plan: Plan, alert: RaisedAlert, calls: Sequence[Called] = ()) -> None:
    card = house_alert_card(alert, now=office.now, zone=office.zone).model_copy(update={"calls": tuple(calls)})
    for place in destinations(office, alert.destination):
        show(plan, place, _key(alert, place), card)


def _key(alert: RaisedAlert, place: Place) -> str:
    """An episode of its own is a message of its own."""
    return f"{ALERT}:{alert.key}:{alert.raised_at.isoformat()}:{place.surface}:{place.channel_id}"


async def known_by_itself(office: Office, key: str) -> RaisedAlert | None:
    return next(iter(await office.memory.alerts([key])), None)
