"""Every voice rule tells its own good examples from its bad ones, and none bites what we write ourselves."""

import pytest

from playbooks.domain.policy import VoiceRule
from playbooks.template import filled
from playbooks.voice import lint
from tests.content.knowledge_copy import real

RULES = real().voice.rules
EXAMPLES = {f"{one.macro_id}": one.body for one in real().macros}
HOLDING = real().voice.holding
VALUES = dict.fromkeys(("contact.first_name", "agent.first_name"), "Priya")


def _texts(kind: str) -> list[object]:
    chosen = [(rule, text) for rule in RULES for text in (rule.good if kind == "good" else rule.bad)]
    return [pytest.param(rule, text, id=f"{rule.rule_id}: {text}") for rule, text in chosen]


@pytest.mark.parametrize(("rule", "text"), _texts("bad"))
def test_a_bad_example_is_found(rule: VoiceRule, text: str) -> None:
    assert rule.rule_id in {one.rule_id for one in lint(text, RULES)}


@pytest.mark.parametrize(("rule", "text"), _texts("good"))
def test_a_good_example_is_left_alone_by_every_rule(rule: VoiceRule, text: str) -> None:
    assert lint(text, RULES) == ()


@pytest.mark.parametrize("name", HOLDING)
def test_our_holding_texts_keep_our_own_rules(name: str) -> None:
    assert lint(HOLDING[name], RULES) == ()


@pytest.mark.parametrize("macro_id", EXAMPLES)
def test_our_macros_keep_our_own_rules(macro_id: str) -> None:
    text = filled(EXAMPLES[macro_id], {**dict.fromkeys(_attributes(EXAMPLES[macro_id]), "SV-20417"), **VALUES}).text
    assert [f"{one.rule_id}: {one.excerpt}" for one in lint(text, RULES)] == []


def _attributes(text: str) -> tuple[str, ...]:
    return filled(text.replace("fallback", "other"), {}).missing


def test_rule_ids_are_unique() -> None:
    assert len({one.rule_id for one in RULES}) == len(RULES)
