"""Questions that ask the same thing come together."""

from retrieval.classify.clusters import clusters
from tests.classify.small import Synonyms

ASKED = (
    "where is my parcel", "do you sell bicycles", "where is the parcel", "can I pay in gold", "where is my package",
    "do you sell bicycles too",
)  # fmt: skip


def test_alike_questions_are_one_group_the_largest_first_and_the_rest_stay_alone() -> None:
    found = clusters(ASKED, Synonyms())
    assert sorted(found[0]) == [0, 2, 4]
    assert sorted(map(tuple, map(sorted, found[1:]))) == [(1, 5), (3,)]


def test_without_an_embedding_model_the_words_group_them() -> None:
    assert sorted(clusters(["refund for a broken plug", "refund for the broken plug", "solar roof angle"], None)[0]) == [0, 1]


def test_the_most_typical_comes_first() -> None:
    said = ["parcel late", "parcel late again", "parcel late again today", "parcel late again today sir"]
    assert clusters(said, Synonyms())[0][0] in {1, 2}


def test_every_question_is_in_exactly_one_group_and_the_same_ones_give_the_same_groups() -> None:
    found = clusters(ASKED, Synonyms())
    assert sorted(place for group in found for place in group) == list(range(len(ASKED)))
    assert found == clusters(ASKED, Synonyms())


def test_none_and_one_are_no_trouble() -> None:
    assert clusters([], None) == []
    assert clusters(["alone"], None) == [[0]]
