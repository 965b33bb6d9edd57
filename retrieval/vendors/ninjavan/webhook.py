"""Ninja Van's webhook: verifies the raw bytes, then says which parcel moved. Pure; it stores and asks nothing."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from pydantic import SecretStr, ValidationError

from playbooks.domain.events import ParcelMoved
from retrieval.ports import BadSignature, Envelope, MalformedPayload
from retrieval.vendors.ninjavan import translate, wire

HEADER = "x-ninjavan-hmac-sha256"


class NinjaVanWebhook:
    """Webhook. The signature is HMAC-SHA256 of the raw body under the client key, in base64 (public handlers agree).

    Hexadecimal is accepted too: one public handler expects it, no page of Ninja Van's says which (assumed).
    """

    source = translate.VENDOR

    def __init__(self, client_secret: SecretStr) -> None:
        self._key = client_secret.get_secret_value().encode()

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        signed = next((value for name, value in headers.items() if name.lower() == HEADER), "").strip()
        expected = hmac.new(self._key, body, hashlib.sha256).digest()
        if not self._key or not any(hmac.compare_digest(expected, given) for given in _read(signed)):
            raise BadSignature(f"{self.source}: the body is not signed with the client key")

    def envelope(self, body: bytes) -> Envelope:
        hook, at = _hook(body)
        return Envelope(_event_id(hook), hook.status, at)

    def events(self, body: bytes) -> tuple[ParcelMoved, ...]:
        hook, at = _hook(body)
        moved = ParcelMoved(
            event_id=_event_id(hook),
            source=self.source,
            at=at,
            tracking_number=hook.tracking_id,
            status=translate.status_of(hook.status, hook.is_parcel_on_rts_leg).value,
        )
        return (moved,)


def _hook(body: bytes) -> tuple[wire.Hook, datetime]:
    try:
        hook = wire.Hook.model_validate_json(body)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise MalformedPayload(f"{where or 'body'}: {error.errors()[0]['type']}") from None
    at = translate.instant(hook.timestamp)
    if at is None:
        raise MalformedPayload("timestamp: not a time")
    return hook, at


def _event_id(hook: wire.Hook) -> str:
    """There is no event id: parcel, time and status together are one event, however often it is delivered."""
    return f"{hook.tracking_id}+{hook.timestamp}+{hook.status}"


def _read(signed: str) -> list[bytes]:
    """The signature as bytes in each encoding it can be read in."""
    found = []
    for decode in (lambda text: base64.b64decode(text, validate=True), bytes.fromhex):
        try:
            found.append(decode(signed))
        except (binascii.Error, ValueError):
            continue
    return found
