"""The openai package's errors as the house's four; no text of the server's is kept, it may quote what was asked."""

import contextlib
from typing import TYPE_CHECKING

from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError
from retrieval.llm.answers import NAME

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAIError

LATER = "It is tried again with the next draft. If it lasts, look at the model's server."


def translated(error: "OpenAIError") -> VendorError:
    import openai  # noqa: PLC0415 - loaded already, or there were no error

    if isinstance(error, openai.APIStatusError):
        return _by_status(error)
    if isinstance(error, openai.APITimeoutError):
        return Unavailable(NAME, "timed out", remedy=LATER)
    if isinstance(error, openai.APIConnectionError):
        return Unavailable(NAME, "not reachable", remedy=LATER)
    return Surprised(NAME, f"a broken answer ({type(error).__name__})", remedy=LATER)


def _by_status(error: "APIStatusError") -> VendorError:
    status = error.status_code
    if status == 429 and error.code == "insufficient_quota":
        return Throttled(NAME, "the quota is used up", remedy="Raise the model's quota.", retry_after_seconds=600)
    if status == 429:
        return Throttled(NAME, "429", remedy=LATER, retry_after_seconds=_retry_after(error))
    if status in {401, 403}:
        return Refused(NAME, str(status), remedy="Check DESKSIDE_LLM_API_KEY and what its project may use.")
    if status == 404:
        return Refused(
            NAME, "404", remedy="Check DESKSIDE_LLM_BASE_URL and DESKSIDE_LLM_MODEL: the server knows no such model."
        )
    if status in {400, 415, 422}:
        return Surprised(
            NAME, str(status), remedy="The server does not take the request as it is; see docs/adr/041.", code="400"
        )
    if status in {408, 409} or status >= 500:
        return Unavailable(NAME, str(status), remedy=LATER)
    return Surprised(NAME, str(status), remedy=LATER)


def _retry_after(error: "APIStatusError") -> float | None:
    with contextlib.suppress(ValueError):
        return float(error.response.headers.get("retry-after", ""))
    return None
