"""The card's elements as Adaptive Card items, one pure function an element; it never decides what goes on which card."""

from collections.abc import Iterator
from datetime import tzinfo

from bot import rich as markdown
from bot.paging import cut
from bot.teams.text import BLOCK_BYTES, Item, line_runs, moment, rich, run, size, usable_url
from playbooks.domain.card import Fact, Facts, Paragraph, Picture, Quote, Status, Steps, Timeline, TimelineItem, Tone
from playbooks.words import shortened

COLOURS = {Tone.NEUTRAL: "Default", Tone.GOOD: "Good", Tone.INFO: "Accent", Tone.WARNING: "Warning", Tone.DANGER: "Attention"}
MARKS = {Tone.NEUTRAL: "○", Tone.GOOD: "✓", Tone.INFO: "●", Tone.WARNING: "▲", Tone.DANGER: "■"}
"""A shape beside the colour and the words, since a colour alone reaches not everybody."""


def status(shown: Status) -> Iterator[Item]:
    yield from rich([run(f"{MARKS[shown.tone]} {shown.text}", color=COLOURS[shown.tone], weight="Bolder")])


def paragraph(element: Paragraph) -> Iterator[Item]:
    style: Item = {"size": "Small", "isSubtle": True} if element.small else {}
    style |= {"color": COLOURS[element.tone]} if element.tone is not Tone.NEUTRAL else {}
    mark = "" if element.tone is Tone.NEUTRAL else f"{MARKS[element.tone]} "
    for block in markdown.parsed(element.rich):
        items = [block.lines] if isinstance(block, markdown.Lines) else block.items
        for number, lines in enumerate(items):
            lead = mark if isinstance(block, markdown.Lines) else f"{mark}• "
            runs = [style | one for one in ([run(lead)] if lead else []) + line_runs(lines)]
            yield from rich(runs, spacing="None" if number else "Small" if element.small else "Default")
        mark = ""


def quote(element: Quote, zone: tzinfo) -> Iterator[Item]:
    for block in rich([run(element.text)]) if element.text else ():
        yield {"type": "Container", "style": "emphasis", "items": [block]}
    parts = [run(shortened(element.source, 300) or "source", url=element.url)] if element.source or element.url else []
    parts += [run(f" · {moment(element.at, zone)}" if parts else moment(element.at, zone))] if element.at else []
    if parts:
        yield from rich([run("— "), *parts], spacing="None")


def facts(element: Facts) -> Iterator[Item]:
    """A row a fact, a long one a paragraph. Not a FactSet: that reads its values as Markdown, and they come from outside."""
    for fact in element.items:
        label, value = run(fact.label or "–", weight="Bolder"), _value(fact)
        if size(label) + size(value) > BLOCK_BYTES // 2:
            yield from rich([label, run(": "), value])
        else:
            columns = [_column(1, list(rich([label]))), _column(2, list(rich([value])))]
            yield {"type": "ColumnSet", "spacing": "Small", "columns": columns}


def _value(fact: Fact) -> Item:
    mark = "" if fact.tone is Tone.NEUTRAL else f"{MARKS[fact.tone]} "
    color = {} if fact.tone is Tone.NEUTRAL else {"color": COLOURS[fact.tone]}
    return run(f"{mark}{fact.value or '–'}", url=fact.url, **color)


def _column(width: int, items: list[Item]) -> Item:
    return {"type": "Column", "width": width, "items": items}


def timeline(element: Timeline, zone: tzinfo) -> Iterator[Item]:
    for item in element.items:
        yield from rich(_timeline_item(item, zone), spacing="Small")


def _timeline_item(item: TimelineItem, zone: tzinfo) -> Iterator[Item]:
    yield run(f"{MARKS[item.tone]} ", color=COLOURS[item.tone])
    yield run(f"{moment(item.at, zone)}  ", isSubtle=True)
    yield run(item.title or "–", weight="Bolder", url=item.url)
    yield from [run(f" · {item.source}", isSubtle=True)] if item.source else []
    yield from [run(f"\n{item.detail}")] if item.detail else []


def steps(element: Steps) -> Iterator[Item]:
    for step in element.items:
        lead = run(f"{MARKS[step.status.tone]} {step.status.text}: ", color=COLOURS[step.status.tone])
        evidence = [run(f"\n{step.evidence}", isSubtle=True)] if step.evidence else []
        yield from rich([lead, run(step.title or "–", weight="Bolder"), *evidence], spacing="Small")


def picture(element: Picture) -> Iterator[Item]:
    """Teams fetches the picture itself; where the address is of no use, the words for it are shown."""
    url = usable_url(element.url)
    if url and url.startswith("https://"):
        yield {"type": "Image", "url": url, "altText": shortened(element.alt, 1000) or "picture"}
    else:
        for piece in cut(f"Picture: {element.alt}", 2000):
            yield from rich([run(piece, isSubtle=True)])
