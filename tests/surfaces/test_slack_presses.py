"""Buttons and dialogs of Slack: what a press means, when it comes too late, and what a dialog waits for."""

import asyncio
import json

from bot.slack.presses import reference
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.domain.press import EditDraft
from tests.surfaces.cards import KITCHEN_SINK, SEND
from tests.surfaces.conftest import SlackBench
from tests.surfaces.slack_workspace import MEI


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
