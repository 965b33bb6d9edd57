"""How search grows: query time, index time, memory and disk at several sizes, beside plain Chroma and bm25s in the same run.

Passages are made from the words of a given corpus (or of the demo's articles) with vectors of a fixed random kind, so that
100,000 of them take minutes to store instead of an hour to embed: the embedding is measured apart and added.
"""

# ruff: noqa: S311 - made-up articles; nobody's secret depends on this randomness

import hashlib
import importlib.util
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bot.evaluate.layout import article
from bot.evaluate.metrics import percentile
from playbooks.domain.content import Article, Audience
from retrieval.index.dense import embedded_chroma
from retrieval.index.embedder import ModelMissing, Vectors, unit
from retrieval.index.hybrid import HybridIndex
from retrieval.index.opening import default_embedder, open_index
from retrieval.index.scope import Scope

SIZES = (1_000, 10_000, 100_000)
QUESTIONS = 200
PASSAGE_WORDS, PASSAGES_AN_ARTICLE = 90, 4
EVERYBODY = Scope(frozenset({Audience.PUBLIC}))


class Drawn:
    """Vectors drawn from the text's hash around one of 500 centres: clustered, as real ones are."""

    name, dimensions = "drawn for the benchmark", 384

    def __init__(self) -> None:
        self._centres = np.random.default_rng(1).standard_normal((500, self.dimensions)).astype(np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        found = np.empty((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            noise = np.random.default_rng(seed).standard_normal(self.dimensions).astype(np.float32)
            found[row] = self._centres[seed % 500] + 0.8 * noise
        return unit(found)


async def bench(texts: Sequence[str], sizes: Sequence[int] = SIZES) -> dict[str, Any]:
    """`texts` lend their words. One object by number of passages; times in milliseconds, memory and disk in megabytes."""
    return {"embedding_ms": _embedding(texts), "sizes": {str(size): await _size(texts, size) for size in sizes}}


def made_articles(texts: Sequence[str], passages: int) -> list[Article]:
    """Articles of PASSAGES_AN_ARTICLE paragraphs, the words drawn with their real frequencies; the same ones every time."""
    drawn, words = random.Random(7), " ".join(texts).split()
    made = []
    for number in range(passages // PASSAGES_AN_ARTICLE):
        paragraphs = [" ".join(_run(drawn, words)) for _ in range(PASSAGES_AN_ARTICLE)]
        made.append(article(f"made-{number}", " ".join(drawn.choices(words, k=6)), "\n\n".join(paragraphs)))
    return made


def _run(drawn: random.Random, words: Sequence[str]) -> list[str]:
    """Short runs of real text, so that word pairs are as frequent as they really are."""
    starts = [drawn.randrange(max(1, len(words) - 15)) for _ in range(PASSAGE_WORDS // 15)]
    return [word for start in starts for word in words[start : start + 15]]


async def _size(texts: Sequence[str], passages: int) -> dict[str, float]:
    folder, before = Path(tempfile.mkdtemp(prefix="deskside-bench-")), _memory()
    articles, embedder = made_articles(texts, passages), Drawn()
    questions = _questions(articles)
    index = open_index(folder, embedder)
    try:
        began = time.perf_counter()
        await index.sync(articles)
        indexed = time.perf_counter() - began
        took = _timed(lambda question: index.searched(question, EVERYBODY, 5), questions)
        return {
            "passages": index.state().passages,
            "index_seconds": round(indexed, 1),
            "p50_ms": round(percentile(took, 0.5), 2),
            "p95_ms": round(percentile(took, 0.95), 2),
            "memory_mb": round(_memory() - before, 1),
            "disk_mb": round(_disk(folder), 1),
            **_plain_chroma(folder / "plain", index, embedder, questions),
            **_bm25s(articles, questions),
        }
    finally:
        index.close()
        shutil.rmtree(folder, ignore_errors=True)


def _questions(articles: Sequence[Article]) -> list[str]:
    """Stretches of the made articles, as long as real questions."""
    drawn = random.Random(11)
    return [" ".join(drawn.choice(articles).body.split()[:12]) for _ in range(QUESTIONS)]


def _plain_chroma(folder: Path, index: HybridIndex, embedder: Drawn, questions: Sequence[str]) -> dict[str, float]:
    """The same vectors in one collection, asked for ten neighbours."""
    store, vectors = embedded_chroma(folder), dict(zip(questions, embedder.embed(questions), strict=True))
    last = 0
    while known := index.vectors(5000, last):
        store.put(1, [number for number, _ in known], np.stack([vector for _, vector in known]))
        last = known[-1][0]
    took = _timed(lambda question: store.nearest([1], vectors[question], 10), questions)
    store.close()
    return {"chroma_p50_ms": round(percentile(took, 0.5), 2), "chroma_p95_ms": round(percentile(took, 0.95), 2)}


def _bm25s(articles: Sequence[Article], questions: Sequence[str]) -> dict[str, float]:
    """Only where the development extra bm25s is installed."""
    if importlib.util.find_spec("bm25s") is None:
        return {}
    bm25s = import_module("bm25s")
    texts = [text for one in articles for text in one.body.split("\n\n")]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def ask(question: str) -> object:
        return index.retrieve(bm25s.tokenize(question, show_progress=False), k=10, show_progress=False)

    took = _timed(ask, questions)
    return {"bm25s_p50_ms": round(percentile(took, 0.5), 2), "bm25s_p95_ms": round(percentile(took, 0.95), 2)}


def _embedding(texts: Sequence[str]) -> dict[str, float]:
    """One question at a time, with the real model; {} where there is none."""
    embedder = default_embedder()
    if isinstance(embedder, ModelMissing):
        return {}
    took = _timed(lambda question: embedder.embed([question]), [" ".join(text.split()[:12]) for text in texts[:QUESTIONS]])
    return {"p50": round(percentile(took, 0.5), 2), "p95": round(percentile(took, 0.95), 2)}


def _timed(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Milliseconds each; a few unmeasured ones first, since a service is asked warm."""
    for question in questions[:5]:
        ask(question)
    took = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        took.append((time.perf_counter() - began) * 1000)
    return took


def _disk(folder: Path) -> float:
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6


def _memory() -> float:
    """Resident, in megabytes; 0 where the platform does not say."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)
