"""What the knowledge base lacks (K9)."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.gaps import note_unanswered
from bot.desk.plan import Plan
from playbooks.domain.content import Audience, Hit, Passage, SearchResult
from playbooks.domain.events import Asked
from playbooks.domain.people import Actor, Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.domain.unanswered import Unanswered
from playbooks.gaps import gaps, stub, unanswered
from retrieval.content import articles_of
from tests.playbooks.cast import NOW

PASSAGE = Passage(
    passage_id="p", article_id="care", title="Care plans", breadcrumb="Care", text="…", start=0, end=1, version="v",
    audience=Audience.PUBLIC,
)  # fmt: skip


def result(question: str, has_answer: bool = False, found: bool = True) -> SearchResult:
    hits = (Hit(passage=PASSAGE, score=0.4),) if found else ()
    return SearchResult(question=question, hits=hits, answerable=0.1, has_answer=has_answer, why_not="no article covers “gold”")


def kept(question: str, chat: str | None = "1", days: int = 0) -> Unanswered:
    one = unanswered(result(question), chat, NOW + timedelta(days=days))
    assert one is not None
    return one


def test_a_question_without_an_answer_is_kept_with_the_nearest_article() -> None:
    one = kept("Can I pay in gold?")
    assert (one.question, one.conversation_id, one.nearest_article_id) == ("Can I pay in gold?", "1", "care")
    assert one.why_not == "no article covers “gold”"


@pytest.mark.parametrize("found", [result("warranty?", has_answer=True), result("  "), result("", found=False)])
def test_an_answered_question_and_an_empty_one_are_not_kept(found: SearchResult) -> None:
    assert unanswered(found, "1", NOW) is None


def test_private_data_is_masked_and_a_pasted_log_is_cut() -> None:
    one = kept("My card 4242 4242 4242 4242 was charged by mistake " + "x " * 2000)
    assert "4242 4242" not in one.question
    assert len(one.question) <= 500


def test_the_same_question_of_the_same_chat_is_one_and_of_another_chat_another() -> None:
    assert kept("Pay in gold?").question_key == kept("pay  in gold?", days=3).question_key
    assert kept("Pay in gold?").question_key != kept("Pay in gold?", "2").question_key


def test_a_plan_keeps_it_once_however_often_a_draft_is_asked_for() -> None:
    place = Place(surface=Surface.CONSOLE, channel_id="c", channel_kind=ChannelKind.PRIVATE)
    actor = Actor(surface=Surface.CONSOLE, user_id="mei", workspace_id="")
    plan = Plan(Asked(event_id="e", at=NOW, source="console", actor=actor, text="t", place=place))
    for _ in range(2):
        note_unanswered(plan, result("Pay in gold?"), "1", NOW)
    note_unanswered(plan, result("Warranty?", has_answer=True), "1", NOW)
    assert [one.question for one in plan.unanswered] == ["Pay in gold?"]


def test_the_most_asked_comes_first_then_the_newest() -> None:
    asked = [kept("gold?", "1"), kept("tent?", "2", days=1), kept("in gold?", "3", days=2), kept("rent?", "4", days=5)]
    found = gaps(asked, [[1], [3], [2, 0]])
    assert [(one.volume, one.example) for one in found] == [(2, "in gold?"), (1, "rent?"), (1, "tent?")]
    assert (found[0].first_asked_at, found[0].last_asked_at) == (NOW, NOW + timedelta(days=2))
    assert found[0].nearest_title == "Care plans"


def test_a_stub_is_a_valid_internal_article_whatever_was_asked(tmp_path: Path) -> None:
    wild = 'Can I "pay":\n---\n# in *gold*? [x](http://evil.example) <script>'
    (gap,) = gaps([kept(wild)], [[0]])
    (tmp_path / f"{gap.gap_id}.md").write_text(gap.stub, encoding="utf-8")
    (article,) = articles_of(tmp_path)
    assert article.audience is Audience.INTERNAL
    assert article.article_id == gap.gap_id
    assert article.title == 'Can I "pay": --- # in *gold*? [x](http://evil.example) <script>'
    assert r"\]" in article.body
    assert "[x]" not in article.body
    assert "<script>" not in article.body.replace("\\<", "")
    assert "“Care plans”" in article.body


def test_a_stub_without_a_nearest_article_says_nothing_of_one() -> None:
    (gap,) = gaps([kept("gold?").model_copy(update={"nearest_title": None, "nearest_article_id": None})], [[0]])
    assert "nearest article" not in stub(gap)
    assert "Asked 1 time, " in stub(gap)
