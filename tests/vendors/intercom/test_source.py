"""Reading the inbox through a real socket: whole conversations, what changed, and searches in every combination (I2)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from playbooks.domain.conversation import AuthorKind, ConversationState, PartKind
from playbooks.domain.search import ConversationSearch as Search
from retrieval.connection import Connection
from retrieval.vendors.intercom.source import IntercomInbox
from retrieval.world import WorldConversation, WorldMessage
from tests.vendors.intercom.served import Served, Stage, serving
from tests.vendors.intercom.small_world import MEI, NOW, OURS, THEIRS, WORLD, at

PRIYAS, ELSEWHERE, LENAS = "21547001", "21547002", "21547003"


def inbox(connection: Connection) -> IntercomInbox:
    assert isinstance(connection.inbox_source, IntercomInbox)
    return connection.inbox_source


async def test_a_conversation_is_read_whole(intercom: Connection) -> None:
    one = await inbox(intercom).conversation(PRIYAS)
    assert one is not None
    told = [(part.kind, part.author.kind, part.author.name, part.text) for part in one.parts]
    assert told == [
        (PartKind.COMMENT, AuthorKind.CONTACT, "Priya Nair", "My battery order is stuck at DHL & nobody answers"),
        (PartKind.COMMENT, AuthorKind.AGENT, "Mei Tan", "I am sorry. See https://dhl.example/track?a=1&b=2."),
        (PartKind.COMMENT, AuthorKind.CONTACT, "Priya Nair", "Still nothing"),
        (PartKind.CLOSED, AuthorKind.AGENT, "Mei Tan", ""),
    ]
    assert (one.state, one.inbox_id, one.assignee_admin_id) == (ConversationState.CLOSED, OURS, MEI)
    assert (one.tags, one.rating and (one.rating.score, one.rating.remark)) == (("delivery", "vip"), (2, "Too slow"))
    assert one.contact is not None
    assert (one.contact.name, one.contact.email, one.contact.signed_in) == ("Priya Nair", "priya.nair@example.com", True)
    assert dict(one.contact.attributes)["tier"] == "Platinum"
    assert one.parts[0].at == at(50)
    assert (one.url or "").endswith(f"/conversation/{PRIYAS}")


@pytest.mark.parametrize("conversation_id", ["999", "", "last", "../contacts", "21547001/../21547002", "²", "9" * 30, "-1"])
async def test_what_is_no_conversation_is_none(intercom: Connection, served: Served, conversation_id: str) -> None:
    assert await inbox(intercom).conversation(conversation_id) is None
    asked = [one.path for one in served.recorder.exchanges]
    assert asked == (["/conversations/999"] if conversation_id == "999" else []), "nothing odd becomes part of an address"


async def test_every_call_names_the_api_version(intercom: Connection, served: Served) -> None:
    await inbox(intercom).conversation(PRIYAS)
    await inbox(intercom).recent(at(100))
    assert {one.version for one in served.recorder.exchanges} == {"2.16"}


async def test_recent_gives_our_inboxes_only_oldest_change_first_and_without_parts(intercom: Connection) -> None:
    found = await inbox(intercom).recent(at(100))
    assert [one.conversation_id for one in found] == [PRIYAS, LENAS]
    assert all(one.parts == () for one in found)
    assert [one.conversation_id for one in await inbox(intercom).recent(at(100), limit=1)] == [PRIYAS]
    assert await inbox(intercom).recent(NOW) == []


async def test_recent_means_after_that_second_not_from_it(intercom: Connection) -> None:
    changed = (await inbox(intercom).recent(at(4)))[0].updated_at
    assert await inbox(intercom).recent(changed) == []
    assert len(await inbox(intercom).recent(changed - timedelta(seconds=1))) == 1


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), [PRIYAS, LENAS]),
        (Search(keyword="battery"), [PRIYAS]),
        (Search(keyword="stuck BATTERY"), [PRIYAS]),
        (Search(keyword="battery Perth"), []),
        (Search(tags=("Delivery",)), [PRIYAS]),
        (Search(tags=("no such tag",)), []),
        (Search(email="Lena.Ong@example.net"), [LENAS]),
        (Search(email="nobody@example.com"), []),
        (Search(assignee_admin_id=MEI), [PRIYAS]),
        (Search(inbox_id=OURS), [PRIYAS, LENAS]),
        (Search(inbox_id=THEIRS), []),
        (Search(state=ConversationState.OPEN), [LENAS]),
        (Search(updated_after=at(10)), [LENAS]),
        (Search(created_before=at(10)), [PRIYAS]),
        (Search(created_after=at(51), created_before=at(47)), [PRIYAS]),
        (Search(keyword="battery", tags=("vip",), assignee_admin_id=MEI, email="priya.nair@example.com"), [PRIYAS]),
        (Search(keyword="battery", tags=("vip",), assignee_admin_id="5002"), []),
        (Search(tags=("vip",), state=ConversationState.CLOSED, updated_before=at(40), inbox_id=OURS), [PRIYAS]),
    ],
)
async def test_searches_combine(intercom: Connection, search: Search, found: list[str]) -> None:
    assert [one.conversation_id for one in await inbox(intercom).search(search)] == found


async def test_more_conversations_than_a_page_are_all_read(stage: Stage) -> None:
    several = tuple(
        WorldConversation("lena", (WorldMessage("customer", f"Question {hour}", at(hour)),), OURS, state="open")
        for hour in range(1, 331)
    )
    with serving(stage, replace(WORLD, conversations=several)) as served:
        connection = served.connected()
        found = await inbox(connection).recent(at(1000), limit=1000)
        assert connection.close is not None
        await connection.close()
    assert len({one.conversation_id for one in found}) == 330
    assert [one.updated_at for one in found] == sorted(one.updated_at for one in found)
    assert sum(one.path == "/conversations/search" for one in served.recorder.exchanges) == 3


async def test_a_stale_search_is_seen_through_by_reading_the_conversation(intercom: Connection, served: Served) -> None:
    served.tell("customer/messages", contact_id=_contact(served), conversation_id=PRIYAS, body="Hello?")
    served.fault("contradict", detail="stale_search")
    (listed,) = await inbox(intercom).search(Search(keyword="stuck"))
    read = await inbox(intercom).conversation(PRIYAS)
    assert read is not None
    assert (listed.state, read.state) == (ConversationState.CLOSED, ConversationState.OPEN)
    assert read.last_customer_part is not None
    assert read.last_customer_part.text == "Hello?"


def _contact(served: Served) -> str:
    return str(served.ask(f"conversations/{PRIYAS}")["contact_id"])
