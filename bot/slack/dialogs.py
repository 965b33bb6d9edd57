"""Dialogs (Slack's modal views): opened at once while they load, then filled with a card; pure.

A dialog is a place of its own: its id and where it came from travel in `Place.channel_id`, so whoever answers a press
answers into the dialog without knowing what a view is. What it is for rides in `private_metadata`, which only Slack and we see.
"""

from datetime import tzinfo
from typing import Any

from pydantic import ValidationError

from bot.slack.limits import VIEW_BLOCKS
from bot.slack.render import groups
from bot.slack.text import Block, words
from playbooks.domain.base import Frozen
from playbooks.domain.card import Button, Buttons, Card, Element
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.domain.press import Press
from playbooks.words import shortened

CALLBACK = "deskside_dialog"
TITLE = 24
"""Signs a view's title takes; a longer one is shown whole above the dialog's content."""


class DialogMemory(Frozen):
    """What a dialog was opened from, and what its submit button means."""

    place: Place
    submit: Press | None = None

    @classmethod
    def read(cls, text: str) -> "DialogMemory | None":
        try:
            return cls.model_validate_json(text)
        except ValidationError:
            return None


def dialog_place(view_id: str, origin: Place, user_id: str) -> Place:
    """Only the person who opened it sees a dialog, so it is direct."""
    alone = origin.only_user_id or ""
    return Place(
        surface=Surface.SLACK,
        channel_id=f"view:{view_id}:{origin.channel_id}:{alone}",
        thread_id=origin.thread_id,
        only_user_id=user_id,
        channel_kind=ChannelKind.DIRECT,
    )


def dialog_of(place: Place) -> tuple[str, Place] | None:
    """The view's id and where it was opened from (of whose kind only DIRECT is known); None where the place is no dialog."""
    if not place.channel_id.startswith("view:"):
        return None
    _, view_id, channel, alone = place.channel_id.split(":", 3)
    kind = ChannelKind.DIRECT if channel.startswith("D") else ChannelKind.UNKNOWN
    origin = Place(
        surface=Surface.SLACK, channel_id=channel, thread_id=place.thread_id, only_user_id=alone or None, channel_kind=kind
    )
    return view_id, origin


def loading(origin: Place) -> dict[str, Any]:
    """Opened before any other call is made (L13): a trigger lives three seconds."""
    return _view(
        "Deskside", [{"type": "section", "text": words("One moment, this is being prepared …")}], DialogMemory(place=origin)
    )


def notice(text: str, origin: Place) -> dict[str, Any]:
    return _view("Deskside", [{"type": "section", "text": words(shortened(text, 2900))}], DialogMemory(place=origin))


def dialog(card: Card, zone: tzinfo, origin: Place) -> dict[str, Any] | None:
    """The card as a dialog, its first sending button as the dialog's own; None where it is too long for one."""
    submit = next((one for one in _buttons(card) if one.needs_inputs), None)
    shown = [block for group in groups(_without(card, submit), zone) for block in group.pieces]
    if len(shown) > VIEW_BLOCKS:
        return None
    body = shown[1:] if len(card.title) <= TITLE else shown
    view = _view(card.title, body or shown, DialogMemory(place=origin, submit=submit.press if submit else None))
    if len(view["private_metadata"]) > 3000 or (submit is None and any(one["type"] == "input" for one in shown)):
        return None
    return view | ({"submit": words(shortened(submit.label, 24) or "Send")} if submit else {})


def _view(title: str, blocks: list[Block], memory: DialogMemory) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": words(shortened(title, TITLE) if title.strip() else "Deskside"),
        "close": words("Cancel"),
        "private_metadata": memory.model_dump_json(exclude_none=True),
        "blocks": blocks,
    }


def _buttons(card: Card) -> list[Button]:
    return [
        one
        for section in card.sections
        for element in section.elements
        if isinstance(element, Buttons)
        for one in element.items
    ]


def _without(card: Card, button: Button | None) -> Card:
    """The card less the button that became the dialog's own."""
    sections = []
    for section in card.sections:
        elements: list[Element] = []
        for element in section.elements:
            rest = tuple(one for one in element.items if one is not button) if isinstance(element, Buttons) else ()
            if not isinstance(element, Buttons):
                elements.append(element)
            elif rest:
                elements.append(element.model_copy(update={"items": rest}))
        sections.append(section.model_copy(update={"elements": tuple(elements)}))
    return card.model_copy(update={"sections": tuple(sections)})
