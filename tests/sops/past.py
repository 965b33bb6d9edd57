"""Past conversations for replays: a quiet chat, and one that lulled and was escalated, each with the trail that its run had."""

from datetime import UTC, datetime, timedelta

from playbooks.domain.conversation import Author, AuthorKind, Contact, Conversation, ConversationState, Part, PartKind, Rating
from playbooks.domain.recorded import Recorded
from playbooks.domain.run import TrailEntry
from tests.sops.changed import live_chat

BEGUN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday, 10:00 in Singapore: the day shift is on."""
PRIYA = Author(kind=AuthorKind.CONTACT, author_id="c1", name="Priya Nair", email="priya.nair@example.com")
MEI = Author(kind=AuthorKind.AGENT, author_id="5001", name="Mei Tan")
APP = Author(kind=AuthorKind.APP, author_id="5000", name="Deskside")
MEI_ID = "mei.tan@solvane.example"


def at(seconds: int) -> datetime:
    return BEGUN + timedelta(seconds=seconds)


def part(seconds: int, author: Author, text: str = "", kind: PartKind = PartKind.COMMENT) -> Part:
    return Part(part_id=f"p{seconds}", kind=kind, author=author, text=text, at=at(seconds))


def talk(*parts: Part, state: ConversationState = ConversationState.CLOSED, conversation_id: str = "900") -> Conversation:
    return Conversation(
        conversation_id=conversation_id,
        state=state,
        subject="Where is Priya's battery?",
        contact=Contact(
            contact_id="c1",
            name="Priya Nair",
            email="priya.nair@example.com",
            phone="+65 9123 4567",
            external_id="SV-C-1",
            signed_in=True,
            attributes=(("Tier", "Platinum"), ("Street", "1 Orchard Road")),
        ),
        inbox_id="8101",
        assignee_admin_id="5001",
        created_at=parts[0].at,
        updated_at=parts[-1].at,
        rating=Rating(score=4, remark="thanks from Priya", at=parts[-1].at),
        parts=parts,
    )


def entry(seconds: int, transition: str, before: str, after: str, **more: str) -> TrailEntry:
    return TrailEntry.model_validate(
        {
            "at": at(seconds),
            "transition": transition,
            "from_state": before,
            "to_state": after,
            "event_id": f"e{seconds}:{transition}",
            **more,
        }
    )


def escalated() -> Recorded:
    """Taken after 40 s, silent for four minutes, then answered and escalated; the case came after four seconds."""
    conversation = talk(
        part(0, PRIYA, "Where is my battery? Call me on +65 9123 4567."),
        part(41, APP, kind=PartKind.ASSIGNED),
        part(300, MEI, "Thank you for waiting, Priya."),
        part(330, PRIYA, "And now?"),
        part(366, APP, kind=PartKind.CLOSED),
    )
    trail = (
        entry(0, "start", "", "arrived"),
        entry(0, "call_operators", "arrived", "waiting", part_id="p0"),
        entry(40, "take", "waiting", "our_turn", by=MEI_ID),
        entry(220, "lull_begins", "our_turn", "lull", reason="No word from us for three minutes."),
        entry(300, "answer", "lull", "customer_turn", by=MEI_ID, part_id="p300"),
        entry(330, "customer_writes", "customer_turn", "our_turn", part_id="p330"),
        entry(360, "escalate", "our_turn", "escalating", by=MEI_ID),
        entry(364, "case_opened", "escalating", "case_open", by=MEI_ID),
    )
    return Recorded(conversation=conversation, sop="live_chat", sop_version=live_chat().version, trail=trail)


def snoozed() -> Recorded:
    """Answered at once, snoozed, resolved when the customer was content."""
    conversation = talk(
        part(0, PRIYA, "How do I reset it?"),
        part(30, MEI, "Hold the button for five seconds."),
        part(61, MEI, kind=PartKind.SNOOZED),
        part(900, PRIYA, "It works."),
        part(931, MEI, kind=PartKind.CLOSED),
        conversation_id="901",
    )
    trail = (
        entry(0, "start", "", "arrived"),
        entry(0, "call_operators", "arrived", "waiting", part_id="p0"),
        entry(30, "first_answer", "waiting", "customer_turn", by=MEI_ID, part_id="p30"),
        entry(60, "snooze", "customer_turn", "snoozed", by=MEI_ID),
        entry(900, "customer_writes", "snoozed", "our_turn", part_id="p900", reason="The customer wrote during the snooze."),
        entry(930, "resolve", "our_turn", "resolved", by=MEI_ID),
    )
    return Recorded(conversation=conversation, sop="live_chat", sop_version=live_chat().version, trail=trail)
