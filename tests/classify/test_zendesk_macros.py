"""Zendesk's macros become ours, or it is said why not."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from playbooks.domain.content import MacroAction
from playbooks.macros import fill
from retrieval.zendesk_macros import translated

WIRE: dict[int, dict[str, Any]] = {
    one["id"]: one for one in json.loads((Path(__file__).parent / "fixtures" / "zendesk_macros.json").read_text())["macros"]
}


def test_a_shared_macro_is_carried_over_with_its_tags_and_its_closing() -> None:
    found = translated(WIRE[25])
    assert found.macro is not None
    assert (found.macro.macro_id, found.macro.name, found.macro.owner, found.macro.source) == (
        "zendesk-25",
        "Parcel late",
        None,
        "zendesk",
    )
    assert found.macro.actions == (
        MacroAction(do="tag", value="late"), MacroAction(do="tag", value="delivery"), MacroAction(do="close"),
    )  # fmt: skip
    assert found.macro.examples == ("My parcel is late",)
    assert found.left_out == ("priority",)


def test_known_attributes_are_filled_and_unknown_ones_are_marked_as_missing() -> None:
    macro = translated(WIRE[25]).macro
    assert macro is not None
    done = fill(macro, {"contact.first_name": "Priya", "agent.first_name": "Mei"})
    assert done.text == "Hi Priya, we are looking for ticket [missing: ticket.id].\nMei"
    assert done.missing == ("ticket.id",)


def test_a_personal_macro_is_its_agents_and_its_html_becomes_text() -> None:
    macro = translated(WIRE[26], agents={"4": "mei"}).macro
    assert macro is not None
    assert macro.owner == "mei"
    assert macro.body == "See the guide (https://help.solvane.example/a).\n\n- One\n- Two"


def test_an_internal_comment_is_never_words_for_the_customer() -> None:
    found = translated(WIRE[27], groups={"10"})
    assert found.macro is not None
    assert found.macro.body == ""
    assert found.macro.actions == (MacroAction(do="note", value="Please look at {{ contact.company }}"),)
    assert found.left_out == ("group_id",)


@pytest.mark.parametrize(
    ("number", "reason"), [(26, "personal"), (27, "group that is not ours"), (28, "inactive"), (29, "conditions")]
)
def test_what_is_not_for_us_is_left_with_its_reason(number: int, reason: str) -> None:
    found = translated(WIRE[number])
    assert found.macro is None
    assert reason in found.left_out[0]


def test_what_is_no_macro_is_refused() -> None:
    with pytest.raises(ValidationError):
        translated({"id": 1})


def test_a_part_about_one_known_attribute_is_carried_over() -> None:
    wire = {"id": 5, "title": "Named", "actions": [{"field": "comment_value", "value": PART}]}
    macro = translated(wire).macro
    assert macro is not None
    assert fill(macro, {"contact.name": "Priya Nair"}).text == "Hi Priya Nair"
    assert fill(macro, {}).text == "Hi there"


PART = "Hi {% if ticket.requester.name != blank %}{{ticket.requester.name}}{% else %}there{% endif %}"
