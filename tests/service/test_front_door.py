"""The HTTP front: cap, signature, parse, store, acknowledge, in this order and no other."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from bot.http import service_routes, web_app, webhook_routes
from bot.metrics import Metrics
from playbooks.domain.events import Event
from retrieval.http import Calls
from retrieval.ports import BadSignature, Envelope, MalformedPayload

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CAP = 2_000


class SignedWithX:
    """A webhook whose signature is the header `x-signed`; remembers what it was asked."""

    source = "vendor"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        self.asked.append("verify")
        assert now == NOW
        if headers.get("x-signed") != "yes":
            raise BadSignature

    def envelope(self, body: bytes) -> Envelope:
        self.asked.append("envelope")
        if body == b"malformed":
            raise MalformedPayload("data.item: is missing")
        return Envelope("e1", "contact.updated", NOW, is_known=body == b"known")

    def events(self, body: bytes) -> tuple[Event, ...]:
        raise AssertionError("the vendor waits: it is read later")


class Door:
    def __init__(self) -> None:
        self.stored: list[tuple[str, bytes]] = []

    async def receive(self, source: str, envelope: Envelope, payload: bytes) -> bool:
        is_new = (source, payload) not in self.stored
        self.stored.append((source, payload))
        return is_new


@pytest.fixture
def webhook() -> SignedWithX:
    return SignedWithX()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def client(webhook: SignedWithX, door: Door) -> TestClient:
    metrics = Metrics(Calls())

    async def ready() -> dict[str, object]:
        return {"ready": False, "parts": {"database": {"ok": False}}}

    routes = [*service_routes(ready, metrics), *webhook_routes({"vendor": webhook}, door, metrics, lambda: NOW, CAP)]
    return TestClient(web_app(routes), raise_server_exceptions=False)


def test_a_signed_event_is_stored_whole_and_acknowledged(client: TestClient, door: Door) -> None:
    answer = client.post("/webhooks/vendor", content=b"known", headers={"x-signed": "yes"})
    assert (answer.status_code, answer.json()["received"]) == (200, "accepted")
    assert door.stored == [("vendor", b"known")]


def test_a_wrong_signature_is_401_and_nothing_is_parsed_or_stored(client: TestClient, door: Door, webhook: SignedWithX) -> None:
    assert client.post("/webhooks/vendor", content=b"known").status_code == 401
    assert (door.stored, webhook.asked) == ([], ["verify"])


def test_a_body_over_the_cap_is_413_before_it_is_verified(client: TestClient, door: Door, webhook: SignedWithX) -> None:
    answer = client.post("/webhooks/vendor", content=b"x" * (CAP + 1), headers={"x-signed": "yes"})
    assert answer.status_code == 413
    assert (door.stored, webhook.asked) == ([], [])


def test_a_malformed_payload_is_400_and_names_the_field(client: TestClient, door: Door) -> None:
    answer = client.post("/webhooks/vendor", content=b"malformed", headers={"x-signed": "yes"})
    assert (answer.status_code, answer.json()["error"]) == (400, "data.item: is missing")
    assert door.stored == []


def test_an_unknown_topic_is_named_counted_and_answered_200(client: TestClient) -> None:
    answer = client.post("/webhooks/vendor", content=b"unknown", headers={"x-signed": "yes"})
    assert answer.json() == {"received": "unknown_topic", "topic": "contact.updated"}
    assert 'outcome="unknown_topic",source="vendor"} 1.0' in client.get("/metrics").text


def test_a_redelivery_is_acknowledged_as_a_duplicate(client: TestClient) -> None:
    for outcome in ("accepted", "duplicate"):
        answer = client.post("/webhooks/vendor", content=b"known", headers={"x-signed": "yes"})
        assert answer.json()["received"] == outcome


def test_an_address_is_tried_out_with_head(client: TestClient, webhook: SignedWithX) -> None:
    assert client.head("/webhooks/vendor").status_code == 200
    assert webhook.asked == []


def test_alive_and_ready_are_different_questions(client: TestClient) -> None:
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 503
