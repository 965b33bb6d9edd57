"""Guards: each opens for its own fact, none opens by default, and every one has words."""

import pytest

from playbooks.guards import GUARDS, MEANINGS, GuardFacts, holds

TRUE_FOR = {
    "bot_goes_first": GuardFacts(bot_goes_first=True),
    "score_fast_track": GuardFacts(score_band="fast_track"),
    "score_standard": GuardFacts(score_band="standard"),
    "score_detailed": GuardFacts(score_band="detailed"),
    "approved": GuardFacts(decision="approved"),
    "declined": GuardFacts(decision="declined"),
}


@pytest.mark.parametrize("name", GUARDS)
def test_an_unknown_fact_opens_no_door(name: str) -> None:
    assert holds(name, GuardFacts()) is False


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_opens_for_its_own_fact(name: str) -> None:
    facts = TRUE_FOR.get(name) or GuardFacts.model_validate({name: True})
    assert holds(name, facts) is True
    assert [one for one in GUARDS if holds(one, facts)] == [name]


def test_the_bot_no_longer_goes_first_when_it_has_finished() -> None:
    assert not holds("bot_goes_first", GuardFacts(bot_goes_first=True, bot_finished=True))


def test_every_guard_has_words_and_no_words_lack_a_guard() -> None:
    assert MEANINGS.keys() == GUARDS.keys()
