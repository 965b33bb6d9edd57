"""The sandbox account's memory: customers, payments, refunds, disputes, billing, events. No HTTP here.

Every change is one synchronous call, so two requests can never interleave inside it.
"""

import copy
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from retrieval.vendors.stripe import sandbox_billing_shapes as billing
from retrieval.vendors.stripe import sandbox_invoice_shapes as invoicing
from retrieval.vendors.stripe import sandbox_shapes as shapes
from retrieval.vendors.stripe.sandbox_shapes import Shape

API_VERSION = "2026-10-28.endive"
PREFIXES = {
    "customers": "cus",
    "charges": "ch",
    "payment_intents": "pi",
    "refunds": "re",
    "disputes": "dp",
    "invoices": "in",
    "invoice_payments": "inpay",
    "subscriptions": "sub",
    "products": "prod",
    "prices": "price",
    "events": "evt",
}
DISPUTE_ANSWER = timedelta(days=7)
REFUND_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


class Refusal(Exception):
    """What Stripe answers instead of doing it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param, self.kind = status, message, code, param, kind


class Ledger:
    """Objects by kind (the name in the URL) and id. `fresh` holds the ids made since the seeding."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.objects: dict[str, dict[str, Shape]] = {kind: {} for kind in PREFIXES}
        self.fresh: set[str] = set()
        self._made = 0

    def new_id(self, kind: str) -> str:
        self._made += 1
        return f"{PREFIXES[kind]}_1Sandbox{self._made:08d}"

    def add(self, kind: str, thing: Shape) -> Shape:
        self.objects[kind][thing["id"]] = thing
        self.fresh.add(thing["id"])
        return thing

    def get(self, kind: str, thing_id: str, param: str = "id") -> Shape:
        found = self.objects[kind].get(thing_id)
        if found is None:
            name = kind.removesuffix("s")
            raise Refusal(404, f"No such {name}: '{thing_id}'", code="resource_missing", param=param)
        return found

    def newest(self, kind: str) -> list[Shape]:
        later_first = reversed(list(self.objects[kind].values()))
        return sorted(later_first, key=lambda one: -int(one.get("created", 0)))

    def seconds(self, at: datetime | None = None) -> int:
        return int((at or self.clock()).timestamp())

    def customer(self, known: Shape, at: datetime | None = None) -> Shape:
        return self.add("customers", shapes.customer(self.new_id("customers"), self.seconds(at)) | known)

    def payment(self, amount: int, currency: str, known: Shape, at: datetime | None = None, failed: bool = False) -> Shape:
        """A charge with its payment intent; `known` holds what both say alike (customer, description, metadata, shipping)."""
        created = self.seconds(at)
        intent = shapes.payment_intent(self.new_id("payment_intents"), created, amount, currency.lower()) | known
        charge = shapes.charge(self.new_id("charges"), created, amount, currency.lower()) | known
        charge["payment_intent"], intent["latest_charge"] = intent["id"], charge["id"]
        charge["metadata"] = dict(charge["metadata"])
        if failed:
            _declined(charge, intent)
        self.add("payment_intents", intent)
        return self.add("charges", charge)

    def refund(
        self, charge: Shape, amount: int | None, reason: str | None, metadata: Shape, at: datetime | None = None
    ) -> Shape:
        left = charge["amount_captured"] - charge["amount_refunded"]
        if charge["refunded"] or left == 0:
            message = f"Charge {charge['id']} has already been refunded."
            raise Refusal(400, message, code="charge_already_refunded")
        if charge["disputed"]:
            raise Refusal(400, f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
        wanted = left if amount is None else amount
        if not 0 < wanted <= left:
            message = f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})"
            raise Refusal(400, message, param="amount")
        made = shapes.refund(self.new_id("refunds"), self.seconds(at), wanted, charge["currency"], charge["id"])
        made |= {"payment_intent": charge["payment_intent"], "reason": reason, "metadata": metadata}
        charge["amount_refunded"] += wanted
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        return self.add("refunds", made)

    def dispute(self, charge: Shape, reason: str, at: datetime | None = None, due: datetime | None = None) -> Shape:
        if charge["disputed"]:
            raise Refusal(400, f"Charge {charge['id']} is disputed already.", code="charge_disputed")
        opened = at or self.clock()
        due_by = self.seconds(due or opened + DISPUTE_ANSWER)
        charge["disputed"] = True
        made = shapes.dispute(self.new_id("disputes"), self.seconds(opened), due_by, charge, reason)
        return self.add("disputes", made)

    def subscription(self, customer: Shape, plan: str, price: tuple[int, str], status: str, renews: datetime) -> Shape:
        """`price` is amount and currency, a year."""
        start, end = self.seconds(renews - timedelta(days=365)), self.seconds(renews)
        product = self._product(plan, start)
        priced = billing.price(self.new_id("prices"), start, price[0], price[1].lower(), product["id"])
        self.add("prices", priced)
        new_id = self.new_id("subscriptions")
        made = billing.subscription(new_id, customer["id"], priced, start=start, end=end, status=status)
        return self.add("subscriptions", made)

    def invoice(self, subscribed: Shape, created: datetime, due: datetime | None) -> Shape:
        """Paid where it has no due date, otherwise open; paid ones have a charge of their own."""
        customer = self.get("customers", subscribed["customer"])
        due_by = self.seconds(due) if due else None
        made = invoicing.invoice(self.new_id("invoices"), subscribed, customer, created=self.seconds(created), due=due_by)
        self.add("invoices", made)
        subscribed["latest_invoice"] = made["id"]
        if due is None:
            known = {"customer": customer["id"], "description": "Subscription update"}
            charge = self.payment(made["amount_due"], made["currency"], known, created)
            payment_id = self.new_id("invoice_payments")
            self.add("invoice_payments", invoicing.invoice_payment(payment_id, made, charge["payment_intent"]))
        return made

    def event(self, kind: str, about: Shape) -> Shape:
        made = shapes.event(self.new_id("events"), self.seconds(), kind, copy.deepcopy(about), API_VERSION)
        return self.add("events", made)

    def refunds_of(self, charge_id: str) -> list[Shape]:
        return [one for one in self.newest("refunds") if one["charge"] == charge_id]

    def payments_of(self, invoice_id: str) -> list[Shape]:
        return [one for one in self.newest("invoice_payments") if one["invoice"] == invoice_id]

    def _product(self, name: str, created: int) -> Shape:
        known: Iterable[Shape] = self.objects["products"].values()
        found = next((one for one in known if one["name"] == name), None)
        return found or self.add("products", billing.product(self.new_id("products"), created, name))


def _declined(charge: Shape, intent: Shape) -> None:
    message = "Your card was declined."
    outcome = {"network_status": "declined_by_network", "reason": "generic_decline", "seller_message": message}
    charge |= {"status": "failed", "paid": False, "captured": False, "amount_captured": 0}
    charge |= {"failure_code": "card_declined", "failure_message": message}
    charge["outcome"] |= outcome | {"type": "issuer_declined", "network_decline_code": "05"}
    intent |= {"status": "requires_payment_method", "amount_received": 0}
