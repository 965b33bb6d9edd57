"""Puts a card's pieces onto pages, in order and whole; a piece's measure and a page's size are the surface's to say."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Piece = dict[str, Any]
Role = str
"""text · input · submit: inputs and the buttons that send them must reach the reader on one page."""

Fits = Callable[[Sequence[Piece], Sequence[Piece]], bool]
"""Whether what stands on a page and what comes next fit together."""


@dataclass(frozen=True)
class Group:
    """Pieces that stay together."""

    pieces: tuple[Piece, ...]
    role: Role = "text"


def paged(groups: Sequence[Group], fits: Fits) -> list[list[Piece]]:
    """One list of pieces a page, at least one; a form is only moved together where more than one page is needed."""
    pages = _packed(groups, fits)
    return pages if len(pages) == 1 else _packed(_form_together(groups), fits)


def _form_together(groups: Sequence[Group]) -> list[Group]:
    """All inputs and the buttons that send them as one group, where the first of those buttons stood."""
    inputs, submits = (
        tuple(piece for group in groups if group.role == role for piece in group.pieces) for role in ("input", "submit")
    )
    if not inputs or not submits:
        return list(groups)
    at = next(number for number, group in enumerate(groups) if group.role == "submit")
    before, after = (tuple(one for one in part if one.role == "text") for part in (groups[:at], groups[at:]))
    return [*before, Group((*inputs, *submits)), *after]


def _packed(groups: Iterable[Group], fits: Fits) -> list[list[Piece]]:
    pages: list[list[Piece]] = [[]]
    for group in groups:
        if pages[-1] and not fits(pages[-1], group.pieces):
            pages.append([])
        pages[-1].extend(group.pieces)
    return pages


def cut(text: str, limit: int) -> Iterator[str]:
    """The text in pieces of at most `limit` characters, whole and in order, cut after a line or a word where there is one."""
    while len(text) > limit:
        at = max(text.rfind("\n", limit // 2, limit), text.rfind(" ", limit // 2, limit)) + 1 or limit
        yield text[:at]
        text = text[at:]
    if text:
        yield text
