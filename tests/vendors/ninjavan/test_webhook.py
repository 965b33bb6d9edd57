"""Ninja Van's webhook: the bytes first, then the meaning; the same event is the same event however often it comes."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from playbooks.domain.events import ParcelMoved
from playbooks.domain.facts import ParcelStatus
from retrieval.ports import BadSignature, MalformedPayload
from retrieval.vendors.ninjavan import VENDOR
from retrieval.vendors.ninjavan.sandbox import sandbox
from retrieval.vendors.ninjavan.webhook import NinjaVanWebhook
from tests.vendors.parcels import NOW, connected, served, world

FIXTURES = Path(__file__).parent / "fixtures"
HOOK = NinjaVanWebhook(SecretStr("key"))
BODY = (FIXTURES / "webhook_delivered.json").read_bytes()
DIGEST = hmac.new(b"key", BODY, hashlib.sha256)
BASE64 = base64.b64encode(DIGEST.digest()).decode()


@pytest.mark.parametrize("signature", [BASE64, DIGEST.hexdigest()], ids=["base64", "hexadecimal (assumed)"])
@pytest.mark.parametrize("header", ["X-Ninjavan-Hmac-Sha256", "x-ninjavan-hmac-sha256"])
def test_a_signature_over_the_raw_bytes_is_believed(header: str, signature: str) -> None:
    HOOK.verify({header: signature}, BODY, NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Ninjavan-Hmac-Sha256": ""},
        {"X-Ninjavan-Hmac-Sha256": "%%%"},
        {"X-Ninjavan-Hmac-Sha256": "ünïcode"},
        {"X-Ninjavan-Hmac-Sha256": BASE64[:-4]},
        {"X-Other": BASE64},
    ],
)
def test_anything_else_is_not(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        HOOK.verify(headers, BODY, NOW)


def test_the_same_payload_written_otherwise_is_other_bytes() -> None:
    with pytest.raises(BadSignature):
        HOOK.verify({"X-Ninjavan-Hmac-Sha256": BASE64}, json.dumps(json.loads(BODY), indent=1).encode(), NOW)


def test_an_empty_key_believes_nobody() -> None:
    unsigned = base64.b64encode(hmac.new(b"", BODY, hashlib.sha256).digest()).decode()
    with pytest.raises(BadSignature):
        NinjaVanWebhook(SecretStr("")).verify({"X-Ninjavan-Hmac-Sha256": unsigned}, BODY, NOW)


@pytest.mark.parametrize(
    ("fixture", "number", "status"),
    [
        ("webhook_delivered", "NVSGSOLVN000202994", ParcelStatus.DELIVERED),
        ("webhook_delivery_exception", "NVSGSOLVN000204188", ParcelStatus.FAILED_ATTEMPT),
        ("webhook_returned", "NVMYSOLVN000204097", ParcelStatus.RETURNING),
    ],
)
def test_each_webhook_says_which_parcel_moved(fixture: str, number: str, status: ParcelStatus) -> None:
    body = (FIXTURES / f"{fixture}.json").read_bytes()
    envelope, (moved,) = HOOK.envelope(body), HOOK.events(body)
    assert isinstance(moved, ParcelMoved)
    assert (moved.tracking_number, moved.status, moved.at) == (number, status, envelope.at)
    assert moved.event_id == envelope.event_id


def test_a_second_delivery_of_an_event_has_its_id_and_another_event_has_another() -> None:
    again = HOOK.envelope(BODY + b"\n").event_id
    later = HOOK.envelope(BODY.replace(b"12:05:10", b"12:05:11")).event_id
    assert HOOK.envelope(BODY).event_id == again != later


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b"\xff", "body"),
        (b'{"timestamp": "2026-11-22T08:00:00+0800", "status": "Delivered"}', "tracking_id"),
        (b'{"tracking_id": "x", "timestamp": "yesterday", "status": "Delivered"}', "timestamp"),
        (b'{"tracking_id": "x", "timestamp": "2026-11-22T08:00:00+0800", "status": 4}', "status"),
    ],
)
def test_a_payload_that_is_not_as_documented_is_named_by_field(body: bytes, field: str) -> None:
    with pytest.raises(MalformedPayload, match=f"^{field}: "):
        HOOK.events(body)


@given(st.binary())
def test_no_bytes_whatever_raise_anything_else(body: bytes) -> None:
    with pytest.raises(MalformedPayload):
        HOOK.events(body)


async def test_the_stand_ins_signed_webhook_is_believed() -> None:
    seeded = sandbox(world("ninjavan", {"failed_attempt": "NVSGSOLVN000204188"}))
    with served(seeded) as at:
        async with connected(VENDOR, at) as (connection, _, _calls), httpx.AsyncClient(base_url=at.url) as client:
            signed = (await client.get("/_sandbox/webhook/NVSGSOLVN000204188")).json()
            assert connection.webhook
            connection.webhook.verify(signed["headers"], signed["body"].encode(), NOW)
            (moved,) = connection.webhook.events(signed["body"].encode())
    assert isinstance(moved, ParcelMoved)
    assert moved.status == ParcelStatus.FAILED_ATTEMPT
