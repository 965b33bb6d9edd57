"""What a Slack message holds; it knows sizes, not meanings."""

from collections.abc import Sequence

from bot.paging import Piece

PAGE_BLOCKS = 45
"""Of Slack's 50; the rest is room for a page's heading."""

PAGE_CHARACTERS = 11_000
"""Slack names no total for blocks (assumed: that of markdown text, 12,000)."""

TEXTS = frozenset({"text", "alt_text", "url", "initial_value"})


def fits(page: Sequence[Piece], more: Sequence[Piece]) -> bool:
    return len(page) + len(more) <= PAGE_BLOCKS and _characters(page) + _characters(more) <= PAGE_CHARACTERS


def _characters(value: object) -> int:
    """The text a block carries; its ids and button values are not counted."""
    if isinstance(value, dict):
        texts = (one for name, one in value.items() if name in TEXTS and isinstance(one, str))
        return sum(map(len, texts)) + sum(_characters(one) for one in value.values() if not isinstance(one, str))
    return sum(_characters(one) for one in value) if isinstance(value, list | tuple) else 0
