"""Alerts by e-mail: to the addresses of a destination, each telling once; what belongs in a thread is never mailed."""

from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.showing import show
from playbooks.cards.alert_mail import alert_mail_card
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.card import Card, Quote
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place


def mail_alert(office: Office, plan: Plan, alert: RaisedAlert, *, url: str | None = None, goes_to: str = "") -> None:
    """`url` is where the conversation is read."""
    named = office.policies.team.destinations.get(alert.destination)
    if named is None or not named.emails or Surface.EMAIL not in office.surfaces:
        return
    card = alert_mail_card(alert, url=url, goes_to=goes_to, zone=office.zone)
    for place in mailboxes(office, named.emails):
        key = f"mail:{alert.key}:{plan.cause.event_id}:{place.channel_id}"
        show(plan, place, key, card, alert.conversation_id)


def mail_in_place_of(plan: Plan, place: Place, card_key: str, card: Card, conversation_id: str | None) -> None:
    """A card whose channel is gone, without the customer's words."""
    sections = tuple(
        one.model_copy(update={"elements": tuple(part for part in one.elements if not isinstance(part, Quote))})
        for one in card.sections
    )
    bare = card.model_copy(update={"sections": sections, "summary": card.title})
    show(plan, place, f"mail:{card_key}:{place.channel_id}", bare, conversation_id)


def mailboxes(office: Office, emails: tuple[str, ...]) -> tuple[Place, ...]:
    if Surface.EMAIL not in office.surfaces:
        return ()
    return tuple(Place(surface=Surface.EMAIL, channel_id=one, channel_kind=ChannelKind.DIRECT) for one in emails)
