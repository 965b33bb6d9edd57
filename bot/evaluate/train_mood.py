"""Trains retrieval/classify/mood.json: `python -m bot.evaluate.train_mood DIR`; DIR is the unpacked vaderSentiment 3.3.2 sdist.

Ridge regression of people's mean ratings of 4,200 anonymised messages on embeddings. Run by hand; nothing of them is shipped.
"""

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path

import numpy as np

from retrieval.classify.mood import FILE
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.opening import default_embedder

ARCHIVE = "additional_resources/hutto_ICWSM_2014.tar.gz"
MEMBER = "hutto_ICWSM_2014/tweets_GroundTruth.txt"
RIDGE = 10.0
"""1, 3, 10, 30 tried on the tuning half of tests/classify/support_sentences.tsv."""


def rated(directory: Path) -> tuple[list[str], list[float]]:
    with tarfile.open(directory / ARCHIVE) as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None
        lines = io.TextIOWrapper(member, encoding="utf-8", errors="replace").read().splitlines()
    rows = [line.split("\t") for line in lines if line.count("\t") >= 2]
    return [row[2] for row in rows], [float(row[1]) for row in rows]


def trained(texts: list[str], ratings: list[float], embedder: Embedder) -> bytes:
    """The file's bytes: the same data give the same."""
    vectors, wanted = embedder.embed(texts).astype(np.float64), np.array(ratings)
    bias = float(wanted.mean())
    weights = np.linalg.solve(vectors.T @ vectors + RIDGE * np.eye(vectors.shape[1]), vectors.T @ (wanted - bias))
    numbers = {"embedder": embedder.name, "bias": round(bias, 4), "weights": [round(float(one), 4) for one in weights]}
    return (json.dumps(numbers) + "\n").encode()


def main() -> None:
    embedder = default_embedder()
    if isinstance(embedder, ModelMissing):
        sys.exit(f"{embedder.why}. {embedder.remedy}")
    content = trained(*rated(Path(sys.argv[1])), embedder)
    (Path(__file__).parents[2] / "retrieval" / "classify" / FILE).write_bytes(content)
    sys.stdout.write(f"SHA256 = {hashlib.sha256(content).hexdigest()}\n")


if __name__ == "__main__":
    main()
