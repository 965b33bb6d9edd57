"""A thousand conversations in a minute, and a channel that is gone: what people read stays readable, and somebody reads it."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.given_up import given_up
from bot.memory import alerts
from playbooks.domain.actions import SendReply
from playbooks.domain.card import Button, Buttons, Card
from playbooks.domain.people import Surface
from playbooks.domain.place import Place
from retrieval.errors import Unavailable
from tests.journeys.chat import text_of, until
from tests.journeys.small_house import Channels, House, small_house

MOST_MESSAGES = 40
"""Twenty chats by name before it is a storm, as many decisions under way at that moment, and the summaries."""


async def test_a_thousand_chats_in_a_minute_are_a_few_messages_that_name_who_waits_longest(tmp_path: Path) -> None:
    async with small_house(tmp_path) as house:
        began = time.monotonic()
        await asyncio.gather(*(house.starts(str(10_000 + number)) for number in range(1000)))
        card = await until(lambda: _summary(house), "the summary of all of them", 60)
        assert time.monotonic() - began < 60
        assert "New chat: 9" in card.title
        assert "conversations" in card.title
        assert "Customer 100" in text_of(card)
        assert any(one.label.startswith("Take Customer") for one in _buttons(card))
        for channel in house.channels.values():
            assert len(channel.shown) <= MOST_MESSAGES * 3
        live_chat = house.channels[Surface.CONSOLE].cards("live-chat")
        assert len(live_chat) <= MOST_MESSAGES


async def _summary(house: House) -> Card | None:
    known = await house.database.read(lambda conn: alerts.count_since(conn, "new_chat", datetime(2000, 1, 1, tzinfo=UTC)))
    found = [one for one in house.channels[Surface.CONSOLE].cards("live-chat") if "conversations" in one.title]
    waiting, _ = await house.database.read(lambda conn: alerts.rolled_up(conn, "new_chat", 1))
    done = known == 1000 and found and f"{waiting:,} " in found[-1].title
    return found[-1] if done else None


def _buttons(card: Card) -> list[Button]:
    rows = [one for section in card.sections for one in section.elements if isinstance(one, Buttons)]
    return [one for row in rows for one in row.items]


async def test_a_dead_channel_stops_no_other_and_its_alerts_go_to_the_fallback(tmp_path: Path) -> None:
    async with small_house(tmp_path, dead=frozenset({"C0LIVECHAT"})) as house:
        await house.starts("7001")
        slack, console = house.channels[Surface.SLACK], house.channels[Surface.CONSOLE]
        await until(lambda: _shown(slack.cards("C0SUPERVISE")), "the fallback")
        await until(lambda: _shown(console.cards("live-chat")), "the other surface")
        assert slack.refused
        assert "7001" in slack.cards("C0SUPERVISE")[0].footer
        await until(lambda: _threaded(slack.shown, "C0SUPERVISE"), "what belongs in its thread")


async def test_a_channel_that_takes_no_alerts_is_told_to_operations_once(tmp_path: Path) -> None:
    async with small_house(tmp_path, dead=frozenset({"C0LIVECHAT"})) as house:
        slack = house.channels[Surface.SLACK]
        for number in ("7003", "7004"):
            await house.starts(number)
            await until(lambda: _named(slack, "C0SUPERVISE", number), "its fallback")  # noqa: B023 - awaited here
        told = [one for one in slack.cards("C0OPERATIONS") if "cannot be reached" in one.title]
        assert len(told) == 1
        assert "C0LIVECHAT" in text_of(told[0])
        assert any(one.label == "Settled" for one in _buttons(told[0]))


async def _named(slack: Channels, channel_id: str, number: str) -> bool:
    return any(number in one.footer for one in slack.cards(channel_id))


async def test_what_may_have_been_done_or_not_is_told_until_somebody_settles_it(tmp_path: Path) -> None:
    async with small_house(tmp_path) as house:
        reply = SendReply(once_key="k", conversation_id="7005", text="secret words", written_for_part_id=None)
        lost = given_up(reply, Unavailable("intercom", "timeout", remedy="", doubtful=True), datetime.now(UTC))
        await house.database.transact(lambda conn: house.road.accept(conn, lost, datetime.now(UTC)))
        console = house.channels[Surface.CONSOLE]
        await until(lambda: _shown(console.cards("operations")), "the alert")
        [card] = console.cards("operations")
        assert "Send reply in conversation 7005" in text_of(card)
        assert "secret" not in text_of(card)
        await house.presses(next(one.press for one in _buttons(card) if one.label == "Settled"), "dana.okafor@solvane.example")
        await until(lambda: _over(console), "the end")


async def _over(console: Channels) -> bool:
    [card] = console.cards("operations")
    return card.status is not None and card.status.text == "Over"


async def test_supervisors_whose_channels_are_gone_are_told_by_e_mail_and_further_down_the_line(tmp_path: Path) -> None:
    async with small_house(tmp_path, dead=frozenset({"C0SUPERVISE", "supervisors"})) as house:
        await house.starts("7002", "This is unacceptable, I am furious. Terrible service, the worst.")
        post, slack = house.channels[Surface.EMAIL], house.channels[Surface.SLACK]
        await until(lambda: _shown(post.cards("sofia.lindqvist@solvane.example")), "the e-mail")
        await until(lambda: _shown(slack.cards("C0OPERATIONS")), "the fallback of the supervisors")
        titles = {one.title for one in post.cards("sofia.lindqvist@solvane.example")}
        assert "The customer is getting upset: Customer 7002" in titles
        assert not any(
            "furious" in text_of(one).partition("Sentiment")[0] for one in post.cards("sofia.lindqvist@solvane.example")
        )


async def _shown(cards: list[Card]) -> bool:
    return bool(cards)


async def _threaded(shown: dict[str, tuple[Place, Card]], channel_id: str) -> bool:
    return any(place.channel_id == channel_id and place.thread_id for place, _ in shown.values())
