"""Any LangChain chat model behind the same door: its words checked, its cost told, its failures one of the house's four."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from bot.drafters import drafter
from bot.settings import ServiceSettings
from playbooks.domain.writing import ReplyTask, Source
from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError

TASK = ReplyTask(question="Where is it?", sources=(Source(marker=1, title="Parcels", text="It moves within three days."),))
SAID = '{"answered": true, "sentences": [{"text": "It moves.", "source": 1, "excerpt": "It moves within three days."}]}'


class Failing(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__("quotes the prompt")
        self.status_code = status_code


class Scripted(BaseChatModel):
    """A chat model as a package would bring one."""

    says: str = SAID
    fails_with: int = 0
    ends: str = "end_turn"

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        raise AssertionError(f"asked for {len(messages)} messages at once; the door streams")

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        assert [one.type for one in messages] == ["system", "human"]
        if self.fails_with:
            raise Failing(self.fails_with)
        for start in range(0, len(self.says), 10):
            yield ChatGenerationChunk(message=AIMessageChunk(content=self.says[start : start + 10]))
        usage: Any = {
            "input_tokens": 90,
            "output_tokens": 20,
            "total_tokens": 110,
            "input_token_details": {"cache_read": 60},
        }
        last = AIMessageChunk(content="", usage_metadata=usage, response_metadata={"stop_reason": self.ends})
        yield ChatGenerationChunk(message=last)


async def answered(heard: list[int] | None = None, name: str = "Scripted", **arguments: Any) -> Any:
    service = ServiceSettings.model_validate(
        {"llm_model": f"langchain:{__name__}.{name}", "llm_arguments": arguments, "llm_input_usd": 1, "llm_output_usd": 2}
    )
    made = drafter(service)
    assert made is not None
    sentences = heard if heard is not None else []
    return await made.reply(TASK, lambda found: sentences.append(len(found)))


async def test_its_answer_is_read_as_it_comes_with_what_it_cost() -> None:
    heard: list[int] = []
    written = await answered(heard)
    assert [one.text for one in written.sentences] == ["It moves."]
    assert 1 in heard
    assert written.usage.model == f"langchain:{__name__}.Scripted"
    assert (written.usage.prompt_tokens, written.usage.cached_tokens, written.usage.completion_tokens) == (90, 60, 20)
    assert str(written.usage.cost_usd) == "0.00013"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"fails_with": 429}, Throttled),
        ({"fails_with": 401}, Refused),
        ({"fails_with": 500}, Unavailable),
        ({"says": "I would rather not."}, Surprised),
        ({"ends": "max_tokens"}, Surprised),
        ({"says": 5}, Refused),
        ({"name": "TASK"}, Refused),
        ({"name": "Nobody"}, Refused),
    ],
    ids=str,
)
async def test_each_way_of_failing_is_one_of_the_four_and_quotes_nothing(
    arguments: dict[str, Any], error: type[VendorError]
) -> None:
    with pytest.raises(error) as raised:
        await answered(**arguments)
    assert "prompt" not in str(raised.value)
    assert raised.value.remedy


def test_arguments_are_json_in_the_environment() -> None:
    given = ServiceSettings.model_validate({"llm_arguments": '{"model": "m", "temperature": 0}'})
    assert given.llm_arguments == {"model": "m", "temperature": 0}
    with pytest.raises(ValueError, match="llm_arguments"):
        ServiceSettings.model_validate({"llm_arguments": "{model}"})
