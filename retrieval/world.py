"""The made-up world that the sandboxes are seeded from: plain shapes without behaviour, in no vendor's words.

Each sandbox translates its own part into its own records; none of this is used against a real system.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class WorldPerson:
    """A customer. `other_emails` are duplicate contacts of the same person (same phone and name) in Intercom and Salesforce."""

    key: str
    name: str
    email: str
    phone: str
    company: str
    tier: str = "Standard"
    vip: bool = False
    owner_email: str = ""
    country: str = "SG"
    city: str = ""
    address: str = ""
    postal_code: str = ""
    customer_since: datetime | None = None
    signed_in: bool = True
    entitlement: str = ""
    other_emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorldOrder:
    """An order with its payment and at most one parcel. Amounts in minor units. `carrier` is dhl, singpost or ninjavan.

    `refunds` are (amount_minor, reason); `dispute` is Stripe's reason ("product_not_received") or "".
    """

    number: str
    person: str
    placed_at: datetime
    items: tuple[tuple[str, int, int], ...]
    amount_minor: int
    currency: str
    card_brand: str = "visa"
    card_last4: str = "4242"
    payment_failed: bool = False
    refunds: tuple[tuple[int, str], ...] = ()
    dispute: str = ""
    carrier: str = ""
    tracking_number: str = ""
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    parcel_trouble: str = ""
    address: str = ""


@dataclass(frozen=True)
class WorldCase:
    person: str
    subject: str
    description: str
    status: str
    priority: str
    opened_at: datetime


@dataclass(frozen=True)
class WorldMessage:
    """`author` is "customer" or an agent's e-mail."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class WorldConversation:
    person: str
    messages: tuple[WorldMessage, ...]
    inbox: str
    state: str = "closed"
    rating: int | None = None
    rating_remark: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorldSubscription:
    person: str
    plan: str
    amount_minor: int
    currency: str
    status: str
    renews_at: datetime
    invoice_overdue: bool = False


@dataclass(frozen=True)
class WorldAgent:
    name: str
    email: str
    intercom_admin_id: str
    roles: tuple[str, ...] = ("support",)


@dataclass(frozen=True)
class WorldInbox:
    """A team inbox of Intercom; `ours` ones are the live-chat team's, the others belong to other brands."""

    inbox_id: str
    name: str
    ours: bool = True


@dataclass(frozen=True)
class World:
    company: str
    now: datetime
    agents: tuple[WorldAgent, ...]
    inboxes: tuple[WorldInbox, ...]
    people: tuple[WorldPerson, ...] = ()
    orders: tuple[WorldOrder, ...] = ()
    cases: tuple[WorldCase, ...] = ()
    conversations: tuple[WorldConversation, ...] = ()
    subscriptions: tuple[WorldSubscription, ...] = ()
    tags: tuple[str, ...] = field(default=())
