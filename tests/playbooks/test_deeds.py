"""What agents want done to conversations, and how they search them, as they type it."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from playbooks.conversation_search import Read, read
from playbooks.domain.conversation import ConversationState
from playbooks.domain.customer import LookupKind
from playbooks.domain.deed import Deed, DeedName
from playbooks.domain.intent import Act, FindArticle, FindConversations, Usage
from playbooks.domain.policy import Policies
from playbooks.domain.search import NOBODY, ConversationSearch
from playbooks.intent import intent
from tests.content.knowledge_copy import real

LINK = "https://app.intercom.com/a/apps/x/conversations/21547003"


def this(do: DeedName, value: str = "", name: str = "") -> Act:
    return Act(deed=Deed(do=do, value=value, name=name))


SAID: tuple[tuple[str, object], ...] = (
    ("tag this as outage", this("tag", "outage")),
    ("please tag this chat with “power cut”", this("tag", "power cut")),
    ("add the tag outage to this", this("tag", "outage")),
    ("untag this as outage", this("untag", "outage")),
    ("remove tag outage from this conversation", this("untag", "outage")),
    ("assign this to arjun", this("assign", "arjun")),
    ("unassign this", this("assign", "nobody")),
    ("snooze until tomorrow 9", this("snooze", "until tomorrow 9")),
    ("snooze this for 3h", this("snooze", "for 3h")),
    ("snooze it until monday", this("snooze", "until monday")),
    ("unsnooze", this("unsnooze")),
    ("wake up this chat", this("unsnooze")),
    ("close this", this("close")),
    ("reopen this chat.", this("reopen")),
    ("note: battery serial SF-1", this("note", "battery serial SF-1")),
    ("add a note to this: call back", this("note", "call back")),
    ("set Product = Inverter", this("set", "Inverter", "Product")),
    ("set Product=Inverter on this", this("set", "Inverter", "Product")),
    ("convert this to a Return ticket", this("convert", "Return")),
    ("convert to ticket", this("convert", "")),
    ("note on the customer: prefers e-mail", this("note_contact", "prefers e-mail")),
    ("contact note: prefers e-mail", this("note_contact", "prefers e-mail")),
    ("tag the customer as installer", this("tag_contact", "installer")),
    ("untag customer as installer", this("untag_contact", "installer")),
    ("close 21547003", Act(deed=Deed(do="close"), conversation_ids=("21547003",))),
    (f"tag <{LINK}> as outage", Act(deed=Deed(do="tag", value="outage"), conversation_ids=("21547003",))),
    (
        "tag 21547001, #21547002 and 21547001 as outage",
        Act(deed=Deed(do="tag", value="outage"), conversation_ids=("21547001", "21547002")),
    ),
    ("close all of tag:outage state:open", Act(deed=Deed(do="close"), query="tag:outage state:open")),
    ("tag all of tag:power as outage", Act(deed=Deed(do="tag", value="outage"), query="tag:power")),
    (
        'tag all conversations with battery tag:"power cut" after:3d as outage',
        Act(deed=Deed(do="tag", value="outage"), query='battery tag:"power cut" after:3d'),
    ),
    (
        "assign all assignee:nobody to sofia lindqvist",
        Act(deed=Deed(do="assign", value="sofia lindqvist"), query="assignee:nobody"),
    ),
    ("find conversations tag:outage state:open", FindConversations(query="tag:outage state:open")),
    ("show me all chats about battery", FindConversations(query="battery")),
    # not ours to guess
    (
        "close the loop with the customer about the refund?",
        FindArticle(question="close the loop with the customer about the refund?"),
    ),
)


@pytest.mark.parametrize(("said", "meant"), SAID, ids=[said for said, _ in SAID])
def test_what_is_typed_is_what_is_meant(said: str, meant: object) -> None:
    assert intent(said) == meant
    assert intent(f"<@U0BOT> {said}") == meant


@pytest.mark.parametrize("said", ["tag this as outage", "find conversations tag:outage"])
def test_the_slash_command_takes_the_same_words(said: str) -> None:
    assert intent(said, "/deskside") == intent(said)


def test_find_is_short_for_finding_conversations() -> None:
    assert intent('find tag:"Power Cut"', "/deskside") == FindConversations(query='tag:"Power Cut"')


def test_what_cannot_be_taken_back_is_done_to_one_conversation_at_a_time() -> None:
    for said in ("convert 21547001 21547002 to a Return ticket", "note on 21547001 21547002: sorry"):
        assert isinstance(intent(said), Usage), said


# searching

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # a Wednesday, 11 o'clock in Singapore
ZONE = "Asia/Singapore"


@cache
def policies() -> Policies:
    return real().policies


def asked(query: str) -> Read:
    mei = policies().team.agent("mei.tan@solvane.example")
    assert mei is not None
    return read(query, agent=mei, team=policies().team, inboxes=policies().inboxes, now=NOW, zone=ZONE)


def singapore(day: int) -> datetime:
    """Midnight there."""
    return datetime(2026, 11, day, tzinfo=UTC) - timedelta(hours=8)


SEARCHES: tuple[tuple[str, ConversationSearch], ...] = (
    ("battery stuck", ConversationSearch(keyword="battery stuck")),
    ("tag:outage tag:vip", ConversationSearch(tags=("outage", "vip"))),
    ('tag:"power cut" gateway', ConversationSearch(tags=("power cut",), keyword="gateway")),
    ("user:Priya.Nair@example.com", ConversationSearch(email="priya.nair@example.com")),
    ("assignee:me", ConversationSearch(assignee_admin_id="5001")),
    ("assignee:sofia", ConversationSearch(assignee_admin_id="5003")),
    ('owner:"Arjun Rao"', ConversationSearch(assignee_admin_id="5002")),
    ("assignee:nobody", ConversationSearch(assignee_admin_id=NOBODY)),
    ("state:snoozed", ConversationSearch(state=ConversationState.SNOOZED)),
    ("after:2026-11-01", ConversationSearch(updated_after=singapore(1))),
    ("before:yesterday", ConversationSearch(updated_before=singapore(24))),
    ("since:monday", ConversationSearch(updated_after=singapore(23))),
    ("older:12h", ConversationSearch(updated_before=datetime(2026, 11, 24, 15, 0, tzinfo=UTC))),
    ("created-after:2026-11-01", ConversationSearch(created_after=singapore(1))),
    (
        "battery tag:outage assignee:me state:open after:today",
        ConversationSearch(
            keyword="battery",
            tags=("outage",),
            assignee_admin_id="5001",
            state=ConversationState.OPEN,
            updated_after=singapore(25),
        ),
    ),
)


@pytest.mark.parametrize(("query", "search"), SEARCHES, ids=[query for query, _ in SEARCHES])
def test_a_search_means_what_it_says(query: str, search: ConversationSearch) -> None:
    assert asked(query) == Read(search=search)


def test_a_customer_may_be_named_and_is_then_looked_up() -> None:
    found = asked('user:"Priya Nair" tag:outage')
    assert found.person is not None
    assert (found.person.kind, found.person.value) == (LookupKind.NAME, "Priya Nair")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("asignee:me", "I do not know asignee:"),
        ("assignee:bob", "assignee:bob is no colleague with an Intercom admin id"),
        ("state:done", "state:done is not open, snoozed or closed"),
        ("after:soon", "after:soon is no date or time that I understand"),
        ("after:2026-13-01", "after:2026-13-01 is no date or time that I understand"),
        ('tag:""', "tag: says nothing"),
        ("inbox:Brightleaf", "inbox:Brightleaf is none of our inboxes"),
        ("  ", "Nothing to look for."),
    ],
)
def test_what_is_not_understood_is_said_and_nothing_is_searched(query: str, problem: str) -> None:
    assert asked(query).problem == problem
