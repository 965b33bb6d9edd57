"""How the sandbox account lists and expands: filters, cursors, pages, nested objects. It changes nothing."""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from retrieval.vendors.stripe.sandbox_ledger import PREFIXES, Ledger, Refusal
from retrieval.vendors.stripe.sandbox_search import matches
from retrieval.vendors.stripe.sandbox_shapes import Shape, page

Query = Mapping[str, list[str]]

COMMON = frozenset({"limit", "starting_after", "ending_before", "expand", "created"})
FILTERS = {
    "customers": ("email",),
    "charges": ("customer", "payment_intent"),
    "payment_intents": ("customer",),
    "refunds": ("charge", "payment_intent"),
    "disputes": ("charge", "payment_intent"),
    "invoices": ("customer", "status", "subscription", "collection_method"),
    "invoice_payments": ("invoice", "status", "payment"),
    "subscriptions": ("customer", "status"),
    "products": ("ids", "active"),
    "prices": ("product",),
    "events": ("type",),
}
EXPANDABLE = {
    "charge": {"customer": "customers", "payment_intent": "payment_intents"},
    "dispute": {"charge": "charges", "payment_intent": "payment_intents"},
    "refund": {"charge": "charges", "payment_intent": "payment_intents"},
    "invoice": {"customer": "customers", "subscription": "subscriptions"},
    "invoice_payment": {"invoice": "invoices"},
    "payment_intent": {"customer": "customers", "latest_charge": "charges"},
    "subscription": {"customer": "customers", "latest_invoice": "invoices"},
    "price": {"product": "products"},
}
MOST_LEVELS = 4


def query_of(pairs: list[tuple[str, str]]) -> Query:
    """By the outer name: expand[0], expand[] and expand are one; payment[type] keeps its inner name in the value."""
    query: dict[str, list[str]] = {}
    for name, value in pairs:
        outer, _, inner = name.partition("[")
        inner = inner.rstrip("]")
        query.setdefault(outer, []).append(f"{inner}={value}" if inner and not inner.isdigit() else value)
    return query


def listed(ledger: Ledger, kind: str, query: Query) -> Shape:
    _refuse_unknown(kind, query)
    rows = [one for one in ledger.newest(kind) if all(test(one) for test in _tests(kind, query))]
    limit = limit_of(query)
    part, has_more = _cut(ledger, kind, rows, query, limit)
    return page([expanded(ledger, one, query, "data.") for one in part], f"/v1/{kind}", has_more)


def searched(ledger: Ledger, kind: str, query: Query, visible: Callable[[Shape], bool]) -> Shape:
    text = query.get("query", [""])[0]
    if not text:
        raise Refusal(400, "Missing required param: query.", code="parameter_missing", param="query")
    test, limit = matches(kind, text), limit_of(query)
    rows = [one for one in ledger.newest(kind) if visible(one) and test(one)]
    start = int(query.get("page", ["0"])[0].removeprefix("page_") or 0)
    more = len(rows) > start + limit
    data = [expanded(ledger, one, query, "data.") for one in rows[start : start + limit]]
    next_page = f"page_{start + limit}" if more else None
    return {"object": "search_result", "data": data, "has_more": more, "next_page": next_page, "url": f"/v1/{kind}/search"}


def limit_of(query: Query) -> int:
    text = query.get("limit", ["10"])[0]
    if not text.isdigit():
        raise Refusal(400, f"Invalid integer: {text}", code="parameter_invalid_integer", param="limit")
    if not 1 <= int(text) <= 100:
        message = f"This value must be {'less than or equal to 100' if int(text) > 100 else 'greater than or equal to 1'}."
        raise Refusal(400, message, code="parameter_invalid_integer", param="limit")
    return int(text)


def _refuse_unknown(kind: str, query: Query) -> None:
    unknown = sorted(set(query) - COMMON - set(FILTERS[kind]))
    if unknown:
        raise Refusal(400, f"Received unknown parameter: {unknown[0]}", code="parameter_unknown", param=unknown[0])


def _tests(kind: str, query: Query) -> list[Callable[[Shape], bool]]:
    tests = [_test(name, query[name]) for name in FILTERS[kind] if name in query]
    if kind == "subscriptions" and "status" not in query:
        tests.append(lambda one: one["status"] != "canceled")
    tests += [_created(bound) for bound in query.get("created", [])]
    return tests


def _test(name: str, values: list[str]) -> Callable[[Shape], bool]:
    if name == "ids":
        ids = {value.removeprefix("=") for value in values}
        return lambda one: one["id"] in ids
    if name == "payment":
        wanted = dict(value.split("=", 1) for value in values)
        return lambda one: all(one["payment"].get(key) == value for key, value in wanted.items())
    if name == "status" and values == ["all"]:
        return lambda _: True
    return lambda one: str(one.get(name)) == values[0]


def _created(bound: str) -> Callable[[Shape], bool]:
    found = re.fullmatch(r"(?:(gte|gt|lte|lt)=)?(\d+)", bound)
    if found is None:
        raise Refusal(400, f"Invalid timestamp: {bound}", param="created")
    at = int(found[2])
    tests: dict[str | None, Callable[[Shape], bool]] = {
        None: lambda one: one["created"] == at,
        "gte": lambda one: one["created"] >= at,
        "gt": lambda one: one["created"] > at,
        "lte": lambda one: one["created"] <= at,
        "lt": lambda one: one["created"] < at,
    }
    return tests[found[1]]


def _cut(ledger: Ledger, kind: str, rows: list[Shape], query: Query, limit: int) -> tuple[list[Shape], bool]:
    """One page after or before a known object; before it means the page that ends just ahead of it."""
    if "starting_after" in query:
        rows = rows[_place(ledger, kind, rows, query, "starting_after") + 1 :]
    if "ending_before" in query:
        rows = rows[: _place(ledger, kind, rows, query, "ending_before")]
        return rows[max(0, len(rows) - limit) :], len(rows) > limit
    return rows[:limit], len(rows) > limit


def _place(ledger: Ledger, kind: str, rows: list[Shape], query: Query, param: str) -> int:
    cursor = query[param][0]
    ledger.get(kind, cursor, param)
    return next((at for at, one in enumerate(rows) if one["id"] == cursor), len(rows))


def expanded(ledger: Ledger, thing: Shape, query: Query, under: str = "") -> Shape:
    """A copy with the wished-for ids replaced by their objects. A charge's refunds stay empty unless asked for."""
    answer = copy.deepcopy(thing)
    for wish in query.get("expand", []):
        path = wish.removeprefix("=")
        if path.count(".") >= MOST_LEVELS:
            raise Refusal(400, f"You cannot expand more than {MOST_LEVELS} levels of a property.", param="expand")
        if not path.startswith(under):
            raise _not_expandable(path)
        _expand(ledger, answer, path.removeprefix(under).split("."), path)
    return answer


def _expand(ledger: Ledger, thing: Shape, steps: list[str], path: str) -> None:
    name, rest = steps[0], steps[1:]
    if name in ("refunds", "payments") and thing.get("object") in ("charge", "invoice"):
        _fill_list(ledger, thing, name)
    elif name in EXPANDABLE.get(str(thing.get("object")), {}):
        kind = EXPANDABLE[str(thing["object"])][name]
        if isinstance(thing[name], str):
            thing[name] = copy.deepcopy(ledger.get(kind, thing[name]))
    elif not (rest and isinstance(thing.get(name), dict | list)):
        raise _not_expandable(path)
    for one in _below(thing.get(name)) if rest else ():
        _expand(ledger, one, rest, path)


def _below(value: Any) -> list[Shape]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else []


def _fill_list(ledger: Ledger, thing: Shape, name: str) -> None:
    rows = ledger.refunds_of(thing["id"]) if name == "refunds" else ledger.payments_of(thing["id"])
    thing[name] = page(copy.deepcopy(rows[:10]), f"/v1/{thing['object']}s/{thing['id']}/{name}", len(rows) > 10)


def _not_expandable(path: str) -> Refusal:
    return Refusal(400, f"This property cannot be expanded ({path}).", param="expand")


KINDS = tuple(PREFIXES)
