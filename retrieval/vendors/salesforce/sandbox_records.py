"""The sandbox org's memory: records with ids, stamps and numbers, and the rules that refuse a write. No HTTP here.

Every change is one synchronous call, so two requests can never interleave inside it: that is the row lock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from retrieval.vendors.salesforce.sandbox_objects import OBJECTS, FieldShape, ObjectShape, object_shape

Record = dict[str, Any]
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DEFAULTS: dict[str, Record] = {"Case": {"Status": "New", "Priority": "Medium"}, "User": {"IsActive": True}}
CLOSED = frozenset({"closed", "resolved"})


class Refusal(Exception):
    """What Salesforce answers instead of doing it: one entry of its error array."""

    def __init__(
        self, status: int, code: str, message: str, fields: tuple[str, ...] = (), duplicates: Record | None = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.fields = status, code, message, fields
        self.duplicates = duplicates


@dataclass
class Rules:
    """An administrator's settings, orderable over /_sandbox/rules.

    `required` and `unique` are {object: [fields]}; `validation` is [{object, field, equals, message}];
    `duplicates` is {object: [fields]} that must not repeat, unless the caller insists where `duplicates_allowed`;
    `daily_limit` the org's API requests.
    """

    required: dict[str, list[str]] = field(default_factory=dict)
    unique: dict[str, list[str]] = field(default_factory=lambda: {"Case": ["Deskside_Key__c"]})
    validation: list[dict[str, str]] = field(default_factory=list)
    duplicates: dict[str, list[str]] = field(default_factory=dict)
    duplicates_allowed: bool = True
    daily_limit: int = 15000


def full_id(fifteen: str) -> str:
    """18 characters: three check characters, one for each five, of which letters are capital (least bit first)."""
    checks = ""
    for start in range(0, 15, 5):
        bits = 0
        for place in range(5):
            if "A" <= fifteen[start + place] <= "Z":
                bits |= 1 << place
        checks += "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
    return fifteen + checks


class Org:
    """Records by object and 15-character id."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock, self.rules = clock, Rules()
        self.skipped = timedelta()
        self.records: dict[str, dict[str, Record]] = {name: {} for name in OBJECTS}
        self.fresh: set[str] = set()
        self._made = 0
        self._numbers = {"Case": 1000, "Order": 100}

    def clock(self) -> datetime:
        return self._clock() + self.skipped

    def rows(self, shape: ObjectShape) -> Iterator[Record]:
        return iter(list(self.records[shape.name].values()))

    def find(self, shape: ObjectShape, salesforce_id: str) -> Record | None:
        return self.records[shape.name].get(salesforce_id[:15])

    def by_field(self, shape: ObjectShape, name: str, value: str) -> list[Record]:
        """External ids are compared without regard to case."""
        return [one for one in self.rows(shape) if str(one.get(name) or "").lower() == value.lower()]

    def insert(self, shape: ObjectShape, values: Record, at: datetime | None = None, *, insists: bool = False) -> Record:
        """A new record; `at` is for seeding the past only. `insists`: the caller wants it although there are ones like it."""
        record = self._blank(shape) | self._checked(shape, values, None)
        self._refuse_missing(shape, record)
        self._refuse_by_rule(shape, record, None)
        self._refuse_duplicates(shape, record, insists)
        self._made += 1
        record["Id"] = full_id(shape.prefix + "5g00000" + _numeral(self._made))
        record["CreatedDate"] = stamp(at or self.clock())
        self._numbered(shape, record)
        self._settle(shape, record, at or self.clock())
        self.records[shape.name][record["Id"][:15]] = record
        if at is None:
            self.fresh.add(record["Id"])
        return record

    def update(self, shape: ObjectShape, record: Record, values: Record) -> None:
        changed = record | self._checked(shape, values, record)
        self._refuse_missing(shape, changed)
        self._refuse_by_rule(shape, changed, record)
        record.update(changed)
        self._settle(shape, record, self.clock())

    def delete(self, shape: ObjectShape, record: Record) -> None:
        del self.records[shape.name][record["Id"][:15]]

    def _blank(self, shape: ObjectShape) -> Record:
        blank: Record = {one.name: False if one.kind == "boolean" else None for one in shape.fields.values()}
        return blank | DEFAULTS.get(shape.name, {})

    def _checked(self, shape: ObjectShape, values: Record, before: Record | None) -> Record:
        checked: Record = {}
        for name, value in values.items():
            if name == "attributes":
                continue
            known = shape.field(name)
            if known is None:
                raise Refusal(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {shape.name}")
            if not known.writable:
                raise self._not_writable(known.name, before is None)
            checked[known.name] = self._value(known, value)
        return checked

    def _not_writable(self, name: str, creating: bool) -> Refusal:
        message = (
            f"Unable to create/update fields: {name}. Please check the security settings of this field and verify that it "
            "is read/write for your profile or permission set."
        )
        return Refusal(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, (name,))

    def _value(self, known: FieldShape, value: Any) -> Any:
        if value in (None, ""):
            return None
        if known.kind == "boolean" and not isinstance(value, bool):
            raise Refusal(400, "JSON_PARSER_ERROR", f"Cannot deserialize instance of boolean from VALUE_STRING value {value}")
        if known.kind == "reference":
            return self._reference(known, str(value))
        if known.choices and value not in known.choices:
            message = f"{known.label or known.name}: bad value for restricted picklist field: {value}"
            raise Refusal(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, (known.name,))
        size = len(str(value).encode()) if known.length == 4000 else len(str(value))
        if known.length and size > known.length:
            message = f"{known.name}: data value too large: {str(value)[:40]} (max length={known.length})"
            raise Refusal(400, "STRING_TOO_LONG", message, (known.name,))
        return value

    def _reference(self, known: FieldShape, value: str) -> str:
        target = OBJECTS[known.target]
        if len(value) not in (15, 18) or not value.startswith(target.prefix):
            message = f"{known.target} ID: id value of incorrect type: {value}"
            raise Refusal(400, "MALFORMED_ID", message, (known.name,))
        found = self.find(target, value)
        if found is None:
            message = "insufficient access rights on cross-reference id"
            raise Refusal(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", f"{message}: {value[:15]}", ())
        return str(found["Id"])

    def _refuse_missing(self, shape: ObjectShape, record: Record) -> None:
        demanded = [one.name for one in shape.fields.values() if one.required] + self.rules.required.get(shape.name, [])
        missing = tuple(name for name in demanded if record.get(name) in (None, ""))
        if missing:
            message = f"Required fields are missing: [{', '.join(missing)}]"
            raise Refusal(400, "REQUIRED_FIELD_MISSING", message, missing)

    def _refuse_by_rule(self, shape: ObjectShape, record: Record, before: Record | None) -> None:
        for rule in self.rules.validation:
            if rule["object"] == shape.name and str(record.get(rule["field"]) or "") == rule["equals"]:
                raise Refusal(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule["message"], (rule["field"],))
        for name in self.rules.unique.get(shape.name, []):
            if twin := self._twin(shape, name, record, before):
                message = f"duplicate value found: {name} duplicates value on record with id: {twin['Id'][:15]}"
                raise Refusal(400, "DUPLICATE_VALUE", message, ())

    def _refuse_duplicates(self, shape: ObjectShape, record: Record, insists: bool) -> None:
        """A rule that alerts may be overruled, one that blocks may not."""
        names = self.rules.duplicates.get(shape.name, [])
        twins = [one for name in names if record.get(name) for one in self.by_field(shape, name, str(record[name]))]
        allowed = self.rules.duplicates_allowed
        if twins and not (insists and allowed):
            matches = [
                {"record": {"attributes": {"type": shape.name}, "Id": one["Id"]}, "matchConfidence": 100.0} for one in twins
            ]
            result = {
                "allowSave": allowed,
                "duplicateRule": f"Standard_{shape.name}_Duplicate_Rule",
                "matchResults": [{"entityType": shape.name, "matchRecords": matches, "success": True}],
            }
            raise Refusal(400, "DUPLICATES_DETECTED", "Use one of these records?", (), result)

    def _twin(self, shape: ObjectShape, name: str, record: Record, before: Record | None) -> Record | None:
        if not record.get(name):
            return None
        others = (one for one in self.by_field(shape, name, str(record[name])) if one is not before)
        return next(others, None)

    def _numbered(self, shape: ObjectShape, record: Record) -> None:
        if shape.name in self._numbers:
            self._numbers[shape.name] += 1
            record[f"{shape.name}Number"] = f"{self._numbers[shape.name]:08d}"

    def _settle(self, shape: ObjectShape, record: Record, at: datetime) -> None:
        """What Salesforce derives by itself: stamps, a contact's full name, a case's closing and its contact's account."""
        record["LastModifiedDate"] = record["SystemModstamp"] = stamp(at)
        if shape.name == "Contact":
            record["Name"] = " ".join(one for one in (record["FirstName"], record["LastName"]) if one)
        if shape.name == "Case":
            self._settle_case(record, at)

    def _settle_case(self, record: Record, at: datetime) -> None:
        closed = str(record["Status"]).lower() in CLOSED
        record["ClosedDate"] = (record["ClosedDate"] or stamp(at)) if closed else None
        record["IsClosed"] = closed
        contact = self.find(OBJECTS["Contact"], record["ContactId"]) if record["ContactId"] else None
        record["ContactEmail"] = contact["Email"] if contact else None
        if contact and not record["AccountId"]:
            record["AccountId"] = contact["AccountId"]


def stamp(at: datetime) -> str:
    """Whole seconds with ".000+0000", as Salesforce writes them."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def known_shape(name: str) -> ObjectShape:
    shape = object_shape(name)
    if shape is None:
        raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
    return shape


def _numeral(number: int) -> str:
    digits = ""
    for _ in range(5):
        number, rest = divmod(number, 62)
        digits = _BASE62[rest] + digits
    return digits
