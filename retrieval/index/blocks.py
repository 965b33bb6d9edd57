"""Finds the blocks of a Markdown text: headings, paragraphs, lists, tables, fenced listings. Cuts nothing to size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$")
ITEM = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
ROW = re.compile(r"^[ \t]*\|")
FENCE = re.compile(r"^[ \t]*(```|~~~)")


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a paragraph, a list, a table, a fenced listing."""

    start: int
    end: int
    words: int
    kind: str


def blocks_of(body: str) -> Iterator[Block]:
    """In order; blank lines between blocks belong to none, those inside a list or listing to it."""
    start, kind, offset, listing = 0, "blank", 0, False
    for line in body.splitlines(keepends=True):
        fence = FENCE.match(line) is not None
        found = "listing" if listing or fence else _kind(line, kind)
        if found != kind or found == "heading" or (fence and not listing):
            if kind != "blank":
                yield measured(body, start, offset, kind)
            start, kind = offset, found
        listing, offset = listing != fence, offset + len(line)
    if kind != "blank":
        yield measured(body, start, offset, kind)


def _kind(line: str, open_kind: str) -> str:
    """What a line outside a listing belongs to, given the block that is open before it."""
    if HEADING.match(line.rstrip("\n")):
        return "heading"
    if not line.strip():
        return "list" if open_kind == "list" else "blank"
    if ITEM.match(line) or (open_kind == "list" and line[0] in " \t"):
        return "list"
    return "table" if ROW.match(line) else "paragraph"


def measured(body: str, start: int, end: int, kind: str) -> Block:
    return Block(start, end, len(body[start:end].split()), kind)
