"""What Intercom's words become: tables of author and part kinds, and that what is unknown fails towards safety."""

from datetime import UTC, datetime
from typing import Any

import pytest

from playbooks.domain.conversation import AuthorKind, ConversationState, PartKind
from retrieval.vendors.intercom import translate, wire
from retrieval.vendors.intercom.settings import Settings
from retrieval.vendors.intercom.translate import Workspace

AT = 1763798400


@pytest.mark.parametrize(
    ("author", "kind"),
    [
        ({"type": "user", "id": "u"}, AuthorKind.CONTACT),
        ({"type": "lead", "id": "u"}, AuthorKind.CONTACT),
        ({"type": "contact", "id": "u"}, AuthorKind.CONTACT),
        ({"type": "visitor", "id": "u"}, AuthorKind.CONTACT),
        ({"type": "admin", "id": "5001"}, AuthorKind.AGENT),
        ({"type": "admin", "id": 5001}, AuthorKind.AGENT),
        ({"type": "admin", "id": "5000"}, AuthorKind.APP),
        ({"type": "admin", "id": 5000}, AuthorKind.APP),
        ({"type": "admin", "id": "5001", "from_ai_agent": True}, AuthorKind.BOT),
        ({"type": "bot", "id": "1"}, AuthorKind.BOT),
        ({"type": "team", "id": "1"}, AuthorKind.BOT),
        ({"type": "campaign", "id": "1"}, AuthorKind.BOT),
        ({"type": "something new", "id": "1"}, AuthorKind.APP),
        ({"type": "user", "id": "5000"}, AuthorKind.CONTACT),
        ({}, AuthorKind.APP),
    ],
)
def test_authors_have_kinds_and_an_unknown_one_causes_no_answer(author: dict[str, Any], kind: AuthorKind) -> None:
    assert translate.author_kind(wire.Author.model_validate(author), bot_admin_id="5000") is kind


@pytest.mark.parametrize(
    ("part_type", "body", "kind"),
    [
        ("comment", "<p>x</p>", PartKind.COMMENT),
        ("quick_reply", None, PartKind.COMMENT),
        ("note", "<p>x</p>", PartKind.NOTE),
        ("note_and_reopen", "<p>x</p>", PartKind.NOTE),
        ("assignment", None, PartKind.ASSIGNED),
        ("assignment", "<p>x</p>", PartKind.COMMENT),
        ("open", None, PartKind.OPENED),
        ("open", "<p>x</p>", PartKind.COMMENT),
        ("close", None, PartKind.CLOSED),
        ("close", "<p>Bye</p>", PartKind.COMMENT),
        ("snoozed", None, PartKind.SNOOZED),
        ("unsnoozed", None, PartKind.UNSNOOZED),
        ("timer_unsnooze", None, PartKind.UNSNOOZED),
        ("conversation_attribute_updated_by_admin", None, PartKind.OTHER),
        ("something new", "<p>secret</p>", PartKind.OTHER),
        ("", "<p>secret</p>", PartKind.OTHER),
    ],
)
def test_parts_have_kinds_and_only_known_messages_are_public(part_type: str, body: str | None, kind: PartKind) -> None:
    raw = {"id": 7, "part_type": part_type, "body": body, "created_at": AT, "author": {"type": "admin", "id": "5001"}}
    part = translate.part(wire.Part.model_validate(raw), "5000")
    assert (part.kind, part.is_public, part.part_id) == (kind, kind is PartKind.COMMENT, "7")


def conversation(**more: Any) -> wire.Conversation:
    return wire.Conversation.model_validate({"id": "1", "created_at": AT, "updated_at": AT} | more)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"state": "open"}, ConversationState.OPEN),
        ({"state": "snoozed", "open": True}, ConversationState.SNOOZED),
        ({"state": "closed"}, ConversationState.CLOSED),
        ({"open": True}, ConversationState.OPEN),
        ({"open": False, "state": "something new"}, ConversationState.CLOSED),
    ],
)
def test_states(given: dict[str, Any], state: ConversationState) -> None:
    assert translate.state(conversation(**given)) is state


def test_the_barest_conversation_is_still_one() -> None:
    one = translate.conversation(
        conversation(tags=None, contacts=None, source=None, custom_attributes=None, conversation_parts=None, teammates=None),
        Workspace(),
    )
    assert (one.parts, one.contact, one.inbox_id, one.assignee_admin_id, one.url) == ((), None, None, None, None)


@pytest.mark.parametrize("nobody", [0, "0", None, ""])
def test_nobody_is_none(nobody: object) -> None:
    one = translate.conversation(conversation(admin_assignee_id=nobody, team_assignee_id=nobody), Workspace())
    assert (one.assignee_admin_id, one.inbox_id) == (None, None)


@pytest.mark.parametrize(
    ("given", "urgent"),
    [
        ("urgent", True),
        ("high", True),
        ("priority", True),
        (True, True),
        ("none", False),
        ("not_priority", False),
        (None, False),
    ],
)
def test_priorities_of_old_and_new_versions(given: object, urgent: bool) -> None:
    assert translate.conversation(conversation(priority=given), Workspace()).priority is urgent


def test_a_rating_that_was_only_asked_for_is_none() -> None:
    asked = {"rating": None, "remark": None, "created_at": AT}
    assert translate.conversation(conversation(conversation_rating=asked), Workspace()).rating is None


def test_parts_stand_in_the_vendors_order_of_time_after_the_opening_message() -> None:
    def part(number: int, at: int) -> dict[str, Any]:
        return {"id": str(number), "part_type": "comment", "body": "x", "created_at": at, "author": {"type": "user", "id": "u"}}

    parts = {"conversation_parts": [part(3, AT + 9), part(1, AT + 5), part(2, AT + 5)]}
    source = {"id": "0", "body": "hello", "author": {"type": "user", "id": "u"}}
    one = translate.conversation(conversation(source=source, conversation_parts=parts), Workspace())
    assert [part.part_id for part in one.parts] == ["0", "1", "2", "3"]


def test_the_first_line_names_a_conversation_without_a_title_and_long_ones_are_cut() -> None:
    source = {"body": f"<p>{'word ' * 40}</p><p>more</p>"}
    subject = translate.conversation(conversation(source=source), Workspace()).subject
    assert (len(subject), subject[-1]) == (80, "…")
    assert translate.conversation(conversation(source=source, title="Battery"), Workspace()).subject == "Battery"


def test_attributes_keep_plain_values_only() -> None:
    given = {"tier": "Platinum", "vip": True, "visits": 3, "empty": "", "unset": None, "order": {"type": "Order.list"}}
    one = wire.Contact.model_validate({"id": "1", "custom_attributes": given})
    assert translate.contact(one).attributes == (("tier", "Platinum"), ("vip", "true"), ("visits", "3"))


@pytest.mark.parametrize("moment", [AT, str(AT), float(AT), "2025-11-22T08:00:00.000+00:00", "2025-11-22T08:00:00"])
def test_moments_come_as_seconds_and_as_text(moment: object) -> None:
    assert conversation(updated_at=moment).updated_at == datetime(2025, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("inbox", "ours"), [(8101, True), ("8101", True), (8202, False), (0, True), (None, True)])
def test_only_our_inboxes_and_none_yet_are_ours(inbox: object, ours: bool) -> None:
    assert Workspace(inbox_ids=("8101",)).is_ours(conversation(team_assignee_id=inbox)) is ours
    assert Workspace().is_ours(conversation(team_assignee_id=inbox))


def test_settings_read_a_comma_separated_list_and_hide_their_secrets() -> None:
    given = {"access_token": "secret-1", "bot_admin_id": "5000", "client_secret": "secret-2", "inbox_ids": "8101, 8102,"}
    settings = Settings.model_validate(given)
    assert settings.inbox_ids == ("8101", "8102")
    assert "secret-" not in repr(settings)
    assert Workspace.of(settings).inbox_ids == ("8101", "8102")
