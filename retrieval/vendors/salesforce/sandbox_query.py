"""What a SOQL query means: paths over relationships, conditions, order and cutting, as functions of the sandbox's records.

It knows no text: `sandbox_soql` reads that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from retrieval.vendors.salesforce.sandbox_objects import OBJECTS, FieldShape, ObjectShape
from retrieval.vendors.salesforce.sandbox_records import Org, Record

Condition = Callable[[Org, Record], bool]


@dataclass(frozen=True)
class Path:
    """A field reached by way of relationships, e.g. Account.Owner.Name."""

    through: tuple[FieldShape, ...]
    field: FieldShape

    @property
    def names(self) -> tuple[str, ...]:
        return (*(one.relationship for one in self.through), self.field.name)

    def value(self, org: Org, record: Record) -> Any:
        current: Record | None = record
        for step in self.through:
            target_id = current.get(step.name) if current else None
            current = org.find(OBJECTS[step.target], target_id) if target_id else None
        return current.get(self.field.name) if current else None


@dataclass(frozen=True)
class Order:
    path: Path
    descending: bool
    nulls_last: bool


@dataclass(frozen=True)
class Query:
    """`fields` is empty for SELECT COUNT()."""

    shape: ObjectShape
    fields: tuple[Path, ...]
    condition: Condition
    order: tuple[Order, ...]
    limit: int | None
    offset: int

    def run(self, org: Org, visible: Callable[[Record], bool]) -> list[Record]:
        rows = [one for one in org.rows(self.shape) if visible(one) and self.condition(org, one)]
        rows.sort(key=lambda one: one["Id"])
        for part in reversed(self.order):
            rows = _sorted(org, rows, part)
        return rows[self.offset :][: self.limit]


def _sorted(org: Org, rows: list[Record], part: Order) -> list[Record]:
    with_value = [one for one in rows if part.path.value(org, one) is not None]
    without = [one for one in rows if part.path.value(org, one) is None]
    with_value.sort(key=lambda one: _sortable(part.path.value(org, one)), reverse=part.descending)
    return with_value + without if part.nulls_last else without + with_value


def _sortable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\dT", value) else value


def everything(_: Org, __: Record) -> bool:
    return True


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def _comparable(path: Path, value: Any) -> Any:
    if value is None or path.field.kind in ("id", "reference"):
        return value
    if path.field.kind == "datetime" and isinstance(value, str):
        return instant(value)
    return value.lower() if isinstance(value, str) else value


def among(path: Path, values: list[Any]) -> Condition:
    wanted = {_comparable(path, one) for one in values}
    return lambda org, record: _comparable(path, path.value(org, record)) in wanted


def compared(path: Path, operator: str, literal: Any) -> Condition:
    right = _comparable(path, literal)

    def holds(org: Org, record: Record) -> bool:
        left = _comparable(path, path.value(org, record))
        if operator in ("=", "!="):
            return bool((left == right) is (operator == "="))
        if left is None or right is None:
            return False
        return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator])

    return holds


def matched(path: Path, matcher: re.Pattern[str]) -> Condition:
    return lambda org, record: matcher.fullmatch(str(path.value(org, record) or "")) is not None
