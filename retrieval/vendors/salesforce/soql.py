"""The only place where a value becomes part of a SOQL text: escaping, lists, patterns and moments. It runs no query.

*Source:* SOQL and SOSL Reference, "Quoted String Escape Sequences" and "Date Formats" (v62, read 2026-11-22).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

ESCAPES = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}


def select(fields: Iterable[str], kind: str, where: str, *, order: str = "", limit: int) -> str:
    """The whole query. `fields`, `kind` and `order` are our own names; `where` is made with the functions below."""
    parts = ["SELECT", ", ".join(fields), "FROM", kind, "WHERE", where]
    return " ".join([*parts, *(["ORDER BY", order] if order else []), "LIMIT", str(limit)])


def _escaped(value: str) -> str:
    """Other control characters have no escape in SOQL and no business in a search: they are dropped."""
    return "".join(ESCAPES.get(one, one) for one in value if one in ESCAPES or ord(one) >= 0x20)


def text(value: str) -> str:
    """A quoted literal that compares equal to `value`."""
    return f"'{_escaped(value)}'"


def texts(values: Iterable[str]) -> str:
    """The right-hand side of IN; at least one value, the caller sees to it."""
    return f"({', '.join(text(one) for one in values)})"


def _literally(value: str) -> str:
    return _escaped(value).replace("%", "\\%").replace("_", "\\_")


def containing(value: str) -> str:
    """A LIKE pattern for "holds `value` anywhere"; the value's own % and _ stay literal."""
    return f"'%{_literally(value)}%'"


def with_digits(digits: str) -> str:
    """A LIKE pattern for a phone number that ends in these digits, however it is punctuated."""
    return f"'%{'%'.join(one for one in digits if one.isdigit())}'"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
