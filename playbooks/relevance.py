"""How well a sentence, step or row of a help article answers a question: shared rare words, position, and what was asked for.

The weights were chosen on validation halves of two public help centres (docs/adr/040). It picks nothing itself.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import log

from playbooks.domain.base import Frozen
from playbooks.passage_units import Unit
from playbooks.stems import SMALL_WORDS, stems, tokens

_HOW_TO = re.compile(
    r"\bhow (?:do|can|to|should|would|could)\b|\bsteps?\b|\bset ?up\b|\b(?:connect|install|reset|restart|change|create|add)\b",
    re.IGNORECASE,
)
_WHAT_NOW = re.compile(
    r"\bwhat (?:now|next|then)\b|\bwhat happens\b|\bwhat (?:should|can|do|must|shall|could) (?:i|we)\b"
    r"|\bwhere is (?:my|it|the)\b|\b(?:not|n't|never|won't|stuck|fail\w*|errors?|broken|problem|issue|unable|help)\b",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(
    r"\bhow (?:long|soon|fast|many (?:days|hours|weeks))\b|\bwhen\b|\buntil when\b|\bby when\b", re.IGNORECASE
)
_HOW_MUCH = re.compile(r"\bhow much\b|\bcosts?\b|\bprices?\b|\bfees?\b|\bcharged?\b|\bexpensive\b", re.IGNORECASE)
_MAY_I = re.compile(r"(?:^|[.?!,;]\s*|\b(?:and|but|so|or)\s)(?:can|could|may|is it|are|do i|does|am i|will)\b", re.IGNORECASE)

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+(?: \d+)?|\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]+")
_A_TIME = re.compile(
    r"\b(?:\d+|one|two|three|five|ten|same|next)[\d–-]*\s*(?:working |business |calendar )?"
    r"(?:day|hour|minute|week|month|year)s?\b|\b\d{1,2}:\d\d\b|\bat once\b|\bimmediately\b",
    re.IGNORECASE,
)
_AN_AMOUNT = re.compile(r"[$€£¥₹]\s?\d|\b(?:RM|USD|SGD|EUR)\s?\d|\bfree\b|\bno (?:fee|charge|cost)\b|\d\s?%", re.IGNORECASE)
_A_RULE = re.compile(
    r"\b(?:can|cannot|can't|may|must|need(?:s)? to|have to|not (?:possible|supported|available)|yes|no|never|only)\b",
    re.IGNORECASE,
)
_WE_DO = re.compile(
    r"\b(?:we|you) (?:\w+ )?(?:open|send|write|ask|get|call|replace|refund|choose|answer|pay|will|can|need)\b", re.IGNORECASE
)
_ANSWERS = re.compile(
    r"what (?:happens|to do|we do|you (?:can|should) do)|when we act|first steps|solution|resol|answer|workaround|fix|remed"
    r"|how to|do this|steps|procedure",
    re.IGNORECASE,
)
_TELLS_THE_CASE = re.compile(
    r"symptom|abstract|problem|summary|environment|error description|introduction|overview|question", re.IGNORECASE
)
_ABOUT_THE_PAGE = re.compile(
    r"\b(?:this|the following) (?:page|article|guide|document|technote|topic|section)\b|\b(?:below|above)\b(?! \d)"
    r"|\bclick here\b",
    re.IGNORECASE,
)


class Sought(Frozen):
    """A question, taken apart once: its words and what kind of answer it looks for."""

    text: str

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(stems(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """What it names: words with a digit, and capitalised words that do not begin a sentence."""
        return frozenset(_NAME.findall(self.text))

    @cached_property
    def _cues(self) -> tuple[tuple[re.Pattern[str], float], ...]:
        wanted = ((_HOW_LONG, _A_TIME, 1.35), (_HOW_MUCH, _AN_AMOUNT, 1.35), (_MAY_I, _A_RULE, 1.15), (_WHAT_NOW, _WE_DO, 1.15))
        return tuple((answers, gain) for asks, answers, gain in wanted if asks.search(self.text))

    @cached_property
    def wants_steps(self) -> float:
        return 1.5 if _HOW_TO.search(self.text) else 1.25 if _WHAT_NOW.search(self.text) else 1.0

    @cached_property
    def _spoken(self) -> str:
        return " ".join(tokens(self.text))

    def repeats(self, unit: Unit) -> bool:
        """A sentence nearly all of whose words the customer has written already tells them nothing new."""
        words = set(stems(unit.shown))
        return len(words) >= 4 and len(words & self.words) >= ECHO * len(words)

    def asks_as(self, heading: str) -> bool:
        """The heading is a part of the question, word for word."""
        told = tokens(heading)
        return len(told) >= 3 and f" {' '.join(told)} " in f" {self._spoken} "

    def suits(self, unit: Unit) -> float:
        """What kind of answer the unit is, whatever its words: above 1 where it is the kind that was asked for."""
        factor = self.wants_steps if unit.kind == "step" or (unit.kind == "row" and unit.shown[0].isdigit()) else 1.0
        for answers, gain in self._cues:
            factor *= gain if answers.search(unit.shown) else 1.0
        if self.asks_as(unit.heading):
            factor *= 2.0
        elif _ANSWERS.search(unit.heading):
            factor *= 1.4
        elif _TELLS_THE_CASE.search(unit.heading):
            factor *= 0.7
        return factor * (0.3 if _ABOUT_THE_PAGE.search(unit.shown) or is_no_sentence(unit) else 1.0)


ABOVE, ECHO = 0.8, 0.8


def is_no_sentence(unit: Unit) -> bool:
    """Keyword lists and log lines have hardly a small word between the long ones."""
    told = tokens(unit.shown)
    return unit.kind == "sentence" and len(told) >= 7 and sum(one in SMALL_WORDS for one in told) < 0.1 * len(told)


def rarity(told: Sequence[set[str]]) -> Mapping[str, float]:
    counted = Counter(word for words in told for word in words)
    return {word: log(1 + len(told) / count) for word, count in counted.items()}


def overlap(sought: Sought, own: set[str], heading: set[str], rare: Mapping[str, float]) -> float:
    """Shared rare words, in short units more than in long ones; a word that only the heading has counts half."""
    shared = sum(rare[word] for word in sought.words & own)
    above = sum(rare[word] for word in (sought.words & heading) - own)
    density: float = (shared + ABOVE * above) / (len(own) + 8) ** 0.5
    return density


def is_about_the_page(unit: Unit) -> bool:
    return _ABOUT_THE_PAGE.search(unit.shown) is not None
