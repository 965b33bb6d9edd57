"""A conversation in at most a hundred words without a model."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.conversation import PartKind
from playbooks.summary import summary
from playbooks.writing_task import summary_task
from tests.playbooks.cast import HOUR, MEI, MINUTE, PRIYA, chat, said

TALK = chat(
    said(
        PRIYA,
        "Hi there! I ordered a battery last week. Where is my battery SV-20417 and when will it arrive? Thanks!",
        3 * HOUR,
    ),
    said(MEI, "Hello Priya! I am looking into this and will be back here within 30 minutes.", 2 * HOUR),
    said(MEI, "She sounds angry, careful.", HOUR, kind=PartKind.NOTE),
    said(PRIYA, "My card is 4111 1111 1111 1111. Please tell me today.", 5 * MINUTE),
)


def test_a_summary_says_who_wants_what_and_what_was_promised_when() -> None:
    lines = summary(TALK)
    assert lines[0] == "Priya Nair wants: “Where is my battery SV-20417 and when will it arrive?”"
    assert "Please tell me today" in lines[1]
    assert lines[-1] == (
        "Promised by Mei Tan, 22 Nov 2026, 01:00: “I am looking into this and will be back here within 30 minutes.”"
    )


def test_notes_and_private_numbers_are_in_no_summary_and_in_no_task() -> None:
    for text in ("\n".join(summary(TALK)), "\n".join(summary_task(TALK).transcript)):
        assert "angry" not in text
        assert "4111" not in text


def test_nothing_said_is_no_summary() -> None:
    assert summary(chat()) == ()
    assert summary(chat(said(PRIYA, "   "))) == ()


def test_a_message_without_a_word_is_quoted_as_it_is() -> None:
    assert summary(chat(said(PRIYA, "!!"))) == ("Priya Nair wants: “!!”",)


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=800)), max_size=12))
def test_a_summary_never_exceeds_a_hundred_words(parts: list[tuple[bool, str]]) -> None:
    talk = chat(*(said(MEI if ours else PRIYA, text, timedelta(minutes=60 - n)) for n, (ours, text) in enumerate(parts)))
    assert sum(len(line.split()) for line in summary(talk)) <= 100
