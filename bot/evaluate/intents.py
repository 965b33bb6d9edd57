"""Measures intent choice on labels: learns from train.jsonl, tunes "none fits" on validation.jsonl, judges test.jsonl."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.evaluate.layout import BadLayout
from bot.evaluate.metrics import auroc
from retrieval.classify.intents import OUT_OF_SCOPE, Examples, IntentModel, Judged
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.opening import default_embedder


@dataclass(frozen=True)
class IntentScores:
    """Without out-of-scope questions in the test part only `accuracy` is told. With them, it is over all of the test part, and
    `in_scope_accuracy` counts a question wrongly refused as wrong. `train_seconds` is without, `embed_seconds` the embedding of
    the examples, which a company does once.
    """

    accuracy: float
    in_scope_accuracy: float | None
    oos_recall: float | None
    oos_auroc: float | None
    train_seconds: float
    embed_seconds: float
    examples: int
    intents: int


def evaluate_intents(
    directory: Path, per_intent: int | None = None, embedder: Embedder | ModelMissing | None = None
) -> IntentScores:
    """`per_intent`: learn from so many examples of each intent only (chosen by the hash of their text).

    *Errors:* BadLayout.
    """
    train, validation, test = (read_examples(directory / f"{name}.jsonl") for name in ("train", "validation", "test"))
    if not train.texts or not test.texts:
        raise BadLayout(f"{directory} has no train.jsonl and test.jsonl (one JSON object a line: text, label)")
    found = embedder or default_embedder()
    model = None if isinstance(found, ModelMissing) else found
    chosen, started = few(train, per_intent) if per_intent else train, time.perf_counter()
    learned = with_names(embedded(chosen, model), model)
    embed_seconds, started = time.perf_counter() - started, time.perf_counter()
    intents = IntentModel(learned, model)
    train_seconds = time.perf_counter() - started
    if OUT_OF_SCOPE in test.intents:
        _tune(intents, validation, model)
    judged = intents.judge(test.texts)
    return _scores(test, judged, intents, (round(train_seconds, 3), round(embed_seconds, 3)), len(chosen.texts))


def read_examples(file: Path) -> Examples:
    """*Empty:* no examples, where the file is absent."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    rows = list(_rows(file.name, lines))
    return Examples([text for text, _ in rows], [label for _, label in rows])


def few(examples: Examples, per_intent: int) -> Examples:
    """The same few each time, yet no more alike than any others: in the order of their texts' hashes."""
    order = sorted(range(len(examples.texts)), key=lambda place: hashlib.sha256(examples.texts[place].encode()).digest())
    kept: dict[str, list[int]] = {}
    for place in order:
        if len(kept.setdefault(examples.intents[place], [])) < per_intent:
            kept[examples.intents[place]].append(place)
    places = sorted(place for several in kept.values() for place in several)
    return Examples([examples.texts[one] for one in places], [examples.intents[one] for one in places])


def with_names(examples: Examples, embedder: Embedder | None) -> Examples:
    """An intent's name is one more example of it, as a macro's name is."""
    names = sorted(set(examples.intents))
    spoken = Examples([_spoken(one) for one in names], names)
    vectors = np.vstack([examples.vectors, embedder.embed(spoken.texts)]) if examples.vectors is not None and embedder else None
    return Examples([*examples.texts, *spoken.texts], [*examples.intents, *names], vectors)


def embedded(examples: Examples, embedder: Embedder | None) -> Examples:
    return Examples(examples.texts, examples.intents, embedder.embed(examples.texts)) if embedder else examples


def _tune(intents: IntentModel, validation: Examples, embedder: Embedder | None) -> None:
    if OUT_OF_SCOPE in validation.intents:
        intents.calibrate(embedded(validation, embedder))
    else:
        intents.calibrate_by_leaving_out()


def _scores(test: Examples, judged: Judged, intents: IntentModel, seconds: tuple[float, float], examples: int) -> IntentScores:
    wanted = np.array(test.intents)
    told = np.where(judged.fits, judged.intents, OUT_OF_SCOPE)
    outside = wanted == OUT_OF_SCOPE
    right = told == wanted
    some = bool(outside.any())
    return IntentScores(
        accuracy=float(right.mean()),
        in_scope_accuracy=float(right[~outside].mean()) if some else None,
        oos_recall=float(right[outside].mean()) if some else None,
        oos_auroc=auroc(judged.chance[~outside].tolist(), judged.chance[outside].tolist()) if some else None,
        train_seconds=seconds[0],
        embed_seconds=seconds[1],
        examples=examples,
        intents=len(intents.intents),
    )


def _spoken(label: str) -> str:
    return " ".join(label.replace("_", " ").replace("-", " ").split()).rstrip("?") or label


def _rows(name: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise BadLayout(f"{name}, line {number}: not JSON") from None
        if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not isinstance(row.get("label"), str):
            raise BadLayout(f"{name}, line {number}: expected text and label")
        yield row["text"], row["label"]
