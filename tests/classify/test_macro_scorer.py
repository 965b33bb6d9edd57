"""Macros ranked by a model that learned from them, with the word-based ranking where it has not."""

from collections.abc import Sequence

import pytest

from playbooks.domain.content import Macro
from playbooks.macros import choose, lexical
from retrieval.classify.macros import MOST_OF_ONE, TrainedScorer, examples_of, newest_of
from tests.classify.small import OUTSIDE, SAID, Synonyms

MACROS = tuple(
    Macro(macro_id=name, name=name.title(), body=f"About your {name}.", examples=said, intents=(name,))
    for name, said in SAID.items()
)


def learned(macros: Sequence[Macro] = MACROS) -> TrainedScorer:
    scorer = TrainedScorer(Synonyms(), lexical)
    assert scorer.learn(macros)
    return scorer


def test_a_macro_is_found_by_what_was_meant() -> None:
    text = "is the shipment on its way"
    assert choose(text, MACROS, scorer=learned())[0].macro.macro_id == "delivery"


@pytest.mark.parametrize("text", OUTSIDE)
def test_none_is_offered_for_what_none_is_for(text: str) -> None:
    chances = [one.score for one in choose(text, MACROS, scorer=learned())]
    assert max(chances, default=0) < 0.3  # of three macros one is a third likely by chance alone


def test_the_chances_of_all_macros_are_shares_of_one() -> None:
    chances = learned()("my parcel is late", MACROS)
    assert 0 < sum(chances) <= 1
    assert max(chances) == chances[0] > 0.5


def test_before_it_learned_the_words_decide() -> None:
    scorer = TrainedScorer(Synonyms(), lexical)
    assert scorer("parcel is late", MACROS) == lexical("parcel is late", MACROS)


def test_a_changed_macro_is_not_judged_by_what_it_was_until_it_is_learned_again() -> None:
    scorer = learned()
    changed = (*MACROS[:2], MACROS[2].model_copy(update={"examples": ("my bicycle has a flat tyre",)}))
    assert scorer("flat tyre on the bicycle", changed) == lexical("flat tyre on the bicycle", changed)
    assert scorer.learn(changed)
    assert max(scorer("flat tyre on the bicycle", changed)) == scorer("flat tyre on the bicycle", changed)[2]


def test_the_same_macros_are_learned_once() -> None:
    scorer = learned()
    assert not scorer.learn(MACROS)


def test_an_agents_own_macros_need_no_model_of_their_own() -> None:
    scorer = learned()
    assert scorer("refund", MACROS[1:]) == scorer("refund", MACROS)[1:]


def test_what_a_macro_was_sent_for_teaches_more() -> None:
    scorer = TrainedScorer(Synonyms(), lexical)
    scorer.learn(MACROS)
    before = scorer("the gizmo blinks purple", MACROS)[2]
    scorer.learn(MACROS, [("gizmo blinks purple again", "network"), ("a deleted macro's words", "gone")])
    assert scorer("the gizmo blinks purple", MACROS)[2] > max(before, 0.3)


def test_one_macro_alone_is_nothing_to_learn_from() -> None:
    assert not TrainedScorer(Synonyms(), lexical).learn(MACROS[:1])


def test_a_macro_is_known_by_examples_name_labels_and_body_and_never_by_blanks() -> None:
    texts = examples_of(
        (Macro(macro_id="m", name="Late", body="We look.", examples=("where", " "), tags=("late_parcel",)),)
    ).texts
    assert texts == ["where", "Late", "late parcel", "We look."]


def test_what_was_used_is_learned_newest_first_and_only_so_much_of_it() -> None:
    scorer = TrainedScorer(Synonyms(), lexical)
    used = [("the zeppelin has not landed", "delivery")]
    assert scorer.learn(MACROS)
    before = scorer("zeppelin landed", MACROS)
    assert scorer.learn(MACROS, used)
    after = scorer("zeppelin landed", MACROS)
    assert max(after) == after[0] > before[0]
    assert not scorer.learn(MACROS, used)
    assert not scorer.learn(MACROS, [*used, *used])


def test_no_macro_is_learned_from_more_uses_than_it_needs() -> None:
    many = [(f"parcel number {number} is late", "delivery") for number in range(500)]
    assert len(newest_of(many)) == MOST_OF_ONE
    assert newest_of(many)[0] == many[0]
