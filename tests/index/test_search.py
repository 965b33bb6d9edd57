"""What a search finds, what it never shows, and how it says that nothing answers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.content import Article, Audience
from retrieval.index.abstention import shipped, why_not
from retrieval.index.analysis import terms
from retrieval.index.book import Book, Stretch
from retrieval.index.choosing import SWITCHED_OFF
from retrieval.index.embedder import ModelMissing
from retrieval.index.evidence import evidence
from retrieval.index.hybrid import HybridIndex
from retrieval.index.lexical import searched_terms
from retrieval.index.opening import default_embedder, open_index
from retrieval.index.question import Ground, Question, subject_of
from retrieval.index.ranking import ranked
from retrieval.index.scope import Scope
from retrieval.index.signals import MOST_FEEDBACK, MOST_RECENCY, Verdicts, adjustment
from tests.index.small_world import EVERYTHING, PUBLIC, SMALL_WORLD, BagOfTerms, article

NOW = datetime(2026, 11, 22, tzinfo=UTC)


async def found(index: HybridIndex, question: str, **scope: object) -> list[str]:
    result = await index.search(question, **{"audiences": PUBLIC, **scope})  # type: ignore[arg-type]
    return [hit.passage.article_id for hit in result.hits]


async def test_the_article_that_answers_comes_first(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    assert (await found(index, "How do I get a refund for my order?"))[0] == "refund"
    assert (await found(index, "where's my parcel with dhl"))[0] == "parcel"


async def test_a_hit_is_a_verbatim_stretch_that_says_where_it_is_from(index: HybridIndex) -> None:
    changed = datetime(2026, 1, 2, tzinfo=UTC)
    one = article("a", "Reset", "# How\n\nHold the button.", updated_at=changed)
    await index.sync([one])
    hit = (await index.search("hold the button", audiences=PUBLIC)).hits[0]
    assert one.body[hit.passage.start : hit.passage.end] == hit.passage.text
    assert (hit.passage.version, hit.passage.updated_at, hit.passage.title) == (one.version, changed, "Reset")
    assert 0 <= hit.score <= 1


async def test_an_internal_article_is_found_only_by_those_who_may_read_it(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    question = "Supervisors may grant a goodwill discount of 20 %"
    assert "discount" not in await found(index, question, limit=50)
    assert (await found(index, question, audiences=EVERYTHING))[0] == "discount"
    assert await found(index, question, audiences=frozenset({Audience.INTERNAL})) == ["discount"]
    assert await found(index, question, audiences=frozenset[Audience]()) == []


async def test_another_brand_s_article_is_not_found(index: HybridIndex) -> None:
    ours = article("ours", "Reset", "Hold the button.", brand="solvane")
    theirs = article("theirs", "Reset", "Hold it.", brand="brightleaf")
    await index.sync([ours, theirs, article("both", "Reset", "Hold it long.")])
    assert sorted(await found(index, "reset hold", brand="solvane")) == ["both", "ours"]


async def test_product_and_language_are_chosen_before_ranking(index: HybridIndex) -> None:
    many = [article(f"plug{number}", "Reset the plug", "Hold the button of the plug.", product="plug") for number in range(120)]
    others = [
        article("inverter", "Reset", "Hold.", product="Inverter"),
        article("fr", "Reset plug", "Hold the button.", locale="fr"),
    ]
    await index.sync([*many, *others])
    assert await found(index, "reset the plug button", product="inverter", locale="en-GB") == ["inverter"]
    assert await found(index, "reset the plug button", locale="fr") == ["fr"]


async def test_hostile_questions_are_only_words(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    for question in (
        '" OR 1=1 --',
        "NEAR(a b)",
        "refund AND NOT (",
        "*",
        "",
        "  ",
        "title:refund",
        "\x00",
    ):
        await index.search(question, audiences=PUBLIC)
    assert (await found(index, 'refund" OR NOT (title:*'))[0] == "refund"


async def test_a_question_without_a_known_word_says_so(index: HybridIndex) -> None:
    await index.sync(SMALL_WORLD)
    result = await index.search("zyxwv qqq", audiences=PUBLIC)
    assert not result.has_answer
    assert result.why_not is not None


async def test_an_empty_index_has_no_answer(index: HybridIndex) -> None:
    result = await index.search("anything", audiences=PUBLIC)
    assert (result.hits, result.has_answer, result.answerable) == ((), False, 0.0)
    assert result.why_not


async def test_without_a_model_search_goes_by_words_and_says_so(tmp_path: Path) -> None:
    index = open_index(tmp_path, SWITCHED_OFF)
    await index.sync(SMALL_WORLD)
    assert (await found(index, "battery warranty"))[0] == "warranty"
    assert index.state().lexical_only == SWITCHED_OFF.why
    index.close()


async def test_the_bot_knows_what_it_does_not_know(tmp_path: Path) -> None:
    embedder = default_embedder(1)
    if isinstance(embedder, ModelMissing):
        pytest.skip(embedder.why)
    index = open_index(tmp_path, embedder)
    await index.sync(SMALL_WORLD)
    answered = await index.search("How long is the warranty of my battery?", audiences=PUBLIC)
    refused = await index.search("Which wine goes with oysters?", audiences=PUBLIC)
    index.close()
    assert answered.has_answer
    assert not refused.has_answer
    assert refused.why_not is not None
    assert "“wine”" in refused.why_not
    assert answered.answerable > refused.answerable + 0.3


def test_the_shipped_models_read_features_that_exist(index: HybridIndex) -> None:
    index._syncing.sync(SMALL_WORLD)
    question, ranked = index.ranked("refund", Scope(PUBLIC))
    features = evidence(question, ranked)
    for with_model in (True, False):
        assert set(shipped(with_model).weights) <= set(features)
        assert 0 <= shipped(with_model).chance(features) <= 1


def test_what_is_unknown_is_named_as_the_customer_wrote_it() -> None:
    question = Question(
        "Does the Whirlpool 9000 Bath leak?", (), {}, dict.fromkeys(terms("whirlpool bath"), 0) | {"leak": 2}, None
    )
    assert why_not(question, "Leaks") == "no article covers “Whirlpool”, “Bath”; the nearest is “Leaks”"
    assert "does not seem" in why_not(Question("leak", (), {}, {"leak": 2}, None), "Leaks")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It's the customers' e-mail", ["custom", "e", "mail", "email"]),
        ("SV-20417", ["sv", "20417", "sv20417"]),
        ("version 8.5.1", ["version", "v8", "v8v5", "v8v5v1"]),
        ("v8.5", ["v8", "v8v5"]),
        ("NullPointerException", ["nullpointerexcept", "null", "pointer", "except"]),
        ("Naïve CAFÉ", ["naiv", "cafe"]),
        ("", []),
    ],
)
def test_words_become_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


counts = st.integers(0, 10**6)


@given(st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=40_000)), counts, counts)
def test_age_and_verdicts_move_an_article_within_bounds(age: timedelta | None, helpful: int, unhelpful: int) -> None:
    book = Book(1, (), None, (), None if age is None else NOW - age, helpful, unhelpful)
    assert abs(adjustment(book, NOW)) <= MOST_RECENCY + MOST_FEEDBACK


def said(articles: Sequence[Article], **verdicts: Verdicts) -> dict[tuple[str, str], Verdicts]:
    """Of these articles' versions."""
    versions = {one.article_id: one.version for one in articles}
    return {(article_id, versions[article_id]): one for article_id, one in verdicts.items()}


LOVED, HATED = Verdicts(100, 0), Verdicts(0, 100)


async def test_a_hit_brings_the_rest_of_its_article_in_reading_order(index: HybridIndex) -> None:
    body = "\n\n".join(f"## Part {n}\n\n{'word ' * 90}part{n} ends." for n in range(4))
    await index.sync([article("long", "Long", body), *SMALL_WORLD])
    [hit, *_] = (await index.search("part2", audiences=PUBLIC)).hits
    assert "part2" in hit.passage.text
    assert [one.breadcrumb for one in hit.beside] == ["Part 0", "Part 1", "Part 3"]
    assert all(body[one.start : one.end] == one.text for one in hit.beside)


async def test_verdicts_settle_a_tie_but_never_lift_a_wrong_article_over_a_right_one(index: HybridIndex) -> None:
    world = [article("a", "Reset", "Hold the button."), article("b", "Reset", "Hold the button."), *SMALL_WORLD]
    await index.sync(world)
    assert (await found(index, "reset hold the button"))[:2] == ["a", "b"]
    await index.weigh(said(world, a=HATED, b=LOVED, refund=LOVED, warranty=HATED))
    assert (await found(index, "reset hold the button"))[:2] == ["b", "a"]
    assert (await found(index, "battery warranty"))[0] == "warranty"
    await index.weigh({})
    assert (await found(index, "reset hold the button"))[:2] == ["a", "b"]


async def test_an_article_that_was_written_anew_is_judged_anew(index: HybridIndex) -> None:
    world = [article("a", "Reset", "Hold the button."), article("b", "Reset", "Hold the button.")]
    verdicts = said(world, a=HATED)
    await index.sync(world)
    await index.weigh(verdicts)
    assert (await found(index, "reset hold the button"))[0] == "b"
    await index.sync([article("a", "Reset", "Hold the button. Wait."), world[1]])
    await index.weigh(verdicts)
    assert (await found(index, "reset hold the button wait"))[0] == "a"


async def test_of_two_equal_articles_the_fresher_comes_first(tmp_path: Path, embedder: BagOfTerms) -> None:
    index = open_index(tmp_path, embedder, clock=lambda: NOW)
    old, new = NOW - timedelta(days=2000), NOW - timedelta(days=2)
    await index.sync([article("old", "Reset", "Hold it.", updated_at=old), article("new", "Reset", "Hold it.", updated_at=new)])
    assert await found(index, "reset hold") == ["new", "old"]
    index.close()


async def test_the_subject_of_a_mail_counts_more_than_what_follows(index: HybridIndex) -> None:
    """Without its subject the mail is as much about the one as about the other."""
    await index.sync([article("mast", "Wooden mast", "Varnish it."), article("keel", "Iron keel", "Paint it."), *SMALL_WORLD])
    for subject, first in (("keel", "keel"), ("mast", "mast")):
        assert (await found(index, f"{subject}\n\nI have a wooden mast and an iron keel."))[0] == first
    assert subject_of("one line") == subject_of("") == ""


def test_of_two_equally_near_articles_the_one_in_the_middle_of_all_others_is_second() -> None:
    asked, common, elsewhere = np.eye(3, dtype=np.float32)
    middle, apart = (
        Book(row, (), None, (Stretch(row, row, 0, (), "", 0.6 * asked + 0.8 * way, 0, 1),))
        for row, way in enumerate((common, elsewhere))
    )
    question = Question("", (), {}, {}, asked, Ground(common))
    assert [one.book.row for one in ranked(question, [middle, apart], 1.0, NOW)] == [1, 0]


async def test_a_letter_is_ranked_by_the_phrases_it_shares(index: HybridIndex) -> None:
    chatter = "my neighbour told a long story about her garden and many flowers " * 15
    await index.sync(
        [
            *SMALL_WORLD,
            article("silver", "Silver Rewards Card", "Cash back."),
            article("gold", "Gold card", "Silver spoon rewards."),
        ]
    )
    assert (await found(index, chatter + "Then we spoke of the Silver Rewards Card and the silver rewards card."))[
        0
    ] == "silver"


def test_common_words_are_left_out_of_the_search_for_candidates_but_one_is_always_kept() -> None:
    documents = {"rare": 3, "usual": 4000, "common": 9000, "unknown": 0}
    question = Question("", (), dict.fromkeys(["unknown", "rare", "usual", "common"], 1.0), documents, None)
    assert searched_terms(question) == ["rare", "usual"]
    assert searched_terms(Question("", (), {"common": 1.0}, documents, None)) == ["common"]
