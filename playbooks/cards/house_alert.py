"""An alert that belongs to no conversation: a dispute of somebody who is not chatting, a vendor's outage, a failure of ours."""

from datetime import datetime

from playbooks.cards.parts import button, buttons, fact, facts, section
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.card import Called, Card, Element, Status, Timeline, TimelineItem, Tone
from playbooks.domain.press import AcknowledgeAlert, HandOverAlert, SettleAlert, ShowCustomer, SnoozeAlert, TakeAlert
from playbooks.words import ago, hour, shortened

_TONES = {"low": Tone.NEUTRAL, "normal": Tone.INFO, "high": Tone.WARNING, "critical": Tone.DANGER}


def house_alert_card(alert: RaisedAlert, *, now: datetime, zone: str = "UTC") -> Card:
    history = tuple(TimelineItem(at=one.at, title=one.words) for one in reversed(alert.history))
    about = f"{alert.title}: {alert.about}" if alert.about else alert.title
    return Card(
        title=about,
        summary=f"{about}. {alert.cause}",
        status=_status(alert, now, zone),
        sections=(
            *section("", facts(fact("What", alert.cause), fact("What helps", alert.remedy if alert.is_open else ""))),
            *section("", _buttons(alert)),
            *section("What became of it", [Timeline(items=history)], collapsed=True),
        ),
        footer=f"Since {ago(alert.raised_at, now)}",
    )


def _buttons(alert: RaisedAlert) -> tuple[Element, ...]:
    key = alert.key
    customer = button("Customer", ShowCustomer(lookup=alert.lookup)) if alert.lookup else None
    if not alert.is_open:
        return buttons(customer)
    return buttons(
        button("Take", TakeAlert(alert=key), primary=True) if not alert.handed_to else None,
        button("Acknowledge", AcknowledgeAlert(conversation_id="", alert=key)) if not alert.is_looked_after else None,
        button("Snooze 30 min", SnoozeAlert(conversation_id="", alert=key, minutes=30)),
        button("Until my shift ends", SnoozeAlert(conversation_id="", alert=key)),
        button("Hand over…", HandOverAlert(conversation_id="", alert=key)),
        button("Settled", SettleAlert(alert=key)) if not alert.ends_by_itself else None,
        customer,
    )


def _status(alert: RaisedAlert, now: datetime, zone: str) -> Status:
    if not alert.is_open:
        return Status(text="Over", tone=Tone.GOOD)
    if said := dealt_with(alert, now, zone):
        return Status(text=said, tone=Tone.INFO)
    return Status(text=f"{alert.urgency.capitalize()} urgency", tone=_TONES[alert.urgency])


def dealt_with(alert: RaisedAlert, now: datetime, zone: str) -> str:
    """What a person has done about it, in a few words; "": nobody has."""
    if alert.snoozed_until:
        return f"Snoozed until {hour(alert.snoozed_until, now, zone)} by {alert.snoozed_by}"
    if alert.handed_to:
        return f"With {alert.handed_to}"
    return f"Seen by {alert.acknowledged_by}" if alert.acknowledged_by else ""


def alert_line_card(alert: RaisedAlert, words: str, calls: tuple[Called, ...] = ()) -> Card:
    """What is new about it, below it; who is meant is called by name."""
    tone = _TONES[alert.urgency] if alert.is_open else Tone.GOOD
    return Card(
        title=shortened(words, 200),
        summary=shortened(words, 250),
        status=Status(text="Still open" if alert.is_open else "Over", tone=tone),
        calls=calls,
    )
