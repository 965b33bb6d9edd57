"""Carriers recognised by the form of a tracking number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.carriers import carriers_of, dhl_express_check_digit, normalised, s10_check_digit, s10_country

S10_OF_THE_STANDARD = "RA473124829FI"  # the usual worked example of S10: 47312482, check digit 9


@pytest.mark.parametrize(
    ("number", "carriers"),
    [
        ("4819203756", ("dhl",)),
        ("4819203757", ()),
        ("JD014600003128845512", ("dhl",)),
        ("JJD0099999900000012345", ("dhl",)),
        ("00340434292135100162", ("dhl",)),
        ("GM6051123456789012345", ("dhl",)),
        ("RR481205731SG", ("singpost",)),
        ("RR481205732SG", ()),
        ("rr 4812 0573 1 sg", ("singpost",)),
        ("SPNDL0000123456", ("singpost",)),
        ("RR123456785DE", ("dhl", "singpost")),
        (S10_OF_THE_STANDARD, ("singpost",)),
        ("NVSGSOLVN000204188", ("ninjavan",)),
        ("NVMYSOLVN000204097", ("ninjavan",)),
        ("NVUSSOLVN000204097", ()),
        ("1Z999AA10123456784", ()),
        ("SV-20417", ()),
        ("", ()),
        ("48192O3756", ()),
        ("٤٨١٩٢٠٣٧٥٦", ()),
    ],
)
def test_a_number_belongs_to_the_carriers_whose_form_it_has(number: str, carriers: tuple[str, ...]) -> None:
    assert carriers_of(number) == carriers


def test_the_worked_example_of_the_postal_standard() -> None:
    assert s10_check_digit("47312482") == 9
    assert (s10_check_digit("00000000"), s10_check_digit("00000008")) == (5, 0), "the standard's two exceptions"
    assert s10_country(S10_OF_THE_STANDARD) == "FI"


@given(
    serial=st.from_regex(r"[0-9]{8}", fullmatch=True),
    wrong=st.integers(0, 9),
    letters=st.from_regex("[A-Z]{2}", fullmatch=True),
)
def test_of_ten_check_digits_one_is_right(serial: str, wrong: int, letters: str) -> None:
    right = s10_check_digit(serial)
    assert ("singpost" in carriers_of(f"{letters}{serial}{wrong}SG")) is (wrong == right)


@given(serial=st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_every_express_waybill_with_its_check_digit_is_dhls(serial: str) -> None:
    assert carriers_of(f"{serial}{dhl_express_check_digit(serial)}") == ("dhl",)


@given(st.text())
def test_no_text_whatever_breaks_it(text: str) -> None:
    assert carriers_of(text) == carriers_of(normalised(text))
