"""Reads the small Markdown of the card's *rich* fields into a neutral tree for every renderer; it never renders or escapes.

Known: **bold**, *italic*, `code`, [link](https://…), a backslash before a sign, line breaks, blank lines between paragraphs,
"- " items. Everything else stays the plain text it is, HTML and links to other schemes included; no word is ever lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

BULLET = "- "
SCHEMES = frozenset({"https", "http", "mailto"})
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""No surface shows these, and JSON or HTML may refuse them."""


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style; with `url` it is (a part of) a link."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str | None = None


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Lines:
    """A paragraph: lines that follow each other with a break between."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Bullets:
    """A list; each item is one or more lines."""

    items: tuple[tuple[Line, ...], ...]


Block = Lines | Bullets


def parsed(rich: str) -> tuple[Block, ...]:
    """The tree of a rich field; () for an empty one."""
    blocks: list[Block] = []
    for is_item, source in _chunks(rich):
        lines = _lines(source)
        previous = blocks[-1] if blocks else None
        if not is_item:
            blocks.append(Lines(lines))
        elif isinstance(previous, Bullets):
            blocks[-1] = Bullets((*previous.items, lines))
        else:
            blocks.append(Bullets((lines,)))
    return tuple(blocks)


def plain(rich: str) -> str:
    """The words alone, as for a notification or a screen reader; a link's address is left out."""
    return "\n".join(_plain_block(block) for block in parsed(rich))


def _plain_block(block: Block) -> str:
    if isinstance(block, Lines):
        return _plain_lines(block.lines)
    return "\n".join(f"• {_plain_lines(item)}" for item in block.items)


def _plain_lines(lines: tuple[Line, ...]) -> str:
    return "\n".join("".join(span.text for span in line) for line in lines)


def _chunks(rich: str) -> Iterator[tuple[bool, str]]:
    """(is a list item, its source) in order. Blocks are told apart here by line: a block parser drops text nested too deep."""
    is_item, gathered = False, list[str]()
    for line in CONTROL.sub("", rich).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        starts_item = line.lstrip().startswith(BULLET)
        if gathered and (starts_item or not line.strip() or (is_item and not line.startswith("  "))):
            yield is_item, "\n".join(gathered)
            is_item, gathered = False, []
        if starts_item:
            is_item, gathered = True, [line.lstrip().removeprefix(BULLET)]
        elif line.strip():
            gathered.append(line)
    if gathered:
        yield is_item, "\n".join(gathered)


def _lines(source: str) -> tuple[Line, ...]:
    children = INLINE.parseInline(source)[0].children or []
    lines: list[list[Span]] = [[]]
    bold = italic = 0
    url: str | None = None
    for token in children:
        match token.type:
            case "softbreak" | "hardbreak":
                lines.append([])
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "link_open" | "link_close":
                url = _address(token.attrs)
            case _:
                _append(lines[-1], Span(token.content, bold > 0, italic > 0, token.type == "code_inline", url))
    return tuple(tuple(line) for line in lines)


def _append(line: list[Span], span: Span) -> None:
    """Neighbours of one style are one span."""
    if not span.text:
        return
    last = line[-1] if line else None
    if last and (last.bold, last.italic, last.code, last.url) == (span.bold, span.italic, span.code, span.url):
        line[-1] = Span(last.text + span.text, span.bold, span.italic, span.code, span.url)
    else:
        line.append(span)


def _address(attrs: dict[str, Any]) -> str | None:
    return str(attrs["href"]) if "href" in attrs else None


def _acceptable(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in SCHEMES
    except ValueError:
        return False


def _inline() -> MarkdownIt:
    parser = MarkdownIt("zero", {"maxNesting": 20}).enable(["newline", "escape", "backticks", "emphasis", "link"])
    parser.validateLink = _acceptable  # type: ignore[method-assign]
    return parser


INLINE = _inline()
