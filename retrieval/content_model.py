"""Fits a YAML document to a model; every mismatch becomes a problem with its line, none is repaired or passed over."""

import types
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from retrieval.content_yaml import ContentProblem, Document, Path

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "frozen_set_type": "a list",
    "mapping_type": "a mapping of keys to values",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


def fitted(model: type[Model], read: Document) -> tuple[Model | None, tuple[ContentProblem, ...]]:
    """The document as `model`, or all that keeps it from being one."""
    if read.problems:
        return None, tuple(read.problems)
    if not isinstance(read.value, dict):
        return None, (
            read.problem((), f"expected a mapping of keys to values, found {_kind(read.value)}", "Start with `key: value`."),
        )
    try:
        return model.model_validate(read.value), ()
    except ValidationError as error:
        return None, tuple(_problem(model, read, one) for one in error.errors(include_url=False))


def _problem(model: type[BaseModel], read: Document, error: ErrorDetails) -> ContentProblem:
    path: Path = tuple(step for step in error["loc"] if step != "[key]")
    message, remedy = _worded(model, path, error)
    return read.problem(path, message, remedy)


def _worded(model: type[BaseModel], path: Path, error: ErrorDetails) -> tuple[str, str]:
    kind, given = error["type"], error["input"]
    match kind:
        case "extra_forbidden":
            return f"unknown key {path[-1]}", _nearest(str(path[-1]), _keys(model, path[:-1]))
        case "missing":
            return f"{path[-1]} is missing", f"Add `{path[-1]}:` here."
        case "enum" | "literal_error":
            choices = error.get("ctx", {}).get("expected", "").replace("'", "")
            return f"{_shown(given)} is not one of {choices}", _nearest(str(given), choices.replace(" or ", ", ").split(", "))
        case "string_type" if isinstance(given, (int, float)):
            return f"expected text, found the number {given}", f'Put it in quotes: "{given}".'
        case "timezone_aware":
            return "expected a time with its zone", "Write it as 2026-11-22T09:00:00+08:00."
        case _ if kind in _EXPECTED:
            return f"expected {_EXPECTED[kind]}, found {_kind(given)}", "Change the value, or its indentation."
        case _:
            return error["msg"].removeprefix("Value error, ").rstrip("."), "Correct the value."


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case str():
            return _shown(value)
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"


def _shown(value: object) -> str:
    text = str(value)
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _nearest(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {close[0]}?"
    return f"Known are: {', '.join(known)}." if known else "Remove it."


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that are valid at `path`, found by walking the model's types."""
    kind: Any = model
    for step in path:
        kind = _inner(kind, step)
    found = _model_of(kind)
    return list(found.model_fields) if found else []


def _inner(kind: Any, step: str | int) -> Any:
    plain = _plain(kind)
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        field = plain.model_fields.get(str(step))
        return field.annotation if field else None
    origin, arguments = get_origin(plain), get_args(plain)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return arguments[1]
    return arguments[0] if arguments else None


def _plain(kind: Any) -> Any:
    """Without Annotated and `| None`."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return _plain(next(one for one in get_args(kind) if one is not type(None)))
    return kind


def _model_of(kind: Any) -> type[BaseModel] | None:
    plain = _plain(kind)
    return plain if isinstance(plain, type) and issubclass(plain, BaseModel) else None
