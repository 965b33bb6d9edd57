"""The sandbox's reader of Stripe's search query language: clauses joined by AND or OR, and an honest error for all else.

*Source:* "Search query language" (docs.stripe.com/search, read 2026-11-22).
"""

import re
from collections.abc import Callable
from typing import Any

from retrieval.vendors.stripe.sandbox_ledger import Refusal
from retrieval.vendors.stripe.sandbox_shapes import Shape

Matches = Callable[[Shape], bool]

FIELDS = {
    "customers": ("created", "email", "metadata", "name", "phone"),
    "charges": ("amount", "created", "currency", "customer", "disputed", "metadata", "refunded", "status"),
    "invoices": ("created", "currency", "customer", "metadata", "number", "status", "subscription", "total"),
    "subscriptions": ("canceled_at", "created", "metadata", "status"),
    "payment_intents": ("amount", "created", "currency", "customer", "metadata", "status"),
}
_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_CLAUSE = re.compile(
    rf"""\s*(?P<minus>-)?(?P<field>[a-z_]+)(?:\[(?P<key>{_QUOTED})\])?\s*(?P<operator>:|~|>=|<=|>|<)\s*
      (?P<value>{_QUOTED}|-?\d+|true|false|null)""",
    re.VERBOSE,
)
_JOINT = re.compile(r"\s*(AND|OR|and|or)?\s+|\s+(?=\S)")


def matches(kind: str, query: str) -> Matches:
    """*Errors:* Refusal 400, as Stripe's, where the query is not one."""
    clauses, joints, at = [], set(), 0
    while True:
        found = _CLAUSE.match(query, at)
        if found is None:
            raise _unreadable(query)
        clauses.append(_clause(kind, found))
        at = found.end()
        if not query[at:].strip():
            break
        joint = _JOINT.match(query, at)
        if joint is None:
            raise _unreadable(query)
        joints.add((joint[1] or "AND").upper())
        at = joint.end()
    if len(joints) > 1:
        raise Refusal(400, "You cannot combine AND and OR in one search query.", param="query")
    together = any if joints == {"OR"} else all
    return lambda thing: together(clause(thing) for clause in clauses)


def _unreadable(query: str) -> Refusal:
    return Refusal(400, f"We were unable to parse your search query: {query[:60]}", param="query")


def _clause(kind: str, found: re.Match[str]) -> Matches:
    field = found["field"]
    if field not in FIELDS[kind] or (field == "metadata") is not bool(found["key"]):
        raise Refusal(400, f"Field `{field}` is an unsupported search field for resource `{kind}`.", param="query")
    key = _unquoted(found["key"]) if found["key"] else None
    compare = _comparison(found["operator"], found["value"])
    wanted = found["minus"] is None

    def holds(thing: Shape) -> bool:
        value = thing.get(field)
        return compare((value or {}).get(key) if key is not None else value) is wanted

    return holds


def _comparison(operator: str, literal: str) -> Callable[[Any], bool]:
    if literal == "null":
        return lambda value: value is None
    if literal[0] in "'\"":
        return _text_comparison(operator, _unquoted(literal).lower())
    if literal in ("true", "false"):
        return lambda value: value is (literal == "true")
    number = int(literal)
    return {
        ":": lambda value: value == number,
        ">": lambda value: value is not None and value > number,
        "<": lambda value: value is not None and value < number,
        ">=": lambda value: value is not None and value >= number,
        "<=": lambda value: value is not None and value <= number,
    }[operator]


def _text_comparison(operator: str, text: str) -> Callable[[Any], bool]:
    """Texts are compared without regard to case; `~` finds a part of at least three characters."""
    if operator == ":":
        return lambda value: value is not None and str(value).lower() == text
    if operator == "~" and len(text) >= 3:
        return lambda value: value is not None and text in str(value).lower()
    raise Refusal(400, "Substring matches need at least 3 characters.", param="query")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])
