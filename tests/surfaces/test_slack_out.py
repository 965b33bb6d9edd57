"""Cards shown in Slack over a real socket: the exact method, channel and user; updates, pages, errors, read-backs."""

from typing import Any

import pytest

from bot.slack.outbound import SlackOut
from playbooks.domain.card import Card, Paragraph, Section
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from retrieval.errors import Refused, Surprised, Throttled, Unavailable
from tests.surfaces.cards import KITCHEN_SINK
from tests.surfaces.conftest import SlackBench
from tests.surfaces.slack_workspace import BOT_USER, Channel

SMALL = Card(title="Alert", summary="Priya waits", sections=(Section(elements=(Paragraph(rich="since 12:00"),)),))
SMALLER = Card(title="Alert", summary="Mei has it")


def long_card(pages: int) -> Card:
    return Card(title="Long", summary="long", sections=(Section(elements=(Paragraph(rich="word " * (2100 * pages)),)),))


def at(channel: str = "C0ALERTS", **more: Any) -> Place:
    return Place(surface=Surface.SLACK, channel_id=channel, **{"channel_kind": ChannelKind.PUBLIC, **more})


DELIVERIES = [
    (at(), "chat.postMessage", "C0ALERTS", None, None),
    (at(thread_id="1795348800.000001"), "chat.postMessage", "C0ALERTS", None, "1795348800.000001"),
    (at(only_user_id="U0MEI"), "chat.postEphemeral", "C0ALERTS", "U0MEI", None),
    (at(only_user_id="U0MEI", thread_id="17.1"), "chat.postEphemeral", "C0ALERTS", "U0MEI", "17.1"),
    (at("D0MEI", channel_kind=ChannelKind.DIRECT), "chat.postMessage", "D0MEI", None, None),
    (at("D0MEI", channel_kind=ChannelKind.DIRECT, only_user_id="U0MEI"), "chat.postMessage", "D0MEI", None, None),
    (at("U0MEI", channel_kind=ChannelKind.DIRECT), "chat.postMessage", "U0MEI", None, None),
    (at("G0LEADS", channel_kind=ChannelKind.PRIVATE), "chat.postMessage", "G0LEADS", None, None),
    (at("G0LEADS", channel_kind=ChannelKind.PRIVATE, only_user_id="U0MEI"), "chat.postEphemeral", "G0LEADS", "U0MEI", None),
    (at("C0SHARED", channel_kind=ChannelKind.SHARED, only_user_id="U0MEI"), "chat.postEphemeral", "C0SHARED", "U0MEI", None),
    (at(channel_kind=ChannelKind.UNKNOWN, only_user_id="U0MEI"), "chat.postEphemeral", "C0ALERTS", "U0MEI", None),
]


@pytest.mark.parametrize(("place", "method", "channel", "user", "thread"), DELIVERIES)
async def test_each_way_of_delivery_calls_exactly_this(
    slack: SlackBench, place: Place, method: str, channel: str, user: str | None, thread: str | None
) -> None:
    slack.slack.channels["C0SHARED"] = Channel("C0SHARED", {"is_channel": True, "is_ext_shared": True})
    ref = await slack.out.show(place, SMALL, existing=None, once_key="k")
    [(called, given)] = slack.slack.calls
    assert (called, given["channel"], given.get("user"), given.get("thread_ts")) == (method, channel, user, thread)
    assert ref.channel_id == channel.replace("U0", "D0")


async def test_a_whisper_where_we_are_no_member_becomes_a_direct_message(slack: SlackBench) -> None:
    slack.slack.channels["C0OTHER"] = Channel("C0OTHER", has_bot=False)
    ref = await slack.out.show(at("C0OTHER", only_user_id="U0MEI"), SMALL, existing=None, once_key="k")
    assert [(name, given["channel"]) for name, given in slack.slack.calls] == [
        ("chat.postEphemeral", "C0OTHER"),
        ("chat.postMessage", "U0MEI"),
    ]
    assert ref.channel_id == "D0MEI"


async def test_a_card_is_updated_in_place(slack: SlackBench) -> None:
    ref = await slack.out.show(at(), SMALL, existing=None, once_key="k")
    again = await slack.out.show(at(), SMALLER, existing=ref, once_key="k2")
    assert again == ref
    [message] = slack.slack.channels["C0ALERTS"].messages
    assert message["text"] == "Mei has it"


async def test_a_deleted_card_is_posted_anew(slack: SlackBench) -> None:
    ref = await slack.out.show(at(), SMALL, existing=None, once_key="k")
    slack.slack.channels["C0ALERTS"].messages.clear()
    again = await slack.out.show(at(), SMALLER, existing=ref, once_key="k2")
    assert again != ref
    assert len(slack.slack.channels["C0ALERTS"].messages) == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_further_pages_follow_below_and_come_and_go_with_the_card(slack: SlackBench, restarted: bool) -> None:
    ref = await slack.out.show(at(), long_card(3), existing=None, once_key="k")
    posted = list(slack.slack.channels["C0ALERTS"].messages)
    assert len(posted) >= 3
    assert {one.get("thread_ts") for one in posted[1:]} == {ref.message_id}
    out = SlackOut(slack.settings) if restarted else slack.out
    await out.show(at(), long_card(2), existing=ref, once_key="k2")
    assert 1 < len(slack.slack.channels["C0ALERTS"].messages) < len(posted)
    await out.show(at(), SMALLER, existing=ref, once_key="k3")
    assert [one["ts"] for one in slack.slack.channels["C0ALERTS"].messages] == [ref.message_id]


async def test_what_is_posted_says_whose_cause_it_was_without_naming_it(slack: SlackBench) -> None:
    await slack.out.show(at(), SMALL, existing=None, once_key="alert:priya")
    [(_, given)] = slack.slack.calls
    assert given["metadata"]["event_type"] == "deskside_card"
    assert "priya" not in str(given["metadata"])


@pytest.mark.parametrize("thread", [None, "here"])
async def test_a_doubtful_post_is_found_again_by_its_key(slack: SlackBench, thread: str | None) -> None:
    top = slack.slack.say("thread", "U0MEI", "C0ALERTS").ts
    place = at(thread_id=top if thread else None)
    slack.slack.fail("chat.postMessage", after_commit=True)
    with pytest.raises(Unavailable) as failed:
        await slack.out.show(place, long_card(2), existing=None, once_key="k")
    assert failed.value.doubtful
    found = await slack.out.find(place, "k")
    assert found is not None
    await slack.out.show(place, long_card(2), existing=found, once_key="k")
    told = [one.get("metadata", {}).get("event_payload", {}) for one in slack.slack.channels["C0ALERTS"].messages]
    first = [one for one in told if one.get("page") == 1]
    assert len(first) == 1


async def test_what_was_never_posted_is_not_found(slack: SlackBench) -> None:
    await slack.out.show(at(), SMALL, existing=None, once_key="other")
    assert await slack.out.find(at(), "k") is None
    assert await slack.out.find(at(only_user_id="U0MEI"), "k") is None


async def test_a_post_is_found_behind_many_others(slack: SlackBench) -> None:
    ref = await slack.out.show(at(), SMALL, existing=None, once_key="k")
    slack.slack.channels["C0ALERTS"].messages += [{"ts": slack.slack.stamp(), "user": "U0MEI", "text": "x"} for _ in range(450)]
    assert await slack.out.find(at(), "k") == ref


ERRORS: list[tuple[dict[str, Any], type[Exception], bool]] = [
    ({"error": "channel_not_found"}, Refused, False),
    ({"error": "not_in_channel"}, Refused, False),
    ({"error": "is_archived"}, Refused, False),
    ({"error": "token_revoked"}, Refused, False),
    ({"error": "missing_scope"}, Refused, False),
    ({"error": "invalid_blocks"}, Surprised, False),
    ({"error": "msg_too_long"}, Surprised, False),
    ({"error": "something_new"}, Surprised, False),
    ({"error": "internal_error"}, Unavailable, True),
    ({"status": 500}, Unavailable, True),
    ({"status": 503}, Unavailable, True),
    ({"status": 429, "retry_after": 30}, Throttled, False),
    ({"error": "ratelimited"}, Throttled, False),
]


@pytest.mark.parametrize(("order", "expected", "doubtful"), ERRORS)
async def test_each_failure_is_the_error_of_its_remedy(
    slack: SlackBench, order: dict[str, Any], expected: type[Exception], doubtful: bool
) -> None:
    slack.slack.fail("chat.postMessage", **order)
    with pytest.raises(expected) as failed:
        await slack.out.show(at(), SMALL, existing=None, once_key="k")
    error = failed.value
    assert isinstance(error, (Refused, Surprised, Unavailable, Throttled))
    assert error.doubtful is doubtful
    assert error.remedy
    if isinstance(error, Throttled) and "status" in order:
        assert error.retry_after_seconds == 30
    assert len(slack.slack.calls) == 1, "a write is never repeated by the client"


async def test_slack_being_unreachable_is_not_doubtful(slack: SlackBench) -> None:
    out = SlackOut(slack.settings.model_copy(update={"base_url": "http://127.0.0.1:9/api/"}))
    with pytest.raises(Unavailable) as failed:
        await out.show(at(), SMALL, existing=None, once_key="k")
    assert not failed.value.doubtful


async def test_one_archived_channel_stops_only_its_own_message(slack: SlackBench) -> None:
    slack.slack.channels["C0SUPPORT"].archived = True
    with pytest.raises(Refused):
        await slack.out.show(at("C0SUPPORT"), SMALL, existing=None, once_key="a")
    await slack.out.show(at("C0ALERTS"), SMALL, existing=None, once_key="b")
    assert len(slack.slack.channels["C0ALERTS"].messages) == 1


async def test_a_closed_dialog_is_answered_in_the_conversation(slack: SlackBench) -> None:
    place = at("view:V404:C0ALERTS:", thread_id=None, only_user_id="U0MEI", channel_kind=ChannelKind.DIRECT)
    ref = await slack.out.show(place, KITCHEN_SINK, existing=None, once_key="k")
    assert (ref.channel_id, slack.slack.ephemerals[-1]["user"]) == ("C0ALERTS", "U0MEI")


async def test_a_card_too_long_for_a_dialog_is_shown_in_the_conversation(slack: SlackBench) -> None:
    slack.slack.views["V1"] = {"id": "V1"}
    place = at("view:V1:C0ALERTS:", only_user_id="U0MEI", channel_kind=ChannelKind.DIRECT)
    sections = tuple(Section(title=f"s{n}", elements=(Paragraph(rich="x"),)) for n in range(60))
    await slack.out.show(place, Card(title="t", summary="s", sections=sections), existing=None, once_key="k")
    assert slack.slack.ephemerals
    assert "too long for a dialog" in str(slack.slack.views["V1"])


async def test_no_call_is_made_for_the_kind_of_a_known_channel(slack: SlackBench) -> None:
    kinds = [(await slack.out.place(one)).channel_kind for one in ("C0ALERTS", "C0ALERTS", "D0MEI", "U0MEI", "nonsense")]
    assert kinds == [ChannelKind.PUBLIC, ChannelKind.PUBLIC, ChannelKind.DIRECT, ChannelKind.DIRECT, ChannelKind.UNKNOWN]
    assert len(slack.slack.calls) == 1


async def test_a_reference_to_a_dialog_is_no_message_to_update(slack: SlackBench) -> None:
    view = MessageRef(surface=Surface.SLACK, channel_id="view:V1:C0ALERTS:", message_id="V1")
    ref = await slack.out.show(at(), SMALL, existing=view, once_key="k")
    assert ref.channel_id == "C0ALERTS"
    assert slack.slack.channels["C0ALERTS"].messages[-1]["user"] == BOT_USER
