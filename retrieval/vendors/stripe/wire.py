"""Stripe's objects as they come over the wire: lenient models of the fields we read, no meaning added.

*Source:* Stripe API 2026-10-28.endive, shapes as in Stripe's own object fixtures (read 2026-11-22).
"""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

Item = TypeVar("Item", bound="Thing")


class Thing(BaseModel):
    id: str


class Listed(BaseModel, Generic[Item]):
    """A list or a search result; `next_page` is a search's only."""

    data: list[Item]
    has_more: bool = False
    next_page: str | None = None
    url: str = ""


class Customer(Thing):
    """A deleted customer has nothing but its id."""

    deleted: bool = False
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    livemode: bool = False


class Card(BaseModel):
    brand: str | None = None
    last4: str | None = None


class PaymentMethodDetails(BaseModel):
    type: str = ""
    card: Card | None = None


class Shipping(BaseModel):
    carrier: str | None = None
    tracking_number: str | None = None


class Refund(Thing):
    amount: int
    charge: str | None = None
    created: int
    currency: str
    reason: str | None = None
    status: str | None = None


class Charge(Thing):
    """`refunds` is filled only where it was asked for with expand."""

    amount: int
    amount_captured: int
    amount_refunded: int
    created: int
    currency: str
    customer: str | None = None
    description: str | None = None
    disputed: bool = False
    livemode: bool = False
    metadata: dict[str, str] = Field(default_factory=dict)
    payment_intent: str | None = None
    payment_method_details: PaymentMethodDetails | None = None
    refunds: Listed[Refund] | None = None
    shipping: Shipping | None = None
    status: str


class EvidenceDetails(BaseModel):
    due_by: int | None = None


class Dispute(Thing):
    amount: int
    charge: str
    created: int
    currency: str
    evidence_details: EvidenceDetails | None = None
    reason: str
    status: str


class PaidWith(BaseModel):
    type: str
    charge: str | None = None
    payment_intent: str | None = None


class InvoicePayment(Thing):
    payment: PaidWith


class Invoice(Thing):
    """`payments` is there only where it was asked for with expand."""

    amount_due: int
    attempted: bool = False
    created: int
    currency: str
    customer: str | None = None
    due_date: int | None = None
    number: str | None = None
    payments: Listed[InvoicePayment] | None = None
    status: str | None = None


class Price(BaseModel):
    nickname: str | None = None
    product: str


class SubscriptionItem(Thing):
    current_period_end: int
    price: Price


class Subscription(Thing):
    items: Listed[SubscriptionItem]
    cancel_at_period_end: bool = False
    status: str


class Product(Thing):
    name: str


class EventObject(BaseModel):
    id: str
    object: str
    customer: str | None = None


class EventBody(BaseModel):
    object: dict[str, Any]


class Event(Thing):
    created: int
    type: str
    data: EventBody


class ApiError(BaseModel):
    type: str = ""
    code: str | None = None
    message: str = ""
    param: str | None = None


class ErrorBody(BaseModel):
    error: ApiError
