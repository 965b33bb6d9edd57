"""Cards shown in Teams over a real socket: the exact call, updates, pages, and the right error for every answer (L15)."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from bot.perform import perform
from bot.perform_tools import Attempt, Tools
from bot.teams.connector import Connector
from bot.teams.outbound import TeamsOut
from playbooks.domain.actions import ShowCard
from playbooks.domain.card import Card, Paragraph, Section, TextInput
from playbooks.domain.events import ActionDone
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError
from tests.shared_files import shared
from tests.surfaces.cards import KITCHEN_SINK
from tests.surfaces.conftest import TeamsBench, fixed_token
from tests.surfaces.console_stage import house_knowledge
from tests.surfaces.fake_teams import CHANNEL

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SMALL = Card(title="Alert", summary="Priya waits")
SMALLER = Card(title="Alert", summary="Mei has it")


def long_card(pages: int) -> Card:
    return Card(title="Long", summary="long", sections=(Section(elements=(Paragraph(rich="word " * (5000 * pages)),)),))


def at(channel: str = CHANNEL, **more: Any) -> Place:
    return Place(surface=Surface.TEAMS, channel_id=channel, **{"channel_kind": ChannelKind.PUBLIC, **more})


@cache
def schema() -> Draft7Validator:
    return Draft7Validator(json.loads(shared("specs/adaptive-card-1.5.0.json").read_text()))


@pytest.mark.parametrize(
    ("place", "conversation"),
    [
        (at(), CHANNEL),
        (at(thread_id="170"), f"{CHANNEL};messageid=170"),
        (at(only_user_id="aad-mei"), "a:mei"),
        (at(only_user_id="aad-mei", thread_id="170", channel_kind=ChannelKind.SHARED), "a:mei"),
        (at(only_user_id="aad-mei", channel_kind=ChannelKind.UNKNOWN), "a:mei"),
        (at("a:mei", channel_kind=ChannelKind.DIRECT), "a:mei"),
        (at("a:mei", channel_kind=ChannelKind.DIRECT, only_user_id="aad-mei"), "a:mei"),
    ],
)
async def test_each_way_of_delivery_posts_to_exactly_this_conversation(
    teams: TeamsBench, place: Place, conversation: str
) -> None:
    teams.teams.message("hi")
    teams.teams.calls.clear()
    ref = await teams.out.show(place, SMALL, existing=None, once_key="k")
    assert [one[:2] for one in teams.teams.calls] == [("POST", conversation)]
    assert ref.channel_id == conversation.partition(";")[0]


async def test_a_person_who_never_wrote_alone_gets_a_personal_chat(teams: TeamsBench) -> None:
    teams.teams.mention("hi")
    teams.teams.calls.clear()
    for key in ("a", "b"):
        await teams.out.show(at(only_user_id="aad-mei"), SMALL, existing=None, once_key=key)
    assert [one[:2] for one in teams.teams.calls] == [("OPEN", "29:mei"), ("POST", "a:29:mei"), ("POST", "a:29:mei")]


async def test_every_card_sent_is_valid_and_says_its_summary(teams: TeamsBench) -> None:
    await teams.out.show(at(), KITCHEN_SINK, existing=None, once_key="k")
    [(_, _, body)] = teams.teams.calls
    assert body["summary"] == "Priya Nair: battery SV-20417 late, dispute open [At risk]"
    [attachment] = body["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert list(schema().iter_errors(attachment["content"])) == []


async def test_a_card_is_updated_in_place_and_a_deleted_one_posted_anew(teams: TeamsBench) -> None:
    ref = await teams.out.show(at(), SMALL, existing=None, once_key="k")
    assert await teams.out.show(at(), SMALLER, existing=ref, once_key="k2") == ref
    assert teams.teams.messages[CHANNEL][ref.message_id]["summary"] == "Mei has it"
    teams.teams.messages[CHANNEL].clear()
    assert await teams.out.show(at(), SMALLER, existing=ref, once_key="k3") != ref
    assert len(teams.teams.messages[CHANNEL]) == 1


async def test_further_pages_come_and_go_with_the_card(teams: TeamsBench) -> None:
    ref = await teams.out.show(at(), long_card(3), existing=None, once_key="k")
    many = len(teams.teams.messages[CHANNEL])
    await teams.out.show(at(), long_card(2), existing=ref, once_key="k2")
    fewer = len(teams.teams.messages[CHANNEL])
    await teams.out.show(at(), SMALLER, existing=ref, once_key="k3")
    assert many > fewer > 1
    assert list(teams.teams.messages[CHANNEL]) == [ref.message_id]


ERRORS: list[tuple[int, str, type[VendorError], bool]] = [
    (400, "BadArgument", Surprised, False),
    (401, "Unauthorized", Refused, False),
    (403, "BotNotInConversationRoster", Refused, False),
    (404, "ConversationNotFound", Refused, False),
    (412, "PreconditionFailed", Unavailable, False),
    (413, "MessageSizeTooBig", Surprised, False),
    (429, "Throttled", Throttled, False),
    (500, "ServiceError", Unavailable, True),
    (502, "BadGateway", Unavailable, True),
    (504, "GatewayTimeout", Unavailable, True),
]


@pytest.mark.parametrize(("status", "code", "expected", "doubtful"), ERRORS)
async def test_each_answer_is_the_error_of_its_remedy(
    teams: TeamsBench, status: int, code: str, expected: type[VendorError], doubtful: bool
) -> None:
    teams.teams.fail(status, code, Retry_After="7")
    with pytest.raises(expected) as failed:
        await teams.out.show(at(), SMALL, existing=None, once_key="k")
    error = failed.value
    assert (error.doubtful, bool(error.remedy)) == (doubtful, True)
    assert not isinstance(error, Throttled) or error.retry_after_seconds == 7
    assert len(teams.teams.calls) == 1, "a write is never repeated by the client"


@pytest.mark.parametrize(("status", "code"), [(403, "BotNotInConversationRoster"), (404, "ConversationNotFound")])
async def test_a_dead_conversation_is_marked_not_called_again_and_lives_when_it_writes(
    teams: TeamsBench, status: int, code: str
) -> None:
    teams.teams.message("hi")
    place = at("a:mei", channel_kind=ChannelKind.DIRECT)
    teams.teams.fail(status, code)
    for _ in range(2):
        with pytest.raises(Refused, match=code) as failed:
            await teams.out.show(place, SMALL, existing=None, once_key="k")
        assert "add the app there again" in failed.value.remedy
    assert len(teams.teams.calls) == 1
    found = await teams.out.references.find("a:mei")
    assert found is not None
    assert found.dead == code
    teams.teams.message("I am back")
    await teams.out.show(place, SMALL, existing=None, once_key="k2")
    assert len(teams.teams.messages["a:mei"]) == 1


async def test_a_dead_conversation_stops_only_its_own_message(teams: TeamsBench) -> None:
    teams.teams.fail(404, "ConversationNotFound")
    with pytest.raises(Refused):
        await teams.out.show(at("19:old@thread.tacv2"), SMALL, existing=None, once_key="a")
    await teams.out.show(at(), SMALL, existing=None, once_key="b")
    assert len(teams.teams.messages[CHANNEL]) == 1


async def test_a_form_larger_than_a_message_is_refused_before_teams_does(teams: TeamsBench) -> None:
    reply = TextInput(input_id="reply_text", label="Reply", value="x" * 60_000)
    card = Card(title="t", summary="s", sections=(Section(elements=(reply,)),))
    with pytest.raises(Surprised, match="bytes"):
        await teams.out.show(at(), card, existing=None, once_key="k")
    assert teams.teams.calls == []


async def test_a_doubtful_post_is_repeated_says_so_and_is_the_one_that_is_kept_up_to_date(teams: TeamsBench) -> None:
    """Teams takes no key of ours and lists no messages: nobody can know whether the first one arrived (ADR 016)."""
    posted: dict[str, MessageRef] = {}

    async def known(card_key: str) -> MessageRef | None:
        return posted.get(card_key)

    tools = Tools(None, None, None, None, {Surface.TEAMS: teams.out}, known, house_knowledge().policies, "")
    first = ShowCard(once_key="1", place=at(), card_key="alert:7", card=SMALL, conversation_id="7")
    await teams.out.show(at(), SMALL, existing=None, once_key="1")  # it arrived, and its answer was lost
    shown = await perform(first, tools, Attempt(NOW, maybe_done=True))
    assert isinstance(shown, ActionDone)
    assert shown.message is not None
    copies = [json.dumps(one) for one in teams.teams.messages[CHANNEL].values()]
    assert ["kept up to date" in one for one in copies] == [False, True]
    posted["alert:7"] = shown.message
    await perform(first.model_copy(update={"once_key": "2", "card": SMALLER}), tools, Attempt(NOW, maybe_done=True))
    copies = [json.dumps(one) for one in teams.teams.messages[CHANNEL].values()]
    assert [("Mei has it" in one, "kept up to date" in one) for one in copies] == [(False, False), (True, False)]


async def test_an_unreachable_connector_is_not_doubtful(teams: TeamsBench) -> None:
    settings = teams.settings.model_copy(update={"service_url": "http://127.0.0.1:9/"})
    out = TeamsOut(settings, connector=Connector(fixed_token))
    with pytest.raises(Unavailable) as failed:
        await out.show(at(), SMALL, existing=None, once_key="k")
    assert not failed.value.doubtful
    await out.close()
