"""Whether a text is about anything that was learned: a chance from its best score and its novelty. It knows no text."""

# ruff: noqa: PLC0415 - heavy packages are imported when first needed

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.classify.gaussian import Reading

Floats = NDArray[np.float64]

WRONGLY_REFUSED = 0.01
"""Share of rightly recognised questions that "none fits" may cost. On clinc150's validation part 1 % refuses three of four
questions that are out of scope; 2 % nine of ten, at one more right answer in a hundred lost."""


@dataclass(frozen=True)
class Scope:
    """Below `threshold` none fits."""

    of_score: float
    of_novelty: float
    bias: float
    threshold: float

    def chance(self, reading: Reading) -> Floats:
        """0–1 that the text is about one of the classes."""
        told: Floats = _told(reading) @ np.array([self.of_score, self.of_novelty]) + self.bias
        chance: Floats = 1 / (1 + np.exp(-np.clip(told, -30, 30)))
        return chance


ANYTHING = Scope(0.0, 0.0, 0.0, 0.0)
"""Nothing is refused: there was nothing to learn from what out of scope looks like."""


def scope_from(inside: Sequence[Reading], right: NDArray[np.bool_], outside: Sequence[Reading]) -> Scope:
    """`right`: which of the texts inside are recognised as what they are, in their order."""
    from sklearn.linear_model import LogisticRegression

    near, far = joined(inside), joined(outside)
    told = np.vstack([_told(near), _told(far)])
    labels = np.repeat([1, 0], [len(near.scores), len(far.scores)])
    fitted = LogisticRegression(class_weight="balanced", C=100.0).fit(told, labels)
    (of_score, of_novelty), bias = fitted.coef_[0], fitted.intercept_[0]
    learned = Scope(float(of_score), float(of_novelty), float(bias), 0.0)
    kept = learned.chance(near)[right] if right.any() else learned.chance(near)
    # Never above a half: a few questions to tune on must not refuse what is more likely inside than not.
    threshold = min(0.5, float(np.quantile(kept, WRONGLY_REFUSED, method="lower")))
    return Scope(learned.of_score, learned.of_novelty, learned.bias, threshold)


def joined(readings: Sequence[Reading]) -> Reading:
    return Reading(np.vstack([one.scores for one in readings]), np.concatenate([one.novelty for one in readings]))


def _told(reading: Reading) -> Floats:
    return np.column_stack([reading.scores.max(axis=1), reading.novelty]).astype(np.float64)
