"""Takes a Markdown passage apart into what can be quoted: sentences, steps, list items, table rows, each with its place.

A unit's raw text is a verbatim stretch of the passage; its shown text is the same without the light Markdown, a row's with
its columns' names. Ways to other pages ("See also") are no units. It ranks nothing.
"""

import re
from collections.abc import Iterator
from typing import Literal

from playbooks.domain.base import Frozen
from playbooks.plain_text import cells, is_bare_link, labelled, shown

UnitKind = Literal["sentence", "step", "item", "row", "lead"]


class Unit(Frozen):
    """`passage[start:end]` is the raw text. `block` numbers its paragraph, list or table; `heading` stands above it."""

    kind: UnitKind
    start: int
    end: int
    shown: str
    block: int
    heading: str = ""


_KINDS: dict[str, UnitKind] = {"step": "step", "item": "item"}
_LINE = re.compile(r"[^\n]*\n?")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<title>.+?)\s*#*\s*$")
# Plain-text help centres write their headings in capitals, alone on a line.
_CAPITALS = re.compile(r"(?=(?:.*[A-Z]){4})[A-Z][A-Z &/(),'-]{3,60}:?\s*$")
_NAVIGATION = re.compile(
    r"(?:see also|read (?:also|more|next)|further reading|learn more|(?:more|related|additional) (?:information|articles?"
    r"|topics?|links?|help|content|pages?|resources?)|references?|was this (?:article|page) helpful.*|product alias.*"
    r"|table of contents|contents|on this page|get notified.*|change history|document information)$",
    re.IGNORECASE,
)
_STEP = re.compile(r"\s*(?:\d{1,2}[.)]|[Ss]tep \d{1,2}[.:])\s+\S")
_ITEM = re.compile(r"\s*[-*+•–]\s+\S")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}$|\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])[\"'”’)\]*_]*(?=\s+(?:[\"'“‘(\[*_]*[A-Z0-9À-Þ]|$))"
    r"|(?<=[a-z0-9)][.!?])(?=[A-Z][a-z])"  # a lost line break: "done.Then"
    r"|(?<=[。！？])|\n\s*\n"
)
_UNENDED = re.compile(r"[^.!?…:;)\"”’]$")
_LEAD = re.compile(r"\s*(?:To|Follow|How to|Here)\b[^:.!?\n]{3,160}:(?!//)")
_BREAKS_OFF = re.compile(r"(?:note|tip|important|warning|want|learn|tips)\b|.*\?$", re.IGNORECASE)
_INSTRUCTION = re.compile(
    r"(?:\(optional\)\s*)?(?:go|click|choose|select|enter|open|press|tap|scroll|add|log|sign|hover|enable|disable|toggle|type|drag"
    r"|review|save|copy|paste|wait|check|turn|hold|connect|remove|install|follow|set|switch|create|download|upload|edit|delete"
    r"|confirm|move|next|repeat|then|fill|use|make|find|locate|run|start|stop|restart|visit|complete|pick|plug|unplug|name|change"
    r"|mark|read|send|write|attach|close|under|decide|customize|adjust|place|put|insert|return|refresh|expand|clear)\b",
    re.IGNORECASE,
)
_SHORT_FORMS = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|no|nos|mr|mrs|ms|dr|st|vs|etc|incl|max|min|fig|sec|inc|ltd|co|p\.m|a\.m)|\b[A-Z])\.$",
    re.IGNORECASE,
)


def units(text: str, above: str = "") -> tuple[Unit, ...]:
    """`above` is the heading that the passage itself begins under."""
    found = [one for one in _units(text, above) if one.shown and not is_bare_link(text[one.start : one.end])]
    following: list[Unit | None] = [*found[1:], None]
    return tuple(_leading(one, other) for one, other in zip(found, following, strict=False))


def _leading(one: Unit, following: Unit | None) -> Unit:
    """A sentence that is not ended before a list ("and you need") leads to it."""
    listed = following is not None and following.kind in {"item", "step"} and following.block > one.block
    return one.model_copy(update={"kind": "lead"}) if listed and _UNENDED.search(one.shown) and one.kind == "sentence" else one


def _units(text: str, heading: str) -> Iterator[Unit]:
    table = _Table()
    for block, (kind, start, end) in enumerate(_blocks(text)):
        if kind == "heading":
            heading = _title(text[start:end])
        elif _NAVIGATION.match(heading):
            continue
        elif kind == "text":
            yield from _sentences(text, start, end, block, heading)
        elif kind == "row":
            table = table.with_row(text, start, end, block)
            if not table.is_at_its_names:
                yield _row(text, start, end, heading, table)
        else:
            yield _trimmed(text, _KINDS[kind], start, end, block, heading)


def _title(line: str) -> str:
    found = _HEADING.match(line.strip("\n"))
    return shown(found["title"] if found else line).rstrip(":")


class _Table(Frozen):
    """Where the reader is in a table: its columns' names, its number, and where its last row ended."""

    names: tuple[str, ...] = ()
    block: int = -1
    end: int = -1
    is_at_its_names: bool = False

    def with_row(self, text: str, start: int, end: int, block: int) -> "_Table":
        if self.end >= 0 and not text[self.end : start].strip("|-: \t\n"):
            return self.model_copy(update={"end": end, "is_at_its_names": False})
        named = _RULE.match(text[end:].split("\n", 1)[0]) is not None
        return _Table(names=cells(text[start:end]) if named else (), block=block, end=end, is_at_its_names=named)


def _row(text: str, start: int, end: int, heading: str, table: _Table) -> Unit:
    found = _trimmed(text, "row", start, end, table.block, heading)
    return found.model_copy(update={"shown": labelled(table.names, text[found.start : found.end])}) if table.names else found


def _blocks(text: str) -> Iterator[tuple[str, int, int]]:
    """Lines grouped: a paragraph, a step or item with its continuation lines, single headings and rows. Code is left out."""
    group: tuple[str, int, int] | None = None
    fenced = False
    for kind, start, end in _lines(text):
        fenced = fenced != (kind == "fence")
        if group and kind == "text" and not fenced:
            group = (group[0], group[1], end)
            continue
        if group:
            yield group
        starts_something = not fenced and kind not in {"fence", "break"}
        group = (kind, start, end) if starts_something else None
        if group and kind in {"heading", "row"}:
            yield group
            group = None
    if group:
        yield group


def _lines(text: str) -> Iterator[tuple[str, int, int]]:
    for found in _LINE.finditer(text):
        if found.end() > found.start():
            yield _line_kind(found.group().rstrip("\n")), found.start(), found.end()


def _line_kind(line: str) -> str:
    tests = (
        ("fence", _FENCE),
        ("heading", _HEADING),
        ("heading", _CAPITALS),
        ("break", _RULE),
        ("row", _ROW),
        ("step", _STEP),
        ("item", _ITEM),
    )
    if not line.strip():
        return "break"
    return next((kind for kind, pattern in tests if pattern.match(line)), "text")


def _sentences(text: str, start: int, end: int, block: int, heading: str) -> Iterator[Unit]:
    """Instructions that were run together after "To do this:" are steps all the same, an aside between two of them included."""
    found = [_trimmed(text, "sentence", begun, ended, block, heading) for begun, ended in _cuts(text, start, end)]
    found = [one for one in found if one.shown]
    led = False
    for place, one in enumerate(found):
        following = found[place + 1].shown if place + 1 < len(found) else ""
        aside = not _BREAKS_OFF.match(one.shown) and _INSTRUCTION.match(following) is not None
        led = one.kind == "lead" or (led and (_INSTRUCTION.match(one.shown) is not None or aside))
        yield one.model_copy(update={"kind": "step"}) if led and one.kind == "sentence" else one


def _cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begun = start
    for found in _SENTENCE_END.finditer(text, start, end):
        if _SHORT_FORMS.search(text[begun : found.start()]):
            continue
        yield from _after_lead(text, begun, found.end())
        begun = found.end()
    yield from _after_lead(text, begun, end)


def _after_lead(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    found = _LEAD.match(text[start:end])
    if found and found.end() < end - start:
        yield start, start + found.end()
        start += found.end()
    yield start, end


def _trimmed(text: str, kind: UnitKind, start: int, end: int, block: int, heading: str) -> Unit:
    """Without the white space around it. A line that ends in a colon leads to what follows."""
    raw = text[start:end]
    start, end = start + len(raw) - len(raw.lstrip()), end - len(raw) + len(raw.rstrip())
    told = shown(text[start:end])
    return Unit(
        kind="lead" if kind == "sentence" and told.endswith(":") else kind,
        start=start,
        end=max(start, end),
        shown=told if any(letter.isalnum() for letter in told) else "",
        block=block,
        heading=heading,
    )
