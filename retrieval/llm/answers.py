"""Reads what the model answered: one JSON object, in a fence or with words around it; anything else is a surprise."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playbooks.domain.writing import Usage, WrittenReply, WrittenSentence, WrittenText
from retrieval.errors import Surprised

NAME = "llm"
UNUSABLE = "Try again, or choose another model: it does not keep to the format that was asked for."


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SentenceWire(_Lenient):
    text: str = Field(min_length=1, max_length=1500)
    source: int
    excerpt: str = Field(max_length=4000)
    step: bool = False


class ReplyWire(_Lenient):
    answered: bool = True
    sentences: tuple[SentenceWire, ...] = Field(default=(), max_length=40)


class LinesWire(_Lenient):
    lines: tuple[str, ...] = Field(max_length=60)


Wire = TypeVar("Wire", ReplyWire, LinesWire)


def written_reply(text: str, usage: Usage) -> WrittenReply:
    """*Errors:* Surprised."""
    told = _read(text, ReplyWire)
    sentences = tuple(
        WrittenSentence(text=one.text, marker=one.source, excerpt=one.excerpt, is_step=one.step) for one in told.sentences
    )
    return WrittenReply(sentences=sentences, answered=told.answered and bool(sentences), usage=usage)


def written_text(text: str, usage: Usage) -> WrittenText:
    """*Errors:* Surprised."""
    return WrittenText(lines=tuple(one.strip() for one in _read(text, LinesWire).lines), usage=usage)


def _read(text: str, wire: type[Wire]) -> Wire:
    start, end = text.find("{"), text.rfind("}")
    try:
        found: Any = json.loads(text[start : end + 1])
        return wire.model_validate(found)
    except (ValueError, RecursionError) as error:
        field = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else None
        raise Surprised(NAME, "the answer is not the object that was asked for", remedy=UNUSABLE, field=field) from None


_TEXT, _FLAG = {"type": "string"}, {"type": "boolean"}


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


REPLY_SCHEMA = _object(
    answered=_FLAG,
    sentences={"type": "array", "items": _object(text=_TEXT, source={"type": "integer"}, excerpt=_TEXT, step=_FLAG)},
)
LINES_SCHEMA = _object(lines={"type": "array", "items": _TEXT})
