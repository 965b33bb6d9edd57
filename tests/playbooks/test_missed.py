"""What no webhook told, told from what the procedure knows: each part and the rating, what was overtaken by then left out."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.domain.conversation import Author, AuthorKind, Conversation, ConversationState, Part, PartKind, Rating
from playbooks.missed import Taken, missed_events, rating_mark

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AGENT, CUSTOMER, BOT, APP = AuthorKind.AGENT, AuthorKind.CONTACT, AuthorKind.BOT, AuthorKind.APP


def chat(*said: tuple[PartKind, AuthorKind], rating: Rating | None = None) -> Conversation:
    """Parts 0, 1, 2… a minute apart; the customer began it."""
    everything = ((PartKind.COMMENT, CUSTOMER), *said)
    parts = tuple(
        Part(part_id=str(number), kind=kind, author=Author(kind=author, author_id="a"), text="x", at=NOW + number * MINUTE)
        for number, (kind, author) in enumerate(everything)
    )
    return Conversation(
        conversation_id="1",
        state=ConversationState.OPEN,
        inbox_id="8101",
        created_at=NOW,
        updated_at=parts[-1].at,
        parts=parts,
        rating=rating,
    )


def missed(whole: Conversation, *taken: int, since: datetime = NOW, rating: str | None = None) -> list[str]:
    known = Taken(part_ids=frozenset(map(str, taken)), rating=rating)
    return [f"{one.part_id} {one.what}" for one in missed_events(whole, since, known)]


def test_a_gap_in_the_middle_is_found_by_its_part() -> None:
    whole = chat((PartKind.ASSIGNED, AGENT), (PartKind.NOTE, AGENT), (PartKind.COMMENT, CUSTOMER))
    assert missed(whole, 0, 1, 3) == ["2 note_added"]
    assert missed(whole, 0, 2, 3) == ["1 assigned"]
    assert missed(whole, 0, 1, 2, 3) == []
    assert missed(whole, 3, since=NOW + 2 * MINUTE) == ["2 note_added"]


@pytest.mark.parametrize(
    ("kind", "author", "what"),
    [
        (PartKind.ASSIGNED, BOT, "assigned"),
        (PartKind.COMMENT, BOT, "agent_replied"),
        (PartKind.CLOSED, BOT, "closed"),
        (PartKind.NOTE, BOT, None),
        (PartKind.SNOOZED, BOT, None),
        (PartKind.ASSIGNED, APP, None),
        (PartKind.COMMENT, APP, None),
        (PartKind.OTHER, AGENT, None),
    ],
)
def test_of_machines_only_what_says_something_is_missed(kind: PartKind, author: AuthorKind, what: str | None) -> None:
    assert missed(chat((kind, author)), 0) == ([f"1 {what}"] if what else [])


def test_a_closing_that_was_reopened_since_closes_nothing_anew() -> None:
    whole = chat((PartKind.CLOSED, AGENT), (PartKind.OPENED, AGENT), (PartKind.COMMENT, AGENT))
    assert missed(whole, 0, 2, 3) == []
    assert missed(whole, 0, 3) == ["1 closed", "2 reopened"], "where nobody told of either, both come in order"
    snoozed = chat((PartKind.SNOOZED, AGENT), (PartKind.NOTE, AGENT), (PartKind.UNSNOOZED, AGENT))
    assert missed(snoozed, 0, 3) == ["2 note_added"]


def test_a_rating_is_known_again_until_it_changes() -> None:
    given = chat(rating=Rating(score=2, at=NOW))
    assert missed(given, 0) == ["None rated"]
    assert missed(given, 0, rating=rating_mark(given)) == []
    changed = chat(rating=Rating(score=2, remark="Nobody came.", at=NOW))
    assert missed(changed, 0, rating=rating_mark(given)) == ["None rated"]
    assert rating_mark(chat(rating=Rating(score=2))) is None
    assert missed(chat(rating=Rating(score=2)), 0) == []
