"""What the desk does about the house itself: a connected system that does not answer, work that was given up."""

from bot.desk.by_itself import end_by_itself, raise_by_itself, rules_for
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.vitals import Vitals
from playbooks.domain.actions import ShowCard
from playbooks.domain.events import ActionFailed
from playbooks.domain.policy import AlertRule
from playbooks.words import plural, source_name, titled

TIMER = "house"


async def house_looked_at(office: Office, plan: Plan) -> Plan:
    vitals = await office.vitals()
    for rule in rules_for(office, "vendor_outage"):
        for vendor, failures in vitals.silent.items():
            cause = (
                f"{source_name(vendor)} did not answer our last {plural(failures, 'call')}. Cards show what was known before."
            )
            await raise_by_itself(office, plan, rule, vendor, cause, about=source_name(vendor))
        for vendor in vitals.answering:
            await end_by_itself(office, plan, rule, vendor)
    for rule in rules_for(office, "bot_failure"):
        await _credentials(office, plan, rule, vitals)
        if not vitals.given_up:
            await end_by_itself(office, plan, rule, "jobs")
            continue
        cause = f"{plural(vitals.given_up, 'job')} given up."
        remedy = "Look at them with `deskside jobs`, then retry or drop them."
        await raise_by_itself(office, plan, rule, "jobs", cause, step=str(vitals.newest_given_up), remedy=remedy)
    return plan


async def _credentials(office: Office, plan: Plan, rule: AlertRule, vitals: Vitals) -> None:
    """Expired, revoked or narrowed: a person must act, no waiting helps."""
    for vendor in vitals.refusing:
        name = source_name(vendor)
        cause = (
            f"{name} does not accept our credentials any more. What it knows is missing on cards, and nothing is written there."
        )
        remedy = f"Renew them and set the DESKSIDE_{vendor.upper()}_… variables; `deskside check` tries them."
        await raise_by_itself(office, plan, rule, f"credentials:{vendor}", cause, about=name, remedy=remedy)
    for vendor in vitals.answering:
        await end_by_itself(office, plan, rule, f"credentials:{vendor}")


async def doubt_told(office: Office, plan: Plan, event: ActionFailed) -> None:
    """Nobody knows whether it took effect: somebody looks, and says when it is settled."""
    conversation_id = event.action.conversation_id or ""
    for rule in rules_for(office, "bot_failure"):
        await raise_by_itself(
            office,
            plan,
            rule,
            f"doubtful:{event.action.do}:{conversation_id}",
            f"{titled(event.action.do)} in conversation {conversation_id}: {event.reason}",
            step=event.event_id,
            about="nobody knows whether it was done",
            remedy=event.remedy,
            ends_by_itself=False,
        )


async def place_lost(office: Office, plan: Plan, action: ShowCard, event: ActionFailed) -> None:
    """A destination that takes no alerts is told where the house's own alerts are read, once."""
    place = action.place
    for rule in rules_for(office, "bot_failure"):
        await raise_by_itself(
            office,
            plan,
            rule,
            f"place:{place.surface}:{place.channel_id}",
            f"{titled(place.surface)} does not take alerts for {place.channel_id}; they go to the fallback. {event.reason}",
            about="a destination cannot be reached",
            remedy=event.remedy,
            ends_by_itself=False,
        )
