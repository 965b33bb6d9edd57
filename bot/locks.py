"""Which events and actions must follow one another: the names of their lines. It decides no order inside a line."""

from playbooks.domain.actions import Action, ShowCard
from playbooks.domain.events import Asked, Event, Pressed


def lock_of(event: Event) -> str:
    """One conversation's events in order; a question without one in the order of its thread."""
    if event.conversation_id:
        return f"conversation:{event.conversation_id}"
    if isinstance(event, Pressed) and getattr(event.press, "alert", None):
        return "source:deskside"  # the house's rounds change the same alerts
    if isinstance(event, Asked | Pressed):
        return f"place:{event.place.surface}:{event.place.channel_id}:{event.place.thread_id or event.actor.user_id}"
    return f"source:{event.source}"


def lock_of_action(action: Action) -> str:
    """A conversation's writes in order, and its cards in each place: Slack's outage must not hold back a reply (L17)."""
    if isinstance(action, ShowCard):
        return f"show:{action.conversation_id or ''}:{action.place.surface}:{action.place.channel_id}"
    return f"perform:{action.conversation_id}"
