"""The layout of `knowledge/demo/cast.yaml`, strictly: an unknown or misspelt key is an error, never silence.

Times are relative to `now`: "-3d 4h" is three days and four hours ago, "+2d" in two days. Prices are decimal amounts of
the order's currency.
"""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema, model_validator

from retrieval.carriers import carriers_of

RELATIVE = re.compile(r"([+-])((?:\s*\d+[dhm])+)\s*")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def _offset(value: object) -> timedelta:
    if value == "now":
        return timedelta()
    found = RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError('not a time relative to now, such as "-3d 4h" or "+2d"')
    total = timedelta()
    for amount, unit in re.findall(r"(\d+)([dhm])", found[2]):
        total += timedelta(**{UNITS[unit]: int(amount)})
    return total if found[1] == "+" else -total


def _text(value: object) -> object:
    """Phone numbers and postal codes are text: unquoted YAML would drop a leading zero."""
    if isinstance(value, str):
        return value
    raise ValueError("must be text (put it in quotes)")


Offset = Annotated[
    timedelta,
    BeforeValidator(_offset),
    WithJsonSchema({"type": "string", "pattern": rf"^(now|{RELATIVE.pattern})$", "examples": ["-3d 4h", "+2d", "now"]}),
]
Text = Annotated[str, BeforeValidator(_text)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CastAgent(Strict):
    name: Text
    email: Text
    intercom_admin_id: Text
    roles: tuple[Text, ...]


class CastInbox(Strict):
    inbox_id: Text
    name: Text
    ours: bool


class CastItem(Strict):
    name: Text
    quantity: int = 1
    price: Decimal


class CastCard(Strict):
    brand: Text
    last4: Text
    failed: bool = False


class CastRefund(Strict):
    amount: Decimal
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"]


class CastParcel(Strict):
    carrier: Literal["dhl", "singpost", "ninjavan"]
    tracking_number: Text
    shipped: Offset | None = None
    promised: Offset | None = None
    delivered: Offset | None = None
    trouble: Literal["", "stuck", "customs", "failed_attempt", "returned", "damaged"] = ""

    @model_validator(mode="after")
    def _recognised(self) -> "CastParcel":
        if self.carrier not in carriers_of(self.tracking_number):
            raise ValueError(f"{self.tracking_number} is not a tracking number of {self.carrier}")
        return self


class CastOrder(Strict):
    number: Text
    placed: Offset
    currency: Text
    items: tuple[CastItem, ...]
    card: CastCard
    refunds: tuple[CastRefund, ...] = ()
    dispute: Text = ""
    parcel: CastParcel | None = None
    address: Text = ""


class CastCase(Strict):
    subject: Text
    description: Text
    status: Text
    priority: Text
    opened: Offset


class CastMessage(Strict):
    author: Text
    at: Offset
    text: Text


class CastRating(Strict):
    score: Literal[1, 2, 3, 4, 5]
    remark: Text = ""


class CastConversation(Strict):
    inbox: Text
    state: Literal["open", "snoozed", "closed"]
    messages: tuple[CastMessage, ...]
    rating: CastRating | None = None
    tags: tuple[Text, ...] = ()


class CastSubscription(Strict):
    plan: Text
    amount: Decimal
    currency: Text
    status: Text
    renews: Offset
    invoice_overdue: bool = False


class CastPerson(Strict):
    key: Text
    name: Text
    email: Text
    phone: Text
    company: Text
    tier: Text = "Standard"
    vip: bool = False
    owner_email: Text = ""
    country: Text
    city: Text = ""
    address: Text = ""
    postal_code: Text = ""
    customer_since: Offset | None = None
    signed_in: bool = True
    entitlement: Text = ""
    other_emails: tuple[Text, ...] = ()
    orders: tuple[CastOrder, ...] = ()
    cases: tuple[CastCase, ...] = ()
    conversations: tuple[CastConversation, ...] = ()
    subscriptions: tuple[CastSubscription, ...] = ()


class Cast(Strict):
    company: Text
    agents: tuple[CastAgent, ...]
    inboxes: tuple[CastInbox, ...]
    tags: tuple[Text, ...] = ()
    customers: tuple[CastPerson, ...]
