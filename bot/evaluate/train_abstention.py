"""Trains the abstention model offline and writes its numbers: `python -m bot.evaluate.train_abstention KB_FOLDER [--write]`.

Not answerable are: questions labelled so, questions with their right articles hidden, questions of another help centre.
Nothing of the data but the weights is kept. Prints what cross-validation over questions measured, which is the honest figure.
"""

# ruff: noqa: T201 - a tool for developers; it prints what it measured

import argparse
import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bot.evaluate.abstention import EVERYBODY, KEEP
from bot.evaluate.indexed import indexed
from bot.evaluate.layout import Asked, HelpCentre, read_help_centre
from bot.evaluate.metrics import auroc
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.evidence import Evidence, evidence
from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import default_embedder

TARGET = Path(__file__).resolve().parents[2] / "retrieval" / "index" / "abstention.json"
FOLDS, MOST_QUESTIONS, FOREIGN = 5, 200, 40

WEIGHTS = {"answerable": 1.0, "unanswerable": 2.0, "hidden": 1.0, "foreign": 0.3}
"""Labelled ones are real and few; questions of another help centre are many and easy."""

BY_MEANING = (
    "dense_best", "dense_gap", "dense_rise", "title_lead", "words_gap", "coverage", "unknown", "agreement", "lead",
    "lead_over_rivals", "score_top",
)  # fmt: skip
BY_WORDS = (
    "words_fit",
    "words_top",
    "words_lead",
    "words_gap",
    "coverage",
    "unknown",
    "lead",
    "score_top",
    "phrases",
    "length",
)
"""Chosen so that a help centre that was left out of training loses least (docs/adr/032): fewer features travel better."""

DOUBT = 0.01
"""Inverse strength of the ridge; .1 fitted the four sets better and a left-out one worse."""

KEEP_BY_WORDS = 0.93
"""Words alone tell an unanswerable question badly (AUROC .75 on techqa): where doubt is worth less, less is withheld."""

LETTERS = 0.3
"""A set whose questions are whole scenarios with ten right articles each teaches little about a single question."""


@dataclass(frozen=True)
class Example:
    centre: str
    kind: str
    question_id: str
    evidence: Evidence

    @property
    def answerable(self) -> bool:
        return self.kind == "answerable"


async def examples(centres: dict[str, HelpCentre], embedder: Embedder | ModelMissing) -> list[Example]:
    found = []
    for name, centre in centres.items():
        async with indexed(centre, embedder) as index:
            foreign = [one for other, its in centres.items() if other != name for one in _some(its.questions, FOREIGN)]
            found += _examples(name, centre, index, foreign)
    return found


def _examples(name: str, centre: HelpCentre, index: HybridIndex, foreign: Sequence[Asked]) -> list[Example]:
    judged = _some(centre.judged, MOST_QUESTIONS)
    asked = [("answerable", one, frozenset[str]()) for one in judged]
    if not _is_letters(centre):
        asked += [("hidden", one, centre.relevant[one.question_id]) for one in judged]
    asked += [("unanswerable", one, frozenset()) for one in centre.unanswerable]
    asked += [("foreign", one, frozenset()) for one in foreign]
    found = []
    for kind, one, hidden in asked:
        question, ranked = index.ranked(one.text, EVERYBODY, hidden)
        if ranked:
            found.append(Example(name, kind, one.question_id, evidence(question, ranked)))
    return found


def _is_letters(centre: HelpCentre) -> bool:
    return bool(centre.relevant) and sum(map(len, centre.relevant.values())) / len(centre.relevant) > 5


def _some(asked: Sequence[Asked], most: int) -> list[Asked]:
    """The same ones every time, spread over the set."""
    return sorted(asked, key=lambda one: hashlib.sha256(one.question_id.encode()).digest())[:most]


class Trained:
    """Logistic regression with scaling; the scaling is folded into the weights when they are written."""

    def __init__(self, rows: Sequence[Example], weights: NDArray[np.float64], names: Sequence[str]) -> None:
        self.names = names
        self._scaler = StandardScaler().fit(self._matrix(rows))
        self._model = LogisticRegression(C=DOUBT, max_iter=2000)
        self._model.fit(self._scaler.transform(self._matrix(rows)), [one.answerable for one in rows], sample_weight=weights)

    def chances(self, rows: Sequence[Example]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self._model.predict_proba(self._scaler.transform(self._matrix(rows)))[:, 1]
        return found

    def numbers(self, threshold: float) -> dict[str, Any]:
        scaled = self._model.coef_[0] / self._scaler.scale_
        bias = float(self._model.intercept_[0] - (scaled * self._scaler.mean_).sum())
        weights = {name: round(float(one), 5) for name, one in zip(self.names, scaled, strict=True) if one}
        return {"weights": weights, "bias": round(bias, 5), "threshold": round(threshold, 4)}

    def _matrix(self, rows: Sequence[Example]) -> NDArray[np.float64]:
        return np.array([[one.evidence[name] for name in self.names] for one in rows])


def sample_weights(rows: Sequence[Example]) -> NDArray[np.float64]:
    """Every help centre counts alike, whatever its size."""
    sizes = {name: sum(one.centre == name for one in rows) for name in {one.centre for one in rows}}
    letters = {name for name in sizes if not any(one.centre == name and one.kind == "hidden" for one in rows)}
    return np.array([WEIGHTS[one.kind] * 500 / sizes[one.centre] * (LETTERS if one.centre in letters else 1.0) for one in rows])


def cross_validated(rows: Sequence[Example], names: Sequence[str]) -> NDArray[np.float64]:
    """Each example judged by a model that saw no example of the same question."""
    return _judged(rows, names, [int(hashlib.sha256(one.question_id.encode()).hexdigest(), 16) % FOLDS for one in rows])


def left_out(rows: Sequence[Example], names: Sequence[str]) -> NDArray[np.float64]:
    """Each example judged by a model that saw nothing of its help centre, as a customer's will be."""
    return _judged(rows, names, [one.centre for one in rows])


def _judged(rows: Sequence[Example], names: Sequence[str], folds: Sequence[object]) -> NDArray[np.float64]:
    weights, chances, part = sample_weights(rows), np.zeros(len(rows)), np.array(folds)
    for fold in set(folds):
        seen, unseen = np.flatnonzero(part != fold).tolist(), np.flatnonzero(part == fold).tolist()
        model = Trained([rows[at] for at in seen], weights[seen], names)
        chances[unseen] = model.chances([rows[at] for at in unseen])
    return chances


def threshold(rows: Sequence[Example], chances: NDArray[np.float64], keep: float = KEEP) -> float:
    """Keeps `keep` of the answerable in the average help centre."""
    kept = [chances[[one.centre == name and one.answerable for one in rows]] for name in sorted({one.centre for one in rows})]
    return float(np.mean([np.quantile(one, 1 - keep) for one in kept]))


def report(rows: Sequence[Example], chances: NDArray[np.float64]) -> None:
    shipped = threshold(rows, chances)
    for name in sorted({one.centre for one in rows}):
        right = chances[[one.centre == name and one.answerable for one in rows]]
        print(f"  {name:10} kept at the common threshold {float((right >= shipped).mean()):.3f}")
        for kind in ("unanswerable", "hidden", "foreign"):
            wrong = chances[[one.centre == name and one.kind == kind for one in rows]]
            if len(wrong):
                refused = float((wrong < np.quantile(right, 1 - KEEP)).mean())
                print(
                    f"  {name:10} {kind:13} refused {refused:.3f}  auroc {auroc(list(right), list(wrong)):.3f}  n {len(wrong)}"
                    f"  at the common threshold {float((wrong < shipped).mean()):.3f}"
                )


def main() -> None:
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("folder", type=Path)
    asking.add_argument("--write", action="store_true")
    arguments = asking.parse_args()
    centres = {
        one.name: read_help_centre(one) for one in sorted(arguments.folder.iterdir()) if (one / "corpus.jsonl").is_file()
    }
    numbers = {}
    without = ModelMissing("left out on purpose", "")
    for name, embedder, names in (("hybrid", default_embedder(), BY_MEANING), ("lexical", without, BY_WORDS)):
        rows = asyncio.run(examples(centres, embedder))
        print(f"{name}: {len(rows)} examples; at {KEEP:.0%} of the answerable kept, the set left out of training")
        report(rows, left_out(rows, names))
        print("the same, cross-validated over questions")
        chances = cross_validated(rows, names)
        report(rows, chances)
        keep = KEEP if names is BY_MEANING else KEEP_BY_WORDS
        numbers[name] = Trained(rows, sample_weights(rows), names).numbers(threshold(rows, chances, keep))
    if arguments.write:
        TARGET.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
