"""How long until a started service answers, and what it holds when idle: `deskside run` with an index of 10,000 passages.

The index is made beforehand with random vectors under the real model's name, so that nothing is embedded at the start. The
memory is read after one question was answered, when model and index are loaded.
"""

import asyncio
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.bench.free_port import free_port
from bot.bench.processes import module
from bot.bench.running import TOKEN, resident_megabytes, up
from bot.settings import KNOWLEDGE
from retrieval.content import articles_of
from retrieval.index.embedder import Vectors, unit
from retrieval.index.minilm import MiniLM
from retrieval.index.opening import open_index
from retrieval.loopback import Loopback

PASSAGES = 10_000
PARAGRAPHS = 20
"""A passage each, so that an article is some 20 passages."""
PARTS = ("inverter", "battery", "smart plug", "solar kit", "gateway", "cable", "meter", "bracket", "app", "charger")
DOES = ("blinks red", "does not start", "loses its network", "charges slowly", "reports a fault", "arrived damaged", "hums")


class RandomVectors:
    """Under the real name and size, told by the text; it embeds nothing."""

    name, dimensions = MiniLM.name, MiniLM.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        seeds = (zlib.crc32(one.encode()) for one in texts)
        rows = [np.random.default_rng(seed).standard_normal(self.dimensions) for seed in seeds]
        return unit(np.asarray(rows, dtype=np.float32))


async def bench(passages: int = PASSAGES) -> dict[str, Any]:
    """`healthy_seconds`: from the start of the process to its first healthy answer, bytecode written."""
    with tempfile.TemporaryDirectory(prefix="deskside-bench-") as folder:
        home = Path(folder)
        articles = await asyncio.to_thread(_knowledge, home / "knowledge", passages)
        size = await _indexed(home, articles)
        await _started(home)  # migrates, and writes what bytecode is missing
        seconds, megabytes = await _started(home)
    return {"healthy_seconds": round(seconds, 2), "idle_rss_mb": round(megabytes), "passages": size}


def _knowledge(folder: Path, passages: int) -> Path:
    """The company's own policies and procedures, and enough articles."""
    folder.mkdir()
    for one in KNOWLEDGE.iterdir():
        if one.name not in ("articles", "__pycache__"):
            (folder / one.name).symlink_to(one, target_is_directory=one.is_dir())
    articles = folder / "articles"
    articles.mkdir()
    for one in (KNOWLEDGE / "articles").iterdir():
        (articles / one.name).symlink_to(one, target_is_directory=one.is_dir())
    for number in range(passages // PARAGRAPHS):
        (articles / f"made-up-{number}.md").write_text(_article(number), encoding="utf-8")
    return articles


def _article(number: int) -> str:
    head = f"---\nid: made-up-{number}\ntitle: Made-up article {number}\naudience: public\nupdated_at: 2026-11-01\n---\n\n"
    return head + "\n\n".join(_section(number * PARAGRAPHS + one) for one in range(PARAGRAPHS))


def _section(number: int) -> str:
    part, does = PARTS[number % len(PARTS)], DOES[number // 3 % len(DOES)]
    steps = " ".join(
        f"Step {step}: check the {PARTS[(number + step) % len(PARTS)]} at terminal {number % 97 + step}, wait {step}0 seconds."
        for step in range(1, 8)
    )
    return f"## When the {part} {does} ({number})\n\nIf the {part} with mark {number} {does}, do this in order. {steps}"


async def _indexed(home: Path, articles: Path) -> int:
    index = open_index(home / "data" / "index", RandomVectors(), rebuild=True)
    try:
        await index.sync(articles_of(articles))
        return await index.size()
    finally:
        index.close()


async def _started(home: Path) -> tuple[float, float]:
    port = free_port()
    variables = {
        "DESKSIDE_DATA_DIR": str(home / "data"),
        "DESKSIDE_KNOWLEDGE_DIR": str(home / "knowledge"),
        "DESKSIDE_HTTP_PORT": str(port),
        "DESKSIDE_CONSOLE_TOKEN": TOKEN,
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(home / "bytecode"),
    }
    began = time.monotonic()
    async with module("bot", "run", variables=variables) as process:
        client = Loopback(f"http://127.0.0.1:{port}")
        try:
            await up(client)
            seconds = time.monotonic() - began
            await _answered(client)
            return seconds, resident_megabytes(process.pid)
        finally:
            await client.aclose()


async def _answered(client: Loopback) -> None:
    """A knowledge question through the console, and its card."""
    await client.post("/console/api/sign-in", {"agent_id": "mei.tan@solvane.example", "token": TOKEN})
    question = "what do I do when the inverter blinks red?"
    await client.post("/console/api/ask", {"event_id": "bench-1", "channel_id": "live-chat", "text": question})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = await client.get("/console/api/messages", channel="live-chat", after=0)
        if any(one["card"] for one in found["messages"]):
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("the question was not answered within a minute")
