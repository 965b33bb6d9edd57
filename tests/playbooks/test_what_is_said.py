"""What a customer's words say by themselves: mood and its trend, language, topics."""

import pytest

from playbooks.language import language
from playbooks.sentiment import sentiment
from playbooks.topics import topics
from tests.playbooks.company import POLICIES

MOODS = (
    ("This is unacceptable, I am furious and want my money back", "bad"),
    ("Still waiting. Nobody answers. This is ridiculous!!!", "bad"),
    ("worst service ever, scam", "bad"),
    ("not happy at all", "bad"),
    ("I am very disappointed, it is still not working", "bad"),
    ("THIS IS BROKEN AND USELESS AGAIN", "bad"),
    ("😡😡", "bad"),
    ("Thank you so much, that works perfectly", "good"),
    ("Great, all good now 🙂", "good"),
    ("not bad, thanks", "good"),
    ("The box has two cables.", None),
    ("", None),
)


@pytest.mark.parametrize(("text", "mood"), MOODS)
def test_a_mood_is_read_from_words_with_their_negation(text: str, mood: str | None) -> None:
    felt = sentiment([text])
    if mood is None:
        assert felt is None
    else:
        assert felt is not None
        assert (felt.score < 0.4) if mood == "bad" else (felt.score > 0.6)
        assert felt.why


def test_emphasis_makes_a_mood_stronger_and_hedging_weaker() -> None:
    scores = [one.score for text in ("very annoyed", "annoyed", "slightly annoyed") if (one := sentiment([text]))]
    assert scores == sorted(scores)
    assert len(set(scores)) == 3


@pytest.mark.parametrize(
    ("parts", "trend"),
    [
        (["thanks, great", "this is terrible"], "falling"),
        (["this is terrible", "ok great, thank you"], "rising"),
        (["bad", "bad"], "steady"),
        (["awful"], "steady"),
    ],
)
def test_the_trend_compares_the_customers_last_words_with_those_before(parts: list[str], trend: str) -> None:
    felt = sentiment(parts)
    assert felt is not None
    assert felt.trend == trend


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Where is my order? I have not received it.", "en"),
        ("Kapan pesanan saya sampai? Saya tidak bisa menunggu.", "id"),
        ("Wo ist meine Bestellung? Ich habe sie nicht bekommen und bitte um Antwort.", "de"),
        ("Où est ma commande ? Je ne sais pas quand elle arrive, bonjour", "fr"),
        ("我的电池在哪里？", "zh"),
        ("バッテリーはどこですか", "ja"),
        ("பேட்டரி எங்கே", "ta"),
        ("SV-20417", None),
        ("", None),
    ],
)
def test_a_language_is_guessed_or_left_open(text: str, wanted: str | None) -> None:
    assert language(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("My parcel has not arrived", ("delivery",)),
        ("The parcels have not arrived", ("delivery",)),
        ("the inverter is smoking", ("safety", "technical")),
        ("I want a REFUND", ("billing",)),
        ("parcelling", ()),
        ("Wi Fi", ("technical",)),
        ("hello", ()),
    ],
)
def test_topics_are_the_policys_words_as_whole_words(text: str, wanted: tuple[str, ...]) -> None:
    assert topics(text, POLICIES.routing.topics) == wanted
