"""Choosing an intent, and saying that none fits."""

import numpy as np
import pytest

from retrieval.classify.gaussian import Machine
from retrieval.classify.intents import Examples, IntentModel
from retrieval.classify.teaching import teaching
from retrieval.classify.wording import Wording
from tests.classify.small import OUTSIDE, Synonyms, examples


def test_another_word_for_the_same_thing_is_understood_by_meaning_and_not_without_it() -> None:
    asked = ["shipment?"]
    assert IntentModel(examples(), Synonyms()).judge(asked).intents == ["delivery"]
    assert IntentModel(examples(), None).judge(asked).scores.max() < 0.5


def test_without_an_embedding_model_the_wording_alone_decides() -> None:
    asked = ["parcel late", "refund please", "wifi gone"]
    assert IntentModel(examples(), None).judge(asked).intents == ["delivery", "refund", "network"]


def test_the_same_examples_give_the_same_model() -> None:
    asked = ["where is it", "refund", *OUTSIDE]
    one, other = (IntentModel(examples(), Synonyms()) for _ in range(2))
    one.calibrate_by_leaving_out()
    other.calibrate_by_leaving_out()
    assert one.scope == other.scope
    assert np.array_equal(one.judge(asked).scores, other.judge(asked).scores)
    assert np.array_equal(one.judge(asked).chance, other.judge(asked).chance)


def test_none_fits_is_learned_from_the_examples_alone() -> None:
    model = IntentModel(examples(), Synonyms())
    before = model.judge(OUTSIDE)
    assert before.fits.all()
    model.calibrate_by_leaving_out()
    inside, outside = model.judge(["my parcel is very late", "refund the money", "wifi is wrong"]), model.judge(OUTSIDE)
    assert inside.fits.all()
    assert inside.chance.min() > outside.chance.max()
    assert not outside.fits.any()


def test_none_fits_is_learned_from_labelled_questions_where_there_are_some() -> None:
    model = IntentModel(examples(), Synonyms())
    known = ["my parcel is very late", "refund the money", "wifi is wrong"]
    model.calibrate(Examples([*known, *OUTSIDE[:3]], ["delivery", "refund", "network", "oos", "oos", "oos"]))
    assert model.judge(known).fits.all()
    assert not model.judge(OUTSIDE[3:]).fits.any()


def test_leaving_out_in_closed_form_says_what_a_machine_that_never_saw_it_says() -> None:
    random = np.random.default_rng(1)
    points = random.standard_normal((12, 5)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    likeness = (points @ points.T).astype(np.float32)
    classes = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    whole = Machine(likeness.copy(), classes, steepness=2, noise=0.1)
    group, rest = np.array([3, 7]), np.setdiff1d(np.arange(12), [3, 7])
    told = whole.left_out([group])[0]
    kernel = np.exp(2 * (likeness - 1)).astype(np.float64)
    solved = np.linalg.solve(kernel[np.ix_(rest, rest)] + 0.1 * np.eye(10), np.eye(3)[classes[rest]])
    assert told.scores == pytest.approx(kernel[np.ix_(group, rest)] @ solved, abs=1e-4)
    inverse = np.linalg.inv(kernel[np.ix_(rest, rest)] + 0.1 * np.eye(10))
    reached = np.einsum("ij,jk,ik->i", kernel[np.ix_(group, rest)], inverse, kernel[np.ix_(group, rest)])
    assert told.novelty == pytest.approx(1 - reached, abs=1e-4)


def test_a_text_seen_before_is_no_news_and_a_strange_one_is() -> None:
    kernel = np.array([[1.0, 0.1], [0.1, 1.0]], dtype=np.float32)
    read = Machine(kernel, np.array([0, 1]), steepness=3, noise=0.01).read(np.array([[1.0, 0.1], [0.0, 0.0]], dtype=np.float32))
    assert read.novelty[0] < 0.02
    assert read.novelty[1] > 0.9
    assert read.scores.argmax(axis=1)[0] == 0


def test_a_rare_intent_is_not_drowned_by_a_common_one() -> None:
    alike = np.kron(np.eye(2), np.ones((20, 20)))[:21, :21].astype(np.float32)
    machine = Machine(alike, np.array([0] * 20 + [1]), steepness=3, noise=0.1)
    common, rare = machine.read(np.full((1, 21), 0.9, dtype=np.float32)).scores[0]
    assert rare == pytest.approx(common, rel=0.02)  # with the same doubt in all it would be 9 % less


def test_vectors_that_are_known_are_not_made_again() -> None:
    embedder, known = Synonyms(), examples()
    vectors = embedder.embed(known.texts)
    embedder.asked.clear()
    IntentModel(Examples(known.texts, known.intents, vectors), embedder)
    assert embedder.asked == []


def test_fewer_than_two_intents_are_refused() -> None:
    with pytest.raises(ValueError, match="fewer than two intents"):
        IntentModel(Examples(["hello", "hi"], ["greeting", "greeting"]), None)


@pytest.mark.parametrize(("per_intent", "share"), [(1, 0.9), (10, 0.9), (36, 0.75), (130, 0.6), (5000, 0.6)])
def test_the_more_examples_the_more_their_wording_counts(per_intent: float, share: float) -> None:
    assert teaching(per_intent).share_of_meaning == pytest.approx(share, abs=0.01)


def test_a_text_of_marks_or_of_unknown_words_alone_has_no_wording_and_breaks_nothing() -> None:
    rows = Wording(["?", "where is it"]).rows(["?", "zzz", ""])
    assert [round(float(one), 3) for one in rows.multiply(rows).sum(axis=1).A1] == [1.0, 0.0, 0.0]
