"""Teams' requests on a real socket with real tokens: who is believed, what is stored, what is answered."""

import asyncio
import logging
import time
from typing import Any

import pytest
from pydantic import ValidationError

from bot.teams.inbound import words
from bot.teams.keys import KeysUnavailable, SigningKeys
from bot.teams.settings import Settings
from playbooks.domain.people import Actor, Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from tests.surfaces.cards import KITCHEN_SINK, SEND
from tests.surfaces.conftest import TeamsBench
from tests.surfaces.fake_teams import BOT, CHANNEL, GROUP, OTHER_KEY, TENANT

MEI = Actor(surface=Surface.TEAMS, user_id="aad-mei", workspace_id=TENANT, name="Mei")


def test_a_request_with_a_good_token_is_stored(teams: TeamsBench) -> None:
    assert teams.teams.message("who is Priya?").status == 200
    [event] = teams.inbox.asked
    assert (event.text, event.actor) == ("who is Priya?", MEI)
    assert event.place == Place(surface=Surface.TEAMS, channel_id="a:mei", channel_kind=ChannelKind.DIRECT)


EMULATOR = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"
FORGERIES: list[tuple[str, dict[str, Any], int]] = [
    ("wrong audience", {"aud": "another-app"}, 403),
    ("no audience", {"aud": None}, 403),
    ("wrong issuer", {"iss": "https://evil.example"}, 403),
    (
        "emulator's issuer",
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", "ver": "1.0", "appid": "x"},
        403,
    ),
    ("no issuer", {"iss": None}, 403),
    ("skill's claims", {"ver": "1.0", "appid": "another"}, 403),
    ("wrong service address", {"serviceurl": "https://evil.example"}, 403),
    ("no service address", {"serviceurl": None}, 403),
    ("expired", {"exp": time.time() - 301}, 401),
    ("not yet valid", {"nbf": time.time() + 900}, 401),
    ("bad signature", {"key": OTHER_KEY}, 401),
    ("unknown key", {"kid": "k9"}, 403),
    ("no key named", {"kid": None}, 403),
    ("a key that endorses nobody", {"kid": "bare"}, 403),
]


@pytest.mark.parametrize(("change", "status"), [one[1:] for one in FORGERIES], ids=[one[0] for one in FORGERIES])
def test_a_forged_request_is_refused_and_nothing_is_stored(teams: TeamsBench, change: dict[str, Any], status: int) -> None:
    activity = teams.teams.activity("mei", type="message", text="hi")
    assert teams.teams.deliver(activity, f"Bearer {teams.teams.token(**change)}").status == status
    assert teams.inbox.deliveries == 0


@pytest.mark.parametrize(
    "header", [None, "Bearer", "bearer", "Bearer x", "Bearer a.b.c", "Basic eDp5", "Bearer a b", "nonsense"]
)
def test_a_request_without_a_token_gets_401_and_nothing_is_stored(teams: TeamsBench, header: str | None) -> None:
    assert teams.teams.deliver(teams.teams.activity("mei", type="message", text="hi"), header).status == 401
    assert teams.inbox.deliveries == 0


@pytest.mark.parametrize(
    "change", [{"channelId": "directline"}, {"channelId": None}, {"serviceUrl": None}, {"serviceUrl": "http://127.0.0.1:9"}]
)
def test_a_good_token_for_another_request_is_refused(teams: TeamsBench, change: dict[str, Any]) -> None:
    activity = teams.teams.activity("mei", type="message", text="hi") | change
    assert teams.teams.deliver(activity).status == 403
    assert teams.inbox.deliveries == 0


def test_without_keys_nobody_is_believed_and_teams_may_try_again(teams: TeamsBench) -> None:
    teams.teams.keys_down = True
    assert teams.teams.message("hi").status == 503
    teams.teams.keys_down = False
    assert teams.teams.message("hi").status == 200


def test_keys_are_fetched_once_and_not_for_every_forged_key(teams: TeamsBench) -> None:
    for kid in ("k1", "k8", "k9", "k1"):
        teams.teams.deliver(teams.teams.activity("mei", type="message", text="hi"), f"Bearer {teams.teams.token(kid=kid)}")
    assert teams.teams.key_fetches == 1


async def test_a_new_key_is_found_after_a_while_and_old_keys_outlive_an_outage(teams: TeamsBench) -> None:
    now = [0.0]
    keys = SigningKeys(f"{teams.teams.url}/openid", lambda: now[0])
    await keys.get("k1")
    teams.teams.published["k2"] = ["msteams"]
    with pytest.raises(PermissionError):
        await keys.get("k2")
    now[0] = 301
    await keys.get("k2")
    now[0], teams.teams.keys_down = 90_000, True
    await keys.get("k1")
    with pytest.raises(KeysUnavailable):
        await SigningKeys("http://127.0.0.1:9/openid").get("k1")


@pytest.mark.parametrize("body", [[], 3, "x", {"from": 3}, {}])
def test_a_body_that_is_no_activity_is_no_server_error(teams: TeamsBench, body: Any) -> None:
    assert teams.teams.deliver(body, None).status in (400, 401)
    assert teams.inbox.deliveries == 0


def test_an_empty_app_id_refuses_to_start() -> None:
    with pytest.raises(ValidationError, match="switch authentication off"):
        Settings(app_id=" ")
    with pytest.raises(ValidationError, match="only without an app_id"):
        Settings(app_id="a", allow_unauthenticated=True)


def test_a_local_trial_must_be_asked_for(teams: TeamsBench) -> None:
    teams.serve(app_id="", allow_unauthenticated=True)
    assert teams.teams.deliver(teams.teams.activity("mei", type="message", text="hi"), None).status == 200
    assert teams.inbox.asked[0].text == "hi"


def test_a_mention_in_a_channel_is_stripped_and_answered_in_its_thread(teams: TeamsBench) -> None:
    other = {"type": "mention", "text": "<at>Arjun Rao</at>", "mentioned": {"id": "29:arjun", "name": "Arjun Rao"}}
    teams.teams.mention("who is Priya&nbsp;Nair?", conversation=f"{CHANNEL};messageid=170")
    activity = teams.teams.activity("mei", text="<at>Deskside</at> tell <at>Arjun Rao</at> &lt;this&gt;", entities=[other])
    activity["entities"].append({"type": "mention", "text": "<at>Deskside</at>", "mentioned": {"id": BOT}})
    [event] = teams.inbox.asked
    assert event.text == "who is Priya Nair?"
    assert event.place == Place(surface=Surface.TEAMS, channel_id=CHANNEL, thread_id="170", channel_kind=ChannelKind.PUBLIC)
    assert words(activity) == "tell Arjun Rao <this>"


@pytest.mark.parametrize(
    ("conversation", "kind_of_channel", "kind"),
    [
        (GROUP, None, ChannelKind.PRIVATE),
        (CHANNEL, "standard", ChannelKind.PUBLIC),
        (CHANNEL, "private", ChannelKind.PRIVATE),
        (CHANNEL, "shared", ChannelKind.SHARED),
        (CHANNEL, "odd", ChannelKind.UNKNOWN),
        (CHANNEL, None, ChannelKind.UNKNOWN),
    ],
)
def test_the_kind_of_a_channel_is_filled_in(
    teams: TeamsBench, conversation: str, kind_of_channel: str | None, kind: ChannelKind
) -> None:
    teams.teams.channel_types = {CHANNEL: kind_of_channel} if kind_of_channel else {}
    teams.teams.mention("hi", conversation=conversation)
    assert teams.inbox.asked[0].place.channel_kind is kind
    assert teams.inbox.asked[0].actor.workspace_id == ("" if kind is ChannelKind.SHARED else TENANT)


def test_a_channel_that_cannot_be_looked_up_is_unknown_and_asked_again(teams: TeamsBench) -> None:
    teams.teams.fail(503)
    for _ in range(3):
        teams.teams.mention("hi")
    kinds = [one.place.channel_kind for one in teams.inbox.asked]
    assert kinds == [ChannelKind.UNKNOWN, ChannelKind.PUBLIC, ChannelKind.PUBLIC]
    assert [one[0] for one in teams.teams.calls] == ["TEAM", "TEAM"]


def test_an_activity_delivered_again_is_the_same_event(teams: TeamsBench) -> None:
    first = teams.teams.message("hi")
    assert [first.again().status, first.again().status] == [200, 200]
    teams.teams.message("hi")
    assert len(teams.inbox.asked) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"type": "conversationUpdate"},
        {"type": "installationUpdate"},
        {"type": "messageReaction"},
        {"type": "messageUpdate"},
        {"type": "typing"},
        {"from": {"id": BOT}},
        {"from": {"id": "28:other", "role": "bot"}},
        {"id": None},
    ],
)
def test_what_is_not_addressed_to_us_is_acknowledged_and_ignored(teams: TeamsBench, change: dict[str, Any]) -> None:
    activity = teams.teams.activity("mei", type="message", text="hi") | change
    assert teams.teams.deliver(activity).status == 200
    assert teams.inbox.deliveries == 0


def test_a_channel_message_without_a_mention_is_not_ours(teams: TeamsBench) -> None:
    assert teams.teams.deliver(teams.teams.activity("mei", CHANNEL, type="message", text="just talking")).status == 200
    assert teams.inbox.deliveries == 0


def test_a_command_is_told_apart(teams: TeamsBench) -> None:
    teams.teams.message("/customer priya.nair@example.com")
    assert (teams.inbox.asked[0].command, teams.inbox.asked[0].text) == ("customer", "priya.nair@example.com")


def test_other_tenants_are_ignored_where_ours_is_set(teams: TeamsBench) -> None:
    teams.serve(tenant_id=TENANT)
    activity = teams.teams.activity("eve", type="message", text="hi")
    activity["channelData"]["tenant"]["id"] = activity["conversation"]["tenantId"] = "t-elsewhere"
    assert teams.teams.deliver(activity).status == 200
    assert teams.inbox.deliveries == 0
    teams.teams.message("hi")
    assert len(teams.inbox.asked) == 1


@pytest.mark.parametrize("old_client", [False, True])
async def test_a_press_comes_back_as_the_press_that_was_rendered(teams: TeamsBench, old_client: bool) -> None:
    place = Place(surface=Surface.TEAMS, channel_id=CHANNEL, channel_kind=ChannelKind.PUBLIC)
    shown = await teams.out.show(place, KITCHEN_SINK, existing=None, once_key="k")
    answer = teams.teams.press("Send", inputs={"reply_text": "Dear Priya", "case_priority": "Low"}, old_client=old_client)
    assert answer.status == 200
    if not old_client:
        assert (answer.body["statusCode"], answer.body["value"]) == (200, "Working on it …")
    [event] = teams.inbox.pressed
    assert (event.press, event.actor, event.conversation_id) == (SEND, MEI, "215")
    assert event.inputs == (("case_priority", "Low"), ("reply_text", "Dear Priya"))
    assert event.message == MessageRef(surface=Surface.TEAMS, channel_id=CHANNEL, message_id=shown.message_id)


async def test_a_button_of_an_older_version_says_so_in_its_card(teams: TeamsBench) -> None:
    value = {"action": {"type": "Action.Execute", "verb": "x", "data": {"deskside": {"do": "forgotten"}}}}
    answer = teams.teams.deliver(teams.teams.activity("mei", type="invoke", name="adaptiveCard/action", value=value))
    assert "older version" in answer.body["value"]
    assert teams.inbox.deliveries == 0


@pytest.mark.parametrize("value", [None, "x", [], {"action": "x"}, {"action": {"data": []}}])
def test_an_invoke_of_the_wrong_shape_is_answered(teams: TeamsBench, value: Any) -> None:
    answer = teams.teams.deliver(teams.teams.activity("mei", type="invoke", name="adaptiveCard/action", value=value))
    assert (answer.status, answer.body["statusCode"]) == (200, 200)


def test_an_invoke_we_do_not_know_gets_501(teams: TeamsBench) -> None:
    assert (
        teams.teams.deliver(teams.teams.activity("mei", type="invoke", name="composeExtension/query", value={})).status == 501
    )


async def test_what_cannot_be_stored_is_told_with_a_reference(teams: TeamsBench) -> None:
    teams.inbox.fail_times = 2
    place = Place(surface=Surface.TEAMS, channel_id=CHANNEL, channel_kind=ChannelKind.PUBLIC)
    await teams.out.show(place, KITCHEN_SINK, existing=None, once_key="k")
    assert "(Reference " in teams.teams.press("Useful").body["value"]
    assert teams.teams.message("hi").status == 503
    for _ in range(300):
        if "a:mei" in teams.teams.messages:
            break
        await asyncio.sleep(0.01)
    [told] = teams.teams.messages["a:mei"].values()
    assert "(Reference " in told["text"]


def test_no_log_line_holds_what_people_write(teams: TeamsBench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    teams.inbox.fail_times = 1
    teams.teams.message("about priya.nair@example.com")
    teams.teams.message("about priya.nair@example.com")
    teams.teams.deliver(teams.teams.activity("mei", type="message", text="priya.nair@example.com"), None)
    ours = [f"{one.getMessage()} {one.__dict__}" for one in caplog.records if not one.name.startswith(("httpcore", "asyncio"))]
    assert ours
    assert not any("priya" in one for one in ours)
