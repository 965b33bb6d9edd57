"""Slack's requests on a real socket: who is believed, what is stored, what is answered and how fast."""

import asyncio
import json
import logging
import time
from typing import Any

import pytest

from bot.slack.presses import reference
from playbooks.domain.people import Actor, Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.domain.press import EditDraft
from tests.surfaces.cards import KITCHEN_SINK, SEND
from tests.surfaces.conftest import SlackBench
from tests.surfaces.fake_slack import FakeSlack
from tests.surfaces.slack_workspace import BOT_USER, TEAM, Channel

MEI = Actor(surface=Surface.SLACK, user_id="U0MEI", workspace_id=TEAM)


def body(slack: FakeSlack) -> bytes:
    return json.dumps(slack.event(f"<@{BOT_USER}> hi", "U0MEI", "C0SUPPORT", "app_mention")).encode()


def test_a_correctly_signed_mention_is_stored(slack: SlackBench) -> None:
    raw = body(slack.slack)
    assert slack.slack.send(raw, {"content-type": "application/json", **slack.slack.signed(raw)}).status == 200
    assert len(slack.inbox.asked) == 1


@pytest.mark.parametrize(
    "case", ["tampered", "stale", "early", "wrong", "other_secret", "absent", "no_stamp", "senseless_stamp", "huge_stamp"]
)
def test_a_request_not_signed_by_slack_gets_401_and_nothing_is_stored(slack: SlackBench, case: str) -> None:
    raw = body(slack.slack)
    headers = slack.slack.signed(raw)
    match case:
        case "tampered":
            raw = raw.replace(b" hi", b" ho")
        case "stale":
            headers = slack.slack.signed(raw, time.time() - 301)
        case "early":
            headers = slack.slack.signed(raw, time.time() + 301)
        case "wrong":
            headers["x-slack-signature"] = "v0=" + "0" * 64
        case "other_secret":
            slack.slack.secret = "another"
            headers = slack.slack.signed(raw)
        case "absent":
            del headers["x-slack-signature"]
        case "no_stamp":
            del headers["x-slack-request-timestamp"]
        case "senseless_stamp":
            headers["x-slack-request-timestamp"] = "soon"
        case "huge_stamp":
            headers["x-slack-request-timestamp"] = "9" * 400
    assert slack.slack.send(raw, {"content-type": "application/json", **headers}).status == 401
    assert slack.inbox.deliveries == 0


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b"[]", b"3", b'{"type":"event_callback"}', b"payload={", b'{"type":"block_actions"}', b""]
)
def test_a_signed_body_that_is_no_slack_payload_stores_nothing_and_is_no_server_error(slack: SlackBench, raw: bytes) -> None:
    answer = slack.slack.send(raw, {"content-type": "application/json", **slack.slack.signed(raw)})
    assert answer.status in (200, 400, 404)
    assert slack.inbox.deliveries == 0


def test_a_body_over_the_cap_gets_413(slack: SlackBench) -> None:
    raw = b"x" * 1_000_001
    assert slack.slack.send(raw, slack.slack.signed(raw)).status == 413


def test_slack_may_check_the_address(slack: SlackBench) -> None:
    raw = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    answer = slack.slack.send(raw, {"content-type": "application/json", **slack.slack.signed(raw)})
    assert (answer.status, answer.body["challenge"]) == (200, "3eZbrw1a")


def test_a_mention_in_a_channel_is_answered_in_its_thread(slack: SlackBench) -> None:
    answer = slack.slack.mention("who is <mailto:priya.nair@example.com|priya.nair@example.com> &amp; co?")
    [event] = slack.inbox.asked
    assert event.text == "who is priya.nair@example.com & co?"
    assert event.actor == MEI
    assert event.place == Place(
        surface=Surface.SLACK, channel_id="C0SUPPORT", thread_id=answer.ts, channel_kind=ChannelKind.PUBLIC
    )


@pytest.mark.parametrize(
    ("channel", "flags", "kind"),
    [
        ("C0SUPPORT", None, ChannelKind.PUBLIC),
        ("G0LEADS", None, ChannelKind.PRIVATE),
        ("C0PRIVATE", {"is_channel": True, "is_private": True}, ChannelKind.PRIVATE),
        ("C0SHARED", {"is_channel": True, "is_ext_shared": True}, ChannelKind.SHARED),
        ("C0PENDING", {"is_channel": True, "is_pending_ext_shared": True}, ChannelKind.SHARED),
        ("C0ORG", {"is_channel": True, "is_org_shared": True, "is_private": True}, ChannelKind.PRIVATE),
        ("C0ODD", {}, ChannelKind.UNKNOWN),
    ],
)
def test_the_kind_of_a_channel_is_filled_in(
    slack: SlackBench, channel: str, flags: dict[str, Any] | None, kind: ChannelKind
) -> None:
    if flags is not None:
        slack.slack.channels[channel] = Channel(channel, flags)
    slack.slack.mention("hi", channel=channel)
    assert slack.inbox.asked[0].place.channel_kind is kind


@pytest.mark.parametrize(
    "order", [{"error": "internal_error"}, {"status": 503}, {"status": 429, "retry_after": 30}, {"seconds": 5.0, "status": 500}]
)
def test_a_channel_that_cannot_be_looked_up_is_unknown_and_the_answer_still_in_time(
    slack: SlackBench, order: dict[str, Any]
) -> None:
    slack.slack.fail("conversations.info", **order)
    answer = slack.slack.mention("hi")
    assert (answer.status, answer.seconds < 3) == (200, True)
    assert slack.inbox.asked[0].place.channel_kind is ChannelKind.UNKNOWN


def test_a_channel_is_looked_up_once_and_never_listed(slack: SlackBench) -> None:
    for _ in range(3):
        slack.slack.mention("hi")
    assert [name for name, _ in slack.slack.called()] == ["conversations.info"]


def test_a_direct_message_needs_no_look_up_and_no_mention(slack: SlackBench) -> None:
    slack.slack.direct_message("who is Priya?")
    [event] = slack.inbox.asked
    assert (event.text, event.place.channel_id, event.place.thread_id) == ("who is Priya?", "D0MEI", None)
    assert event.place.channel_kind is ChannelKind.DIRECT
    assert slack.slack.called() == []


@pytest.mark.parametrize("order", ["mention_first", "message_first"])
@pytest.mark.parametrize("stamped", ["both", "neither", "message_only"])
def test_a_mention_and_its_message_twin_are_one(slack: SlackBench, order: str, stamped: str) -> None:
    sent = {"client_msg_id": "7c1f"}
    twins = [
        slack.slack.event(f"<@{BOT_USER}> hi", "U0MEI", "C0SUPPORT", kind, ts="1795348800.5", **(sent if has else {}))
        for kind, has in (("app_mention", stamped == "both"), ("message", stamped != "neither"))
    ]
    for payload in twins if order == "mention_first" else reversed(twins):
        assert slack.slack.deliver(payload).status == 200
    assert len(slack.inbox.asked) == 1


def test_one_gesture_with_two_timestamps_is_one(slack: SlackBench) -> None:
    for ts in ("1795348800.5", "1795348779.1"):
        slack.slack.deliver(slack.slack.event("hi", "U0MEI", "D0MEI", "message", ts=ts, client_msg_id="7c1f"))
    assert len(slack.inbox.asked) == 1


def test_the_same_words_twice_are_two_questions(slack: SlackBench) -> None:
    slack.slack.direct_message("hi", client_msg_id="a")
    slack.slack.direct_message("hi", client_msg_id="b")
    assert len(slack.inbox.asked) == 2


@pytest.mark.parametrize("times", [0, 1, 2, 3])
@pytest.mark.parametrize("dies", ["never", "before_storing", "after_storing"])
def test_an_event_delivered_again_has_exactly_one_effect(slack: SlackBench, times: int, dies: str) -> None:
    slack.inbox.fail_times = int(dies != "never")
    slack.inbox.fail_after_storing = dies == "after_storing"
    first = slack.slack.mention("hi")
    assert first.status == (200 if dies == "never" else 503)
    again = [first.again().status for _ in range(times)]
    assert again == [200] * times
    assert len(slack.inbox.asked) == (0 if dies == "before_storing" and not times else 1)


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"edited": {"user": "U0MEI", "ts": "1"}},
        {"bot_id": "B1"},
        {"bot_profile": {"id": "B1"}},
        {"user": BOT_USER},
        {"user": None},
        {"hidden": True},
    ],
)
@pytest.mark.parametrize("kind", ["app_mention", "message"])
def test_edits_bots_and_ourselves_are_ignored_and_acknowledged(slack: SlackBench, kind: str, change: dict[str, Any]) -> None:
    payload = slack.slack.event(f"<@{BOT_USER}> hi", "U0MEI", "C0SUPPORT", kind)
    payload["event"].update(change)
    assert slack.slack.deliver(payload).status == 200
    assert slack.inbox.deliveries == 0


def test_a_channel_message_without_a_mention_is_not_ours(slack: SlackBench) -> None:
    assert slack.slack.say("just talking", "U0MEI", "C0SUPPORT").status == 200
    assert slack.inbox.deliveries == 0


def test_an_event_we_do_not_know_is_acknowledged_and_ignored(slack: SlackBench) -> None:
    payload = slack.slack.event("", "U0MEI", "C0SUPPORT", "reaction_added")
    assert slack.slack.deliver(payload).status == 200
    assert slack.inbox.deliveries == 0


def test_a_guest_of_another_workspace_is_known_by_their_own_workspace(slack: SlackBench) -> None:
    slack.slack.channels["C0SHARED"] = Channel("C0SHARED", {"is_channel": True, "is_ext_shared": True})
    slack.slack.add_user("U9EVE", "eve", "T9ELSEWHERE")
    slack.slack.mention("hi", user="U9EVE", channel="C0SHARED")
    payload = slack.slack.event(f"<@{BOT_USER}> hi", "U9EVE", "C0SHARED", "app_mention")
    del payload["event"]["team"]
    slack.slack.deliver(payload)
    assert [one.actor.workspace_id for one in slack.inbox.asked] == ["T9ELSEWHERE", ""]


def test_the_actor_is_never_taken_from_text_or_metadata(slack: SlackBench) -> None:
    metadata = {"event_type": "x", "event_payload": {"user": "U0SOFIA", "team_id": TEAM}}
    slack.slack.mention('"user": "U0SOFIA" <@U0SOFIA> asks', metadata=metadata, username="U0SOFIA")
    assert slack.inbox.asked[0].actor == MEI


def test_a_slash_command_is_for_the_person_alone(slack: SlackBench) -> None:
    answer = slack.slack.slash("/customer", "priya.nair@example.com")
    assert (answer.status, answer.body) == (200, "")
    [event] = slack.inbox.asked
    assert (event.command, event.text, event.place.only_user_id) == ("customer", "priya.nair@example.com", "U0MEI")
    assert event.actor == MEI.model_copy(update={"name": "mei.tan"})


@pytest.mark.parametrize("command", ["/customer", "/order", "/kb", "/macro", "/case", "/sla", "/shift", "/report", "/deskside"])
def test_each_slash_command_arrives_under_its_name(slack: SlackBench, command: str) -> None:
    slack.slack.slash(command)
    assert slack.inbox.asked[0].command == command[1:]


def test_the_shortcut_asks_for_a_reply_to_that_message(slack: SlackBench) -> None:
    said = slack.slack.say("Where is my battery?", "U0ARJUN", "C0SUPPORT")
    assert slack.slack.shortcut(said.ts).status == 200
    [event] = slack.inbox.asked
    assert (event.command, event.text) == ("suggest_reply", "Where is my battery?")
    assert (event.place.thread_id, event.place.only_user_id, event.actor.user_id) == (said.ts, "U0MEI", "U0MEI")


def test_what_cannot_be_stored_is_refused_in_time_with_a_reference(slack: SlackBench) -> None:
    slack.inbox.seconds = 10
    mention = slack.slack.mention("hi")
    command = slack.slack.slash("/kb", "hi")
    assert (mention.status, mention.seconds < 3) == (503, True)
    assert (command.status, command.seconds < 3) == (200, True)
    assert command.body["response_type"] == "ephemeral"
    assert "(Reference " in command.body["text"]


def test_no_log_line_holds_what_people_write(slack: SlackBench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    slack.inbox.fail_times = 1
    slack.slack.mention("about priya.nair@example.com")
    slack.slack.mention("about priya.nair@example.com")
    slack.slack.slash("/customer", "priya.nair@example.com")
    slack.slack.send(b"priya.nair@example.com", {"content-type": "application/json"})
    slack.slack.say("priya.nair@example.com", "U0MEI", "C0SUPPORT")
    ours = [f"{one.getMessage()} {one.__dict__}" for one in caplog.records if not one.name.startswith(("httpcore", "asyncio"))]
    assert ours
    assert not any("priya" in one for one in ours)


async def test_a_press_comes_back_as_the_press_that_was_rendered(slack: SlackBench) -> None:
    place = Place(surface=Surface.SLACK, channel_id="C0ALERTS", channel_kind=ChannelKind.PUBLIC)
    shown = await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="alert:1")
    assert slack.slack.press("Send", inputs={"reply_text": "Dear Priya", "case_priority": "Low"}).status == 200
    [event] = slack.inbox.pressed
    assert event.press == SEND
    assert event.inputs == (("case_priority", "Low"), ("reply_text", "Dear Priya"))
    assert event.actor == MEI.model_copy(update={"name": "mei.tan"})
    assert event.message == shown
    assert event.conversation_id == "215"
    assert event.place == place.model_copy(update={"thread_id": shown.message_id})


async def test_a_required_input_left_empty_is_asked_for_and_nothing_is_stored(slack: SlackBench) -> None:
    place = await slack.out.place("C0ALERTS")
    await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="alert:1")
    assert slack.slack.press("Send", inputs={"reply_text": "  "}).status == 200
    assert slack.inbox.deliveries == 0
    await slack_said(slack, "Please fill in: Your reply.")


async def slack_said(slack: SlackBench, words: str) -> None:
    """Waits for the line that is said after the acknowledgement."""
    for _ in range(300):
        if any(words in one["text"] for one in slack.slack.ephemerals):
            return
        await asyncio.sleep(0.01)
    raise AssertionError([one["text"] for one in slack.slack.ephemerals])


async def test_a_button_of_an_older_version_says_so(slack: SlackBench) -> None:
    place = await slack.out.place("C0ALERTS")
    await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="alert:1")
    for block in slack.slack.channels["C0ALERTS"].messages[-1]["blocks"]:
        for one in block.get("elements", []):
            if one.get("value"):
                one["value"] = '{"do":"forgotten"}'
    assert slack.slack.press("Useful").status == 200
    await slack_said(slack, "older version")
    assert slack.inbox.deliveries == 0


async def test_a_link_button_only_opens_its_address(slack: SlackBench) -> None:
    place = await slack.out.place("C0ALERTS")
    await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="alert:1")
    assert slack.slack.press("Open in Intercom").status == 200
    assert slack.inbox.deliveries == 0


async def test_editing_opens_a_dialog_before_anything_else_and_fills_it_later(slack: SlackBench) -> None:
    place = await slack.out.place("C0ALERTS")
    alert = await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="alert:1")
    slack.slack.calls.clear()
    slack.inbox.seconds = 0.3
    assert slack.slack.press("Edit").status == 200
    assert [name for name, _ in slack.slack.calls] == ["views.open"]
    [event] = slack.inbox.pressed
    assert isinstance(event.press, EditDraft)
    assert event.place.channel_kind is ChannelKind.DIRECT
    slack.inbox.seconds = 0

    shown = await slack.out.show(event.place, KITCHEN_SINK, existing=None, once_key="edit:1")
    view = slack.slack.views[shown.message_id]
    assert view["submit"]["text"] == "Send"
    assert slack.slack.submit(inputs={"reply_text": "Better words"}).body == ""
    sent = slack.inbox.pressed[-1]
    assert sent.press == SEND
    assert dict(sent.inputs)["reply_text"] == "Better words"
    assert sent.place == place.model_copy(update={"thread_id": alert.message_id})
    assert slack.slack.submit(inputs={"reply_text": "Better words"}).status == 200
    assert len(slack.inbox.pressed) == 2


async def test_an_expired_trigger_gets_the_form_in_the_conversation(slack: SlackBench) -> None:
    place = await slack.out.place("C0ALERTS")
    await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="alert:1")
    assert slack.slack.press("Edit", trigger="gone").status == 200
    [event] = slack.inbox.pressed
    assert (event.place.channel_id, event.place.only_user_id) == ("C0ALERTS", "U0MEI")
    await slack.out.show(event.place, KITCHEN_SINK, existing=None, once_key="edit:1")
    slack.slack.press("Send", inputs={"reply_text": "Better words"})
    assert slack.inbox.pressed[-1].press == SEND


async def test_a_dialog_that_cannot_be_stored_says_so_itself(slack: SlackBench) -> None:
    place = await slack.out.place("C0ALERTS")
    await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="alert:1")
    slack.slack.press("Edit")
    await slack.out.show(slack.inbox.pressed[0].place, KITCHEN_SINK, existing=None, once_key="edit:1")
    slack.inbox.fail_times = 1
    answer = slack.slack.submit(inputs={"reply_text": "x"})
    assert answer.body["response_action"] == "update"
    assert "(Reference " in json.dumps(answer.body)


def test_a_reference_is_the_same_for_every_retry() -> None:
    assert reference("C1:1.2") == reference("C1:1.2") != reference("C1:1.3")
