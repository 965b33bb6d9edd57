"""Each error Salesforce words becomes one of the four, with a sentence and a field that a form can show."""

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import Surprised
from retrieval.vendors.salesforce.refusals import A_PERSON_CAN_FIX, refusal
from retrieval.vendors.salesforce.rest import Budget, budget_in

FIXTURES = Path(__file__).parent / "fixtures" / "errors"


def body_of(known: dict[str, Any]) -> bytes:
    body = known["body"]
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_an_error_array_is_one_of_the_four(path: Path) -> None:
    known = json.loads(path.read_text())
    error = refusal(known["status"], body_of(known))
    assert type(error).__name__ == known["expect"]["error"]
    assert getattr(error, "code", None) == known["expect"]["code"]
    assert getattr(error, "field", None) == known["expect"]["field"]
    assert error.remedy


def test_salesforces_sentence_is_for_the_person_and_not_for_the_log() -> None:
    known = json.loads((FIXTURES / "validation_rule_on_a_field.json").read_text())
    error = refusal(400, body_of(known))
    assert error.remedy == "A validation rule in Salesforce says: Battery cases need a serial number."
    assert str(error) == "salesforce: 400 FIELD_CUSTOM_VALIDATION_EXCEPTION Serial__c"


def test_several_errors_are_all_said_and_the_first_field_is_named() -> None:
    known = json.loads((FIXTURES / "two_errors.json").read_text())
    error = refusal(400, body_of(known))
    assert "bad priority bad origin" in error.remedy
    assert "Priority,Origin" in str(error)


@pytest.mark.parametrize("code", sorted(A_PERSON_CAN_FIX))
def test_what_a_person_can_fix_is_said_in_words(code: str) -> None:
    error = refusal(400, json.dumps([{"errorCode": code, "message": "", "fields": None}]).encode())
    assert isinstance(error, Surprised)
    assert error.code == code
    assert code not in error.remedy


@pytest.mark.parametrize(
    ("header", "budget"),
    [
        ("api-usage=18/15000", Budget(18, 15000)),
        ("api-usage=25/5000; per-app-api-usage=17/250(appName=sample)", Budget(25, 5000)),
        ("per-app-api-usage=17/250(appName=sample)", None),
        ("", None),
        ("api-usage=x/y", None),
    ],
)
def test_the_budget_is_read_from_the_header(header: str, budget: Budget | None) -> None:
    assert budget_in(header) == budget
