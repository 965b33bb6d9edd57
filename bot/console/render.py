"""A card as HTML, the same for chat, customer page and pictures. Pure: it escapes everything and asks nobody.

A press travels whole in the button's data attribute; what it may do is decided again by the desk when it comes back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot import rich
from bot.console.templating import environment
from playbooks.domain.card import (
    Buttons,
    Card,
    ChoiceInput,
    Element,
    Facts,
    LinkButton,
    Section,
    Steps,
    TextInput,
    Timeline,
    TimelineItem,
)
from playbooks.domain.press import Press
from playbooks.words import gap_words, moment, source_name

SCHEMES = frozenset({"https", "http", "mailto", "tel"})
FIRST_ITEMS, MORE_ITEMS = 6, 12
"""Of a timeline: what a glance takes in, and how many each "show older" adds."""


Layout = Literal["chat", "page"]


@dataclass(frozen=True)
class Frame:
    """Where a card is drawn: `key` makes its input ids unique in the page; `page` gives it two columns and links."""

    key: str
    zone: str = "UTC"
    reader_id: str = ""
    layout: Layout = "chat"


def card_html(card: Card, frame: Frame) -> str:
    """One `<section>`; every control's label is tied to it by an id that starts with the frame's key."""
    return str(TEMPLATE.module.card(card, frame))  # type: ignore[attr-defined]


def safe_url(url: str | None) -> str | None:
    """The address where it is one a link may have; None for anything else, javascript: first of all."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    return url if scheme in SCHEMES and (parts.netloc or scheme in {"mailto", "tel"}) else None


def picture_url(url: str) -> str | None:
    """Pictures by https, or our own."""
    return url if url.startswith("/console/") or (safe_url(url) or "").startswith("https://") else None


def press_json(press: Press) -> str:
    return press.model_dump_json()


def clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def chunks(items: Sequence[TimelineItem]) -> list[Sequence[TimelineItem]]:
    """The newest first, then what each "show older" brings."""
    rest = items[FIRST_ITEMS:]
    return [items[:FIRST_ITEMS], *(rest[start : start + MORE_ITEMS] for start in range(0, len(rest), MORE_ITEMS))]


def columns(sections: Iterable[Section]) -> tuple[list[Section], list[Section], list[Section]]:
    """For a full page: what stands above (the untitled beginning), then two columns of about one length, in order."""
    left = list(sections)
    above = [left.pop(0)] if left and not left[0].title else []
    total, first = sum(map(weight, left)), list[Section]()
    filled = 0
    while left and filled + weight(left[0]) / 2 <= total / 2:
        filled += weight(left[0])
        first.append(left.pop(0))
    return above, first, left


def weight(section: Section) -> int:
    """About how many lines it takes."""
    lines = 2
    for element in () if section.collapsed and not _is_timeline(section) else section.elements:
        if isinstance(element, Timeline):
            lines += 2 * min(len(element.items), FIRST_ITEMS)
        else:
            lines += len(element.items) if isinstance(element, Facts | Steps) else 2
    return lines


def starts_folded(section: Section, frame: Frame) -> bool:
    """On a page of its own there is room for the timeline."""
    return section.collapsed and not (frame.layout == "page" and _is_timeline(section))


def _is_timeline(section: Section) -> bool:
    return any(isinstance(one, Timeline) for one in section.elements)


def rows(elements: Iterable[Element]) -> list[list[Element]]:
    """Buttons and links that follow each other stand in one row; everything else has its own."""
    found: list[list[Element]] = []
    for one in elements:
        if found and isinstance(one, Buttons | LinkButton) and isinstance(found[-1][-1], Buttons | LinkButton):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def is_tight(element: Facts) -> bool:
    """Markers such as [1] need no column."""
    return all(len(one.label) <= 4 for one in element.items)


def input_id(frame: Frame, element: TextInput | ChoiceInput) -> str:
    return f"{frame.key}-{element.input_id}"


ENVIRONMENT = environment()
ENVIRONMENT.filters |= {
    "href": safe_url,
    "picture_url": picture_url,
    "press_json": press_json,
    "rich": rich.parsed,
    "rows": rows,
    "source_name": source_name,
    "tight": is_tight,
    "timeline_pages": chunks,
}
ENVIRONMENT.globals |= {
    "moment": moment,
    "clock": clock,
    "columns": columns,
    "starts_folded": starts_folded,
    "input_id": input_id,
    "gap_words": gap_words,
    "is_bullets": lambda block: isinstance(block, rich.Bullets),
}
TEMPLATE = ENVIRONMENT.get_template("card.html")
