"""Searching the Intercom sandbox's records by the documented fields and operators, AND and OR up to two levels. Pure.

Dates of contacts are compared by the day in UTC, as documented; those of conversations by the second. A `source.body` is
matched word by word. Which codes a bad query gets is not documented: parameter_invalid naming the field is assumed.
"""

import re
from collections.abc import Callable
from typing import Any

from retrieval.vendors.intercom.sandbox_gate import invalid
from retrieval.vendors.intercom.sandbox_state import Json

MOST_IN_A_GROUP, MOST_LEVELS = 15, 2
DAY = 86_400
TEXT = frozenset({"=", "!=", "IN", "NIN", "~", "!~", "^", "$"})
OPERATORS = {
    "string": TEXT,
    "words": TEXT,
    "id": TEXT,
    "tag": frozenset({"=", "!=", "IN", "NIN"}),
    "boolean": frozenset({"=", "!=", "IN", "NIN"}),
    "integer": frozenset({"=", "!=", "IN", "NIN", "<", ">", "<=", ">="}),
    "date": frozenset({"=", "<", ">"}),
    "day": frozenset({"=", "<", ">"}),
}
Value = Callable[[Json], Any]


def _at(path: str) -> Value:
    def value(item: Json) -> Any:
        found: Any = item
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found

    return value


def _each(outer: str, inner: str) -> Value:
    return lambda item: [str(one["id"]) for one in item[outer][inner]]


CONVERSATION: dict[str, tuple[str, Value]] = {
    **{one: ("string", _at(one)) for one in ("id", "state", "priority", "source.type", "source.id", "source.delivered_as")},
    **{one: ("string", _at(one)) for one in ("source.subject", "source.url", "title")},
    **{f"source.author.{one}": ("string", _at(f"source.author.{one}")) for one in ("id", "type", "name", "email")},
    "source.body": ("words", _at("source.body")),
    "contact_ids": ("id", _each("contacts", "contacts")),
    "teammate_ids": ("id", _each("teammates", "teammates")),
    "tag_ids": ("id", _each("tags", "tags")),
    **{one: ("integer", _at(one)) for one in ("admin_assignee_id", "team_assignee_id")},
    "statistics.count_conversation_parts": ("integer", _at("statistics.count_conversation_parts")),
    **{one: ("boolean", _at(one)) for one in ("open", "read", "ai_agent_participated")},
    **{one: ("date", _at(one)) for one in ("created_at", "updated_at", "waiting_since", "snoozed_until")},
    "conversation_rating.score": ("integer", _at("conversation_rating.rating")),
    "conversation_rating.remark": ("string", _at("conversation_rating.remark")),
}
CONTACT: dict[str, tuple[str, Value]] = {
    **{one: ("string", _at(one)) for one in ("id", "role", "name", "owner_id", "email", "phone", "external_id")},
    **{f"location.{one}": ("string", _at(f"location.{one}")) for one in ("country", "region", "city")},
    "tag_id": ("tag", lambda item: [one["id"] for one in item["tags"]["data"]]),
    **{one: ("day", _at(one)) for one in ("created_at", "updated_at", "signed_up_at", "last_seen_at", "last_replied_at")},
    **{one: ("boolean", _at(one)) for one in ("unsubscribed_from_emails", "marked_email_as_spam", "has_hard_bounced")},
}


def matching(items: list[Json], query: object, fields: dict[str, tuple[str, Value]]) -> list[Json]:
    fits = _compiled(query, fields, 1)
    return [one for one in items if fits(one)]


def _compiled(query: object, fields: dict[str, tuple[str, Value]], level: int) -> Callable[[Json], bool]:
    if not isinstance(query, dict):
        raise invalid("query", "query must be an object")
    operator, value = query.get("operator"), query.get("value")
    if operator not in ("AND", "OR"):
        return _filter(str(query.get("field", "")), str(operator), value, fields)
    if not isinstance(value, list) or not value or len(value) > MOST_IN_A_GROUP:
        raise invalid("query.value", f"a group holds 1 to {MOST_IN_A_GROUP} filters")
    if level > MOST_LEVELS:
        raise invalid("query", f"at most {MOST_LEVELS} nested groups")
    inner = [_compiled(one, fields, level + 1) for one in value]
    together = all if operator == "AND" else any
    return lambda item: together(fits(item) for fits in inner)


def _filter(name: str, operator: str, value: object, fields: dict[str, tuple[str, Value]]) -> Callable[[Json], bool]:
    if name.startswith("custom_attributes."):
        kind, read = "string", _at(name)
    elif name in fields:
        kind, read = fields[name]
    else:
        raise invalid("query.field", f"{name or 'a missing field'} cannot be searched")
    if operator not in OPERATORS[kind]:
        raise invalid("query.operator", f"{operator} cannot be used with {name}")
    wanted = [_typed(kind, one, name) for one in _values(operator, value)]
    return lambda item: _compared(kind, operator, read(item), wanted)


def _values(operator: str, value: object) -> list[object]:
    if operator in ("IN", "NIN"):
        if not isinstance(value, list):
            raise invalid("query.value", f"{operator} needs an array")
        return value
    return [value]


def _typed(kind: str, value: object, name: str) -> Any:
    if kind in ("integer", "date", "day"):
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise invalid("query.value", f"{name} needs a number")
        return int(str(value)) // DAY * DAY if kind == "day" else int(str(value))
    return value is True or str(value).lower() == "true" if kind == "boolean" else str(value or "").casefold()


def _compared(kind: str, operator: str, value: Any, wanted: list[Any]) -> bool:
    if operator in ("!=", "NIN", "!~"):
        return not _compared(kind, {"!=": "=", "NIN": "IN", "!~": "~"}[operator], value, wanted)
    if kind in ("id", "tag", "words"):
        several = re.findall(r"[\w'-]+", re.sub(r"<[^>]+>", " ", value or "")) if kind == "words" else value
        return any(_one(operator, str(each).casefold(), one) for each in several for one in wanted)
    if value is None:
        return False
    if kind == "day":
        return _one(operator, int(value) // DAY * DAY, wanted[0])
    if kind == "date" and operator in ("<", ">"):
        operator += "="  # "Greater (or equal) than", says the conversations page
    return any(_one(operator, str(value).casefold() if kind == "string" else value, one) for one in wanted)


def _one(operator: str, value: Any, wanted: Any) -> bool:
    match operator:
        case "=" | "IN":
            return bool(value == wanted)
        case "~":
            return wanted in value
        case "^":
            return bool(value.startswith(wanted))
        case "$":
            return bool(value.endswith(wanted))
        case "<" | "<=":
            return bool(value < wanted or (operator == "<=" and value == wanted))
        case _:
            return bool(value > wanted or (operator == ">=" and value == wanted))
