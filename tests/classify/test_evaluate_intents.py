"""`deskside eval intents`: learns from the training part, tunes on the validation part, and only then opens the test part."""

from pathlib import Path

import pytest

from bot.evaluate.intents import evaluate_intents, few
from bot.evaluate.layout import BadLayout
from retrieval.classify.intents import Examples
from retrieval.index.embedder import ModelMissing
from tests.classify.small import OUTSIDE, Synonyms, examples, write

ASKED = Examples(["where is my parcel now", "I want my refund", "the wifi is gone again"], ["delivery", "refund", "network"])
MIXED = Examples([*ASKED.texts, *OUTSIDE[3:]], [*ASKED.intents, "oos", "oos"])
TUNING = Examples(["parcel late", "refund money", "wifi wrong", *OUTSIDE[:3]], ["delivery", "refund", "network", *["oos"] * 3])
NONE = ModelMissing("none", "none")


def test_a_set_without_out_of_scope_questions_has_one_accuracy(tmp_path: Path) -> None:
    scores = evaluate_intents(write(tmp_path, train=examples(), test=ASKED), embedder=Synonyms())
    assert scores.accuracy == 1.0
    assert (scores.in_scope_accuracy, scores.oos_recall, scores.oos_auroc) == (None, None, None)
    assert (scores.examples, scores.intents) == (12, 3)
    assert 0 < scores.train_seconds < 5


@pytest.mark.parametrize("tuned", [True, False])
def test_out_of_scope_questions_are_refused_with_and_without_some_to_tune_on(tmp_path: Path, tuned: bool) -> None:
    parts = {"validation": TUNING} if tuned else {}
    scores = evaluate_intents(write(tmp_path, train=examples(), test=MIXED, **parts), embedder=Synonyms())
    assert (scores.accuracy, scores.in_scope_accuracy, scores.oos_recall, scores.oos_auroc) == (1.0, 1.0, 1.0, 1.0)


def test_a_question_wrongly_refused_counts_as_wrong(tmp_path: Path) -> None:
    strange = Examples([*MIXED.texts, "xyzzy"], [*MIXED.intents, "refund"])
    scores = evaluate_intents(write(tmp_path, train=examples(), validation=TUNING, test=strange), embedder=Synonyms())
    assert scores.in_scope_accuracy == pytest.approx(3 / 4)
    assert scores.accuracy == pytest.approx(5 / 6)


def test_the_test_part_teaches_nothing(tmp_path: Path) -> None:
    embedder = Synonyms()
    test = Examples(["qwertz asdfgh", "yxcvbn"], ["delivery", "refund"])
    folder = write(tmp_path, train=examples(), test=test)
    assert evaluate_intents(folder, embedder=embedder).accuracy < 1
    assert embedder.asked.index("qwertz asdfgh") > embedder.asked.index("network")  # read only after all that is learned from


def test_few_shot_learns_from_few_and_is_the_mean_of_several_choices(tmp_path: Path) -> None:
    folder = write(tmp_path, train=examples(), test=ASKED)
    scores = evaluate_intents(folder, 2, Synonyms())
    assert scores.examples == 6
    assert few(examples(), 2, 0) == few(examples(), 2, 0)
    assert len({tuple(few(examples(), 2, salt).texts) for salt in range(5)}) > 1


def test_it_measures_without_an_embedding_model_too(tmp_path: Path) -> None:
    scores = evaluate_intents(write(tmp_path, train=examples(), test=ASKED), embedder=NONE)
    assert scores.accuracy == 1.0


@pytest.mark.parametrize(
    ("line", "said"),
    [("{", "line 1: not JSON"), ('{"text": 1, "label": "a"}', "line 1: expected text and label"), ("[]", "line 1")],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    write(tmp_path, test=ASKED)
    (tmp_path / "train.jsonl").write_text(line + "\n")
    with pytest.raises(BadLayout, match=f"train.jsonl, {said}"):
        evaluate_intents(tmp_path, embedder=NONE)


def test_a_folder_without_the_parts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadLayout, match=r"no train\.jsonl and test\.jsonl"):
        evaluate_intents(tmp_path, embedder=NONE)
