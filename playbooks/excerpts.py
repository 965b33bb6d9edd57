"""Chooses which sentences, steps and rows of found passages answer a question, by shared words; it changes no word."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from playbooks.domain.content import Hit
from playbooks.passage_units import Unit, units
from playbooks.stems import stems

# A chat answer is read on a phone: four sentences, or a procedure of a dozen steps.
_MOST_SENTENCES = {"": 4, "shorter": 2, "friendlier": 4, "plainer": 4}
_MOST_STEPS = 12
_MOST_ROWS = 3
_MOST_BESIDE_STEPS = 2
_LONGEST_ANSWER = 1800
# Passages this far below the best one are about something else.
_NEAR_THE_BEST = 0.6
_HOW_TO = re.compile(
    r"\bhow (?:do|can|to|should|would)\b|\bsteps?\b|\bset ?up\b|\b(?:connect|install|reset|restart|change)\b", re.IGNORECASE
)
# Plain sentences have about twenty words.
_PLAIN_WORDS = 24


@dataclass(frozen=True)
class Picked:
    """A unit of a passage; `place` is its number among the passage's units."""

    hit: Hit
    unit: Unit
    place: int
    score: float

    def is_followed_by(self, other: "Picked") -> bool:
        return self.hit.passage.passage_id == other.hit.passage.passage_id and self.place + 1 == other.place


def picked(question: str, hits: Sequence[Hit], style: str = "") -> tuple[Picked, ...]:
    """The best passage's first; within a passage in its own order. () where there is nothing to quote."""
    scored = _scored(question, hits)
    if not scored:
        return ()
    best = max(scored, key=lambda one: one.score)
    if best.unit.kind in {"step", "row"} or _leads_to_steps(best, scored):
        procedure = _procedure(best, scored)
        chosen = procedure if style == "shorter" else [*_introduction(procedure, scored), *procedure]
    else:
        chosen = _sentences(scored, _MOST_SENTENCES.get(style, 4), plain=style == "plainer")
    return _within_length(_in_order(chosen, hits))


def _scored(question: str, hits: Sequence[Hit]) -> list[Picked]:
    wanted = set(stems(question))
    near = [one for one in hits if one.score >= hits[0].score * _NEAR_THE_BEST] if hits else []
    taken = [(hit, place, unit) for hit in near for place, unit in enumerate(units(hit.passage.text))]
    told = [set(stems(f"{unit.heading} {unit.shown}")) for _, _, unit in taken]
    rarity = _rarity(told)
    return [
        Picked(hit=hit, unit=unit, place=place, score=_score(wanted, words, rarity, hit, place) * _suits(question, unit))
        for (hit, place, unit), words in zip(taken, told, strict=True)
    ]


def _rarity(told: Sequence[set[str]]) -> dict[str, float]:
    counted = Counter(word for words in told for word in words)
    return {word: log(1 + len(told) / count) for word, count in counted.items()}


def _score(wanted: set[str], words: set[str], rarity: dict[str, float], hit: Hit, place: int) -> float:
    """Shared rare words, in short units more than in long ones, raised by how well the passage itself was found."""
    shared = sum(rarity[word] for word in wanted & words)
    density: float = shared / (len(words) + 8) ** 0.5
    opening = 0.15 if place == 0 else 0.0
    return (density + opening) * (0.3 + 0.7 * hit.score)


def _suits(question: str, unit: Unit) -> float:
    """Who asks how to do something wants the steps rather than a sentence that mentions it."""
    return 1.5 if unit.kind in {"lead", "step"} and _HOW_TO.search(question) else 1.0


def _leads_to_steps(best: Picked, scored: Sequence[Picked]) -> bool:
    """A sentence before a list, or an item of one, stands for the whole list."""
    if best.unit.kind == "item":
        return True
    following = next((one for one in scored if best.is_followed_by(one)), None)
    return best.unit.kind == "lead" and following is not None and following.unit.kind in {"step", "item", "row"}


def _procedure(best: Picked, scored: Sequence[Picked]) -> list[Picked]:
    """The list around the best unit with the sentence that leads to it; of a table the best rows only."""
    own = [one for one in scored if one.hit.passage.passage_id == best.hit.passage.passage_id]
    listed = _stretch(own, best)
    lead = [one for one in own if listed and one.is_followed_by(listed[0]) and one.unit.kind in {"lead", "sentence"}]
    if listed and listed[0].unit.kind == "row":
        rows = sorted(listed[1:], key=lambda one: one.score, reverse=True)[:_MOST_ROWS]
        return [*lead, listed[0], *rows]
    return [*lead, *listed[:_MOST_STEPS]]


def _introduction(procedure: Sequence[Picked], scored: Sequence[Picked]) -> list[Picked]:
    """What else the same passages say to the question, as sentences."""
    said = [one for one in scored if one.unit.kind == "sentence" and one not in procedure]
    top = max(one.score for one in procedure)
    return [one for one in sorted(said, key=lambda one: one.score, reverse=True)[:_MOST_BESIDE_STEPS] if one.score >= top * 0.4]


def _stretch(own: Sequence[Picked], best: Picked) -> list[Picked]:
    """The unbroken run of steps, items or rows that the best unit is in or leads to."""
    runs: list[list[Picked]] = []
    for one in own:
        if one.unit.kind in {"sentence", "lead"}:
            continue
        if runs and runs[-1][-1].is_followed_by(one) and _alike(runs[-1][-1].unit, one.unit):
            runs[-1].append(one)
        else:
            runs.append([one])
    return next((run for run in runs if run[0].place <= best.place <= run[-1].place or best.place + 1 == run[0].place), [best])


def _alike(one: Unit, other: Unit) -> bool:
    return one.kind == other.kind and one.heading == other.heading


def _sentences(scored: Sequence[Picked], most: int, *, plain: bool) -> list[Picked]:
    """The best ones; what leads to something that is not chosen itself would hang in the air."""
    said = [one for one in scored if one.unit.kind != "lead"]
    if plain and (short := [one for one in said if len(one.unit.shown.split()) <= _PLAIN_WORDS and "(" not in one.unit.shown]):
        said = short
    ranked = sorted(said or scored, key=lambda one: one.score, reverse=True)
    top = ranked[0].score
    chosen: dict[str, Picked] = {}
    for one in ranked:
        if one.score >= top * 0.45 and len(chosen) < most:
            chosen.setdefault(one.unit.shown.lower(), one)
    return _finished(list(chosen.values()), scored) if most > _MOST_SENTENCES["shorter"] else list(chosen.values())


def _finished(chosen: list[Picked], scored: Sequence[Picked]) -> list[Picked]:
    """One sentence alone rarely finishes a thought: the next one of its paragraph comes with it."""
    if len(chosen) > 1:
        return chosen
    following = (one for one in scored if chosen[0].is_followed_by(one) and one.unit.block == chosen[0].unit.block)
    return [*chosen, *following]


def _in_order(chosen: Sequence[Picked], hits: Sequence[Hit]) -> list[Picked]:
    rank = {hit.passage.passage_id: place for place, hit in enumerate(hits)}
    return sorted(chosen, key=lambda one: (rank[one.hit.passage.passage_id], one.place))


def _within_length(chosen: Sequence[Picked]) -> tuple[Picked, ...]:
    kept: list[Picked] = []
    length = 0
    for one in chosen:
        length += len(one.unit.shown)
        if kept and length > _LONGEST_ANSWER:
            break
        kept.append(one)
    return tuple(kept)
