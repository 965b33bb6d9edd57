"""Which carriers a tracking number may belong to, by its form alone; asks nobody and never decides between several.

| carrier  | form | standing |
|----------|------|----------|
| dhl      | 10 digits, the last one the first nine modulo 7 (Express waybill) | well known, no vendor page read |
| dhl      | JD or JJD and 16–20 digits (piece number) | well known, no vendor page read |
| dhl      | 20 digits beginning 00340 (Parcel Germany), GM and 16–22 digits (eCommerce) | assumed |
| dhl      | UPU S10 ending in DE (Deutsche Post) | UPU S10-12; that unified tracking knows them: assumed |
| singpost | UPU S10 ending in SG | UPU S10-12 |
| singpost | UPU S10 of any other country: SingPost delivers it in Singapore | UPU S10-12; assumed that it is asked for |
| singpost | SP and 7–19 letters or digits (SmartPac and domestic labels; theirs are up to 21 long) | assumed |
| ninjavan | NV and a country (SG MY ID TH VN PH MM), then the shipper's prefix and number | assumed; shippers may have others |
"""

import re

S10 = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])([A-Z]{2})")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)  # UPU S10-12, annex on the check digit

DHL_EXPRESS = re.compile(r"([0-9]{9})([0-9])")
DHL_FORMS = re.compile(r"J?JD[0-9]{16,20}|00340[0-9]{15}|GM[0-9]{16,22}")
SINGPOST_FORMS = re.compile(r"SP[A-Z0-9]{7,19}")
NINJAVAN_FORMS = re.compile(r"NV(?:SG|MY|ID|TH|VN|PH|MM)[A-Z0-9]{5,20}")


def normalised(tracking_number: str) -> str:
    """As carriers print it without its spaces and hyphens, in upper case."""
    return re.sub(r"[\s-]", "", tracking_number).upper()


def carriers_of(tracking_number: str) -> tuple[str, ...]:
    """The carriers worth asking, in alphabetical order; () where the form is nobody's we know."""
    number = normalised(tracking_number)
    mine = {"dhl": _is_dhl(number), "ninjavan": bool(NINJAVAN_FORMS.fullmatch(number)), "singpost": _is_singpost(number)}
    return tuple(carrier for carrier, it_is in mine.items() if it_is)


def s10_check_digit(serial: str) -> int:
    """Of the eight digits of a UPU S10 identifier."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


def s10_country(number: str) -> str | None:
    """The country that issued a valid S10 identifier; None where it is none or its check digit is wrong."""
    found = S10.fullmatch(number)
    return found[3] if found and s10_check_digit(found[1]) == int(found[2]) else None


def dhl_express_check_digit(serial: str) -> int:
    """Of the nine digits of a DHL Express waybill."""
    return int(serial) % 7


def _is_dhl(number: str) -> bool:
    waybill = DHL_EXPRESS.fullmatch(number)
    if waybill:
        return dhl_express_check_digit(waybill[1]) == int(waybill[2])
    return bool(DHL_FORMS.fullmatch(number)) or s10_country(number) == "DE"


def _is_singpost(number: str) -> bool:
    if S10.fullmatch(number):
        return s10_country(number) is not None
    return bool(SINGPOST_FORMS.fullmatch(number))
