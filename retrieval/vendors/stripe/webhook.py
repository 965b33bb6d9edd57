"""Stripe's webhooks: verifies the raw bytes, then turns payment events into ours. Pure; it stores and fetches nothing.

*Source:* "Receive Stripe events in your webhook endpoint", signature scheme v1 (read 2026-11-22); stripe SDK 16.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import SecretStr, ValidationError

from playbooks.domain.events import PaymentEvent
from retrieval.ports import BadSignature, Envelope, MalformedPayload
from retrieval.vendors.stripe.wire import Event, EventObject

TOLERANCE_SECONDS = 300
"""Stripe's own default: older (or newer) signatures may be replays."""
TOPICS = frozenset(
    {
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.refunded",
        "charge.failed",
        "invoice.payment_failed",
    }
)


class StripeWebhook:
    """Webhook. The event says that something happened; the desk reads the truth."""

    source = "stripe"

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        header = next((value for name, value in headers.items() if name.lower() == "stripe-signature"), "")
        stamp, signatures = parts(header)
        if not any(hmac.compare_digest(self._signature(stamp, body), one.encode()) for one in signatures):
            raise BadSignature("no signature of ours")
        if abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
            raise BadSignature("signed too long ago")

    def _signature(self, stamp: str, body: bytes) -> bytes:
        key = self._secret.get_secret_value().encode()
        return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest().encode()

    def envelope(self, body: bytes) -> Envelope:
        event, about = _read(body)
        return Envelope(event.id, event.type, datetime.fromtimestamp(event.created, UTC), is_known=about is not None)

    def events(self, body: bytes) -> tuple[PaymentEvent, ...]:
        event, about = _read(body)
        return (_payment(event, about),) if about else ()


def _read(body: bytes) -> tuple[Event, EventObject | None]:
    """With what it is about, where we handle its topic."""
    try:
        event = Event.model_validate_json(body)
        return event, EventObject.model_validate(event.data.object) if event.type in TOPICS else None
    except ValidationError as error:
        where = ".".join(str(one) for one in error.errors()[0]["loc"])
        raise MalformedPayload(where or "not a JSON object") from None


def parts(header: str) -> tuple[str, tuple[str, ...]]:
    """The time and every v1 signature of "t=…,v1=…,v1=…,v0=…": while a secret is rolled there are two.

    *Errors:* BadSignature where there is no whole number as time.
    """
    pairs = [one.strip().partition("=") for one in header.split(",")]
    stamp = next((value for name, _, value in pairs if name == "t"), "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise BadSignature("no time in the signature header")
    return stamp, tuple(value for name, _, value in pairs if name == "v1")


def _payment(event: Event, about: EventObject) -> PaymentEvent:
    return PaymentEvent(
        event_id=event.id,
        source="stripe",
        at=datetime.fromtimestamp(event.created, UTC),
        what=event.type,
        record_id=about.id,
        stripe_customer_id=about.customer,
    )
