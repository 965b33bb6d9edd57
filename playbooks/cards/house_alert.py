"""An alert that belongs to no conversation: a dispute of somebody who is not chatting, a vendor's outage, a failure of ours."""

from datetime import datetime

from playbooks.cards.parts import button, buttons, fact, facts, section
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.card import Card, Status, Timeline, TimelineItem, Tone
from playbooks.domain.customer import Lookup
from playbooks.domain.press import AcknowledgeAlert, ShowCustomer
from playbooks.words import ago

_TONES = {"low": Tone.NEUTRAL, "normal": Tone.INFO, "high": Tone.WARNING, "critical": Tone.DANGER}


def house_alert_card(alert: RaisedAlert, *, now: datetime, lookup: Lookup | None = None, remedy: str = "") -> Card:
    """`lookup` finds the customer it is about."""
    seen = None if alert.acknowledged_by or not alert.is_open else AcknowledgeAlert(conversation_id="", alert=alert.key)
    history = tuple(TimelineItem(at=one.at, title=one.words) for one in reversed(alert.history))
    return Card(
        title=alert.title,
        summary=f"{alert.title}: {alert.cause}",
        status=_status(alert),
        sections=(
            *section("", facts(fact("About", alert.about), fact("What", alert.cause), fact("What helps", remedy))),
            *section(
                "",
                buttons(
                    button("Customer", ShowCustomer(lookup=lookup)) if lookup else None,
                    button("Acknowledge", seen) if seen else None,
                ),
            ),
            *section("What became of it", [Timeline(items=history)], collapsed=True),
        ),
        footer=f"Since {ago(alert.raised_at, now)}",
    )


def _status(alert: RaisedAlert) -> Status:
    if not alert.is_open:
        return Status(text="Over", tone=Tone.GOOD)
    if alert.acknowledged_by:
        return Status(text=f"Seen by {alert.acknowledged_by}", tone=Tone.INFO)
    return Status(text=f"{alert.urgency.capitalize()} urgency", tone=_TONES[alert.urgency])
