"""Webhooks that overtake each other, come twice or late: the vendor's times and part ids say what was first (L5, S6)."""

import itertools
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.memory import runs
from playbooks.domain.conversation import Author, AuthorKind, Conversation, ConversationState, Part, PartKind
from playbooks.domain.events import ConversationEvent
from playbooks.domain.run import SopRun
from tests.journeys.chat import until
from tests.journeys.small_house import House, conversation, small_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = itertools.count(1)
WHAT = {PartKind.CLOSED: "closed", PartKind.COMMENT: "agent_replied"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with small_house(tmp_path_factory.mktemp("order")) as one:
        yield one


def story(kinds: str) -> tuple[Conversation, list[ConversationEvent]]:
    """c: the customer writes; a, b: agents answer; x: closed. A second apart, the first by the customer."""
    name, now = f"order-{next(NAMES)}", datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
    chat = conversation(name, "Where is my parcel?", now)
    parts = [chat.parts[0]]
    for place, kind in enumerate(kinds, 1):
        parts.append(_part(f"{chat.parts[0].part_id}-{place}", kind, now + timedelta(seconds=place), chat.parts[0].author))
    state = ConversationState.CLOSED if kinds.endswith("x") else ConversationState.OPEN
    whole = chat.model_copy(update={"parts": tuple(parts), "state": state, "updated_at": parts[-1].at})
    return whole, [_event(name, one, first=one is parts[0]) for one in parts]


def _part(part_id: str, kind: str, at: datetime, customer: Author) -> Part:
    agent = Author(kind=AuthorKind.AGENT, author_id="5001" if kind in "ax" else "5002", name="An agent")
    return Part(
        part_id=part_id,
        kind=PartKind.CLOSED if kind == "x" else PartKind.COMMENT,
        author=customer if kind == "c" else agent,
        text="" if kind == "x" else "I have a look.",
        at=at,
    )


def _event(name: str, part: Part, *, first: bool) -> ConversationEvent:
    by_customer = part.author.kind is AuthorKind.CONTACT
    return ConversationEvent.model_validate(
        {
            "event_id": f"webhook-{part.part_id}",
            "source": "intercom",
            "at": part.at,
            "conversation_id": name,
            "what": "started" if first else "customer_replied" if by_customer else WHAT[part.kind],
            "part_id": part.part_id,
            "author": part.author.kind,
            "inbox_id": "8101",
        }
    )


async def ended(house: House, whole: Conversation, events: Sequence[ConversationEvent]) -> tuple[object, ...]:
    """Where the procedure stands when everything is done, and which part brought it there."""
    if whole.state is ConversationState.CLOSED:  # it was open when we first saw it
        update = {"parts": whole.parts[:1], "state": ConversationState.OPEN, "updated_at": whole.parts[0].at}
        house.chats.by_id[whole.conversation_id] = whole.model_copy(update=update)
        await _delivered(house, [one for one in events if one.what == "started"])
        await until(lambda: _settled(house, whole.conversation_id), "the chat to begin")
    house.chats.by_id[whole.conversation_id] = whole
    await _delivered(house, events)
    run = await until(lambda: _settled(house, whole.conversation_id), "the chat to settle")
    first = len(whole.parts[0].part_id)
    return run.state, run.owner, [(one.transition, (one.part_id or "")[first:]) for one in run.trail]


async def _delivered(house: House, events: Sequence[ConversationEvent]) -> None:
    for one in events:
        await house.told(one)


async def _settled(house: House, conversation_id: str) -> SopRun | None:
    waiting = await house.database.read(house.jobs.counts)
    saved = await house.database.read(lambda conn: runs.load(conn, conversation_id))
    busy = sum(number for state, number in waiting.items() if state.value not in {"dead", "later"})
    return saved.run if saved and not busy else None


@pytest.mark.parametrize("kinds", ["aca", "cab", "acx", "ccbcx", "acbcac"])
async def test_deliveries_in_any_order_and_number_end_where_those_in_order_end(house: House, kinds: str) -> None:
    in_order = await ended(house, *story(kinds))
    for seed in range(4):
        chance, (whole, events) = random.Random(f"{kinds}{seed}"), story(kinds)
        several = [one for one in events for _ in range(chance.randint(1, 3))]
        chance.shuffle(several)
        assert await ended(house, whole, several) == in_order, [one.event_id for one in several]
