"""Several answers of one source as one, without duplicates and independent of the order in which they came."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from playbooks.domain.facts import SourceFacts
from retrieval.identity_keys import in_order, united

RECORD_ID = {
    "links": "record_id",
    "cases": "case_id",
    "charges": "charge_id",
    "refunds": "refund_id",
    "disputes": "dispute_id",
    "invoices": "invoice_id",
    "subscriptions": "subscription_id",
    "conversations": "conversation_id",
}
TIME = {
    "cases": "updated_at",
    "charges": "created_at",
    "refunds": "created_at",
    "disputes": "created_at",
    "invoices": "created_at",
    "conversations": "updated_at",
    "notes": "at",
}


def merged(source: str, answers: Sequence[SourceFacts], *, first_leads: bool = False) -> SourceFacts:
    """`first_leads`: the first answer is to what the caller knew, so its order of ids is kept. The oldest `as_of` counts."""
    first, *others = answers
    together = in_order(united(first.identity, *(one.identity for one in others)))
    identity = united(first.identity, together) if first_leads else together
    as_read = sorted(answers, key=lambda one: (one.as_of, one.model_dump_json())) if others else answers
    fields: dict[str, Any] = {"source": source, "as_of": min(one.as_of for one in answers), "identity": identity}
    for field in SourceFacts.model_fields.keys() - fields.keys():
        if isinstance(getattr(first, field), tuple):
            fields[field] = _records(field, as_read)
        else:
            fields[field] = next((value for one in answers if (value := getattr(one, field)) is not None), None)
    return SourceFacts.model_validate(fields)


def _records(field: str, answers: Sequence[SourceFacts]) -> tuple[Any, ...]:
    """`answers` in the order they were read: of two versions the later counts. Newest first where there is a time."""
    chosen: dict[Any, Any] = {}
    for answer in answers:
        for item in getattr(answer, field):
            chosen[_record_id(field, item)] = item
    in_id_order = [chosen[record_id] for record_id in sorted(chosen, key=str)]
    return tuple(sorted(in_id_order, key=lambda item: _seconds(field, item), reverse=True))


def _record_id(field: str, item: Any) -> Any:
    """A parcel is its number and service: without a service DHL may tell of two shipments with one number."""
    if field == "parcels":
        return item.tracking_number, item.service
    name = RECORD_ID.get(field)
    return getattr(item, name) if name else item


def _seconds(field: str, item: Any) -> float:
    at = getattr(item, TIME[field]) if field in TIME else None
    return at.timestamp() if isinstance(at, datetime) else 0.0
