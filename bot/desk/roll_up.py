"""A storm of alerts told as one message: refreshed every few seconds while it grows, empty when all of it is taken."""

from datetime import UTC, datetime, timedelta

from bot.desk.calling import calling
from bot.desk.mailing import mail_alert
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.showing import ALERT, destinations, show
from playbooks.alert_course import ended, with_line
from playbooks.cards.roll_up import roll_up_card
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.events import TimerDue
from playbooks.domain.policy import AlertRule

TIMER = "roll_up:"
EVERY_SECONDS = 5
"""Slack allows one message a second and channel; a person reads a summary no faster than this."""
NAMED = 5
A_NEW_STORM_AFTER = timedelta(minutes=10)
"""A storm that begins so long after the last one gets a message of its own, below what was said in between."""


def refresh_later(office: Office, plan: Plan, rule: str) -> None:
    """At the end of the present few seconds, however many ask for it until then."""
    seconds = int(office.now.timestamp()) // EVERY_SECONDS * EVERY_SECONDS + EVERY_SECONDS
    event_id = f"roll-up:{rule}:{seconds}"
    event = TimerDue(event_id=event_id, source="deskside", at=office.now, timer=f"{TIMER}{rule}")
    plan.later.append((event, datetime.fromtimestamp(seconds, UTC)))


async def rolled_up(office: Office, plan: Plan, rule_name: str) -> Plan:
    rule = next((one for one in office.policies.alerts.rules if one.name == rule_name), None)
    if rule is None:
        return plan.ignore("no_rule", "The rule of this storm is no longer set.")
    count, named = await office.memory.storm(rule.name, NAMED)
    now = office.now
    summary = await _summary(office, rule, count, now)
    plan.alerts.append(summary)
    card = roll_up_card(summary, named, count, now=now, zone=office.zone)
    if summary.raised_at == now:
        mail_alert(office, plan, summary)
        card = card.model_copy(update={"calls": await calling(office, rule)})
    for place in destinations(office, rule.destination):
        key = f"{ALERT}:{summary.key}:{summary.raised_at.isoformat()}:{place.surface}:{place.channel_id}"
        show(plan, place, key, card)
    return plan


async def _summary(office: Office, rule: AlertRule, count: int, now: datetime) -> RaisedAlert:
    key = f"roll-up:{rule.name}"
    known = next(iter(await office.memory.alerts([key])), None)
    if known is None or now - known.told_at > A_NEW_STORM_AFTER:
        begun = RaisedAlert(
            key=key,
            rule=f"roll-up:{rule.name}",
            title=rule.title,
            urgency=rule.urgency,
            destination=rule.destination,
            cause="",
            raised_at=now,
            told_at=now,
        )
        return with_line(begun, now, f"{rule.title}: {count} together")
    if count == 0:
        return ended(known, "", now)
    return known.model_copy(update={"told": known.told + 1, "told_at": now, "state": "open"})
