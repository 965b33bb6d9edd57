"""Webhooks: every topic's fixture gives its event, only Intercom's signature opens the door, and bad shapes name the field."""

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import pytest

from playbooks.domain.conversation import AuthorKind
from playbooks.domain.events import ContactEvent, ConversationEvent, Event, TicketEvent
from retrieval.ports import BadSignature, MalformedPayload
from retrieval.vendors.intercom.webhook import TOPICS, IntercomWebhook

FIXTURES = Path(__file__).parent / "fixtures"
SECRET = "client-secret"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
WEBHOOK = IntercomWebhook(SECRET, bot_admin_id="5000")
CONTACT, AGENT, BOT, APP = AuthorKind.CONTACT, AuthorKind.AGENT, AuthorKind.BOT, AuthorKind.APP
PRIYA, LENA = "6540c1f5a0e7d2b3c4d5e6f7", "6540c1f5a0e7d2b3c4d5e6aa"

CONVERSATIONS: dict[str, tuple[str, str | None, AuthorKind | None, str | None]] = {
    "conversation_user_created": ("started", "3381828792", CONTACT, None),
    "conversation_admin_single_created": ("started", "3381828793", AGENT, "8101"),
    "conversation_user_replied_to_closed": ("customer_replied", "700013", CONTACT, "8101"),
    "conversation_admin_replied": ("agent_replied", "700021", AGENT, "8101"),
    "conversation_admin_replied_by_our_bot": ("agent_replied", "700022", APP, "8101"),
    "conversation_operator_replied": ("agent_replied", "700023", BOT, "8101"),
    "conversation_admin_noted": ("note_added", "700031", AGENT, "8101"),
    "conversation_admin_assigned": ("assigned", "700041", AGENT, "8101"),
    "conversation_admin_open_assigned": ("assigned", "700042", AGENT, "8101"),
    "conversation_admin_closed": ("closed", "700051", AGENT, "8101"),
    "conversation_admin_opened": ("reopened", "700052", AGENT, "8101"),
    "conversation_admin_snoozed": ("snoozed", "700061", AGENT, "8101"),
    "conversation_admin_unsnoozed": ("unsnoozed", "700062", AGENT, "8101"),
    "conversation_part_tag_created": ("tagged", None, None, "8101"),
    "conversation_rating_added": ("rated", None, None, "8101"),
    "conversation_deleted": ("deleted", None, None, None),
}
CONTACTS = {
    "contact_user_created": (PRIYA, "created"),
    "contact_lead_created": (LENA, "created"),
    "contact_user_updated": (PRIYA, "updated"),
    "contact_lead_updated": (LENA, "updated"),
    "contact_email_updated": (PRIYA, "updated"),
    "contact_lead_added_email": (LENA, "updated"),
    "contact_lead_signed_up": (LENA, "updated"),
    "contact_user_tag_created": (PRIYA, "updated"),
    "contact_user_tag_deleted": (PRIYA, "updated"),
    "contact_lead_tag_created": (LENA, "updated"),
    "contact_lead_tag_deleted": (LENA, "updated"),
    "contact_merged": (PRIYA, "updated"),
    "contact_archived": (PRIYA, "updated"),
    "contact_unarchive": (PRIYA, "updated"),
    "contact_deleted": (LENA, "deleted"),
}
TICKETS = {
    "ticket_created": "created",
    "ticket_state_updated": "state_updated",
    "ticket_resolved": "state_updated",
    "ticket_closed": "state_updated",
}
ELSEWHERE = {"conversation_user_replied", "ping", "company_created"}


def body(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def signature(raw: bytes, secret: str = SECRET) -> str:
    return "sha1=" + hmac.new(secret.encode(), raw, sha1).hexdigest()


def test_every_fixture_has_a_test_and_every_topic_a_fixture() -> None:
    files = {path.stem for path in FIXTURES.glob("*.json")}
    assert files == CONVERSATIONS.keys() | CONTACTS.keys() | TICKETS.keys() | ELSEWHERE
    assert TOPICS.keys() <= {json.loads(body(name))["topic"] for name in files}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_topic_becomes_its_event(name: str) -> None:
    what, part_id, author, inbox_id = CONVERSATIONS[name]
    note = json.loads(body(name))
    envelope = WEBHOOK.envelope(body(name))
    (event,) = WEBHOOK.events(body(name))
    assert isinstance(event, ConversationEvent)
    assert (event.what, event.part_id, event.author, event.inbox_id) == (what, part_id, author, inbox_id)
    assert (event.conversation_id, event.source) == ("21547001", "intercom")
    assert event.event_id == envelope.event_id == note["id"]
    assert (envelope.conversation_id, envelope.topic, envelope.is_known) == ("21547001", note["topic"], True)
    assert envelope.at.timestamp() == note["created_at"]
    parts = note["data"]["item"].get("conversation_parts", {}).get("conversation_parts", [])
    assert event.at.timestamp() == (parts[0]["created_at"] if part_id and parts else note["created_at"])


@pytest.mark.parametrize("name", CONTACTS)
def test_a_contact_topic_becomes_its_event(name: str) -> None:
    (event,) = WEBHOOK.events(body(name))
    assert isinstance(event, ContactEvent)
    assert (event.contact_id, event.what) == CONTACTS[name]


@pytest.mark.parametrize("name", TICKETS)
def test_a_ticket_topic_becomes_its_event(name: str) -> None:
    (event,) = WEBHOOK.events(body(name))
    assert isinstance(event, TicketEvent)
    assert (event.ticket_id, event.what) == ("215472629311235", TICKETS[name])


def test_several_messages_of_one_notification_come_in_the_vendors_order_with_ids_of_their_own() -> None:
    events = WEBHOOK.events(body("conversation_user_replied"))
    told = [(one.part_id, one.event_id[-7:]) for one in events if isinstance(one, ConversationEvent)]
    assert told == [("700011", ":700011"), ("700012", ":700012")]
    assert events[0].at < events[1].at


def test_a_ping_has_no_events_and_a_stable_id_although_intercom_sends_none() -> None:
    one, other = WEBHOOK.envelope(body("ping")), WEBHOOK.envelope(body("ping"))
    assert (one.topic, one.is_known, one.event_id) == ("ping", False, other.event_id)
    assert WEBHOOK.events(body("ping")) == ()


def test_a_topic_we_do_not_handle_is_named_and_gives_no_events() -> None:
    envelope = WEBHOOK.envelope(body("company_created"))
    assert (envelope.topic, envelope.is_known, envelope.conversation_id) == ("company.created", False, None)
    assert WEBHOOK.events(body("company_created")) == ()


def read(raw: bytes) -> tuple[Event, ...]:
    WEBHOOK.envelope(raw)
    return WEBHOOK.events(raw)


RAW = body("conversation_user_created")


def test_intercoms_own_signature_is_accepted_whatever_the_case_of_the_header() -> None:
    for name in ("X-Hub-Signature", "x-hub-signature"):
        WEBHOOK.verify({"Content-Type": "application/json", name: signature(RAW)}, RAW, NOW)


def test_the_signature_is_hmac_sha1_as_documented() -> None:
    """A known answer, computed elsewhere: openssl dgst -sha1 -hmac key of "The quick brown fox…"."""
    known = "sha1=de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"
    IntercomWebhook("key", "").verify({"X-Hub-Signature": known}, b"The quick brown fox jumps over the lazy dog", NOW)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"X-Hub-Signature": signature(RAW, "another key")}, id="wrong key"),
        pytest.param({"X-Hub-Signature": signature(RAW + b" ")}, id="tampered body"),
        pytest.param({}, id="no header"),
        pytest.param({"X-Hub-Signature": ""}, id="empty header"),
        pytest.param({"X-Hub-Signature": "sha1="}, id="empty signature"),
        pytest.param({"X-Hub-Signature": signature(RAW).removeprefix("sha1=")}, id="no prefix"),
        pytest.param({"X-Hub-Signature": "sha1=" + "g" * 40}, id="not hexadecimal"),
        pytest.param({"X-Hub-Signature": "sha1=" + "é" * 40}, id="not ASCII"),
        pytest.param({"X-Hub-Signature": "sha1=\udcff"}, id="not even text"),
        pytest.param({"X-Hub-Signature": signature(RAW)[:-1]}, id="a digit short"),
        pytest.param({"X-Hub-Signature": signature(RAW).replace("sha1", "sha256")}, id="sha256 prefix"),
        pytest.param(
            {"X-Hub-Signature": "sha256=" + hmac.new(SECRET.encode(), RAW, sha256).hexdigest()}, id="a true sha256 one"
        ),
    ],
)
def test_any_other_signature_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        WEBHOOK.verify(headers, RAW, NOW)


def test_a_webhook_without_a_secret_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="empty client secret"):
        IntercomWebhook("", "5000")


def changed(**more: Any) -> bytes:
    return json.dumps(json.loads(RAW) | more).encode()


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "the body"),
        (b"null", "the body"),
        (changed(topic=None), "topic"),
        (changed(topic=""), "topic"),
        (changed(topic="x" * 201), "topic"),
        (changed(topic=7), "topic"),
        (changed(id=None), "id is missing"),
        (changed(id="x" * 201), "id"),
        (changed(created_at=None), "created_at"),
        (changed(created_at="yesterday"), "created_at"),
        (changed(created_at=1e30), "created_at"),
        (changed(created_at=True), "created_at"),
        (changed(data=None), "data"),
        (changed(data={}), "data.item"),
        (changed(data={"item": []}), "data.item"),
        (changed(data={"item": {}}), "data.item.id"),
        (changed(data={"item": {"id": ["1"]}}), "data.item.id"),
        (changed(topic="contact.user.created", data={"item": {}}), "data.item.id"),
        (changed(topic="ticket.created", data={"item": {}}), "data.item.id"),
        (
            changed(
                topic="conversation.admin.noted",
                data={"item": {"id": "1", "conversation_parts": {"conversation_parts": [{"id": "2", "created_at": "soon"}]}}},
            ),
            "data.item.conversation_parts.conversation_parts.0.created_at",
        ),
    ],
)
def test_a_malformed_body_names_the_field_and_never_repeats_the_value(raw: bytes, named: str) -> None:
    with pytest.raises(MalformedPayload) as caught:
        read(raw)
    assert named in str(caught.value)
    assert "x" * 20 not in str(caught.value)
    assert "soon" not in str(caught.value)
    assert "yesterday" not in str(caught.value)
