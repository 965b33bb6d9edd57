"""A card as Adaptive Cards 1.5, pure: valid by the schema, under the size limit, a long one over several, whole."""

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any

from bot.paging import Group, cut, paged
from bot.teams import controls, elements
from bot.teams.pages import fits
from bot.teams.text import Item, moment, rich, run, size
from playbooks.domain.card import (
    Buttons,
    Card,
    ChoiceInput,
    Element,
    Facts,
    LinkButton,
    Paragraph,
    Picture,
    Quote,
    Section,
    Steps,
    TextInput,
    Timeline,
)
from playbooks.words import gap_words, shortened, source_name

VERSION = "1.5"
MOST_CALLED = 30
AT_SIGNS = re.compile(r"[<>&]")
FOLD_BYTES = 8 * 1024
"""A folded part at most, so that a card can be cut between them."""


def adaptive_cards(card: Card, zone: tzinfo) -> tuple[dict[str, Any], ...]:
    """The card and its further pages, each a card of its own."""
    pages = paged(list(_groups(card, zone)), fits)
    return tuple(_card(card, page, number, len(pages)) for number, page in enumerate(pages, 1))


def adaptive_card(card: Card, zone: tzinfo) -> dict[str, Any]:
    """The first page, which for most cards is all of it."""
    return adaptive_cards(card, zone)[0]


def _card(card: Card, page: list[Item], number: int, of: int) -> dict[str, Any]:
    heading = list(rich([run(f"{shortened(card.title, 200)} · {number} of {of}", isSubtle=True)])) if number > 1 else []
    made = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": summary(card),
        "body": [*heading, *page],
    }
    return made | ({"msteams": {"entities": entities}} if number == 1 and (entities := list(_entities(card))) else {})


def _mention(name: str) -> str:
    return f"<at>{_bare(name)}</at>"


def _bare(name: str) -> str:
    """Without what could end a mention."""
    return " ".join(AT_SIGNS.sub(" ", name).split())


def _entities(card: Card) -> Iterator[dict[str, Any]]:
    """*Source:* learn.microsoft.com "Format cards in Teams", mentions in Adaptive Cards: a bot may give the Entra object id."""
    for one in card.calls[:MOST_CALLED]:
        if one.teams_user_id:
            yield {"type": "mention", "text": _mention(one.name), "mentioned": {"id": one.teams_user_id, "name": one.name}}


def _called(card: Card) -> Iterator[Item]:
    """Only a TextBlock's text is read for mentions; whoever has no Teams id is named. Names are the roster's own."""
    words = [_mention(one.name) if one.teams_user_id else _bare(one.name) for one in card.calls[:MOST_CALLED]]
    if words:
        yield {"type": "TextBlock", "text": ", ".join(words), "wrap": True, "weight": "Bolder"}


def summary(card: Card) -> str:
    """For notifications and screen readers."""
    status = f" [{card.status.text}]" if card.status else ""
    return shortened(f"{card.summary.strip() or card.title.strip() or 'Deskside'}{status}", 250)


def _groups(card: Card, zone: tzinfo) -> Iterator[Group]:
    for item in _heading(card):
        yield Group((item,))
    for number, section in enumerate(card.sections):
        if section.collapsed:
            yield from _folded(section, zone, f"fold{number}")
        else:
            yield from _open(section, zone)
    for item in _end(card, zone):
        yield Group((item,))


def _heading(card: Card) -> Iterator[Item]:
    yield from rich([run(card.title or "Deskside", weight="Bolder", size="Large")])
    yield from rich([run(card.subtitle, isSubtle=True)], spacing="None") if card.subtitle else ()
    yield from elements.status(card.status) if card.status else ()
    yield from _called(card)
    for item in elements.picture(card.image) if card.image else ():
        yield item | ({"size": "Small"} if item["type"] == "Image" else {})


def _open(section: Section, zone: tzinfo) -> Iterator[Group]:
    title = list(rich([run(section.title, weight="Bolder")], separator=True)) if section.title else []
    yield from (Group((one,)) for one in title[:-1])
    title = title[-1:]  # what stays with the first of its elements
    for group in _of(section.elements, zone):
        yield Group((*title, *group.pieces), group.role)
        title = []
    yield from [Group(tuple(title))] if title else []


def _folded(section: Section, zone: tzinfo, name: str) -> Iterator[Group]:
    """Closed until opened. A long one is several, each with a switch of its own; one that holds a form stays open."""
    groups = list(_of(section.elements, zone))
    if any(group.role != "text" for group in groups):
        yield from _open(section, zone)
        return
    parts = list(_parts(groups))
    for number, items in enumerate(parts, 1):
        count = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
        target, title = f"{name}_{number}", shortened(section.title, 100) or "More"
        switch = {"type": "Action.ToggleVisibility", "title": f"{title}{count}", "targetElements": [target]}
        container = {"type": "Container", "id": target, "isVisible": False, "items": items}
        yield Group(({"type": "ActionSet", "actions": [switch]}, container))


def _parts(groups: Iterable[Group]) -> Iterator[list[Item]]:
    part: list[Item] = []
    for group in groups:
        if part and size(part) + size(group.pieces) > FOLD_BYTES:
            yield part
            part = []
        part.extend(group.pieces)
    if part:
        yield part


def _of(wanted: Iterable[Element], zone: tzinfo) -> Iterator[Group]:
    before: Element | None = None
    for element in wanted:
        match element:
            case TextInput():
                yield Group(tuple(controls.text_input(element)), "input")
            case ChoiceInput():
                yield Group(tuple(controls.choice_input(element)), "input")
            case Buttons():
                yield from _buttons(element)
            case LinkButton():
                yield from (Group((item,)) for item in controls.link_button(element))
            case Facts() if isinstance(before, Facts):
                yield from (Group((item,)) for item in _apart(_shown(element, zone)))
            case _:
                yield from (Group((item,)) for item in _shown(element, zone))
        before = element


def _apart(items: Iterable[Item]) -> Iterator[Item]:
    """A line above: an order ends, the next one begins."""
    for number, item in enumerate(items):
        yield item if number else {**item, "separator": True, "spacing": "Medium"}


def _buttons(element: Buttons) -> Iterator[Group]:
    role = "submit" if any(one.needs_inputs for one in element.items) else "text"
    yield from (Group((item,), role) for item in controls.buttons(element.items))


def _shown(element: Paragraph | Quote | Facts | Timeline | Steps | Picture, zone: tzinfo) -> Iterator[Item]:
    match element:
        case Paragraph():
            return elements.paragraph(element)
        case Quote():
            return elements.quote(element, zone)
        case Facts():
            return elements.facts(element)
        case Timeline():
            return elements.timeline(element, zone)
        case Steps():
            return elements.steps(element)
        case Picture():
            return elements.picture(element)


def _end(card: Card, zone: tzinfo) -> Iterator[Item]:
    for gap in card.gaps:
        shown = f" Shown as of {moment(gap.shown_from, zone)}." if gap.shown_from else ""
        yield from rich([run(f"▲ {gap_words(gap)} {gap.remedy}{shown}", color="Warning", size="Small")])
    as_of = ", ".join(f"{source_name(one.source)} as of {moment(one.at, zone)}" for one in card.as_of)
    for text in (as_of, card.footer):
        for piece in cut(text, 2000):
            yield from rich([run(piece, isSubtle=True, size="Small")], spacing="Small")
