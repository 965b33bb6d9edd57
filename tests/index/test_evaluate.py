"""The measures are the field's, layouts are read strictly, and a small help centre's figures can be worked out by hand."""

import json
from pathlib import Path

import pytest

from bot.evaluate.abstention import evaluate_abstention
from bot.evaluate.drafts import evaluate_drafts
from bot.evaluate.layout import BadLayout, read_help_centre
from bot.evaluate.metrics import auroc, ndcg_at, percentile, recall_at
from bot.evaluate.retrieval import evaluate_retrieval
from bot.evaluate.train_abstention import BY_MEANING, Trained, examples, sample_weights
from bot.settings import KNOWLEDGE
from retrieval.content import knowledge
from retrieval.index.abstention import Abstention
from tests.index.small_world import SMALL_WORLD, BagOfTerms
from tests.shared_files import shared

QUESTIONS = {
    "q1": ("how do I ask for a refund of my order", "refund"),
    "q2": ("where is my parcel, what is the tracking number", "parcel"),
    "q3": ("how many years does the battery warranty last", "warranty"),
    "q4": ("reset the inverter with the button", "reset"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = [{"_id": one.article_id, "title": one.title, "text": one.body} for one in SMALL_WORLD]
    _write(tmp_path / "corpus.jsonl", articles)
    _write(tmp_path / "queries.jsonl", [{"_id": name, "text": text} for name, (text, _) in QUESTIONS.items()])
    rows = "".join(f"{name}\t{right}\t1\n" for name, (_, right) in QUESTIONS.items())
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows, encoding="utf-8")
    _write(tmp_path / "unanswerable.jsonl", [{"_id": "u1", "text": "wine with oysters"}, {"_id": "u2", "text": "order a taxi"}])
    return tmp_path


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


async def test_a_help_centre_whose_questions_are_easy_scores_full_marks(folder: Path) -> None:
    scores = await evaluate_retrieval(folder, BagOfTerms())
    assert (scores.questions, scores.ndcg_at_10, scores.recall_at_5, scores.hit_at_1) == (4, 1.0, 1.0, 1.0)
    assert 0 < scores.p50_ms <= scores.p95_ms


async def test_questions_without_a_known_right_article_are_not_counted(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\trefund\t1\nq2\tno such article\t1\nq3\twarranty\t0\n")
    assert (await evaluate_retrieval(folder, BagOfTerms())).questions == 1


async def test_abstention_is_measured_at_nine_of_ten_kept(folder: Path) -> None:
    scores = await evaluate_abstention(folder, BagOfTerms())
    assert scores.answerable_kept == 1.0
    assert scores.unanswerable == "given"
    assert scores.auroc == scores.unanswerable_refused == 1.0
    (folder / "unanswerable.jsonl").unlink()
    made = await evaluate_abstention(folder, BagOfTerms())
    assert made.unanswerable == "made by hiding the right articles"
    assert made.auroc > 0.5


async def test_every_statement_of_a_draft_is_traced(folder: Path) -> None:
    scores = await evaluate_drafts(folder, knowledge(KNOWLEDGE).voice, BagOfTerms())
    assert scores.questions == 4
    assert scores.drafted_share > 0
    assert (scores.cited_share, scores.verbatim_share) == (1.0, 1.0)


async def test_written_weights_judge_as_the_trained_model_does(folder: Path) -> None:
    rows = await examples({"small": read_help_centre(folder)}, BagOfTerms())
    trained = Trained(rows, sample_weights(rows), BY_MEANING)
    written = Abstention(**trained.numbers(0.5))
    for row, chance in zip(rows, trained.chances(rows), strict=True):
        assert written.chance(row.evidence) == pytest.approx(float(chance), abs=0.001)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("corpus.jsonl", "{", "corpus.jsonl, line 1: not JSON"),
        ("corpus.jsonl", "[]", "corpus.jsonl, line 1: not a JSON object"),
        ("corpus.jsonl", '{"_id": "a"}', "corpus.jsonl, line 1: “title” is missing"),
        ("queries.jsonl", '\n{"_id": "q", "text": 3}', "queries.jsonl, line 2: “text” is missing or not a text"),
        ("qrels.tsv", "query-id\nq1 refund 1", "qrels.tsv, line 2: expected query, article and score"),
    ],
)
def test_a_broken_file_is_named_with_its_line(folder: Path, file: str, content: str, message: str) -> None:
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(BadLayout, match=message):
        read_help_centre(folder)


def test_a_folder_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadLayout, match=r"no corpus\.jsonl"):
        read_help_centre(tmp_path)


def test_measures_are_the_field_s() -> None:
    assert ndcg_at(["x", "a"], {"a"}) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg_at(["a", "x", "b"], {"a", "b"}) == pytest.approx(1.5 / 1.6309, abs=1e-4)
    assert recall_at(["a", "x", "y", "z", "v", "b"], {"a", "b"}) == 0.5
    assert auroc([3.0, 2.0], [1.0, 2.0]) == 0.875
    assert auroc([], [1.0]) == 0.5
    assert [percentile([4.0, 1.0, 3.0, 2.0], share) for share in (0.5, 0.95)] == [2.0, 4.0]
    assert percentile([], 0.5) == 0.0


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("wixqa", 0.90),
        pytest.param("techqa", 0.88, marks=pytest.mark.slow),
        pytest.param("stackfaq", 0.96, marks=pytest.mark.slow),
        pytest.param("bank", 0.36, marks=pytest.mark.slow),
    ],
)
async def test_search_stays_as_good_as_it_was_measured(name: str, least: float) -> None:
    assert (await evaluate_retrieval(shared(f"data/kb/{name}"))).ndcg_at_10 >= least
