"""The card's elements as Block Kit blocks, one pure function an element; it never decides what goes into which message."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bot import rich
from bot.paging import cut
from bot.slack.text import (
    Block,
    chunked,
    date,
    escaped,
    link,
    moment,
    mrkdwn,
    run,
    runs,
    styled,
    usable_url,
)
from playbooks.domain.card import (
    Fact,
    Facts,
    Paragraph,
    Picture,
    Quote,
    Steps,
    Timeline,
    TimelineItem,
    Tone,
)
from playbooks.words import shortened

TONES = {Tone.NEUTRAL: "⚪", Tone.GOOD: "🟢", Tone.INFO: "🔵", Tone.WARNING: "🟠", Tone.DANGER: "🔴"}
"""Always beside words, never instead of them."""

RICH_CHARACTERS = 2800
"""Slack names no limit for a rich text block (assumed: that of a section, 3,000); the rest is for our own signs."""

FIELD_CHARACTERS = 2000
PARAGRAPH_GAP = "\n\n"


@dataclass(frozen=True)
class Stretch:
    """A run of rich text of one kind: section, bullet or quote."""

    kind: str
    elements: Sequence[Block]


def plain_run(text: str, *, bold: bool = False, url: str | None = None) -> list[Block]:
    return [run(rich.Span(text, bold=bold, url=url))] if text else []


def rich_blocks(stretches: Iterable[Stretch]) -> Iterator[Block]:
    """As few rich text blocks as hold it all in order."""
    elements: list[Block] = []
    room = RICH_CHARACTERS
    for stretch in stretches:
        for number, chunk in enumerate(chunked(stretch.elements, RICH_CHARACTERS)):
            size = sum(len(one.get("text", "")) for one in chunk)
            if size > room:
                yield {"type": "rich_text", "elements": elements}
                elements, room = [], RICH_CHARACTERS
            _add(elements, "section" if number and stretch.kind == "bullet" else stretch.kind, chunk)
            room -= size + len(PARAGRAPH_GAP)
    if elements:
        yield {"type": "rich_text", "elements": elements}


def _add(elements: list[Block], kind: str, chunk: list[Block]) -> None:
    section = {"type": "rich_text_section", "elements": chunk}
    last = elements[-1] if elements else None
    if kind == "quote":
        elements.append({"type": "rich_text_quote", "elements": chunk})
    elif kind == "bullet" and last and last["type"] == "rich_text_list":
        last["elements"].append(section)
    elif kind == "bullet":
        elements.append({"type": "rich_text_list", "style": "bullet", "elements": [section]})
    elif last and last["type"] == "rich_text_section":
        last["elements"] += [{"type": "text", "text": PARAGRAPH_GAP}, *chunk]
    else:
        elements.append(section)


def paragraph(element: Paragraph) -> Iterator[Block]:
    mark = "" if element.tone is Tone.NEUTRAL else f"{TONES[element.tone]} "
    if element.small:
        yield from context([mark + piece for piece in small_pieces(element.rich)])
        return
    stretches: list[Stretch] = []
    for block in rich.parsed(element.rich):
        if isinstance(block, rich.Lines):
            stretches.append(Stretch("section", plain_run(mark) + runs(block.lines)))
        else:
            stretches += [Stretch("bullet", plain_run(mark) + runs(item)) for item in block.items]
        mark = ""
    yield from rich_blocks(stretches)


def small_pieces(source: str) -> Iterator[str]:
    """Our own rich text as mrkdwn strings that fit a context element."""
    text = ""
    for block in rich.parsed(source):
        items = [block.lines] if isinstance(block, rich.Lines) else block.items
        for item in items:
            text += ("\n" if text else "") + ("" if isinstance(block, rich.Lines) else "• ")
            for span in (one for number, line in enumerate(item) for one in (*_break(number), *line)):
                for piece in cut(span.text, FIELD_CHARACTERS // 8):
                    shown = styled(rich.Span(piece, span.bold, span.italic, span.code, span.url))
                    if len(text) + len(shown) > FIELD_CHARACTERS and text:
                        yield text
                        text = ""
                    text += shown
    if text.strip():
        yield text


def _break(number: int) -> tuple[rich.Span, ...]:
    return (rich.Span("\n"),) if number else ()


def context(texts: Iterable[str]) -> Iterator[Block]:
    """Small print: mrkdwn strings, ten to a block."""
    wanted = [one for one in texts if one.strip()]
    for start in range(0, len(wanted), 10):
        yield {"type": "context", "elements": [mrkdwn(one) for one in wanted[start : start + 10]]}


def quote(element: Quote, zone: tzinfo) -> Iterator[Block]:
    yield from rich_blocks([Stretch("quote", plain_run(element.text))])
    source = shortened(element.source, 300) or ("source" if element.url else "")
    when = date(element.at, zone) if element.at else ""
    line = " · ".join(one for one in (link(element.url, source), when) if one)
    if len(line) <= FIELD_CHARACTERS:
        yield from context([f"— {line}"] if line else [])
    else:
        when = moment(element.at, zone) if element.at else ""
        yield from rich_blocks(
            [Stretch("section", [*plain_run("— "), *plain_run(source, url=element.url), *plain_run(f" {when}")])]
        )


def facts(element: Facts) -> Iterator[Block]:
    """In two columns of fields; a fact too long for a field becomes a paragraph in its place."""
    fields: list[Block] = []
    for fact in element.items:
        field = _field(fact)
        if len(field) > FIELD_CHARACTERS or len(fields) == 10:
            yield from _fields(fields)
            fields = []
        if len(field) > FIELD_CHARACTERS:
            mark = "" if fact.tone is Tone.NEUTRAL else f"{TONES[fact.tone]} "
            label = plain_run(f"{mark}{fact.label}: ", bold=True)
            yield from rich_blocks([Stretch("section", label + plain_run(fact.value, url=fact.url))])
        else:
            fields.append(mrkdwn(field))
    yield from _fields(fields)


def _field(fact: Fact) -> str:
    mark = "" if fact.tone is Tone.NEUTRAL else f"{TONES[fact.tone]} "
    label = f"*{escaped(fact.label)}*\n" if fact.label.strip() else ""
    return f"{label}{mark}{link(fact.url, fact.value) if fact.value else '–'}"


def _fields(fields: list[Block]) -> Iterator[Block]:
    if fields:
        yield {"type": "section", "fields": fields}


def timeline(element: Timeline, zone: tzinfo) -> Iterator[Block]:
    yield from rich_blocks(Stretch("bullet", _timeline_item(item, zone)) for item in element.items)


def _timeline_item(item: TimelineItem, zone: tzinfo) -> list[Block]:
    when: Block = {
        "type": "date",
        "timestamp": int(item.at.timestamp()),
        "format": "{date_short_pretty} {time}",
        "fallback": moment(item.at, zone),
    }
    tail = "".join((f" · {item.source}" if item.source else "", f"\n{item.detail}" if item.detail else ""))
    mark = f"{TONES[item.tone]} "
    return [*plain_run(mark), when, *plain_run(" "), *plain_run(item.title, bold=True, url=item.url), *plain_run(tail)]


def steps(element: Steps) -> Iterator[Block]:
    yield from rich_blocks(
        Stretch(
            "bullet",
            [
                *plain_run(f"{TONES[step.status.tone]} {step.status.text}: "),
                *plain_run(step.title, bold=True),
                *plain_run(f"\n{step.evidence}" if step.evidence else ""),
            ],
        )
        for step in element.items
    )


def picture(element: Picture) -> Iterator[Block]:
    """Slack fetches the picture itself, so only a public https address is of use; else the words for it are shown."""
    url = usable_url(element.url)
    if url and url.startswith("https://"):
        yield {"type": "image", "image_url": url, "alt_text": shortened(element.alt, 2000) or "picture"}
    else:
        yield from context(f"Picture: {escaped(one)}" for one in cut(element.alt, FIELD_CHARACTERS // 5))
