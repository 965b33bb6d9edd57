"""Changes in the sandbox reach a receiver as signed notifications that our webhook reads; failed ones come again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from playbooks.domain.events import ConversationEvent
from retrieval.ports import BadSignature, Webhook
from retrieval.vendors.intercom.webhook import IntercomWebhook
from tests.vendors.intercom.served import Receiver, Served
from tests.vendors.intercom.small_world import ARJUN, BOT, MEI, NOW

LENAS, LENA = "21547003", "lena.ong@example.net"
SECRET = "of this test"


@pytest.fixture
def told(served: Served, receiver: Receiver) -> Receiver:
    served.tell("webhooks", url=receiver.url, client_secret=SECRET, retry_seconds=0.05)
    return receiver


def manage(**body: Any) -> Callable[[Served], Any]:
    return lambda served: served.raw("POST", f"/conversations/{LENAS}/parts", {"type": "admin", "admin_id": MEI} | body)


def reply(kind: str) -> Callable[[Served], Any]:
    body = {"message_type": kind, "type": "admin", "admin_id": MEI, "body": "<p>a &amp; b</p>"}
    return lambda served: served.raw("POST", f"/conversations/{LENAS}/reply", body)


def snooze_and_open(served: Served) -> None:
    manage(message_type="snoozed", snoozed_until=int(NOW.timestamp()) + 3600)(served)
    manage(message_type="open")(served)


def tag(served: Served) -> None:
    tag_id = served.raw("POST", "/tags", {"name": "vip"}).json()["id"]
    served.raw("POST", f"/conversations/{LENAS}/tags", {"id": tag_id, "admin_id": BOT})


CHANGES: list[tuple[Callable[[Served], Any], list[tuple[str, str | None]]]] = [
    (lambda served: served.tell("customer/messages", email=LENA, body="Hi"), [("conversation.user.created", "started")]),
    (
        lambda served: served.tell("customer/messages", email=LENA, body="Hi", conversation_id=LENAS),
        [("conversation.user.replied", "customer_replied")],
    ),
    (
        lambda served: served.tell("customer/messages", email="new@example.com", body="Hi"),
        [("contact.lead.created", None), ("conversation.user.created", "started")],
    ),
    (reply("comment"), [("conversation.admin.replied", "agent_replied")]),
    (reply("note"), [("conversation.admin.noted", "note_added")]),
    (manage(message_type="assignment", assignee_id=ARJUN), [("conversation.admin.assigned", "assigned")]),
    (manage(message_type="close"), [("conversation.admin.closed", "closed")]),
    (manage(message_type="open"), [("conversation.admin.opened", "reopened")]),
    (snooze_and_open, [("conversation.admin.snoozed", "snoozed"), ("conversation.admin.unsnoozed", "unsnoozed")]),
    (tag, [("conversation_part.tag.created", "tagged")]),
    (
        lambda served: served.tell("customer/rating", conversation_id=LENAS, rating=1, remark="bad"),
        [("conversation.rating.added", "rated")],
    ),
    (lambda served: served.raw("DELETE", f"/conversations/{LENAS}"), [("conversation.deleted", "deleted")]),
    (lambda served: served.tell("webhooks/ping"), [("ping", None)]),
]


@pytest.mark.parametrize(("change", "topics"), CHANGES)
def test_each_change_is_told_signed_and_read_as_its_event(
    told: Receiver, served: Served, change: Callable[[Served], Any], topics: list[tuple[str, str | None]]
) -> None:
    change(served)
    webhook: Webhook = IntercomWebhook(SECRET, BOT)
    read = []
    for _ in topics:
        headers, body = told.next()
        webhook.verify(headers, body, NOW)
        conversations = [one.what for one in webhook.events(body) if isinstance(one, ConversationEvent)]
        read.append((webhook.envelope(body).topic, conversations[0] if conversations else None))
    assert read == topics


def test_the_part_of_a_message_has_the_same_id_in_the_event_and_in_the_conversation(told: Receiver, served: Served) -> None:
    written = served.tell("customer/messages", email=LENA, body="Hi & bye")
    headers, body = told.next()
    (event,) = IntercomWebhook(SECRET, BOT).events(body)
    assert isinstance(event, ConversationEvent)
    assert (event.part_id, event.conversation_id) == (written["part_id"], written["conversation_id"])
    assert json.loads(body)["data"]["item"]["source"]["body"] == "Hi & bye", "plain text since 2.15"
    assert headers["user-agent"] == "intercom-parrot-service-client/1.0"


def test_another_secret_does_not_open_it(told: Receiver, served: Served) -> None:
    served.tell("customer/messages", email=LENA, body="Hi")
    headers, body = told.next()
    with pytest.raises(BadSignature):
        IntercomWebhook("another", BOT).verify(headers, body, datetime.now(UTC))


def test_a_failed_delivery_comes_once_more_with_the_same_id(told: Receiver, served: Served) -> None:
    told.statuses[:] = [500]
    served.tell("customer/messages", email=LENA, body="Hi")
    (_, first), (_, second) = told.next(), told.next()
    one, other = json.loads(first), json.loads(second)
    assert one["id"] == other["id"]
    assert (one["delivery_attempts"], other["delivery_attempts"]) == (1, 2)


def test_a_receiver_that_is_gone_is_told_no_more(told: Receiver, served: Served) -> None:
    told.statuses[:] = [410]
    served.tell("customer/messages", email=LENA, body="Hi")
    told.next()
    _until(served, lambda summary: summary["targets"] == [])
    served.tell("customer/messages", email=LENA, body="Hi again")
    assert served.ask("webhooks")["emitted"] == 1


def test_a_delivery_can_be_ordered_again_and_is_counted(told: Receiver, served: Served) -> None:
    served.tell("customer/messages", email=LENA, body="Hi")
    one = json.loads(told.next()[1])
    assert served.tell("webhooks/redeliver", id=one["id"]) == {"redelivered": True}
    assert json.loads(told.next()[1])["id"] == one["id"]
    summary = _until(served, lambda summary: summary["deliveries"][0]["statuses"] == [200, 200])
    assert (summary["emitted"], summary["delivered"], summary["failed"], summary["pending"]) == (1, 1, 0, 0)
    assert served.ask("state")["webhooks"]["delivered"] == 1


def test_only_subscribed_topics_are_told(served: Served, receiver: Receiver) -> None:
    served.tell("webhooks", url=receiver.url, client_secret=SECRET, topics=["conversation.rating.added"])
    served.tell("customer/messages", email=LENA, body="Hi")
    served.tell("customer/rating", conversation_id=LENAS, rating=2)
    assert receiver.topic()[0] == "conversation.rating.added"
    assert receiver.came.empty()


def test_a_receiver_that_is_down_delays_no_handler_and_is_counted_as_failed(served: Served) -> None:
    served.tell("webhooks", url="http://127.0.0.1:1/hook", client_secret=SECRET, retry_seconds=0)
    for number in range(20):
        served.tell("customer/messages", email=LENA, body=f"Message {number}")
    summary = _until(served, lambda summary: summary["pending"] == 0)
    assert (summary["emitted"], summary["failed"]) == (20, 20)
    assert all(one["statuses"] == [0, 0] for one in summary["deliveries"])


def _until(served: Served, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Asks the sandbox until it is so; each question is a round trip, so nothing sleeps."""
    for _ in range(2_000):
        summary: dict[str, Any] = served.ask("webhooks")
        if holds(summary):
            return summary
    raise AssertionError(f"never came to hold: {summary}")
