"""Signatures both ways against the official SDK, and what each topic becomes."""

import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe
from pydantic import SecretStr

from playbooks.domain.events import PaymentEvent
from retrieval.ports import BadSignature, Envelope, MalformedPayload, Webhook
from retrieval.vendors.stripe.webhook import TOPICS, StripeWebhook
from tests.vendors.stripe.account import Account

FIXTURES = Path(__file__).parent / "fixtures"
SECRET = "whsec_of_this_test"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
HOOK: Webhook = StripeWebhook(SecretStr(SECRET))


def event(kind: str, about: dict[str, Any]) -> bytes:
    body = {"id": "evt_1", "object": "event", "type": kind, "created": STAMP, "data": {"object": about}}
    return json.dumps(body, ensure_ascii=False).encode()


BODY = event("charge.failed", {"id": "ch_1", "object": "charge", "customer": "cus_1", "description": "Größe ¥"})


def sdk_header(body: bytes = BODY, secret: str = SECRET, stamp: int = STAMP) -> str:
    """The SDK's own helper, which its users sign their tests with."""
    header: str = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=stamp)
    return header


def test_what_the_sdk_signs_we_accept() -> None:
    HOOK.verify({"Stripe-Signature": sdk_header()}, BODY, NOW)
    HOOK.verify({"stripe-signature": sdk_header()}, BODY, NOW + timedelta(seconds=300))


def test_any_one_of_several_signatures_is_enough() -> None:
    """While a secret is rolled Stripe signs with both."""
    other = sdk_header(secret="whsec_other").partition(",")[2]
    ours = sdk_header().partition(",")[2]
    HOOK.verify({"Stripe-Signature": f"t={STAMP},v0=abc,{other},{ours}"}, BODY, NOW)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"t={STAMP}",
        "t=,v1=",
        f"t={STAMP},v1=",
        f"t={STAMP},v1=ünicode",
        f"t=-5,{sdk_header().partition(',')[2]}",
        "t=99999999999999999999,v1=aa",
        f"t=１２３,{sdk_header().partition(',')[2]}",
        sdk_header(secret="whsec_other"),
        sdk_header(stamp=STAMP - 301),
        sdk_header(stamp=STAMP + 301),
        sdk_header().replace("v1=", "v0="),
        sdk_header().replace(f"t={STAMP}", f"t={STAMP + 1}"),
        sdk_header(body=BODY + b" "),
    ],
)
def test_a_signature_that_is_none_of_ours_is_refused(header: str) -> None:
    with pytest.raises(BadSignature):
        HOOK.verify({"Stripe-Signature": header}, BODY, NOW)


def test_no_header_at_all_is_refused() -> None:
    with pytest.raises(BadSignature):
        HOOK.verify({}, BODY, NOW)


@pytest.mark.parametrize("kind", sorted(TOPICS))
def test_each_topic_becomes_a_payment_event(kind: str) -> None:
    body = event(kind, {"id": "xx_1", "object": "thing", "customer": "cus_1"})
    assert HOOK.envelope(body) == Envelope("evt_1", kind, NOW)
    (happened,) = HOOK.events(body)
    assert isinstance(happened, PaymentEvent)
    assert (happened.what, happened.record_id, happened.stripe_customer_id) == (kind, "xx_1", "cus_1")


EXPECTED = {
    "charge.dispute.created": ("dp_", None),
    "charge.dispute.updated": ("dp_", None),
    "charge.dispute.closed": ("dp_", None),
    "charge.refunded": ("ch_", "cus_1Sandbox00000001"),
    "charge.failed": ("ch_", "cus_1Sandbox00000001"),
    "invoice.payment_failed": ("in_", "cus_1Sandbox00000001"),
}


@pytest.mark.parametrize("kind", sorted(TOPICS))
def test_a_whole_event_of_each_topic_is_read(kind: str) -> None:
    body = (FIXTURES / f"{kind}.json").read_bytes()
    (happened,) = HOOK.events(body)
    assert isinstance(happened, PaymentEvent)
    prefix, customer = EXPECTED[kind]
    assert (happened.record_id[:3], happened.stripe_customer_id, happened.at) == (prefix, customer, NOW)


def test_a_topic_we_do_not_take_is_named_and_makes_no_event() -> None:
    body = event("plan.created", {"object": "plan"})
    assert HOOK.envelope(body) == Envelope("evt_1", "plan.created", NOW, is_known=False)
    assert HOOK.events(body) == ()


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"\xff\xfe", "not a JSON object"),
        (b'{"id": "evt_1"}', "created"),
        (event("charge.failed", {"object": "charge"}), "id"),
        (event("charge.failed", {"id": 5, "object": "charge"}), "id"),
        (b'{"id":"evt_1","type":"charge.failed","created":1,"data":{"object":"ch_1"}}', "data.object"),
    ],
)
def test_a_malformed_body_names_the_field(body: bytes, named: str) -> None:
    with pytest.raises(MalformedPayload, match=named):
        HOOK.envelope(body)


class Receiver(BaseHTTPRequestHandler):
    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.headers["Stripe-Signature"], body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def test_what_the_sandbox_signs_the_sdk_and_we_accept(running: Account) -> None:
    received: list[tuple[str, bytes]] = []
    kind = type("Bound", (Receiver,), {"received": received})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.order("webhooks", {"url": f"http://127.0.0.1:{server.server_port}/stripe", "secret": SECRET})
        charge = next(one["id"] for one in running.state("charges") if not one["disputed"] and one["paid"])
        answer = running.order("dispute", {"charge": charge, "reason": "fraudulent"})
        server.shutdown()
    assert [one["status"] for one in answer["deliveries"]] == [200]
    ((header, body),) = received
    told = stripe.Webhook.construct_event(body, header, SECRET)
    assert (told.type, told.data.object["charge"]) == ("charge.dispute.created", charge)
    HOOK.verify({"Stripe-Signature": header}, body, datetime.now(UTC))
    (happened,) = HOOK.events(body)
    assert isinstance(happened, PaymentEvent)
    assert happened.record_id == answer["object"]["id"]


def test_an_endpoint_that_is_gone_is_journalled_and_stops_nothing(running: Account) -> None:
    running.order("webhooks", {"url": "http://127.0.0.1:9/none", "secret": SECRET})
    answer = running.order("payment_failed", {"invoice": running.state("invoices")[0]["id"]})
    assert [one["status"] for one in answer["deliveries"]] == [0]
