"""Intercom's own Python client works against the sandbox through a real socket: the sandbox speaks what its SDK speaks."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from intercom import (
    AdminReplyConversationRequest,
    Intercom,
    MultipleFilterSearchRequest,
    SingleFilterSearchRequest,
    StartingAfterPaging,
)
from intercom.conversations.types import (
    ConversationsManageRequestBody_Assignment,
    ConversationsManageRequestBody_Close,
    ConversationsManageRequestBody_Snoozed,
)
from intercom.core.api_error import ApiError
from intercom.errors import NotFoundError, UnauthorizedError

from tests.vendors.intercom.served import TRUST, Served
from tests.vendors.intercom.small_world import ARJUN, MEI, NOW

PRIYAS, LENAS = "21547001", "21547003"


@pytest.fixture
def official(served: Served) -> Iterator[Intercom]:
    """It never sends Intercom-Version by itself (contracts.md 2.1). Its answers are checked like everybody's."""
    recorder = served.recorder

    def note(response: httpx.Response) -> None:
        response.read()
        recorder.note(response.request, response)

    with httpx.Client(event_hooks={"response": [note]}, verify=TRUST) as client:
        token = served.settings["access_token"]
        yield Intercom(token=token, base_url=served.url, headers={"Intercom-Version": "2.16"}, httpx_client=client)


def test_it_identifies_itself(official: Intercom) -> None:
    me = official.admins.identify()
    assert me is not None
    assert (me.id, me.name) == ("5000", "Deskside")


def test_it_lists_admins_teams_and_tags(official: Intercom) -> None:
    admins = official.admins.list().admins or []
    assert {one.name for one in admins if one} == {"Deskside", "Mei Tan", "Arjun Rao"}
    assert [one.name for one in official.teams.list().teams or []] == ["Live Chat", "Brightleaf"]
    assert {one.name for one in official.tags.list().data or []} == {"urgent_escalation", "delivery", "vip"}


def test_it_searches_contacts_page_by_page(official: Intercom) -> None:
    """By hand: in 5.0.1 its own pager of contacts asks for the first page again and again."""
    query = SingleFilterSearchRequest(field="name", operator="~", value="nair")
    pagination, found = StartingAfterPaging(per_page=2), set()
    for expected in (2, 1):
        page = official.contacts.search(query=query, pagination=pagination)
        found |= {one.email for one in page.items or []}
        assert len(page.items or []) == expected
        following = page.response.pages.next if page.response.pages else None
        pagination = StartingAfterPaging(per_page=2, starting_after=following.starting_after if following else None)
    assert found == {"priya.nair@example.com", "priya@nair.example.org", "dev.nair@example.com"}


def test_it_finds_and_answers_a_conversation(official: Intercom) -> None:
    read = official.conversations.find(PRIYAS)
    assert read.conversation_parts is not None
    assert [part.part_type for part in read.conversation_parts.conversation_parts or []] == ["comment", "comment", "close"]
    answer = AdminReplyConversationRequest(message_type="comment", type="admin", admin_id=MEI, body="<p>Hello</p>")
    after = official.conversations.reply(PRIYAS, request=answer)
    assert after.conversation_parts is not None
    assert (after.conversation_parts.conversation_parts or [])[-1].body == "<p>Hello</p>"


def test_it_manages_a_conversation(official: Intercom) -> None:
    def managed(request: Any) -> str:
        after = official.conversations.manage(LENAS, request=request)
        return str(after.state)

    assert managed(ConversationsManageRequestBody_Assignment(type="admin", admin_id=MEI, assignee_id=ARJUN)) == "open"
    until = int(NOW.timestamp()) + 3600
    assert managed(ConversationsManageRequestBody_Snoozed(admin_id=MEI, snoozed_until=until)) == "snoozed"
    assert managed(ConversationsManageRequestBody_Close(type="admin", admin_id=MEI)) == "closed"


def test_it_tags_and_untags(official: Intercom) -> None:
    made = official.tags.create(request={"name": "handled"})
    assert made.id is not None
    official.tags.tag_conversation(LENAS, tag_id=made.id, admin_id=MEI)
    tags = official.conversations.find(LENAS).tags
    assert [one.name for one in (tags.tags if tags else None) or []] == ["handled"]
    official.tags.untag_conversation(LENAS, made.id, admin_id=MEI)
    tags = official.conversations.find(LENAS).tags
    assert (tags.tags if tags else None) == []


def test_it_searches_conversations_with_and_and_or(official: Intercom) -> None:
    query = MultipleFilterSearchRequest(
        operator="AND",
        value=[
            SingleFilterSearchRequest(field="state", operator="=", value="open"),
            SingleFilterSearchRequest(field="source.body", operator="=", value="perth"),
        ],
    )
    assert [one.id for one in official.conversations.search(query=query)] == [LENAS]


def test_it_lists_articles_and_macros(official: Intercom, served: Served) -> None:
    served.tell(
        "seed",
        articles=[{"title": f"A{number}", "body": "<p>x</p>"} for number in range(30)],
        macros=[{"name": f"M{number}", "body": "<p>Hi {{user.name}}</p>"} for number in range(3)],
    )
    assert len(list(official.articles.list())) == 30
    macros = official.unstable.macros.list_macros()
    assert {one.name for one in macros.data or [] if one} == {"M0", "M1", "M2"}


def test_it_reads_a_contact_and_writes_notes(official: Intercom) -> None:
    (priya,) = [one for one in official.contacts.list() if one.email == "priya.nair@example.com"]
    assert priya.id is not None
    official.notes.create(priya.id, admin_id=MEI, body="Prefers e-mail")
    assert [one.body for one in official.notes.list(priya.id)] == ["<p>Prefers e-mail</p>"]


def test_its_own_errors_come_up(official: Intercom, served: Served) -> None:
    with pytest.raises(NotFoundError) as missing:
        official.conversations.find("999")
    assert missing.value.body["errors"][0]["code"] == "not_found"
    with httpx.Client(verify=TRUST) as client, pytest.raises(UnauthorizedError):
        Intercom(token="wrong", base_url=served.url, httpx_client=client).admins.list()
    served.tell("limits", per_window=0)
    with pytest.raises(ApiError) as limited:
        official.admins.list(request_options={"max_retries": 0})
    assert limited.value.status_code == 429
