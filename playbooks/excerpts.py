"""Chooses what to quote of found articles: the thoughts that answer, from the article that answers best, in reading order.

It changes no word and judges only what it was given.
"""

from collections.abc import Sequence
from dataclasses import replace

from playbooks.domain.content import Hit
from playbooks.reading import scored
from playbooks.relevance import Sought, is_about_the_page
from playbooks.stems import stems
from playbooks.thoughts import Picked, Thought, led, stretch, thoughts_of

# A chat answer is read on a phone: six sentences, or a procedure of a dozen steps with a sentence or two beside it.
_MOST_SENTENCES = {"": 6, "shorter": 2, "friendlier": 6, "plainer": 4}
_MOST_IN_A_ROW = 3
_MOST_STEPS = 12
_MOST_ROWS = 5
_LONGEST_ANSWER = 1500
# Less than this part of the best thought's score is beside the point; what stands in the best one's section goes on from it.
WORTH, SECTION = 0.5, 0.3
# Another article adds where it was found nearly as well and answers as well, or speaks of so much of the question more.
ADDS, FOUND_AS_WELL, SHARE = 0.9, 0.75, 0.3


def picked(question: str, hits: Sequence[Hit], style: str = "") -> tuple[Picked, ...]:
    """The best article's first, in its own order. () where there is nothing to quote."""
    sought = Sought(text=question)
    thoughts = sorted(thoughts_of(scored(sought, hits)), key=lambda one: one.score, reverse=True)
    chosen = [unit for one in _chosen(sought, thoughts, hits, style) for unit in one]
    return tuple(_in_order(chosen, hits))


def _chosen(sought: Sought, thoughts: Sequence[Thought], hits: Sequence[Hit], style: str) -> list[Sequence[Picked]]:
    """The first article's thoughts, and of another one what the first leaves unsaid."""
    if not thoughts:
        return []
    own = [one for one in thoughts if one.article == hits[0].passage.article_id] or list(thoughts)
    chosen = _of_one_article(sought, _with_their_section(own), style)
    return chosen if style == "shorter" else [*chosen, *_beside(sought, thoughts, hits, chosen)]


def _of_one_article(sought: Sought, thoughts: Sequence[Thought], style: str) -> list[Sequence[Picked]]:
    """Best first until the answer is long enough; of lists of steps and of tables only the best one."""
    most = _MOST_SENTENCES.get(style, 6)
    chosen: list[Sequence[Picked]] = []
    for one in thoughts:
        taken = [unit for told in chosen for unit in told]
        left = most - sum(map(_counts, chosen))
        if taken and (left <= 0 or one.score < thoughts[0].score * WORTH or style == "shorter"):
            break
        if _is_told(one, taken) or (taken and all(sought.repeats(unit.unit) for unit in one.units)):
            continue
        told = _told(sought, one, left, plain=style == "plainer")
        if told and told[0].leans_back and not any(unit.is_followed_by(told[0]) for unit in taken):
            told = _with_what_it_leans_on(sought, told, thoughts)
        if told and _length([*taken, *told]) <= max(_LONGEST_ANSWER, _length(told)):
            chosen.append(told)
    return chosen or [_told(sought, thoughts[0], most, plain=False)]


def _counts(told: Sequence[Picked]) -> int:
    """A list is read at a glance: it counts as three sentences at most."""
    return len(told) if told[-1].unit.kind == "sentence" else min(len(told), 3)


def _is_told(thought: Thought, taken: Sequence[Picked]) -> bool:
    """Already, or another list or table of its kind."""
    lists = {unit.unit.kind for unit in taken} - {"sentence"}
    return thought.kind in lists or thought.units[-1].place in {unit.place for unit in taken}


def _with_what_it_leans_on(sought: Sought, told: Sequence[Picked], thoughts: Sequence[Thought]) -> Sequence[Picked]:
    """The list or table right before it comes with it; without one it hangs in the air and is not told."""
    heading, end = told[0].unit.heading, told[0].place - 1
    before = next((one for one in thoughts if one.units[-1].place == end and one.heading == heading), None)
    return [] if before is None else [*_told(sought, before, _MOST_IN_A_ROW, plain=False), *told]


def _length(told: Sequence[Picked]) -> int:
    return sum(len(one.unit.shown) for one in told)


def _beside(
    sought: Sought, thoughts: Sequence[Thought], hits: Sequence[Hit], chosen: Sequence[Sequence[Picked]]
) -> list[Sequence[Picked]]:
    """Another article's best thought, where it answers as well and speaks of something asked that is not yet spoken of."""
    said = {word for told in chosen for one in told for word in stems(f"{one.unit.heading} {one.unit.shown}")}
    best = max((one.score for told in chosen for one in told), default=0.0)
    near = hits[0].score * FOUND_AS_WELL
    taken = {told[0].article for told in chosen} | {told[-1].unit.kind for told in chosen} - {"sentence"}
    for one in thoughts:
        if one.units[0].hit.score < near or {one.article, one.kind} & taken:
            continue
        adds = {word for unit in one.units for word in stems(unit.unit.shown)} & sought.words - said
        if (adds and one.score >= best * ADDS) or len(adds) >= SHARE * len(sought.words):
            return [told] if (told := _told(sought, one, 2, plain=False)) else []
    return []


def _with_their_section(thoughts: Sequence[Thought]) -> list[Thought]:
    """What stands under the same heading as the best thought goes on from it: "restart it once; if it comes back, …"."""
    best = thoughts[0]
    gain = SECTION * best.score if best.heading else 0.0
    raised = [replace(one, score=one.score + gain) if one.heading == best.heading else one for one in thoughts[1:]]
    return [best, *sorted(raised, key=lambda one: one.score, reverse=True)]


def _told(sought: Sought, thought: Thought, most: int, *, plain: bool) -> Sequence[Picked]:
    match thought.kind:
        case "step" | "item":
            return led(thought.units[: _MOST_STEPS + 1])
        case "row":
            first, *rest = _rows(sought, thought.units)
            return led([replace(first, opens=thought.units[0].opens), *rest])
        case _:
            own = [one for one in thought.units if not is_about_the_page(one.unit)]
            return stretch(own, min(most, _MOST_IN_A_ROW), plain=plain) if own else []


def _rows(sought: Sought, own: Sequence[Picked]) -> list[Picked]:
    """The rows that the question names; where it names none, all of a small table and the best of a large one."""
    rows = [one for one in own if one.unit.kind == "row"]
    naming = [[name for name in sought.names if name in one.unit.shown] for one in rows]
    everywhere = {name for name in sought.names if all(name in names for names in naming)}
    if all(one.unit.shown[0].isdigit() for one in rows):
        return list(own[: _MOST_STEPS + 1])
    named = [one for one, names in zip(rows, naming, strict=True) if set(names) - everywhere]
    best = sorted(named or rows, key=lambda one: one.score, reverse=True)[:_MOST_ROWS]
    return [one for one in own if one.unit.kind == "lead" or one in best]


def _in_order(chosen: Sequence[Picked], hits: Sequence[Hit]) -> list[Picked]:
    rank = {hit.passage.article_id: place for place, hit in reversed(list(enumerate(hits)))}
    return sorted(chosen, key=lambda one: (rank[one.article], one.place))
