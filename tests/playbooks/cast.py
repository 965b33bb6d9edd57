"""The people and records that the playbooks' tests are about."""

from datetime import UTC, datetime, timedelta

from playbooks.domain.conversation import (
    Author,
    AuthorKind,
    Contact,
    Conversation,
    ConversationState,
    Part,
    PartKind,
    Rating,
)
from playbooks.domain.customer import Identity, Link
from playbooks.domain.facts import (
    Account,
    CaseFact,
    Charge,
    ContactNote,
    ConversationFact,
    Customer360,
    Dispute,
    Gap,
    GapReason,
    Invoice,
    Money,
    Parcel,
    ParcelEvent,
    ParcelStatus,
    Refund,
    SourceFacts,
    Subscription,
)
from playbooks.domain.people import Agent, Role
from playbooks.domain.policy import (
    Inbox,
    InboxesPolicy,
    Permission,
    RoleGrant,
    RolesPolicy,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

PRIYA = Author(kind=AuthorKind.CONTACT, author_id="c1", name="Priya Nair", email="priya.nair@example.com")
MEI = Author(kind=AuthorKind.AGENT, author_id="5001", name="Mei Tan")
FIN = Author(kind=AuthorKind.BOT, author_id="fin", name="Fin")
APP = Author(kind=AuthorKind.APP, author_id="5000", name="Deskside")


def said(author: Author, text: str, ago: timedelta = MINUTE, part_id: str = "", kind: PartKind = PartKind.COMMENT) -> Part:
    return Part(part_id=part_id or f"p{int(ago.total_seconds())}", kind=kind, author=author, text=text, at=NOW - ago)


def chat(*parts: Part, inbox_id: str | None = "8101", rating: Rating | None = None, tags: tuple[str, ...] = ()) -> Conversation:
    return Conversation(
        conversation_id="215470",
        state=ConversationState.OPEN,
        subject="Where is my battery?",
        contact=Contact(contact_id="c1", name="Priya Nair", email="priya.nair@example.com", signed_in=True, external_id="u1"),
        inbox_id=inbox_id,
        tags=tags,
        rating=rating,
        created_at=parts[0].at if parts else NOW - HOUR,
        updated_at=parts[-1].at if parts else NOW - HOUR,
        url="https://app.intercom.com/a/inbox/ab12/inbox/conversation/215470",
        parts=parts,
    )


def dollars(amount: float, currency: str = "SGD") -> Money:
    return Money(amount_minor=round(amount * 100), currency=currency)


SALESFORCE = SourceFacts(
    source="salesforce",
    as_of=NOW - MINUTE,
    identity=Identity(name="Priya Nair", emails=("priya.nair@example.com",), salesforce_contact_ids=("003D000000IRFma",)),
    links=(
        Link(
            source="salesforce",
            record_id="003D000000IRFma",
            label="contact",
            evidence="same e-mail priya.nair@example.com",
            url="https://solvane.example/003",
        ),
    ),
    account=Account(account_id="001", name="Nair Residences", tier="Platinum", owner_name="Tom Becker", vip=True),
    cases=(
        CaseFact(
            case_id="500",
            number="00001001",
            subject="Battery noise",
            status="Working",
            priority="High",
            is_open=True,
            created_at=NOW - 20 * DAY,
            updated_at=NOW - 5 * DAY,
        ),
    ),
)
STRIPE = SourceFacts(
    source="stripe",
    as_of=NOW - MINUTE,
    identity=Identity(name="Priya Nair", stripe_customer_ids=("cus_1",)),
    links=(Link(source="stripe", record_id="cus_1", label="customer", evidence="same e-mail priya.nair@example.com"),),
    charges=(
        Charge(
            charge_id="ch_1",
            amount=dollars(4200),
            captured=dollars(4200),
            refunded=dollars(50),
            status="succeeded",
            payment_method="Visa •••• 4242",
            created_at=NOW - 12 * DAY,
            description="Solvane Home 10 battery",
            invoice_id="in_1",
            order_number="SV-20417",
            disputed=True,
        ),
    ),
    refunds=(
        Refund(
            refund_id="re_1",
            charge_id="ch_1",
            amount=dollars(50),
            status="succeeded",
            reason="requested_by_customer",
            created_at=NOW - 4 * DAY,
        ),
    ),
    disputes=(
        Dispute(
            dispute_id="dp_1",
            charge_id="ch_1",
            amount=dollars(4200),
            status="needs_response",
            reason="product_not_received",
            is_open=True,
            created_at=NOW - 2 * DAY,
            respond_by=NOW + 11 * DAY,
        ),
    ),
    invoices=(
        Invoice(
            invoice_id="in_2",
            number="INV-7",
            amount_due=dollars(90),
            status="open",
            created_at=NOW - 40 * DAY,
            due_at=NOW - 10 * DAY,
            overdue=True,
        ),
    ),
    subscriptions=(Subscription(subscription_id="sub_1", plan="Care Plus", status="active", renews_at=NOW + 30 * DAY),),
)
DHL = SourceFacts(
    source="dhl",
    as_of=NOW - 2 * MINUTE,
    parcels=(
        Parcel(
            tracking_number="1234567890",
            carrier="dhl",
            service="Express Freight",
            status=ParcelStatus.EXCEPTION,
            carrier_status="Held in customs",
            events=(
                ParcelEvent(at=NOW - 9 * DAY, text="Picked up", place="Singapore"),
                ParcelEvent(at=NOW - 6 * DAY, text="Held in customs", place="Johor"),
            ),
            promised_at=NOW - 4 * DAY,
            destination="12 Orchard Road, Singapore 238841",
            cost=dollars(45),
            order_number="SV-20417",
        ),
    ),
)
INTERCOM = SourceFacts(
    source="intercom",
    as_of=NOW,
    identity=Identity(
        name="Priya Nair", emails=("priya.nair@example.com",), phones=("+6591234567",), intercom_contact_ids=("c1",)
    ),
    conversations=tuple(
        ConversationFact(
            conversation_id=str(number),
            subject=f"Chat {number}",
            state=ConversationState.CLOSED,
            created_at=NOW - number * 5 * DAY,
            updated_at=NOW - number * 5 * DAY + HOUR,
            rating=Rating(score=2, remark="Slow", at=NOW - number * 5 * DAY + HOUR) if number == 2 else None,
        )
        for number in (1, 2, 3)
    ),
    notes=(ContactNote(at=NOW - 3 * DAY, author="Arjun Rao", text="Prefers calls after six"),),
    tags=("platinum",),
    attributes=(("member_status", "Gold"),),
)
GAP = Gap(source="singpost", reason=GapReason.TIMED_OUT, remedy="Ask again in a minute.")

CUSTOMER = Customer360(
    identity=INTERCOM.identity.joined(SALESFORCE.identity).joined(STRIPE.identity),
    sources=(SALESFORCE, STRIPE, DHL, INTERCOM),
    gaps=(GAP,),
)
NOBODY_SPECIAL = Customer360(identity=Identity(name="Ada Lim", emails=("ada@x.com",)), sources=(), gaps=())

_SEES_ALL = frozenset(one for one in Permission if one.value.startswith("view_"))
ROLES = RolesPolicy(
    roles={
        Role.SUPPORT: RoleGrant(title="Support", permissions=_SEES_ALL | {Permission.REPLY, Permission.OPEN_CASE}),
        Role.SDR: RoleGrant(title="SDR", permissions=frozenset({Permission.VIEW_CUSTOMER, Permission.VIEW_LEADS})),
        Role.AE: RoleGrant(
            title="AE",
            permissions=frozenset({Permission.VIEW_CUSTOMER, Permission.VIEW_CASES, Permission.VIEW_CONTACT_DETAILS}),
        ),
        Role.CATALOG_MANAGER: RoleGrant(title="Catalog", permissions=frozenset({Permission.VIEW_STOCK})),
    }
)
INBOXES = InboxesPolicy(
    inboxes=(
        Inbox(inbox_id="8101", name="Live Chat", brand="Solvane", ours=True),
        Inbox(inbox_id="8103", name="Compliance", brand="Solvane", ours=True, readers=("sofia@solvane.example",)),
        Inbox(inbox_id="8202", name="Brightleaf", brand="Brightleaf", ours=False),
    )
)


def agent(*roles: Role, agent_id: str = "mei.tan@solvane.example") -> Agent:
    return Agent(agent_id=agent_id, name="Mei Tan", roles=frozenset(roles))
