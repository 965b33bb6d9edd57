"""A card in the terminal: the fourth rendering of the one card model, for `deskside customer`, `ask` and the demo's story."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.rich import Bullets, Lines, Span, parsed
from playbooks.domain.card import (
    Button,
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
    Tone,
)
from playbooks.domain.facts import Gap
from playbooks.words import gap_words, source_name

COLOURS = {
    Tone.NEUTRAL: "default",
    Tone.GOOD: "green",
    Tone.INFO: "cyan",
    Tone.WARNING: "yellow",
    Tone.DANGER: "bold red",
}
MOST_TIMELINE_ITEMS = 8
"""In a terminal the newest few tell the story; the console and the chats page through all of them."""


def card_view(card: Card, zone: str = "UTC", width: int | None = None) -> RenderableType:
    """Everything but pictures and input widgets, which a terminal names instead."""
    body: list[RenderableType] = []
    if card.subtitle:
        body.append(Text(card.subtitle, style="dim"))
    if card.calls:
        body.append(Text(f"For {', '.join(one.name for one in card.calls)}", style="bold"))
    for section in card.sections:
        body.extend(_section(section, ZoneInfo(zone)))
    body.extend(_gap(one, ZoneInfo(zone)) for one in card.gaps)
    if card.as_of:
        stamps = " · ".join(f"{source_name(one.source)} {_clock(one.at, ZoneInfo(zone))}" for one in card.as_of)
        body.append(Text(f"\nas of {stamps}", style="dim"))
    if card.footer:
        body.append(Text(card.footer, style="dim"))
    return Panel(Group(*body), title=_title(card), title_align="left", border_style=_border(card), padding=(0, 1), width=width)


def _title(card: Card) -> Text:
    title = Text(f" {card.title} ", style="bold")
    if card.status:
        title.append(f" {card.status.text} ", style=f"reverse {COLOURS[card.status.tone]}")
    return title


def _border(card: Card) -> str:
    return COLOURS[card.status.tone] if card.status and card.status.tone is not Tone.NEUTRAL else "blue"


def _section(section: Section, zone: ZoneInfo) -> Iterator[RenderableType]:
    if section.title:
        yield Text(f"\n{section.title}", style="bold cyan")
    before: Element | None = None
    for element in section.elements:
        if isinstance(before, Facts) and isinstance(element, Facts):
            yield Text()  # an order ends, the next one begins
        yield _element(element, zone)
        before = element


def _element(element: Element, zone: ZoneInfo) -> RenderableType:
    match element:
        case Paragraph():
            return _rich(element.rich, "dim" if element.small else COLOURS[element.tone])
        case Quote():
            return _quote(element, zone)
        case Facts():
            return _facts(element)
        case Timeline():
            return _timeline(element, zone)
        case Steps():
            return _steps(element)
        case Buttons():
            return Text("  ").join(_button(one) for one in element.items)
        case LinkButton():
            return Text(f"↗ {element.label}: {element.url}", style="blue")
        case Picture():
            return Text(f"[picture: {element.alt}]", style="dim")
        case TextInput() | ChoiceInput():
            return Text(f"{element.label}: {element.value or '…'}", style="italic")


def _rich(source: str, tone_style: str) -> Text:
    text = Text(style=tone_style)
    for block in parsed(source):
        items = (block.lines,) if isinstance(block, Lines) else block.items
        for lines in items:
            text.append("\n" if text.plain else "")
            text.append("• " if isinstance(block, Bullets) else "")
            for index, line in enumerate(lines):
                text.append("\n" if index else "")
                for span in line:
                    text.append(span.text, style=_span_style(span))
    return text


def _span_style(span: Span) -> Style:
    return Style(
        bold=span.bold or None,
        italic=span.italic or None,
        color="cyan" if span.code else "blue" if span.url else None,
        link=span.url,
    )


def _quote(quote: Quote, zone: ZoneInfo) -> RenderableType:
    lines = Text(quote.text)
    origin = " · ".join(filter(None, (quote.source, _clock(quote.at, zone) if quote.at else "")))
    if origin:
        lines.append(f"\n{origin}", style="dim")
    return Padding(Panel(lines, border_style="dim", padding=(0, 1)), (0, 0, 0, 1))


def _facts(facts: Facts) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for one in facts.items:
        table.add_row(one.label, Text(one.value, style=COLOURS[one.tone]))
    return table


def _timeline(timeline: Timeline, zone: ZoneInfo) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for one in timeline.items[:MOST_TIMELINE_ITEMS]:
        what = Text(one.title, style=COLOURS[one.tone])
        if one.detail:
            what.append(f"  {one.detail}", style="dim")
        table.add_row(Text(_clock(one.at, zone), style="dim"), Text(one.source, style="magenta"), what)
    older = len(timeline.items) - MOST_TIMELINE_ITEMS
    if older > 0:
        table.add_row("", "", Text(f"… and {older} older", style="dim"))
    return table


def _steps(steps: Steps) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for one in steps.items:
        table.add_row(Text(one.status.text, style=COLOURS[one.status.tone]), one.title, Text(one.evidence, style="dim"))
    return table


def _button(button: Button) -> Text:
    style = {"primary": "bold white on blue", "danger": "bold white on red"}.get(button.style, "bold")
    return Text(f" {button.label} ", style=style)


def _gap(gap: Gap, zone: ZoneInfo) -> RenderableType:
    shown = f" Shown instead: as of {_clock(gap.shown_from, zone)}." if gap.shown_from else ""
    return Text(f"⚠ {gap_words(gap)} {gap.remedy}{shown}", style="yellow")


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%d %b %H:%M")
