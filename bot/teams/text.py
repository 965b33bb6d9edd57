"""Text as Adaptive Card inlines: text runs are data, so no Markdown, mention or date function in them is ever carried out."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from bot.paging import cut
from bot.rich import Line, Span

Item = dict[str, Any]

TEXT_CHARACTERS = 1000
BLOCK_BYTES = 8 * 1024
"""A run and a block of text at most, so that a card can be cut between blocks; styles weigh more than letters."""

URL_CHARACTERS = 2000
SCHEMES = ("https://", "http://", "mailto:")


def usable_url(url: str | None) -> str | None:
    if url is None or not url.startswith(SCHEMES) or len(url) > URL_CHARACTERS or any(one.isspace() for one in url):
        return None
    return url


def moment(at: datetime, zone: tzinfo) -> str:
    """Teams shows no reader's own zone inside text runs, so it is the company's."""
    return f"{at.astimezone(zone):%d %b %Y %H:%M %Z}"


def run(text: str, *, url: str | None = None, **style: Any) -> Item:
    usable = usable_url(url)
    opens = {"selectAction": {"type": "Action.OpenUrl", "url": usable}, "color": "Accent"} if usable else {}
    return {"type": "TextRun", "text": text, **style, **opens}


def span_run(span: Span) -> Item:
    style: Item = {"weight": "Bolder"} if span.bold else {}
    style |= {"italic": True} if span.italic else {}
    style |= {"fontType": "Monospace"} if span.code else {}
    return run(span.text, url=span.url, **style)


def line_runs(lines: Iterable[Line]) -> list[Item]:
    runs: list[Item] = []
    for number, line in enumerate(lines):
        runs += [run("\n")] if number else []
        runs += [span_run(span) for span in line]
    return runs


def rich(runs: Iterable[Item], **more: Any) -> Iterator[Item]:
    """Rich text blocks of at most BLOCK_BYTES, whole and in order; a run that is cut keeps its style and link."""
    block: list[Item] = []
    room = BLOCK_BYTES
    for one in (whole | {"text": piece} for whole in runs for piece in cut(whole["text"], TEXT_CHARACTERS)):
        if block and size(one) > room:
            yield {"type": "RichTextBlock", "inlines": block, **more}
            block, room = [], BLOCK_BYTES
        block.append(one)
        room -= size(one) + 1
    if block:
        yield {"type": "RichTextBlock", "inlines": block, **more}


def size(value: object) -> int:
    """In bytes, as it is sent."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
