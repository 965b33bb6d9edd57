"""What is said when something was given up: the words, the card and the event; it gives nothing up itself."""

from datetime import datetime

from bot.desk.showing import beside
from bot.perform import failed
from playbooks.cards.notices import error_card
from playbooks.domain.actions import Action, ShowCard
from playbooks.domain.events import ActionFailed, Asked, Pressed
from retrieval.errors import Unavailable, VendorError

LOOK_FIRST = "Look there before you do it again: it may have been done."


def worth_trying_again(error: VendorError) -> VendorError:
    """A doubtful answer that made no sense is no refusal: it is read back and, where nothing came of it, tried again."""
    if error.passes:
        return error
    return Unavailable(error.vendor, f"nonsense: {error}", remedy=error.remedy, doubtful=error.doubtful)


def given_up(action: Action, error: VendorError, now: datetime) -> ActionFailed:
    if error.doubtful:
        return failed(action, f"{error.vendor.title()} did not say whether it was done.", LOOK_FIRST, now).model_copy(
            update={"doubtful": True}
        )
    return failed(action, f"{error.vendor.title()} could not be reached.", error.remedy, now)


def end_unknown(action: Action, error_id: str, now: datetime) -> ActionFailed:
    reason = f"It was given up; whether it was done is not known. Reference {error_id}."
    return failed(action, reason, LOOK_FIRST, now).model_copy(update={"doubtful": True})


def error_answer(event: Asked | Pressed, error_id: str) -> ShowCard:
    """In place of the answer, where it would have been; a later try of the event, by an operator, updates it."""
    return ShowCard(
        once_key=f"{event.source}:{event.event_id}:error:{error_id}",
        place=beside(event.place, event.message if isinstance(event, Pressed) else None),
        card_key=f"answer:{event.event_id}",
        card=error_card(error_id),
        conversation_id=event.conversation_id,
    )
