"""Identifiers are recognised by shape and checksum, and nothing else is taken for one."""

import pytest

from playbooks.domain.customer import LookupKind as Kind
from playbooks.lookup import identifier, lookup, s10_check_digit, salesforce_suffix

RECOGNISED = (
    ("ada@x.com", Kind.EMAIL, "ada@x.com"),
    ("Ada.Lovelace+solar@Mail.Example.Org,", Kind.EMAIL, "ada.lovelace+solar@mail.example.org"),
    ("mail o'brien@example.net now", Kind.EMAIL, "o'brien@example.net"),
    ("+65 9123 4567", Kind.PHONE, "+6591234567"),
    ("+44 (20) 7946-0958", Kind.PHONE, "+442079460958"),
    ("<tel:+6591234567|+65 9123 4567>", Kind.PHONE, "+6591234567"),
    ("91234567", Kind.PHONE, "+6591234567"),
    ("SV-20417", Kind.ORDER, "SV-20417"),
    ("sv-20417?", Kind.ORDER, "SV-20417"),
    ("#W5490111", Kind.ORDER, "#W5490111"),
    ("RR123456785SG", Kind.TRACKING, "RR123456785SG"),
    ("rr 123 456 785 sg", Kind.TRACKING, "RR123456785SG"),
    ("1234567890", Kind.TRACKING, "1234567890"),
    ("512849301733", Kind.TRACKING, "512849301733"),
    ("JJD000390007882823456", Kind.TRACKING, "JJD000390007882823456"),
    ("NVSGSOLV000123456", Kind.TRACKING, "NVSGSOLV000123456"),
    ("https://app.intercom.com/a/apps/ab12/conversations/215470000", Kind.INTERCOM_CONVERSATION, "215470000"),
    ("215470000123456", Kind.INTERCOM_CONVERSATION, "215470000123456"),
    ("conversation #42", Kind.INTERCOM_CONVERSATION, "42"),
    ("64f0c0ffee64f0c0ffee64f0", Kind.INTERCOM_CONTACT, "64f0c0ffee64f0c0ffee64f0"),
    ("001D000000IRFma", Kind.SALESFORCE, "001D000000IRFma"),
    ("001D000000IRFmaIAH", Kind.SALESFORCE, "001D000000IRFmaIAH"),
    ("https://solvane.lightning.force.com/lightning/r/Contact/003D000000IRFma/view", Kind.SALESFORCE, "003D000000IRFma"),
    ("cus_QXg19x2k", Kind.STRIPE, "cus_QXg19x2k"),
    ("pi_3Pabc123?", Kind.STRIPE, "pi_3Pabc123"),
)

NOT_RECOGNISED = (
    "001D000000IRFmaXXX",
    "RR123456789SG",
    "in_stock",
    "ada@x",
    "@ada",
    "XSV-20417",
    "+65",
    "how are you",
    "",
    "12",
    "E12",
    "2026-11-22",
)


@pytest.mark.parametrize(("text", "kind", "value"), RECOGNISED)
def test_an_identifier_is_recognised_by_its_shape(text: str, kind: Kind, value: str) -> None:
    found = identifier(text)
    assert found is not None
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize("text", NOT_RECOGNISED)
def test_what_is_no_identifier_is_not_taken_for_one(text: str) -> None:
    assert identifier(text) is None


@pytest.mark.parametrize("name", ["Priya Nair", "O’Brien", "José García-Müller", "李小龙", "priya"])
def test_what_is_no_identifier_is_a_name(name: str) -> None:
    found = lookup(f" {name}? ")
    assert found is not None
    assert (found.kind, found.value) == (Kind.NAME, name)


@pytest.mark.parametrize("text", ["", "?!", "12", "<script>", "a; drop table", "x" * 3 + "@"])
def test_nothing_that_could_not_be_a_name_is_looked_up(text: str) -> None:
    assert lookup(text) is None


def test_a_salesforce_suffix_is_computed_from_the_capitals() -> None:
    # Checked by hand: five characters a letter, the first character the lowest bit.
    assert salesforce_suffix("001D000000IRFma") == "IAH"
    assert salesforce_suffix("000000000000000") == "AAA"


def test_a_postal_check_digit_is_the_unions() -> None:
    # 473124829 is the UPU's own worked example of S10.
    assert s10_check_digit("47312482") == 9
