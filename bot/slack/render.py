"""A card as Slack messages: Block Kit inside every limit, long cards over several messages, whole and in order. Pure.

Nothing is dropped: what does not fit a message goes to the next one. Inputs and the buttons that send them stay in one
message, since Slack hands a press only the inputs of its own message. Slack cannot fold, so a collapsed section is shown
shortened and says by how much (playbooks/domain/card.py); its buttons, links, inputs and sources are kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.paging import Group, cut, paged
from bot.slack import controls, elements
from bot.slack.fold import folded
from bot.slack.pages import fits
from bot.slack.text import Block, date, escaped, moment, mrkdwn, usable_url, words
from playbooks.domain.card import (
    Button,
    Buttons,
    Called,
    Card,
    ChoiceInput,
    Element,
    Facts,
    LinkButton,
    Paragraph,
    Picture,
    Quote,
    Section,
    Status,
    Steps,
    TextInput,
    Timeline,
)
from playbooks.domain.facts import Gap
from playbooks.words import gap_words, shortened, source_name

SUMMARY_CHARACTERS = 3000
MOST_CALLED = 30
"""A shift is smaller; a longer list reaches nobody in particular."""


@dataclass(frozen=True)
class SlackMessage:
    """One message and those that continue it. `text` is for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...]
    overflow: tuple["SlackMessage", ...] = ()

    @property
    def pages(self) -> tuple["SlackMessage", ...]:
        return (replace(self, overflow=()), *self.overflow)


def blocks(card: Card, zone: tzinfo) -> SlackMessage:
    pages = paged(list(groups(card, zone)), fits)
    text = " ".join([*map(mention, card.calls[:MOST_CALLED]), summary(card)])
    rest = tuple(
        SlackMessage(
            f"{shortened(escaped(card.title), 500)} ({number} of {len(pages)})",
            (*elements.context([f"*{escaped(shortened(card.title, 200))}* · {number} of {len(pages)}"]), *page),
        )
        for number, page in enumerate(pages[1:], 2)
    )
    return SlackMessage(text, tuple(pages[0]), rest)


def mention(one: Called) -> str:
    """*Source:* docs.slack.dev "Formatting text": <@U…> reaches the person; whoever has no Slack id is named."""
    return f"<@{one.slack_user_id}>" if one.slack_user_id and one.slack_user_id.isalnum() else escaped(one.name)


def summary(card: Card) -> str:
    said = card.summary.strip() or card.title.strip() or "Deskside"
    status = f" [{card.status.text}]" if card.status else ""
    return next(cut(escaped(shortened(f"{said}{status}", SUMMARY_CHARACTERS // 5)), SUMMARY_CHARACTERS), "Deskside")


def groups(card: Card, zone: tzinfo) -> Iterator[Group]:
    """The whole card as groups, in order."""
    yield from (Group((one,)) for one in _heading(card))
    number = 0
    for section in card.sections:
        shown, left_out = folded(section) if section.collapsed else (section, "")
        titles = tuple(_section_title(shown))
        yield from (Group((one,)) for one in titles[:-1])
        title = titles[-1:]  # what stays with the first of its elements
        for element in shown.elements:
            for group in _element(element, zone, number):
                yield replace(group, pieces=(*title, *group.pieces))
                title = ()
            number += len(element.items) if isinstance(element, Buttons) else 1
        if title or left_out:
            yield Group((*title, *elements.context([left_out])))
    for blocks_ in (_gaps(card.gaps, zone), _as_of(card, zone), _footer(card)):
        yield from (Group((one,)) for one in blocks_)


def _heading(card: Card) -> Iterator[Block]:
    first, *more = cut(card.title.strip(), 150) if card.title.strip() else ("Deskside",)
    yield {"type": "header", "text": words(first)}
    yield from elements.rich_blocks(elements.Stretch("section", elements.plain_run(one)) for one in more)
    lines = [_status(card.status)] if card.status else []
    lines += [escaped(one) for one in cut(card.subtitle, 500)]
    image = _image(card.image)
    if image and lines:
        yield {"type": "section", "text": mrkdwn(lines[0]), "accessory": image}
        lines = lines[1:]
    elif card.image:
        yield from elements.picture(card.image)
    yield from elements.context(lines)
    if card.calls:
        yield {"type": "section", "text": mrkdwn(" ".join(map(mention, card.calls[:MOST_CALLED])))}


def _status(status: Status) -> str:
    return f"{elements.TONES[status.tone]} *{escaped(shortened(status.text, 400))}*"


def _image(image: Picture | None) -> Block | None:
    url = usable_url(image.url) if image else None
    if image is None or url is None or not url.startswith("https://"):
        return None
    return {"type": "image", "image_url": url, "alt_text": shortened(image.alt, 2000) or "picture"}


def _section_title(section: Section) -> Iterator[Block]:
    for piece in cut(section.title, 500) if section.title.strip() else ():
        yield {"type": "section", "text": mrkdwn(f"*{escaped(piece)}*")}


def _element(element: Element, zone: tzinfo, number: int) -> Iterator[Group]:
    match element:
        case TextInput():
            yield Group(tuple(controls.text_input(element)), "input")
        case ChoiceInput():
            yield Group(tuple(controls.choice_input(element)), "input")
        case Buttons():
            yield Group(tuple(controls.buttons(element.items, number)), _role(element.items))
        case LinkButton():
            yield from (Group((one,)) for one in controls.link_button(element, number))
        case _:
            yield from (Group((one,)) for one in _shown(element, zone))


def _role(items: Iterable[Button]) -> str:
    return "submit" if any(one.needs_inputs for one in items) else "text"


def _shown(element: Paragraph | Quote | Facts | Timeline | Steps | Picture, zone: tzinfo) -> Iterator[Block]:
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


def _gaps(gaps: Iterable[Gap], zone: tzinfo) -> Iterator[Block]:
    return elements.context(piece for gap in gaps for piece in _gap(gap, zone))


def _gap(gap: Gap, zone: tzinfo) -> Iterator[str]:
    shown = f" Shown as of {moment(gap.shown_from, zone)}." if gap.shown_from else ""
    yield from (escaped(one) for one in cut(f"⚠️ {gap_words(gap)} {gap.remedy}{shown}", 500))


def _as_of(card: Card, zone: tzinfo) -> Iterator[Block]:
    return elements.context(
        f"{escaped(shortened(source_name(one.source), 100))} as of {date(one.at, zone)}" for one in card.as_of
    )


def _footer(card: Card) -> Iterator[Block]:
    return elements.context(escaped(one) for one in cut(card.footer, 500))
