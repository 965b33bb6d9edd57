"""Measures intent choice on labels: learns from train.jsonl, tunes "none fits" on validation.jsonl, judges test.jsonl."""

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.evaluate.layout import BadLayout
from bot.evaluate.metrics import auroc, mean
from retrieval.classify.intents import OUT_OF_SCOPE, Examples, IntentModel, Judged
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.opening import default_embedder

SAMPLES = 5


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
    examples: float
    intents: float


def evaluate_intents(
    directory: Path, per_intent: int | None = None, embedder: Embedder | ModelMissing | None = None
) -> IntentScores:
    """`per_intent`: learn from so many examples of each intent only; the mean over SAMPLES choices of them, since one choice
    tells little (banking77 with 10 an intent: .857 to .876).

    *Errors:* BadLayout.
    """
    train, validation, test = (read_examples(directory / f"{name}.jsonl") for name in ("train", "validation", "test"))
    if not train.texts or not test.texts:
        raise BadLayout(f"{directory} has no train.jsonl and test.jsonl (one JSON object a line: text, label)")
    found = embedder or default_embedder()
    model = None if isinstance(found, ModelMissing) else found
    chosen = [few(train, per_intent, salt) for salt in range(SAMPLES)] if per_intent else [train]
    return _mean([_evaluated(one, validation, test, model) for one in chosen])


def _evaluated(train: Examples, validation: Examples, test: Examples, model: Embedder | None) -> IntentScores:
    started = time.perf_counter()
    learned = with_names(embedded(train, model), model)
    embedded_at = time.perf_counter()
    intents = IntentModel(learned, model)
    learned_at = time.perf_counter()
    if OUT_OF_SCOPE in test.intents:
        _tune(intents, validation, model)
    seconds = (round(learned_at - embedded_at, 3), round(embedded_at - started, 3))
    return _scores(test, intents.judge(test.texts), intents, seconds, len(train.texts))


def _mean(several: Sequence[IntentScores]) -> IntentScores:
    """Field by field; what one has not, none has."""
    rows: list[dict[str, Any]] = [asdict(one) for one in several]
    means: dict[str, Any] = {
        key: value if value is None else mean([row[key] for row in rows]) for key, value in rows[0].items()
    }
    return IntentScores(**means)


def read_examples(file: Path) -> Examples:
    """*Empty:* no examples, where the file is absent."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    rows = list(_rows(file.name, lines))
    return Examples([text for text, _ in rows], [label for _, label in rows])


def few(examples: Examples, per_intent: int, salt: int = 0) -> Examples:
    """The same few for the same salt, yet no more alike than any others: in the order of their texts' hashes."""
    hashes = [hashlib.sha256(f"{salt}{text}".encode()).digest() for text in examples.texts]
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
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
