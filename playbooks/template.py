"""Fills the `{{ attribute | fallback: "…" }}` places of our own texts; values are data and are never read as templates."""

import re
from collections.abc import Mapping

from playbooks.domain.base import Frozen

_PLACE = re.compile(
    r"\{\{\s*(?P<name>[A-Za-z_][\w.-]*)\s*(?:\|\s*fallback:\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')\s*)?\}\}"
)
_UNFILLED = re.compile(r"\{\{.*?\}\}|\[missing: [^\]]*\]|<attribute\b[^>]*>", re.DOTALL)


class Filled(Frozen):
    """`missing` are the attributes that had neither a value nor a fallback; in the text they stand as "[missing: …]"."""

    text: str
    missing: tuple[str, ...] = ()


def filled(template: str, values: Mapping[str, str]) -> Filled:
    """One pass from left to right: what a value brings in is not looked at again."""
    missing: dict[str, None] = {}

    def put(place: re.Match[str]) -> str:
        value = values.get(place["name"], "").strip() or place["double"] or place["single"] or ""
        if value:
            return value
        missing[place["name"]] = None
        return f"[missing: {place['name']}]"

    return Filled(text=_PLACE.sub(put, template), missing=tuple(missing))


def attributes_of(template: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place["name"] for place in _PLACE.finditer(template)))


def unfilled(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text still has places that must not reach a customer."""
    return tuple(one.span() for one in _UNFILLED.finditer(text))
