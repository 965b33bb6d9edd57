"""Fills the `{{ attribute | fallback: "…" }}` places of our own texts, and leaves out `{% if attribute %}` parts that do not
apply; values are data and are never read as templates.
"""

import re
from collections.abc import Mapping

from playbooks.domain.base import Frozen

_PLACE = re.compile(
    r"\{\{\s*(?P<name>[A-Za-z_][\w.-]*)\s*(?:\|\s*fallback:\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')\s*)?\}\}"
)
_PART = re.compile(
    r"\{%-?\s*(?P<word>if|unless)\s+(?P<name>[A-Za-z_][\w.-]*)\s*"
    r"(?:(?P<sign>==|!=)\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<blank>blank))\s*)?-?%\}"
    r"(?P<then>(?:(?!\{%).)*)(?:\{%-?\s*else\s*-?%\}(?P<otherwise>(?:(?!\{%).)*))?\{%-?\s*end(?P=word)\s*-?%\}",
    re.DOTALL,
)
"""Liquid's, as Zendesk writes it: one attribute, there or not, or equal to a text. Parts within parts are not understood."""
_UNFILLED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[missing: [^\]]*\]|<attribute\b[^>]*>", re.DOTALL)


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

    return Filled(text=_PLACE.sub(put, _applying(template, values)), missing=tuple(missing))


def _applying(template: str, values: Mapping[str, str]) -> str:
    """The parts that apply to these values; the lines that a left-out part leaves empty go with it."""

    def part(found: re.Match[str]) -> str:
        chosen = found["then"] if _holds(found, values) else found["otherwise"] or ""
        return chosen.strip("\n")

    said = _PART.sub(part, template)
    return said if said == template else re.sub(r"\n{3,}", "\n\n", said).strip()


def _holds(part: re.Match[str], values: Mapping[str, str]) -> bool:
    value = values.get(part["name"], "").strip()
    wanted = part["double"] or part["single"] or ""
    holds = value.casefold() == wanted.casefold() if part["sign"] else bool(value)
    return holds != ((part["sign"] == "!=") != (part["word"] == "unless"))


def attributes_of(template: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place["name"] for place in _PLACE.finditer(template)))


def unfilled(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text still has places that must not reach a customer."""
    return tuple(one.span() for one in _UNFILLED.finditer(text))
