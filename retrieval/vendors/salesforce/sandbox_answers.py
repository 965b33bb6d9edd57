"""How the sandbox org words its answers: records, query rows, descriptions and errors as JSON. It changes nothing."""

from typing import Any

from starlette.responses import JSONResponse, Response

from retrieval.vendors.salesforce.sandbox_objects import OBJECTS, FieldShape, ObjectShape
from retrieval.vendors.salesforce.sandbox_query import Path, Query
from retrieval.vendors.salesforce.sandbox_records import Org, Record, Refusal, Rules

BASE = "/services/data/v62.0"

FAULTS = {
    401: ("INVALID_SESSION_ID", "Session expired or invalid"),
    403: ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
    503: ("SERVER_UNAVAILABLE", "The server is too busy to respond. Please try again later."),
}


def error_array(status: int) -> object:
    code, message = FAULTS.get(status, ("UNKNOWN_EXCEPTION", "An unexpected error occurred."))
    return [{"message": message, "errorCode": code}]


def refused(error: Refusal) -> Response:
    entry: dict[str, Any] = {"message": error.message, "errorCode": error.code}
    if error.status == 400 and error.code not in ("MALFORMED_QUERY", "INVALID_TYPE"):
        entry["fields"] = list(error.fields)
    if error.duplicates is not None:
        entry["duplicateResult"] = error.duplicates
    return JSONResponse([entry], error.status)


def attributes(kind: str, record: Record) -> dict[str, Any]:
    return {"type": kind, "url": f"{BASE}/sobjects/{kind}/{record['Id']}"}


def whole(shape: ObjectShape, record: Record, wanted: str) -> dict[str, Any]:
    names = [known.name for name in wanted.split(",") if (known := _wanted(shape, name.strip()))] or list(shape.fields)
    return {"attributes": attributes(shape.name, record)} | {name: record[name] for name in dict.fromkeys([*names, "Id"])}


def _wanted(shape: ObjectShape, name: str) -> FieldShape | None:
    if not name:
        return None
    known = shape.field(name)
    if known is None:
        raise Refusal(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {shape.name}")
    return known


def selected(org: Org, query: Query, record: Record) -> dict[str, Any]:
    row: dict[str, Any] = {"attributes": attributes(query.shape.name, record)}
    for path in query.fields:
        _place(org, row, record, path)
    return row


def _place(org: Org, row: dict[str, Any], record: Record, path: Path) -> None:
    """A related record nests under its relationship's name, and is null as a whole where there is none."""
    current: Record = record
    for step in path.through:
        target = org.find(OBJECTS[step.target], current[step.name]) if current[step.name] else None
        if target is None:
            row[step.relationship] = None
            return
        row = row.setdefault(step.relationship, {"attributes": attributes(step.target, target)})
        current = target
    row[path.field.name] = current[path.field.name]


def brief(shape: ObjectShape) -> dict[str, Any]:
    return {"name": shape.name, "label": shape.label, "keyPrefix": shape.prefix, "custom": False, "queryable": True}


def described(rules: Rules, shape: ObjectShape, one: FieldShape) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label or one.name,
        "picklistValues": [{"active": True, "defaultValue": False, "label": each, "value": each} for each in one.choices],
        "type": one.kind,
        "length": one.length,
        "externalId": one.external_id,
        "unique": one.name in rules.unique.get(shape.name, []),
        "createable": one.writable,
        "updateable": one.writable,
        "filterable": one.filterable,
        "nillable": not one.required,
        "custom": one.name.endswith("__c"),
        "relationshipName": one.relationship or None,
        "referenceTo": [one.target] if one.target else [],
    }
