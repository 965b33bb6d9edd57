"""Puts a card's items onto cards under Teams' size limit, in order and whole; it measures bytes, not meanings (L23).

*Source:* contracts.md §5: a message about 100 KB as UTF-16, keep under 80 KB; 28 KB for cards is what webhooks take and what
botframework-services #228 was cut at. A card under 28 KB of UTF-8 keeps both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.teams.text import Item, size

CARD_BYTES = 28 * 1024
MESSAGE_BYTES = 80 * 1024
"""As UTF-16: what a form that cannot be cut may come to."""
ROOM_BYTES = 2 * 1024
"""For the card around its body: version, heading of a further page, fallback text."""


@dataclass(frozen=True)
class Group:
    """Items that stay together; `role` tells inputs and the buttons that send them from the rest."""

    items: tuple[Item, ...]
    role: str = "text"


def paged(wanted: Sequence[Group]) -> list[list[Item]]:
    """One list of items a card; a form is only moved together where more than one card is needed."""
    pages = _packed(wanted)
    return pages if len(pages) == 1 else _packed(_form_together(wanted))


def _form_together(wanted: Sequence[Group]) -> list[Group]:
    inputs = tuple(item for group in wanted if group.role == "input" for item in group.items)
    submits = tuple(item for group in wanted if group.role == "submit" for item in group.items)
    if not inputs or not submits:
        return list(wanted)
    at = next(number for number, group in enumerate(wanted) if group.role == "submit")
    before, after = (tuple(one for one in part if one.role == "text") for part in (wanted[:at], wanted[at:]))
    return [*before, Group((*inputs, *submits)), *after]


def _packed(wanted: Iterable[Group]) -> list[list[Item]]:
    pages: list[list[Item]] = [[]]
    room = CARD_BYTES - ROOM_BYTES
    for group in wanted:
        needs = sum(size(one) + 1 for one in group.items)
        if pages[-1] and needs > room:
            pages.append([])
            room = CARD_BYTES - ROOM_BYTES
        pages[-1].extend(group.items)
        room -= needs
    return pages
