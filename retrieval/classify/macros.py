"""Ranks macros for a customer's words by what the company's examples and history teach; it chooses none and sends nothing."""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playbooks.domain.content import Macro
from retrieval.index.embedder import Embedder

if TYPE_CHECKING:
    from retrieval.classify.intents import Examples, IntentModel

Scorer = Callable[[str, Sequence[Macro]], Sequence[float]]
Used = tuple[str, str]
"""A customer's words and the id of the macro that was sent for them."""

MOST_OF_ONE, MOST_USED = 40, 1500
"""Of the history. With 1,500 texts learning takes seconds, and a macro known by 40 uses is known."""

SHARPNESS = (0.05, 0.08, 0.12, 0.18, 0.25, 0.35, 0.5)
"""Tried for turning scores into chances; the one under which the examples left out are least surprising is kept."""


@dataclass(frozen=True)
class _Learned:
    """`versions` are the macros it was learned from, a changed one is no longer known; `history` what was used."""

    model: "IntentModel"
    sharpness: float
    versions: Mapping[str, Macro]
    history: tuple[Used, ...] = ()


class TrainedScorer:
    """A `playbooks.macros.Scorer`. Until `learn`, and for macros that changed since, it answers as `otherwise` does."""

    def __init__(self, embedder: Embedder, otherwise: Scorer) -> None:
        self._embedder, self._otherwise = embedder, otherwise
        self._learned: _Learned | None = None

    def learn(self, macros: Sequence[Macro], history: Sequence[Used] = ()) -> bool:
        """Under a second for 22 macros with 6 examples each. `history`: the newest first, of which the newest are learned.

        False: too few macros to tell apart, or all of this is known.
        """
        versions, newest = {one.macro_id: one for one in macros}, newest_of(history)
        learned = self._learned
        if len(versions) < 2 or (learned is not None and (learned.versions, learned.history) == (versions, newest)):
            return False
        self._learned = replace(_trained(list(versions.values()), newest, self._embedder), history=newest)
        return True

    def knows(self, macros: Sequence[Macro]) -> bool:
        learned = self._learned
        return learned is not None and all(learned.versions.get(one.macro_id) == one for one in macros)

    def __call__(self, text: str, macros: Sequence[Macro]) -> Sequence[float]:
        """For each macro the chance, 0–1, that it is the right one."""
        learned = self._learned
        if learned is None or not self.knows(macros):
            return self._otherwise(text, macros)
        judged = learned.model.judge([text])
        chances = softened(judged.scores, learned.sharpness)[0] * judged.chance[0]
        places = {one: place for place, one in enumerate(learned.model.intents)}
        return [float(chances[places[one.macro_id]]) for one in macros]


def newest_of(history: Sequence[Used]) -> tuple[Used, ...]:
    """Time grows with the cube of the texts: so many of each macro, so many in all. The same words for the same macro once."""
    kept: dict[Used, None] = {}
    counted: Counter[str] = Counter()
    for one in history:
        if one not in kept and counted[one[1]] < MOST_OF_ONE and len(kept) < MOST_USED:
            kept[one] = None
            counted[one[1]] += 1
    return tuple(kept)


def examples_of(macros: Sequence[Macro], history: Sequence[Used] = ()) -> "Examples":
    """A macro is known by its examples, its name, its labels and its own words, and by what it was sent for."""
    from retrieval.classify.intents import Examples

    ids = {one.macro_id for one in macros}
    said = [(text, one.macro_id) for one in macros for text in (*one.examples, one.name, _labels(one), one.body)]
    said += [(text, macro_id) for text, macro_id in history if macro_id in ids]
    told = [one for one in said if one[0].strip()]
    return Examples([text for text, _ in told], [macro_id for _, macro_id in told])


def _labels(macro: Macro) -> str:
    return " ".join(dict.fromkeys([*macro.intents, *macro.tags])).replace("_", " ").replace("-", " ")


def _trained(macros: Sequence[Macro], history: Sequence[Used], embedder: Embedder) -> _Learned:
    from retrieval.classify.intents import IntentModel

    model = IntentModel(examples_of(macros, history), embedder)
    scores, classes = model.calibrate_by_leaving_out()
    return _Learned(model, _sharpness(scores, classes), {one.macro_id: one for one in macros})


def _sharpness(scores: NDArray[np.float32], classes: NDArray[np.intp]) -> float:
    rows = np.arange(len(classes))
    return max(SHARPNESS, key=lambda one: float(np.log(softened(scores, one)[rows, classes] + 1e-9).sum()))


def softened(scores: NDArray[np.float32], sharpness: float) -> NDArray[np.float32]:
    """Scores as shares of one, row by row."""
    grown: NDArray[np.float32] = np.exp((scores - scores.max(axis=1, keepdims=True)) / sharpness)
    shares: NDArray[np.float32] = grown / grown.sum(axis=1, keepdims=True)
    return shares
