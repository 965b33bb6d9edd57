"""Salesforce's rows in our words, from fixtures."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from playbooks.domain.customer import Identity
from retrieval.vendors.salesforce import translate
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.wire import CaseRow, ContactRow

FIXTURES = Path(__file__).parent / "fixtures"
SETTINGS = Settings(
    login_url="https://solvane.my.salesforce.com",
    client_id="x",
    client_secret=SecretStr("y"),
    tier_field="Tier__c",
    vip_field="VIP__c",
    conversation_field="Deskside_Conversation__c",
)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text())


ANA, BEA = (ContactRow.model_validate(one) for one in fixture("contact_query.json")["records"])
CASE = CaseRow.model_validate(fixture("case.json"))


def test_an_account_has_owner_tier_and_link() -> None:
    assert ANA.Account is not None
    account = translate.account(ANA.Account, SETTINGS)
    assert (account.name, account.tier, account.vip) == ("Ruiz & Söhne", "Gold", False)
    assert (account.owner_name, account.owner_email) == ("Tom Becker", "tom.becker@solvane.example")
    assert account.url == "https://solvane.lightning.force.com/lightning/r/Account/001Ws000009XyZaIAM/view"


def test_a_tier_can_make_a_vip_and_so_can_a_checkbox() -> None:
    assert ANA.Account is not None
    assert translate.account(ANA.Account, SETTINGS.model_copy(update={"vip_tiers": "Platinum, gold"})).vip
    marked = ANA.Account.model_copy(deep=True)
    assert marked.model_extra is not None
    marked.model_extra["VIP__c"] = True
    assert translate.account(marked, SETTINGS).vip


def test_without_the_custom_fields_nothing_is_guessed() -> None:
    assert ANA.Account is not None
    plain = translate.account(ANA.Account, SETTINGS.model_copy(update={"tier_field": "", "vip_field": ""}))
    assert (plain.tier, plain.vip) == (None, False)


def test_a_case_keeps_key_conversation_and_stamp() -> None:
    happened = translate.case_updated(CASE, SETTINGS)
    assert (happened.conversation_id, happened.case.external_id, happened.case.number) == ("215", "esc:9", "00026411")
    assert happened.at == datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
    assert happened.event_id == "500Ws00000CaSeIIAZ:20261121T040506"
    assert translate.case_fact(CASE, SETTINGS).subject == ""


def test_a_shared_phone_number_alone_links_nobody() -> None:
    known = Identity(emails=("ana.ruiz@example.com",), phones=("+61 2 5550 1234",))
    assert translate.linked([ANA, BEA], known) == [(ANA, "e-mail ana.ruiz@example.com")]


def test_a_shared_phone_number_with_the_same_name_links() -> None:
    double = ANA.model_copy(update={"Id": "003Ws000004AbCfIAK", "Email": "ana@work.example", "Name": " ana  RUIZ"})
    linked = translate.linked([ANA, double], Identity(emails=("ana.ruiz@example.com",)))
    assert [why for _, why in linked] == ["e-mail ana.ruiz@example.com", "same phone number and same name"]


def test_contacts_of_one_person_are_one_candidate_and_of_two_are_two() -> None:
    double = ANA.model_copy(update={"Id": "003Ws000004AbCfIAK", "Email": "ana@work.example"})
    namesake = ANA.model_copy(update={"Id": "003Ws000004AbCgIAK", "Email": "other@example.com", "Phone": "12345678"})
    people = translate.candidates([ANA, double, namesake, BEA], "test")
    assert [one.identity.salesforce_contact_ids for one in people] == [
        ("003Ws000004AbCdIAK", "003Ws000004AbCfIAK"),
        ("003Ws000004AbCgIAK",),
        ("003Ws000004AbCeIAK",),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5003000000D8cuI", "5003000000D8cuIAAR"),
        ("5003000000D8cuIAAR", "5003000000D8cuIAAR"),
        ("https://x.lightning.force.com/lightning/r/Case/5003000000D8cuIAAR/view?a=1", "5003000000D8cuIAAR"),
        ("00Q3000000D8cuI", None),
        ("003", None),
        ("", None),
    ],
)
def test_an_id_of_15_becomes_one_of_18_and_is_found_in_a_link(text: str, found: str | None) -> None:
    """5003000000D8cuI and its long form AAR are Salesforce's own documentation's example."""
    assert translate.record_id(text) == found


@pytest.mark.parametrize(
    ("phone", "digits"), [("+65 9123 4567", "91234567"), ("12345", ""), ("555-123", "555123"), ("ext", "")]
)
def test_a_phone_number_too_short_to_tell_people_apart_is_not_asked_by(phone: str, digits: str) -> None:
    assert translate.significant_digits(phone) == digits
