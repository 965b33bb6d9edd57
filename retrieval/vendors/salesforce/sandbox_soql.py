"""The sandbox's reader of SOQL: SELECT … FROM … WHERE … ORDER BY … LIMIT … OFFSET, and an honest error for all else.

It parses into a `Query` whose condition and order are functions of a record; it holds no records.
"""

import re
from typing import Any

from retrieval.vendors.salesforce.sandbox_objects import OBJECTS, ObjectShape, object_shape
from retrieval.vendors.salesforce.sandbox_query import (
    Condition,
    Order,
    Path,
    Query,
    among,
    compared,
    everything,
    instant,
    matched,
)
from retrieval.vendors.salesforce.sandbox_records import Refusal, full_id

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^'\\]|\\.)*')
      |(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
      |(?P<number>-?\d+(?:\.\d+)?)
      |(?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      |(?P<mark><=|>=|!=|<>|[=<>(),]))""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
_RESERVED = frozenset({"from", "where", "order", "limit", "offset", "and", "or", "not", "like", "in", "group", "having"})


def malformed(message: str) -> Refusal:
    return Refusal(400, "MALFORMED_QUERY", message)


def parsed(soql: str) -> Query:
    return _Parser(_tokens(soql)).query()


def _tokens(soql: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while at < len(soql.rstrip()):
        found = _TOKEN.match(soql, at)
        if found is None or found.lastgroup is None:
            raise malformed(f"unexpected token: '{soql[at:].strip()[:1]}'")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens; one method a clause."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at = tokens, 0
        self._shape = OBJECTS["Case"]

    def query(self) -> Query:
        self._expect("select")
        names = self._names()
        self._expect("from")
        # "Order" is a keyword and an object: after FROM it is the object.
        self._shape = self._object(self._next()[1])
        condition = self._either() if self._took("where") else everything
        order = self._order() if self._took("order") else ()
        limit = self._whole() if self._took("limit") else None
        offset = self._whole() if self._took("offset") else 0
        if self._at < len(self._tokens):
            raise malformed(f"unexpected token: '{self._tokens[self._at][1]}'")
        fields = () if names == ["count()"] else tuple(self._path(name) for name in names)
        return Query(self._shape, fields, condition, order, limit, offset or 0)

    def _names(self) -> list[str]:
        first = self._word()
        if first.lower() == "count" and self._took("("):
            self._expect(")")
            return ["count()"]
        names = [first]
        while self._took(","):
            names.append(self._word())
        return names

    def _object(self, name: str) -> ObjectShape:
        shape = object_shape(name)
        if shape is None:
            raise Refusal(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return shape

    def _either(self) -> Condition:
        """SOQL does not mix AND and OR on one level without parentheses."""
        parts = [self._single()]
        joint = next((one for one in ("and", "or") if self._peeked(one)), None)
        while joint and self._took(joint):
            parts.append(self._single())
        if self._peeked("and") or self._peeked("or"):
            raise malformed(f"unexpected token: '{self._tokens[self._at][1]}'")
        if joint == "or":
            return lambda org, record: any(part(org, record) for part in parts)
        return lambda org, record: all(part(org, record) for part in parts)

    def _single(self) -> Condition:
        if self._took("not"):
            inner = self._single()
            return lambda org, record: not inner(org, record)
        if self._took("("):
            inner = self._either()
            self._expect(")")
            return inner
        return self._comparison()

    def _comparison(self) -> Condition:
        path = self._path(self._word())
        if not path.field.filterable:
            raise Refusal(400, "INVALID_FIELD", f"field '{path.field.name}' can not be filtered in a query call")
        if self._took("in"):
            return among(path, self._list(path))
        if self._took("not"):
            self._expect("in")
            listed = among(path, self._list(path))
            return lambda org, record: not listed(org, record)
        if self._took("like"):
            return matched(path, _like_pattern(self._pattern()))
        return compared(path, self._operator(), self._literal(path))

    def _operator(self) -> str:
        kind, text = self._next()
        if kind != "mark" or text not in ("=", "!=", "<>", "<", "<=", ">", ">="):
            raise malformed(f"unexpected token: '{text}'")
        return "!=" if text == "<>" else text

    def _list(self, path: Path) -> list[Any]:
        self._expect("(")
        values = [self._literal(path)]
        while self._took(","):
            values.append(self._literal(path))
        self._expect(")")
        return values

    def _literal(self, path: Path) -> Any:
        kind, text = self._next()
        if kind == "word" and text.lower() == "null":
            return None
        wanted = {"boolean": "word", "datetime": "moment", "double": "number"}.get(path.field.kind, "string")
        if kind != wanted or (wanted == "word" and text.lower() not in ("true", "false")):
            raise self._wrong_type(path, kind, text)
        if kind == "string":
            return _id_checked(path, _unquoted(text))
        if kind == "moment":
            return instant(text)
        return float(text) if kind == "number" else text.lower() == "true"

    def _wrong_type(self, path: Path, kind: str, text: str) -> Refusal:
        if kind == "mark" or (kind == "word" and text.lower() in _RESERVED):
            return malformed(f"unexpected token: '{text}'")
        quoted = "should" if path.field.kind not in ("boolean", "datetime", "double") else "should not"
        message = (
            f"value of filter criterion for field '{path.field.name}' must be of type {path.field.kind} "
            f"and {quoted} be enclosed in quotes"
        )
        return Refusal(400, "INVALID_FIELD", message)

    def _pattern(self) -> str:
        kind, text = self._next()
        if kind != "string":
            raise malformed(f"unexpected token: '{text}'")
        return text[1:-1]

    def _order(self) -> tuple[Order, ...]:
        self._expect("by")
        parts = [self._order_part()]
        while self._took(","):
            parts.append(self._order_part())
        return tuple(parts)

    def _order_part(self) -> Order:
        path = self._path(self._word())
        descending = self._took("desc")
        if not descending:
            self._took("asc")
        if not self._took("nulls"):
            return Order(path, descending, nulls_last=False)
        last = self._took("last")
        if not last:
            self._expect("first")
        return Order(path, descending, last)

    def _path(self, dotted: str) -> Path:
        shape, through, steps = self._shape, [], dotted.split(".")
        if len(steps) > 1 and steps[0].lower() == shape.name.lower() and not shape.related(steps[0]):
            steps = steps[1:]
        for step in steps[:-1]:
            known = shape.related(step)
            if known is None:
                raise Refusal(400, "INVALID_FIELD", f"Didn't understand relationship '{step}' in field path.")
            through.append(known)
            shape = OBJECTS[known.target]
        found = shape.field(steps[-1])
        if found is None:
            raise Refusal(400, "INVALID_FIELD", _no_column(steps[-1], shape.name))
        return Path(tuple(through), found)

    def _whole(self) -> int:
        kind, text = self._next()
        if kind != "number" or not text.isdigit():
            raise malformed(f"unexpected token: '{text}'")
        return int(text)

    def _word(self) -> str:
        kind, text = self._next()
        if kind != "word" or text.lower() in _RESERVED:
            raise malformed(f"unexpected token: '{text}'")
        return text

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise malformed("unexpected token: '<EOF>'")
        self._at += 1
        return self._tokens[self._at - 1]

    def _peeked(self, text: str) -> bool:
        if self._at >= len(self._tokens):
            return False
        kind, found = self._tokens[self._at]
        return kind in ("word", "mark") and found.lower() == text

    def _took(self, text: str) -> bool:
        found = self._peeked(text)
        self._at += found
        return found

    def _expect(self, text: str) -> None:
        if not self._took(text):
            raise malformed(f"expecting '{text}', found '{self._next()[1]}'")


def _no_column(name: str, entity: str) -> str:
    return (
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append the "
        "'__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
    )


def _id_checked(path: Path, value: str) -> str:
    if path.field.kind not in ("id", "reference"):
        return value
    if not re.fullmatch(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?", value):
        raise Refusal(400, "INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
    return full_id(value[:15])


def _unquoted(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1] not in _ESCAPED:
            raise malformed(f"Illegal character sequence '\\{found[1]}' in string literal")
        return _ESCAPED[found[1]]

    return re.sub(r"\\(.)", one, text[1:-1], flags=re.DOTALL)


def _like_pattern(pattern: str) -> re.Pattern[str]:
    """% any run, _ any one; both literal behind a backslash."""
    parts = []
    for escaped, plain in re.findall(r"\\(.)|(.)", pattern, re.DOTALL):
        if escaped:
            parts.append(re.escape(escaped if escaped in "%_" else _unquoted(f"'\\{escaped}'")))
        else:
            parts.append({"%": ".*", "_": "."}.get(plain) or re.escape(plain))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
