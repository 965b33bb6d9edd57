"""Macros are found by meaning or by typing, and filled without ever reading a value as a template."""

import pytest

from playbooks.domain.content import Macro
from playbooks.macros import choose, fill
from playbooks.template import filled, unfilled


def macro(name: str, *examples: str, owner: str | None = None, body: str = "Body.") -> Macro:
    return Macro(macro_id=name.lower().replace(" ", "_"), name=name, body=body, examples=examples, owner=owner)


MACROS = (
    macro("Refund started", "Where is my refund?", "When do I get my money back?"),
    macro("Parcel is late", "Where is my parcel?", "The delivery is late"),
    macro("Refund refused, mine", "Where is my refund please?", owner="mei"),
    macro("Hello"),
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("where is my refund", ["Refund started", "Refund refused, mine"]),
        ("my deliveries are always late", ["Parcel is late"]),
        ("#ref", ["Refund started", "Refund refused, mine"]),
        ("#late", ["Parcel is late"]),
        ("#parcel is", ["Parcel is late"]),
        ("do you sell pizza in Rome?", []),
        ("#pizza", []),
        ("", []),
    ],
)
def test_macros_are_found_by_meaning_or_by_typing_shared_before_personal(text: str, wanted: list[str]) -> None:
    assert [one.macro.name for one in choose(text, MACROS)] == wanted


def test_a_trained_ranker_may_be_handed_in() -> None:
    chosen = choose("anything", MACROS, scorer=lambda _, macros: [0.1, 0.31, 0.4, 0.9][: len(macros)])
    assert [(one.macro.name, one.score) for one in chosen] == [
        ("Hello", 0.9),
        ("Parcel is late", 0.31),
        ("Refund refused, mine", 0.4),
    ]


def test_what_a_trained_ranker_doubts_is_not_offered() -> None:
    assert choose("anything", MACROS, scorer=lambda _, macros: [0.29] * len(macros)) == ()


def test_filling_uses_the_attribute_the_fallback_or_marks_what_is_missing() -> None:
    parts = (
        'Hi {{ contact.first_name | fallback: "there" }}, order {{order.number}}',
        "by {{ parcel.carrier | fallback: 'the carrier' }}.",
    )
    done = fill(macro("m", body=" ".join(parts)), {"contact.first_name": "Priya"})
    assert done.text == "Hi Priya, order [missing: order.number] by the carrier."
    assert done.missing == ("order.number",)


def test_an_empty_value_counts_as_missing() -> None:
    assert filled("{{ a }}", {"a": "  "}).missing == ("a",)


def test_a_value_is_data_and_never_a_template() -> None:
    done = filled("Hi {{ name }}, {{ other }}", {"name": "{{ secret }}", "secret": "hunter2", "other": "{0.__class__} %s"})
    assert done.text == "Hi {{ secret }}, {0.__class__} %s"
    assert unfilled(done.text)
