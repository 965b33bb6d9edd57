"""While a model writes: the quoted draft at once, then sentences as they pass, in the card that becomes the draft."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage, staged
from bot.demo.worlds import demo_world
from bot.settings import Settings
from bot.slack.settings import Settings as SlackSettings
from bot.teams.settings import Settings as TeamsSettings
from playbooks.domain.card import Card
from retrieval.llm.partial import sentences_so_far
from tests.journeys.chat import chat, reply_text, text_of, until
from tests.journeys.people import knowledge_of_the_fakes
from tests.replies.fake_llm import FakeLlm
from tests.replies.suggesting import EXCERPT, GOOD, grounded
from tests.surfaces.fake_slack import FakeSlack
from tests.surfaces.fake_teams import CHANNEL, FakeTeams

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery SV-20417? The DHL tracking has not moved for days."
INVENTED = "We open an investigation and refund $5,000."
LAST = "We open an investigation with DHL for order SV-20417."
ALERTS = "C0ALERTS"
PLACES = f"console:live-chat,slack:{ALERTS},teams:{CHANNEL}"


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as served:
        served.channels[ALERTS].flags = {"is_channel": True, "is_private": True}
        yield served


@pytest.fixture(scope="module")
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    tmp_path_factory: pytest.TempPathFactory, llm: FakeLlm, slack: FakeSlack, teams: FakeTeams
) -> AsyncIterator[Stage]:
    """All three surfaces and a model that takes its time."""

    def amended(settings: Settings) -> Settings:
        named = {"llm_model": "fake", "llm_base_url": llm.base_url, "llm_api_key": SecretStr("sk-x")}
        rest = {"embedder": "none", "llm_deadline_seconds": 30, "alert_places": PLACES}
        return replace(
            settings,
            service=settings.service.model_copy(update=named | rest),
            slack=SlackSettings.model_validate(slack.settings()),
            teams=TeamsSettings.model_validate(teams.settings()),
        )

    async def our_token() -> str:
        return "token"

    directory, world = tmp_path_factory.mktemp("stage"), demo_world(datetime.now(UTC))
    async with staged(world, directory, 0, amended, knowledge_of_the_fakes(), our_token) as one:
        slack.deliver_to(one.url)
        teams.deliver_to(one.url)
        await asyncio.to_thread(teams.mention, "help")
        yield one


async def taken(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> tuple[str, dict[str, Any], Card]:
    """An owned chat whose first suggestion is there, made in a moment."""
    llm.reset()
    llm.says(grounded(GOOD))
    one = await chat(stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await one.in_thread(mei, "Suggested reply")
    return one.conversation_id, message, card


async def test_verified_sentences_appear_one_after_another_in_the_card_that_becomes_the_draft(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm
) -> None:
    _, message, card = await taken(stage, mei, llm)
    llm.reset(first_token_seconds=1.2, tokens_per_second=14)
    llm.says(grounded(GOOD, INVENTED, LAST))
    await mei.press(message, button(card, "Suggest reply"))
    first, begun = await mei.see(lambda _, new: new.title.startswith("Being written: reply"), "that it is being written")
    assert EXCERPT in text_of(begun)
    assert "This is what you get without it" in text_of(begun)
    seen: list[str] = []

    def growing(shown: dict[str, Any], new: Card) -> bool:
        if shown["message_id"] == first["message_id"]:
            seen.append(text_of(new))
        return shown["message_id"] == first["message_id"] and new.title.startswith("Suggested reply")

    _, done = await mei.see(growing, "the draft in its place")
    assert GOOD in reply_text(done)
    assert LAST in reply_text(done)
    assert any("Checked so far" in one and GOOD in one and LAST not in one for one in seen)
    assert not any("5,000" in one for one in seen)


async def test_a_model_that_never_answers_leaves_the_quoted_draft_in_the_same_card(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm
) -> None:
    _, message, card = await taken(stage, mei, llm)
    llm.reset(first_token_seconds=1.0, cut_after=60)
    llm.says(grounded(GOOD))
    await mei.press(message, button(card, "Suggest reply"))
    first, _ = await mei.see(lambda _, new: new.title.startswith("Being written: reply"), "that it is being written")
    _, done = await mei.see(
        lambda shown, new: shown["message_id"] == first["message_id"] and new.title.startswith("Suggested reply"), "the draft"
    )
    assert "Quoted from the articles, because the language model did not answer" in text_of(done)


async def test_a_quick_model_is_not_announced(stage: Stage, mei: ConsoleAgent, llm: FakeLlm) -> None:
    _, message, card = await taken(stage, mei, llm)
    await mei.press(message, button(card, "Suggest reply"))
    _, done = await mei.see(lambda shown, new: shown["thread_id"] == message["message_id"] and "Suggested" in new.title, "it")
    assert GOOD in reply_text(done)


async def test_in_slack_the_message_is_changed_in_place_a_few_times_and_nothing_is_posted_twice(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm, slack: FakeSlack
) -> None:
    conversation_id, _, _ = await taken(stage, mei, llm)
    llm.reset(first_token_seconds=1.2, tokens_per_second=30)
    llm.says(grounded(GOOD, INVENTED, LAST))
    before = {one["ts"] for one in slack.channels[ALERTS].messages}
    await asyncio.to_thread(slack.press, "Suggest reply")

    def new(*words: str) -> list[str]:
        """Messages that came since and show all of these words; earlier cards may still be on their way, a second apart."""
        shown = {one["ts"]: json.dumps(one) for one in slack.channels[ALERTS].messages if one["ts"] not in before}
        return [ts for ts, text in shown.items() if all(word in text for word in words)]

    async def being_written() -> bool:
        return bool(new("Being written"))

    async def written() -> bool:
        return bool(new(LAST, "Suggested reply"))

    await until(being_written, "the hint in Slack")
    hint = new("Being written")
    await until(written, f"the draft of {conversation_id} in Slack")
    assert new(LAST) == hint
    assert new("5,000") == []


async def test_in_teams_the_message_is_changed_in_place_too(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm, teams: FakeTeams
) -> None:
    await taken(stage, mei, llm)
    llm.reset(first_token_seconds=1.2, tokens_per_second=30)
    llm.says(grounded(GOOD, LAST))

    def shown() -> dict[str, str]:
        return {key: json.dumps(one) for where in teams.messages.values() for key, one in where.items()}

    before = set(shown())
    await asyncio.to_thread(teams.press, "Suggest reply")
    hint: set[str] = set()

    async def being_written() -> bool:
        hint.update(key for key, one in shown().items() if key not in before and "Being written" in one)
        return bool(hint)

    async def written() -> bool:
        return all(LAST in shown()[key] and "Suggested reply" in shown()[key] for key in hint)

    await until(being_written, "the hint in Teams")
    await until(written, "the draft in Teams")
    assert len(hint) == 1


BAD = "As I already said, the parcel will come."


async def test_in_slack_the_edited_text_is_checked_when_it_is_sent_and_macros_are_found_by_their_start(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm, slack: FakeSlack
) -> None:
    await taken(stage, mei, llm)

    async def says(words: str) -> dict[str, Any]:
        async def look() -> dict[str, Any] | None:
            return next((one for one in reversed(slack.channels[ALERTS].messages) if words in json.dumps(one)), None)

        found: dict[str, Any] = await until(look, f"“{words}” in Slack")
        return found

    draft = await says("Suggested reply")
    await asyncio.to_thread(slack.press, "Send", inputs={"reply_text": BAD})
    kept = await says("Not sent: change what is named below")
    assert kept["ts"] == draft["ts"]
    assert BAD in json.dumps(kept)
    assert "tells the customer that the question was a silly one" in json.dumps(kept)
    await asyncio.to_thread(slack.mention, "#still", channel=ALERTS, thread_ts=draft["thread_ts"])
    await says("Use Are you still there?")
    await asyncio.to_thread(slack.press, "Use Are you still there?")
    await says("snooze for 1 day")


async def test_in_teams_the_edited_text_is_checked_when_it_is_sent_and_macros_are_found_by_their_start(
    stage: Stage, mei: ConsoleAgent, llm: FakeLlm, teams: FakeTeams
) -> None:
    await taken(stage, mei, llm)

    async def says(words: str) -> str:
        async def look() -> str | None:
            everything = [json.dumps(one) for where in teams.messages.values() for one in where.values()]
            return next((one for one in reversed(everything) if words in one), None)

        return str(await until(look, f"“{words}” in Teams"))

    await says("Suggested reply")
    await asyncio.to_thread(teams.press, "Send", inputs={"reply_text": BAD})
    assert BAD in await says("Not sent: change what is named below")
    await asyncio.to_thread(teams.mention, "#still")
    await says("1 macro for")


async def test_wherever_an_answer_is_cut_only_whole_sentences_are_heard() -> None:
    whole = json.dumps(grounded(GOOD, LAST)({"messages": [{}, {"content": f"<<<source 1 x\n{EXCERPT}"}]}))
    heard = [[one.text for one in sentences_so_far(whole[:length])] for length in range(len(whole) + 1)]
    assert all(one == [GOOD, LAST][: len(one)] for one in heard)
    assert heard.index([GOOD]) == whole.index("}") + 1
    assert heard.index([GOOD, LAST]) == whole.rindex("}]") + 1
    assert sentences_so_far('{"sentences": [{"text": "half"}') == []
    assert sentences_so_far("I would rather not.") == []
