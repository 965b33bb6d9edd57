"""Takes a Markdown passage apart into what can be quoted: sentences, steps, list items, table rows, each with its place.

A unit's raw text is a verbatim stretch of the passage; its shown text is the same without the light Markdown. It ranks nothing.
"""

import re
from collections.abc import Iterator
from typing import Literal

from playbooks.domain.base import Frozen

UnitKind = Literal["sentence", "step", "item", "row", "lead"]


class Unit(Frozen):
    """`passage[start:end]` is the raw text. `block` numbers its paragraph, list or table; `heading` stands above it."""

    kind: UnitKind
    start: int
    end: int
    shown: str
    block: int
    heading: str = ""


_KINDS: dict[str, UnitKind] = {"step": "step", "item": "item", "row": "row"}
_LINE = re.compile(r"[^\n]*\n?")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<title>.+?)\s*#*\s*$")
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


def units(text: str) -> tuple[Unit, ...]:
    return tuple(one for one in _units(text) if one.shown)


def _units(text: str) -> Iterator[Unit]:
    heading = ""
    for block, (kind, start, end) in enumerate(_blocks(text)):
        if kind == "heading":
            found = _HEADING.match(text[start:end].strip("\n"))
            heading = shown(found["title"]) if found else heading
        elif kind == "text":
            yield from _sentences(text, start, end, block, heading)
        else:
            yield _trimmed(text, _KINDS[kind], start, end, block, heading)


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
    tests = (("fence", _FENCE), ("heading", _HEADING), ("break", _RULE), ("row", _ROW), ("step", _STEP), ("item", _ITEM))
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


def shown(raw: str) -> str:
    """The words without the light Markdown around them; a link keeps its address, a row's cells are told apart by dashes."""
    text = raw.strip()
    if _ROW.match(text):
        return " – ".join(cell for one in text.strip("|").split("|") if (cell := shown(one)))
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]+)\]\((https?://[^)\s]+)[^)]*\)", r"\1 (\2)", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(?<!\w)(\*\*\*|\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", text)
    text = re.sub(r"^(?:[-*+•–]|>)\s+", "", text)
    return re.sub(r"\s+", " ", text.replace("\\", "")).strip()
