"""Where a chat stands: who waits, what an event means to a procedure, what guards are told."""

from datetime import timedelta

import pytest

from playbooks.domain.conversation import Conversation, PartKind
from playbooks.domain.events import ConversationEvent
from playbooks.standing import acting_agent, bot_finished, customer_waits, guard_facts, on_shift, trigger_of
from tests.playbooks.cast import APP, CUSTOMER, FIN, HOUR, MEI, MINUTE, NOW, PRIYA, chat, said
from tests.playbooks.company import CALM, POLICIES, SOP


@pytest.mark.parametrize(
    ("conversation", "waits"),
    [
        (CALM, True),
        (chat(said(PRIYA, "hi", HOUR), said(MEI, "hello")), False),
        (chat(said(PRIYA, "hi", HOUR), said(FIN, "hello"), said(APP, "echo")), True),
        (chat(said(PRIYA, "hi", HOUR), said(MEI, "note", kind=PartKind.NOTE)), True),
        (chat(said(FIN, "hello")), False),
    ],
)
def test_the_customer_waits_until_one_of_us_answers(conversation: Conversation, waits: bool) -> None:
    assert customer_waits(conversation) == waits


def event(what: str, part_id: str | None = None, author: str | None = None) -> ConversationEvent:
    fields = {"event_id": "e", "source": "intercom", "at": NOW, "what": what, "part_id": part_id, "author": author}
    return ConversationEvent.model_validate(fields)


@pytest.mark.parametrize(
    ("what", "author", "wanted"),
    [
        ("started", "contact", "started"),
        ("customer_replied", "contact", "customer_replied"),
        ("agent_replied", "agent", "agent_replied"),
        ("agent_replied", "bot", None),
        ("agent_replied", "app", None),
        ("note_added", "app", None),
        ("assigned", "bot", "bot_handed_over"),
        ("assigned", "agent", "assigned"),
        ("closed", "bot", "bot_closed"),
        ("closed", "agent", "closed"),
        ("tagged", "agent", None),
        ("deleted", None, None),
        ("rated", "contact", "rated"),
    ],
)
def test_an_event_means_one_thing_to_a_procedure_and_echoes_mean_nothing(
    what: str, author: str | None, wanted: str | None
) -> None:
    assert trigger_of(event(what, author=author), CALM) == wanted


def test_the_author_of_an_event_is_read_from_its_part_where_it_names_none() -> None:
    talk = chat(said(PRIYA, "hi", HOUR), said(APP, "echo", part_id="p7"), said(MEI, "hello", part_id="p8"))
    assert trigger_of(event("agent_replied", "p7"), talk) is None
    acting = acting_agent(event("agent_replied", "p8"), talk, POLICIES)
    assert acting is not None
    assert acting.name == "Mei Tan"
    assert acting_agent(event("agent_replied", "p7"), talk, POLICIES) is None


def test_an_assignment_is_the_doing_of_the_new_assignee() -> None:
    acting = acting_agent(event("assigned"), CALM.model_copy(update={"assignee_admin_id": "5002"}), POLICIES)
    assert acting is not None
    assert acting.name == "Arjun Rao"


def test_guards_get_what_the_conversation_and_the_customer_say() -> None:
    talk = chat(said(PRIYA, "hi", HOUR), said(MEI, "I will check and be back within 5 minutes.", MINUTE))
    facts = guard_facts(talk, CUSTOMER, SOP, None, POLICIES, now=NOW, inputs={"a": "x", "b": " "})
    assert facts.inbox_is_ours
    assert facts.registered
    assert facts.signed_in
    assert facts.entitled
    assert facts.expectations_set
    assert not facts.customer_waits
    assert not facts.by_agent
    assert facts.inputs == frozenset({"a"})
    assert facts.permissions == frozenset()


def test_the_bot_is_finished_when_it_hands_over_or_one_of_us_answers() -> None:
    assert not bot_finished(chat(said(PRIYA, "hi"), said(FIN, "hello")))
    assert bot_finished(chat(said(PRIYA, "hi"), said(FIN, "", kind=PartKind.ASSIGNED)))
    assert bot_finished(chat(said(PRIYA, "hi"), said(MEI, "hello")))


def test_somebody_is_on_shift_at_any_hour_of_the_demos_week() -> None:
    hours = (NOW + timedelta(hours=number) for number in range(24 * 7))
    assert all(on_shift(POLICIES.team, POLICIES.hours, one) for one in hours)
