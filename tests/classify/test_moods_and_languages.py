"""Moods and languages as the shipped models hear them, on sentences we wrote; and that a damaged model is refused."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from bot.evaluate.train_mood import trained
from playbooks.language import language
from playbooks.sentiment import sentiment
from retrieval.classify.mood import FILE, MADE_FOR, ArtefactDamaged, Mood, intact, reads
from retrieval.classify.tongue import tongue
from retrieval.index.embedder import Embedder, ModelMissing
from retrieval.index.opening import default_embedder
from tests.classify.small import Synonyms

HERE = Path(__file__).parent


def rows(name: str) -> list[tuple[str, str]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [(label, text) for label, text in (line.split("\t") for line in lines)]


@cache
def embedder() -> Embedder:
    found = default_embedder(1)
    if isinstance(found, ModelMissing):
        pytest.skip(found.why)
    return found


def told(text: str, reader: Mood | None) -> str:
    felt = sentiment([text], reader)
    if felt is None or 0.32 <= felt.score <= 0.68:
        return "neutral"
    return "negative" if felt.score < 0.32 else "positive"


def test_the_reader_hears_moods_that_the_words_do_not_on_the_half_that_was_not_tuned_on() -> None:
    kept = rows("support_sentences.tsv")[1::2]
    reader = Mood(embedder(), tongue)
    share = sum(told(text, reader) == label for label, text in kept) / len(kept)
    assert share >= 0.82  # measured .845; words alone .762
    alarms = [text for label, text in kept if label != "negative" and (felt := sentiment([text], reader)) and felt.score < 0.3]
    assert len(alarms) <= 5


def test_the_words_still_say_why_and_a_tone_without_words_is_called_that() -> None:
    reader = Mood(embedder(), tongue)
    complaint = sentiment(["I am furious, this is unacceptable"], reader)
    assert complaint is not None
    assert complaint.why == ("furious", "unacceptable")
    toned = sentiment(["Nobody called me back even though you promised it twice."], lambda _: -2.0)
    assert toned is not None
    assert toned.why == ("the tone",)


def test_the_reader_is_silent_on_other_languages_and_the_words_are_left() -> None:
    reader = Mood(embedder(), tongue)
    assert reader("Das ist eine Frechheit, ich warte seit drei Wochen auf mein Paket") is None
    assert reader("   ") is None
    assert sentiment(["Das ist eine Frechheit, ich warte seit drei Wochen"], reader) is None


def test_a_message_is_read_once() -> None:
    asked = Synonyms()
    reader = Mood(asked, lambda _: "en", json.dumps({"bias": 0, "weights": [0.1] * 64}).encode())
    assert reader("hello there") == reader("hello there")
    assert asked.asked == ["hello there"]


def test_a_damaged_model_is_refused() -> None:
    shipped = files("retrieval.classify").joinpath(FILE).read_bytes()
    assert intact(shipped) == shipped
    with pytest.raises(ArtefactDamaged, match=r"mood\.json is not the shipped file"):
        intact(shipped.replace(b"0.1", b"0.2", 1))


def test_the_model_is_for_one_embedder_only() -> None:
    assert not reads(Synonyms())
    assert embedder().name == MADE_FOR


def test_the_same_ratings_train_the_same_model() -> None:
    texts, ratings = ["good thing", "bad thing", "a thing"], [3.0, -3.0, 0.0]
    assert trained(texts, ratings, Synonyms()) == trained(texts, ratings, Synonyms())
    numbers = json.loads(trained(texts, ratings, Synonyms()))
    read = Synonyms().embed(["good", "bad"]) @ np.array(numbers["weights"])
    assert read[0] > 0 > read[1]


@pytest.mark.parametrize("code", ["en", "zh", "ms", "id", "ta", "de", "fr", "es", "ja", "ko"])
def test_ten_languages_are_told_apart_in_short_messages(code: str) -> None:
    asked = [text for wanted, text in rows("languages.tsv") if wanted == code]
    right = sum(language(text, tongue) == code for text in asked)
    assert right >= len(asked) - 1  # 79 of all 80; a Malay thank-you is Indonesian too


@pytest.mark.parametrize("text", ["", "ok", "SV-20417", "1234", "👍", "hello"])
def test_too_little_is_no_language(text: str) -> None:
    assert language(text, tongue) is None
