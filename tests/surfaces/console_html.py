"""Reads the console's HTML back: its tags and attributes as a skeleton, its words, and what a person meets in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "img", "input", "meta", "link", "hr"}
TEXT_FIELDS = frozenset({"title", "aria-label", "alt", "value", "placeholder", "data-confirm"})


@dataclass
class Tag:
    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Read(HTMLParser):
    """Every start tag in order; `open_tags` is empty after well-formed HTML."""

    tags: list[Tag] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"an attribute twice in <{tag}>")
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open_tags or self.open_tags.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        """Tags with their attributes' names: what text must never change."""
        return [(one.name, tuple(one.attributes)) for one in self.tags]

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, name: str) -> Iterator[Tag]:
        return (one for one in self.tags if one.name == name)

    @property
    def addresses(self) -> list[str]:
        return [value for one in self.tags for name, value in one.attributes.items() if name in {"href", "src", "action"}]


def read(html: str) -> Read:
    found = Read()
    found.feed(html)
    found.close()
    assert not found.wrong, found.wrong
    assert not found.open_tags, found.open_tags
    return found
