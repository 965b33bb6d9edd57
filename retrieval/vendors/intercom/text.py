"""Intercom's HTML to readable text and back, in one place; it never keeps markup, scripts or a link it does not show.

Reading: blocks become lines, links become "label (address)", as Intercom itself does for `display_as=plaintext`.
Writing: everything is escaped; only paragraphs, line breaks and http(s) links are made. What is written reads back with
the same words, which is what makes a doubtful reply findable.
"""

import re
from html import escape
from html.parser import HTMLParser

PARAGRAPHS = frozenset({"p", "ul", "ol", "table", "blockquote", "pre"})
BLOCKS = PARAGRAPHS | {"div", "dl", "dt", "dd", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section", "tr"}
UNSHOWN = frozenset({"script", "style", "template", "title"})
SHOWN_LINKS = ("http://", "https://", "mailto:", "tel:")
ADDRESS = re.compile(r"https?://[^\s<>\"']+")
ENDS_A_SENTENCE = ".,;:!?)]}"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden = 0
        self._links: list[tuple[str, int]] = []

    def _opened(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in UNSHOWN:
            self._hidden += 1
        elif tag == "a":
            self._links.append((named.get("href", ""), len(self._pieces)))
        elif tag == "br":
            self._pieces.append("\n")
        elif tag == "li":
            self._pieces.append("\n- ")
        elif tag == "img":
            self._pieces.append(f"[image {named.get('alt') or named.get('src', '')}]")
        elif tag == "attribute":
            self._pieces.append(_placeholder(named))
        elif tag in BLOCKS:
            self._pieces.append("\n\n" if tag in PARAGRAPHS else "\n")

    def _alone(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in UNSHOWN and tag != "a":
            self._opened(tag, attrs)

    def _closed(self, tag: str) -> None:
        if tag in UNSHOWN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())
        elif tag in BLOCKS:
            self._pieces.append("\n\n" if tag in PARAGRAPHS else "\n")

    def _close_link(self, address: str, start: int) -> None:
        label = "".join(self._pieces[start:]).strip()
        if address.startswith(SHOWN_LINKS) and label != address:
            self._pieces.append(f" ({address})" if label else address)

    def _said(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(re.sub(r"\s+", " ", data))

    # the parser's own names for the four
    handle_starttag, handle_startendtag, handle_endtag, handle_data = _opened, _alone, _closed, _said

    @property
    def text(self) -> str:
        lines = [" ".join(line.split()) for line in "".join(self._pieces).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _placeholder(attribute: dict[str, str]) -> str:
    """A macro's `<attribute key="user.name" default="there"/>` in the house's own notation."""
    key = attribute.get("key", "").replace("user.", "contact.", 1).replace("teammate.", "agent.", 1)
    fallback = attribute.get("default", "").replace('"', "'")
    return f'{{{{ {key} | fallback: "{fallback}" }}}}' if fallback else f"{{{{ {key} }}}}"


def text_of(html: str | None) -> str:
    """Plain text with links kept. It is untrusted, and data only."""
    reader = _Reader()
    reader.feed(html or "")
    reader.close()
    return reader.text


def html_of(text: str) -> str:
    """Escaped paragraphs with http(s) addresses as links; "" where there are no words."""
    paragraphs = [one.strip() for one in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").replace("\r", "\n"))]
    return "".join(f"<p>{'<br>'.join(_linked(line) for line in one.split(chr(10)))}</p>" for one in paragraphs if one)


def _linked(line: str) -> str:
    pieces, end = [], 0
    for found in ADDRESS.finditer(line):
        address = found.group().rstrip(ENDS_A_SENTENCE)
        pieces.append(escape(line[end : found.start()]))
        pieces.append(f'<a href="{escape(address)}">{escape(address)}</a>')
        end = found.start() + len(address)
    return "".join((*pieces, escape(line[end:])))


def same_words(one: str, other: str) -> bool:
    """Equal but for white space, which Intercom and HTML rearrange."""
    return one.split() == other.split()


def markdown_of(html: str | None) -> str:
    """An article's body as Markdown: headings, lists, tables and links kept, scripts gone."""
    from markdownify import markdownify  # noqa: PLC0415  slow to import, and only articles need it

    # unescaped: a citation's excerpt must be found in the article word for word (L7)
    markdown = markdownify(
        html or "", heading_style="ATX", bullets="-", escape_asterisks=False, escape_underscores=False, escape_misc=False
    )
    lines = [line.rstrip() for line in str(markdown).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
