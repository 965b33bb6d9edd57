"""Stripe's objects in the house's words; pure, asks nothing. Amounts stay Stripe's integers in the smallest unit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from playbooks.domain.customer import Candidate, Identity, Link
from playbooks.domain.facts import Charge, Dispute, Invoice, Money, Refund, Subscription
from retrieval.vendors.stripe import wire
from retrieval.vendors.stripe.settings import Settings

SOURCE = "stripe"
OPEN_DISPUTES = frozenset(
    {
        "needs_response",
        "under_review",
        "warning_needs_response",
        "warning_under_review",
        "appeal_needs_response",
        "appeal_under_review",
    }
)
BRANDS = {"amex": "American Express", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay", "mastercard": "Mastercard"}


def money(amount: int, currency: str) -> Money:
    """As it is: Stripe counts in the smallest unit, and JPY or KRW have no smaller one (5000 JPY is ¥5,000)."""
    return Money(amount_minor=amount, currency=currency.upper())


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def identity(customers: Iterable[wire.Customer], charges: Iterable[wire.Charge], settings: Settings) -> Identity:
    people, paid = list(customers), list(charges)
    return Identity(
        name=next((one.name for one in people if one.name), None),
        emails=_distinct(one.email.lower() for one in people if one.email),
        phones=_distinct(one.phone for one in people if one.phone),
        stripe_customer_ids=tuple(one.id for one in people),
        order_numbers=_distinct(number for one in paid if (number := order_number(one, settings))),
        tracking_numbers=_distinct(number for one in paid if (number := tracking_number(one, settings))),
    )


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def order_number(charge: wire.Charge, settings: Settings) -> str | None:
    return next((charge.metadata[key] for key in settings.order_keys if charge.metadata.get(key)), None)


def tracking_number(charge: wire.Charge, settings: Settings) -> str | None:
    shipped = charge.shipping.tracking_number if charge.shipping else None
    return shipped or charge.metadata.get(settings.tracking_metadata_key) or None


def link(customer: wire.Customer, known: Identity, settings: Settings) -> Link:
    label = " · ".join(one for one in (customer.name, customer.email) if one) or customer.id
    url = dashboard_url(settings, customer.livemode, "customers", customer.id)
    return Link(source=SOURCE, record_id=customer.id, label=label, evidence=evidence(customer, known), url=url)


def evidence(customer: wire.Customer, known: Identity) -> str:
    if customer.id in known.stripe_customer_ids:
        return "the Stripe customer id is known"
    if customer.email and customer.email.lower() in known.emails:
        return f"e-mail {customer.email.lower()}"
    return "paid an order of this customer"


def candidate(customer: wire.Customer, why: str) -> Candidate:
    return Candidate(
        source=SOURCE,
        identity=Identity(
            name=customer.name or None,
            emails=(customer.email.lower(),) if customer.email else (),
            phones=(customer.phone,) if customer.phone else (),
            stripe_customer_ids=(customer.id,),
        ),
        detail=customer.email or customer.id,
        evidence=why,
    )


def dashboard_url(settings: Settings, livemode: bool, kind: str, record_id: str) -> str:
    mode = "" if livemode else "/test"
    return f"{settings.dashboard_url.rstrip('/')}{mode}/{kind}/{record_id}"


def payment_method(details: wire.PaymentMethodDetails | None) -> str:
    """ "Visa •••• 4242" for cards, otherwise the method's own name ("Paynow")."""
    if details is None:
        return "unknown"
    if details.card is None:
        return details.type.replace("_", " ").capitalize() or "unknown"
    brand = details.card.brand or "card"
    return f"{BRANDS.get(brand, brand.capitalize())} •••• {details.card.last4 or '????'}"


def invoices_by_payment(invoices: Iterable[wire.Invoice]) -> dict[str, str]:
    """Invoice ids by the payment intent or charge that paid them: since 2025 a charge no longer names its invoice."""
    found: dict[str, str] = {}
    for invoice in invoices:
        for one in invoice.payments.data if invoice.payments else ():
            paid_with = one.payment.payment_intent or one.payment.charge
            if paid_with:
                found[paid_with] = invoice.id
    return found


def charge(one: wire.Charge, invoices: Mapping[str, str], settings: Settings) -> Charge:
    return Charge(
        charge_id=one.id,
        amount=money(one.amount, one.currency),
        captured=money(one.amount_captured, one.currency),
        refunded=money(one.amount_refunded, one.currency),
        status=one.status,
        payment_method=payment_method(one.payment_method_details),
        created_at=instant(one.created),
        description=one.description,
        invoice_id=invoices.get(one.payment_intent or "") or invoices.get(one.id),
        order_number=order_number(one, settings),
        disputed=one.disputed,
        url=dashboard_url(settings, one.livemode, "payments", one.payment_intent or one.id),
    )


def refund(one: wire.Refund) -> Refund:
    return Refund(
        refund_id=one.id,
        charge_id=one.charge,
        amount=money(one.amount, one.currency),
        status=one.status or "unknown",
        reason=one.reason,
        created_at=instant(one.created),
    )


def dispute(one: wire.Dispute) -> Dispute:
    due_by = one.evidence_details.due_by if one.evidence_details else None
    return Dispute(
        dispute_id=one.id,
        charge_id=one.charge,
        amount=money(one.amount, one.currency),
        status=one.status,
        reason=one.reason,
        is_open=one.status in OPEN_DISPUTES,
        created_at=instant(one.created),
        # 0 means that the bank takes no answer to this dispute.
        respond_by=instant(due_by) if due_by and one.status.endswith("needs_response") else None,
    )


def invoice(one: wire.Invoice, now: datetime) -> Invoice:
    due_at = instant(one.due_date) if one.due_date else None
    return Invoice(
        invoice_id=one.id,
        number=one.number,
        amount_due=money(one.amount_due, one.currency),
        status=one.status or "draft",
        created_at=instant(one.created),
        due_at=due_at,
        overdue=overdue(one, due_at, now),
    )


def overdue(one: wire.Invoice, due_at: datetime | None, now: datetime) -> bool:
    """Open past its date; without a date (charged automatically) open after a payment was tried. Given-up ones count."""
    if one.status == "uncollectible":
        return True
    return one.status == "open" and (due_at < now if due_at else one.attempted)


def subscription(one: wire.Subscription, products: Mapping[str, str]) -> Subscription:
    """The period's end is on the items since 2025; with several items the earliest renewal counts."""
    ends = [item.current_period_end for item in one.items.data]
    return Subscription(
        subscription_id=one.id,
        plan=", ".join(plan_name(item.price, products) for item in one.items.data) or one.id,
        status="cancels at period end" if one.cancel_at_period_end and one.status == "active" else one.status,
        renews_at=instant(min(ends)) if ends and one.status not in ("canceled", "incomplete_expired") else None,
    )


def plan_name(price: wire.Price, products: Mapping[str, str]) -> str:
    return price.nickname or products.get(price.product, price.product)


def unnamed_products(subscriptions: Sequence[wire.Subscription]) -> tuple[str, ...]:
    """Products whose names must be asked for: their prices carry no nickname."""
    items = (item for one in subscriptions for item in one.items.data)
    return _distinct(item.price.product for item in items if not item.price.nickname)
