"""Makes the language model's door of the settings, where a model is named; it asks nothing."""

from bot.settings import ServiceSettings
from retrieval.http import Calls
from retrieval.llm.drafter import LlmDrafter
from retrieval.llm.langchain_source import LangChainSource
from retrieval.llm.settings import LlmSettings

LANGCHAIN = "langchain:"


def drafter(service: ServiceSettings, calls: Calls | None = None) -> LlmDrafter | None:
    """None: no model is named, and drafts quote the articles."""
    if not service.llm_model:
        return None
    settings = LlmSettings(
        base_url=service.llm_base_url,
        model=service.llm_model,
        api_key=service.llm_api_key,
        deadline_seconds=service.llm_deadline_seconds,
        input_usd=service.llm_input_usd,
        output_usd=service.llm_output_usd,
    )
    return LlmDrafter(settings, calls=calls, source=_source(service))


def _source(service: ServiceSettings) -> LangChainSource | None:
    """`langchain:package.module.Class` names a LangChain chat model; None: an OpenAI-compatible server."""
    if not service.llm_model.startswith(LANGCHAIN):
        return None
    return LangChainSource(service.llm_model.removeprefix(LANGCHAIN), service.llm_arguments)
