"""Chooses which intent a text has, or that none fits; learned in seconds from a company's own examples. It acts on nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from retrieval.classify.gaussian import Labels, Machine, Reading
from retrieval.classify.likeness import Likeness
from retrieval.classify.scope import ANYTHING, Scope, joined, scope_from
from retrieval.classify.teaching import teaching
from retrieval.index.embedder import Embedder, Vectors

AT_ONCE = 1024
"""Texts judged together: bounds the memory of their likenesses with all examples."""

OUT_OF_SCOPE = "oos"


@dataclass(frozen=True)
class Examples:
    """Texts with their intents; `vectors` where they are embedded already (a company's history is embedded once)."""

    texts: Sequence[str]
    intents: Sequence[str]
    vectors: Vectors | None = None


@dataclass(frozen=True)
class Judged:
    """`intents` best per text; `chance` that the text is about any of them; `fits` where it is above the threshold."""

    intents: list[str]
    chance: NDArray[np.float64]
    fits: NDArray[np.bool_]
    scores: NDArray[np.float32]


class IntentModel:
    """The same examples, in any order of the intents, give the same model."""

    def __init__(self, examples: Examples, embedder: Embedder | None) -> None:
        """*Errors:* ValueError where there are fewer than two intents."""
        self.intents = sorted(set(examples.intents))
        if len(self.intents) < 2:
            raise ValueError("there are fewer than two intents to choose from")
        self._classes: Labels = np.searchsorted(self.intents, list(examples.intents))
        taught = teaching(median(Counter(examples.intents).values()))
        self._likeness = Likeness(examples.texts, taught.share_of_meaning, embedder, examples.vectors)
        self._machine = Machine(self._likeness.among(), self._classes, steepness=taught.steepness, noise=taught.noise)
        self.scope: Scope = ANYTHING

    def calibrate(self, validation: Examples) -> None:
        """Learns "none fits" from texts of which some have the label `oos`."""
        wanted = np.array(validation.intents)
        reading = self._read(validation.texts, validation.vectors)
        outside = wanted == OUT_OF_SCOPE
        inside = _rows(reading, ~outside)
        self.scope = scope_from([inside], self._best(inside) == wanted[~outside], [_rows(reading, outside)])

    def calibrate_by_leaving_out(self) -> tuple[NDArray[np.float32], Labels]:
        """Learns "none fits" from the examples alone: each left out is inside, left out with its whole intent it is outside.

        The scores of each example left out, with its class.
        """
        inside = joined(self._machine.left_out([np.array([place]) for place in range(len(self._classes))]))
        groups = [np.flatnonzero(self._classes == one) for one in range(len(self.intents))]
        right = inside.scores.argmax(axis=1) == self._classes
        self.scope = scope_from([inside], right, self._machine.left_out(groups))
        return inside.scores, self._classes

    def judge(self, texts: Sequence[str], vectors: Vectors | None = None) -> Judged:
        reading = self._read(texts, vectors)
        chance = self.scope.chance(reading)
        return Judged(list(self._best(reading)), chance, chance >= self.scope.threshold, reading.scores)

    def _best(self, reading: Reading) -> NDArray[np.str_]:
        best: NDArray[np.str_] = np.array(self.intents)[reading.scores.argmax(axis=1)]
        return best

    def _read(self, texts: Sequence[str], vectors: Vectors | None) -> Reading:
        starts = range(0, len(texts), AT_ONCE)
        return joined([self._machine.read(self._between(texts, vectors, slice(one, one + AT_ONCE))) for one in starts])

    def _between(self, texts: Sequence[str], vectors: Vectors | None, part: slice) -> NDArray[np.float32]:
        return self._likeness.between(texts[part], vectors[part] if vectors is not None else None)


def _rows(reading: Reading, which: NDArray[np.bool_]) -> Reading:
    return Reading(reading.scores[which], reading.novelty[which])
