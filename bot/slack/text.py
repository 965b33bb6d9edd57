"""Turns text into Slack's text objects: escaped, dated, cut into lengths Slack takes. No text from outside can act here.

Rich text blocks carry text as data, so nothing in it is interpreted; where mrkdwn is needed, &, < and > are escaped (so no
mention, link or date can be written by a customer) and `verbatim` keeps Slack from linking what merely looks like a link.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from bot.paging import cut
from bot.rich import Line, Span

Block = dict[str, Any]

LINK_SCHEMES = ("https://", "http://", "mailto:")
URL_CHARACTERS = 3000


def escaped(text: str) -> str:
    """*Source:* docs.slack.dev "Escaping text": only these three signs, and each of them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def words(text: str) -> Block:
    """A plain text object; `emoji` stays off so that a customer's :sign: is shown as typed."""
    return {"type": "plain_text", "text": text, "emoji": False}


def usable_url(url: str | None) -> str | None:
    """None where Slack would refuse it (and the whole message with it)."""
    if url is None or not url.startswith(LINK_SCHEMES) or len(url) > URL_CHARACTERS:
        return None
    return None if any(one.isspace() for one in url) else url


def link(url: str | None, text: str) -> str:
    """A mrkdwn link, or the escaped text alone where the address is of no use."""
    usable = usable_url(url)
    shown = escaped(text)
    if usable is None:
        return shown
    return f"<{escaped(usable).replace('|', '%7C')}|{' '.join(shown.replace('|', '¦').split())}>"


def moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%d %b %Y %H:%M %Z}"


def date(at: datetime, zone: tzinfo) -> str:
    """Shown by Slack in the reader's own zone; the fallback is in ours."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{escaped(moment(at, zone))}>"


def styled(span: Span) -> str:
    """A span of our own rich text as mrkdwn."""
    shown = link(span.url, span.text) if span.url else escaped(span.text)
    if not span.text.strip():
        return shown
    for sign, wanted in (("`", span.code), ("_", span.italic and not span.code), ("*", span.bold and not span.code)):
        shown = f"{sign}{shown}{sign}" if wanted else shown
    return shown


def run(span: Span) -> Block:
    """A span as an element of a rich text block."""
    style = {name: True for name, on in (("bold", span.bold), ("italic", span.italic), ("code", span.code)) if on}
    url = usable_url(span.url)
    element: Block = {"type": "link", "url": url, "text": span.text} if url else {"type": "text", "text": span.text}
    return element | ({"style": style} if style else {})


def runs(lines: Iterable[Line]) -> list[Block]:
    """Lines one under the other."""
    elements: list[Block] = []
    for number, line in enumerate(lines):
        if number:
            elements.append({"type": "text", "text": "\n"})
        elements.extend(run(span) for span in line)
    return elements


def chunked(elements: Iterable[Block], limit: int) -> Iterator[list[Block]]:
    """Rich text elements in lists of at most `limit` characters; long ones are cut, a cut link keeps its address."""
    chunk: list[Block] = []
    room = limit
    for element in elements:
        for piece in cut(element["text"], limit) if "text" in element else ("",):
            if len(piece) > room:
                yield chunk
                chunk, room = [], limit
            chunk.append(element | {"text": piece} if "text" in element else element)
            room -= len(piece)
    if chunk:
        yield chunk
