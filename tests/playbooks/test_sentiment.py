"""Sentiment with and without a trained reader beside the word list."""

import pytest

from playbooks.sentiment import sentiment
from playbooks.triage import triage
from retrieval.content import knowledge
from tests.playbooks.cast import NOW, PRIYA, chat, said
from tests.shared_files import ROOT

POLICIES = knowledge(ROOT / "knowledge").policies


def score(text: str, mood: float | None) -> float:
    felt = sentiment([text], lambda _: mood)
    assert felt is not None
    return felt.score


def test_words_and_reader_are_weighed_together() -> None:
    text = "I am disappointed"
    alone = sentiment([text])
    assert alone is not None
    assert score(text, None) == alone.score
    assert score(text, -3.0) < score(text, 0.0) < score(text, 3.0)


@pytest.mark.parametrize(
    ("mood", "low", "high"), [(-3.0, 0.0, 0.1), (-1.5, 0.1, 0.3), (0.0, 0.4, 0.6), (0.9, 0.6, 0.7), (3, 0.9, 1)]
)
def test_a_message_of_no_known_word_has_the_readers_mood(mood: float, low: float, high: float) -> None:
    assert low <= score("The box has two cables.", mood) <= high


def test_neither_knowing_anything_is_no_mood() -> None:
    assert sentiment(["The box has two cables."], lambda _: None) is None
    assert sentiment(["The box has two cables."]) is None


def test_the_reader_hears_every_message_that_counts_and_only_those() -> None:
    heard: list[str] = []

    def reader(text: str) -> float:
        heard.append(text)
        return 0.0

    sentiment(["one", "two", "three", "four", "five"], reader)
    assert heard == ["two", "three", "four", "five"]


def test_a_bad_tone_makes_a_chat_urgent_and_says_so() -> None:
    chatting = chat(said(PRIYA, "Nobody called me back on Monday."))
    calm = triage(chatting, None, POLICIES, NOW)
    upset = triage(chatting, None, POLICIES, NOW, reader=lambda _: -2.5, guess=lambda _: "ta")
    assert (calm.urgency, upset.urgency) == ("normal", "high")
    assert "upset: the tone" in upset.reasons
    assert (calm.language, upset.language) == (None, "ta")
