"""Facts about a customer as the sources tell them: account, cases, payments, parcels, conversations, and what is missing."""

from enum import StrEnum

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.conversation import ConversationState, Rating
from playbooks.domain.customer import Identity, Link


class Money(Frozen):
    """An amount in the currency's smallest unit (Stripe's convention: 1099 USD is $10.99; JPY has no minor unit)."""

    amount_minor: int
    currency: str


class GapReason(StrEnum):
    """Why a source is missing: the four vendor errors by remedy, the deadline, or nobody connected it."""

    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    SURPRISED = "surprised"
    TIMED_OUT = "timed_out"
    NOT_CONNECTED = "not_connected"


class Gap(Frozen):
    """A source that did not answer. `shown_from` is when what is shown instead was fetched; None: nothing is shown."""

    source: str
    reason: GapReason
    remedy: str
    shown_from: Instant | None = None


class AsOf(Frozen):
    """When a source's part of the picture was true."""

    source: str
    at: Instant


class Account(Frozen):
    account_id: str
    name: str
    tier: str | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    vip: bool = False
    url: str | None = None


class CaseFact(Frozen):
    case_id: str
    number: str
    subject: str
    status: str
    priority: str
    is_open: bool
    created_at: Instant
    updated_at: Instant
    url: str | None = None


class Charge(Frozen):
    """`status` as Stripe says it: succeeded, pending, failed."""

    charge_id: str
    amount: Money
    captured: Money
    refunded: Money
    status: str
    payment_method: str
    created_at: Instant
    description: str | None = None
    invoice_id: str | None = None
    order_number: str | None = None
    disputed: bool = False
    url: str | None = None


class Refund(Frozen):
    refund_id: str
    charge_id: str | None
    amount: Money
    status: str
    reason: str | None
    created_at: Instant


class Dispute(Frozen):
    """`status` as Stripe says it; `is_open` while a response or a decision is still due."""

    dispute_id: str
    charge_id: str
    amount: Money
    status: str
    reason: str
    is_open: bool
    created_at: Instant
    respond_by: Instant | None = None


class Invoice(Frozen):
    invoice_id: str
    number: str | None
    amount_due: Money
    status: str
    created_at: Instant
    due_at: Instant | None = None
    overdue: bool = False


class Subscription(Frozen):
    subscription_id: str
    plan: str
    status: str
    renews_at: Instant | None = None


class ParcelStatus(StrEnum):
    """What the three carriers' own codes are translated to; `carrier_status` on the parcel keeps their word."""

    ANNOUNCED = "announced"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    FAILED_ATTEMPT = "failed_attempt"
    RETURNING = "returning"
    EXCEPTION = "exception"
    UNKNOWN = "unknown"


class ParcelEvent(Frozen):
    at: Instant
    text: str
    place: str | None = None


class Parcel(Frozen):
    """A parcel; `promised_at` is the carrier's (or the order's) promise, `delivered_at` the fact."""

    tracking_number: str
    carrier: str
    service: str | None
    status: ParcelStatus
    carrier_status: str
    events: tuple[ParcelEvent, ...] = ()
    promised_at: Instant | None = None
    delivered_at: Instant | None = None
    destination: str | None = None
    cost: Money | None = None
    order_number: str | None = None
    url: str | None = None


class ConversationFact(Frozen):
    """A recent conversation as the inbox lists it (the whole one is `conversation.Conversation`)."""

    conversation_id: str
    subject: str
    state: ConversationState
    created_at: Instant
    updated_at: Instant
    rating: Rating | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None


class ContactNote(Frozen):
    at: Instant
    author: str
    text: str


class SourceFacts(Frozen):
    """One source's answer. Empty tuples mean "asked, and there is none"; a source that failed is a `Gap`, never this."""

    source: str
    as_of: Instant
    identity: Identity = Identity()
    links: tuple[Link, ...] = ()
    account: Account | None = None
    cases: tuple[CaseFact, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    conversations: tuple[ConversationFact, ...] = ()
    notes: tuple[ContactNote, ...] = ()
    tags: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


class Customer360(Frozen):
    """Everything known of one customer under one deadline: the sources' answers side by side, and what is missing."""

    identity: Identity
    sources: tuple[SourceFacts, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def as_of(self) -> tuple[AsOf, ...]:
        return tuple(AsOf(source=one.source, at=one.as_of) for one in self.sources)

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for one in self.sources for link in one.links)

    @property
    def account(self) -> Account | None:
        return next((one.account for one in self.sources if one.account), None)

    @property
    def cases(self) -> tuple[CaseFact, ...]:
        return tuple(item for one in self.sources for item in one.cases)

    @property
    def charges(self) -> tuple[Charge, ...]:
        return tuple(item for one in self.sources for item in one.charges)

    @property
    def refunds(self) -> tuple[Refund, ...]:
        return tuple(item for one in self.sources for item in one.refunds)

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        return tuple(item for one in self.sources for item in one.disputes)

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        return tuple(item for one in self.sources for item in one.invoices)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(item for one in self.sources for item in one.subscriptions)

    @property
    def parcels(self) -> tuple[Parcel, ...]:
        return tuple(item for one in self.sources for item in one.parcels)

    @property
    def conversations(self) -> tuple[ConversationFact, ...]:
        return tuple(item for one in self.sources for item in one.conversations)

    @property
    def notes(self) -> tuple[ContactNote, ...]:
        return tuple(item for one in self.sources for item in one.notes)

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tag for one in self.sources for tag in one.tags))

    @property
    def attributes(self) -> dict[str, str]:
        return {key: value for one in reversed(self.sources) for key, value in one.attributes}


class FlagKind(StrEnum):
    """Mission C10."""

    VIP = "vip"
    OPEN_DISPUTE = "open_dispute"
    OVERDUE_INVOICE = "overdue_invoice"
    LATE_PARCEL = "late_parcel"
    REPEAT_CONTACT = "repeat_contact"
    LOW_RATING = "low_rating"
    AT_RISK = "at_risk"
    UPSELL = "upsell"


class Flag(Frozen):
    """Something the agent must not miss, with its reason in words ("dispute dp_1 of $40.00, answer by 3 Dec")."""

    kind: FlagKind
    reason: str


class TimelineEntry(Frozen):
    """One thing that happened to the customer, from whichever source."""

    at: Instant
    source: str
    title: str
    detail: str = ""
    url: str | None = None
