"""Reads found articles unit by unit and scores how well each answers a question; it chooses none of them.

The weights were chosen on validation halves of two public help centres (docs/adr/040); none of them is sharp.
"""

from collections.abc import Sequence
from dataclasses import replace

from playbooks.domain.content import Hit
from playbooks.passage_units import units
from playbooks.relevance import Sought, overlap, rarity
from playbooks.stems import stems
from playbooks.thoughts import Picked

# An article found this far below the best one is about something else.
NEAR_THE_BEST = 0.6
# An article opens with what it is about; the passage that search found counts for more than those beside it.
OPENING, BESIDE = 0.1, 0.8
# Being the kind of answer that was asked for counts a little even without a shared word; repeating the question counts little.
CUE, REPEATED = 0.5, 0.1


def scored(sought: Sought, hits: Sequence[Hit]) -> list[Picked]:
    """Every unit of the best article and of the passages found beside it, with how well it answers."""
    read = [one for place, hit in enumerate(_near(hits)) for one in _read(hit, whole=place == 0)]
    own = [set(stems(one.unit.shown)) for one in read]
    above = [set(stems(one.unit.heading)) for one in read]
    rare = rarity([words | heading for words, heading in zip(own, above, strict=True)])
    said = [overlap(sought, words, heading, rare) for words, heading in zip(own, above, strict=True)]
    return [
        replace(one, score=_answers(sought, one, new * (REPEATED if sought.repeats(one.unit) else 1.0)))
        for one, new in zip(read, said, strict=True)
    ]


def _answers(sought: Sought, one: Picked, said: float) -> float:
    """What it says of the question's words, raised by being the kind of answer that was asked for."""
    suits = sought.suits(one.unit)
    opening = OPENING if one.place == 0 else 0.0
    return ((said + opening) * suits + CUE * max(suits - 1, 0.0)) * _found(one)


def _near(hits: Sequence[Hit]) -> list[Hit]:
    return [one for one in hits if one.score >= hits[0].score * NEAR_THE_BEST]


def _read(hit: Hit, *, whole: bool) -> list[Picked]:
    passages = sorted([hit.passage, *(hit.beside if whole else ())], key=lambda one: one.start)
    taken = [(one, unit) for one in passages for unit in units(one.text, above=one.breadcrumb.split(" › ")[-1])]
    above = [None, *(unit.heading for _, unit in taken)]
    return [
        Picked(hit, passage, unit, place, opens=unit.heading != before)
        for place, ((passage, unit), before) in enumerate(zip(taken, above, strict=False))
    ]


def _found(one: Picked) -> float:
    """The passage that search found counts in full, its article's others a little less."""
    return (0.3 + 0.7 * one.hit.score) * (1.0 if one.passage.passage_id == one.hit.passage.passage_id else BESIDE)
