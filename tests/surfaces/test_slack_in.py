"""What people write in Slack: what is stored, what is answered and how fast."""

import logging
from typing import Any

import pytest

from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from tests.surfaces.conftest import SlackBench
from tests.surfaces.slack_workspace import BOT_USER, MEI, TEAM, Channel


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
