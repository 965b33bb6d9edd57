"""Groups quotable units into what is understood together: a paragraph, a list with its lead, a table; it ranks nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from playbooks.domain.content import Hit, Passage
from playbooks.passage_units import Unit

# Plain sentences have about twenty words.
_PLAIN_WORDS = 24
# What begins like this hangs in the air without the sentence before it.
_LEANS_BACK = re.compile(
    r"(?:it|they|them|he|she|this|that|these|those|its|their|such|both|then|otherwise|instead|also|but|and|or|so|however"
    r"|therefore|if (?:it|not|so|they|this|that|you do not|none)|after (?:that|this|it)|in (?:that|this) case"
    r"|when (?:it|this|that)|once (?:it|this|that)|for example|(?:the )?(?:former|latter|same)"
    r"|(?:outside|within|during) (?:these|this|that|those))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Picked:
    """A unit of a passage; `place` is its number in its article's reading order, `opens`: it is the first under its heading."""

    hit: Hit
    passage: Passage
    unit: Unit
    place: int
    score: float = 0.0
    opens: bool = False

    def is_followed_by(self, other: "Picked") -> bool:
        """A heading that leads a list has the place of the first thing it leads to."""
        return self.passage.passage_id == other.passage.passage_id and other.place - self.place in {0, 1}

    def headed(self) -> "Picked":
        """The heading above it, as the words that lead to it."""
        words = self.unit.heading if self.unit.heading.endswith(("?", "!", ":")) else f"{self.unit.heading.rstrip('.')}:"
        return replace(self, unit=self.unit.model_copy(update={"kind": "lead", "end": self.unit.start, "shown": words}))

    @property
    def leans_back(self) -> bool:
        return self.unit.kind == "sentence" and _LEANS_BACK.match(self.unit.shown) is not None

    @property
    def article(self) -> str:
        return self.passage.article_id


@dataclass(frozen=True)
class Thought:
    """Units that are understood together, in order. `score` is how well its best unit answers, with what stands by it."""

    units: tuple[Picked, ...]
    score: float

    @property
    def kind(self) -> str:
        return self.units[-1].unit.kind

    @property
    def article(self) -> str:
        return self.units[0].article

    @property
    def heading(self) -> str:
        return self.units[0].unit.heading


def thoughts_of(read: Sequence[Picked]) -> list[Thought]:
    return [_thought(group) for group in _groups(read)]


def _groups(read: Sequence[Picked]) -> Iterator[list[Picked]]:
    group: list[Picked] = []
    for place, one in enumerate(read):
        following = read[place + 1] if place + 1 < len(read) else None
        if group and not _belongs(group, one, following):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _belongs(group: Sequence[Picked], other: Picked, following: Picked | None) -> bool:
    """A sentence that leads to a list belongs to the list, not to its paragraph."""
    one = group[-1]
    if one.article != other.article or one.place + 1 != other.place or one.unit.heading != other.unit.heading:
        return False
    match one.unit.kind, other.unit.kind:
        case "lead", "step" | "item" | "row":
            return True
        case "sentence", "sentence":
            return one.unit.block == other.unit.block and one.passage.passage_id == other.passage.passage_id
        case "row", "row":
            return one.unit.block == other.unit.block
        case before, after:
            return before == after


def _thought(group: Sequence[Picked]) -> Thought:
    best, *rest = sorted((one.score for one in group), reverse=True)
    return Thought(tuple(group), best + BESIDE_BEST * sum(rest[:2]))


BESIDE_BEST = 0.15


def led(own: Sequence[Picked]) -> Sequence[Picked]:
    """A list or table without a sentence before it is led by its heading: "bedrooms" alone says not whether they may be used.

    Headings in capitals are a plain-text help centre's form fields ("ANSWER").
    """
    first = own[0].unit
    is_listed = own[0].opens and first.kind in {"step", "item", "row"}
    return [own[0].headed(), *own] if is_listed and first.heading and not first.heading.isupper() else own


def stretch(own: Sequence[Picked], most: int, *, plain: bool) -> list[Picked]:
    """So many sentences in a row around the best one, beginning where nothing is missing before it."""
    fits = [one for one in own if not plain or len(one.unit.shown.split()) <= _PLAIN_WORDS] or list(own)
    best = own.index(max(fits, key=lambda one: one.score))
    firsts = range(max(0, best - most + 1), min(best, max(0, len(own) - most)) + 1)
    first = max(firsts, key=lambda place: (sum(one.score for one in own[place : place + most]), -place))
    while first > 0 and own[first].leans_back:
        first -= 1
    return list(own[first : max(first + most, best + 1)])
