"""Puts a card's blocks into messages, in order and whole; it knows sizes, not meanings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.slack.text import Block

PAGE_BLOCKS = 45
"""Of Slack's 50; the rest is room for a page's heading."""

PAGE_CHARACTERS = 11_000
"""Slack names no total for blocks (assumed: that of markdown text, 12,000)."""

TEXTS = frozenset({"text", "alt_text", "url", "initial_value"})


@dataclass(frozen=True)
class Group:
    """Blocks that stay together; `role` tells inputs and the buttons that send them from the rest."""

    blocks: tuple[Block, ...]
    role: str = "text"


def paged(wanted: Sequence[Group]) -> list[list[Block]]:
    """One list of blocks a message; a form is only moved together where the card needs more than one."""
    pages = _packed(wanted)
    return pages if len(pages) == 1 else _packed(_form_together(wanted))


def _form_together(wanted: Sequence[Group]) -> list[Group]:
    """All inputs and the buttons that send them as one group, where the first of those buttons stood."""
    inputs = tuple(block for group in wanted if group.role == "input" for block in group.blocks)
    submits = tuple(block for group in wanted if group.role == "submit" for block in group.blocks)
    if not inputs or not submits:
        return list(wanted)
    at = next(number for number, group in enumerate(wanted) if group.role == "submit")
    before, after = (tuple(one for one in part if one.role == "text") for part in (wanted[:at], wanted[at:]))
    return [*before, Group((*inputs, *submits)), *after]


def _packed(wanted: Iterable[Group]) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    room = PAGE_CHARACTERS
    for group in wanted:
        size = sum(_characters(one) for one in group.blocks)
        if pages[-1] and (len(pages[-1]) + len(group.blocks) > PAGE_BLOCKS or size > room):
            pages.append([])
            room = PAGE_CHARACTERS
        pages[-1].extend(group.blocks)
        room -= size
    return pages


def _characters(value: object) -> int:
    """The text a block carries; its ids and button values are not counted."""
    if isinstance(value, dict):
        texts = (one for name, one in value.items() if name in TEXTS and isinstance(one, str))
        return sum(map(len, texts)) + sum(_characters(one) for one in value.values() if not isinstance(one, str))
    return sum(_characters(one) for one in value) if isinstance(value, list | tuple) else 0
