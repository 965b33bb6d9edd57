"""An alert as it leaves the house by e-mail: what, who, since when, where to go; the customer's words stay behind."""

from playbooks.cards.parts import fact, facts, section
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.card import Card, LinkButton, Status, Timeline, TimelineItem, Tone
from playbooks.privacy import masked
from playbooks.words import moment

_TONES = {"low": Tone.NEUTRAL, "normal": Tone.INFO, "high": Tone.WARNING, "critical": Tone.DANGER}


def alert_mail_card(alert: RaisedAlert, *, url: str | None = None, goes_to: str = "", zone: str = "UTC") -> Card:
    title = f"{alert.title}: {alert.about}" if alert.about else alert.title
    link = [LinkButton(label="Open in Intercom", url=url)] if url else []
    history = tuple(TimelineItem(at=one.at, title=masked(one.words)) for one in reversed(alert.history))
    told = f", told {alert.told} times" if alert.told > 1 else ""
    return Card(
        title=title,
        summary=title,
        status=Status(text=f"{alert.urgency.capitalize()} urgency", tone=_TONES[alert.urgency]),
        sections=(
            *section(
                "",
                facts(
                    fact("What", masked(alert.cause)),
                    fact("Goes to", goes_to),
                    fact("What helps", alert.remedy),
                    fact("Since", f"{moment(alert.raised_at, zone)}{told}"),
                ),
            ),
            *section("", link),
            *section("What became of it", [Timeline(items=history)] if len(history) > 1 else []),
        ),
        footer="Answer it in Slack, Teams or the console; nobody reads replies to this e-mail.",
    )
