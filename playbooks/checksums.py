"""Tells real card, account and identity numbers from numbers that only look like them, by issuer and check digits."""

import re
from datetime import date

# First digits and lengths by issuer (ISO/IEC 7812 ranges as the issuers publish them).
_ISSUERS: tuple[tuple[str, frozenset[int]], ...] = (
    (r"4", frozenset({13, 16, 19})),  # Visa
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", frozenset({16})),  # Mastercard
    (r"3[47]", frozenset({15})),  # American Express
    (r"6011|64[4-9]|65", frozenset({16, 17, 18, 19})),  # Discover
    (r"30[0-5]|3095|36|3[89]", frozenset({14, 16, 19})),  # Diners Club
    (r"352[89]|35[3-8]", frozenset({16, 17, 18, 19})),  # JCB
    (r"62|81", frozenset({16, 17, 18, 19})),  # UnionPay
    (r"6304|6759|676[1-3]|50(?:18|20|38)|5893", frozenset({16, 18, 19})),  # Maestro of the usual length
)
# Where the text speaks of a card, the issuer does not matter any more: better one number too many gone than one shown.
_SPOKEN_OF_LENGTHS = range(12, 20)

_IBAN_LENGTHS = {
    int(length): frozenset(countries.split())
    for length, countries in (
        ("15", "NO"),
        ("16", "BE"),
        ("18", "DK FO FI GL NL"),
        ("19", "MK SI"),
        ("20", "AT BA EE KZ LT LU XK"),
        ("21", "CH HR LI LV"),
        ("22", "BG BH CR DE GB GE IE ME RS VA"),
        ("23", "AE GI IL IQ TL"),
        ("24", "AD CZ ES MD PK RO SA SE SK TN VG"),
        ("25", "LY PT ST"),
        ("26", "IS TR"),
        ("27", "FR GR IT MC MR SM"),
        ("28", "AL AZ BY CY DO GT HU LB PL SV"),
        ("29", "BR EG PS QA UA"),
        ("30", "JO KW MU"),
        ("31", "MT SC"),
        ("32", "LC"),
    )
}


_PREFIXES = {
    length: re.compile("|".join(prefix for prefix, lengths in _ISSUERS if length in lengths))
    for length in {length for _, lengths in _ISSUERS for length in lengths}
}


def is_card_number(digits: str, *, spoken_of: bool = False) -> bool:
    """`spoken_of`: the words around say that it is a card. Otherwise the issuer must be known, as parcels have numbers too."""
    prefix = _PREFIXES.get(len(digits))
    issued = prefix is not None and prefix.match(digits) is not None
    return (issued or (spoken_of and len(digits) in _SPOKEN_OF_LENGTHS)) and luhn(digits)


def luhn(digits: str) -> bool:
    """From the right, every second digit doubled, the digits of the products added: a multiple of ten."""
    products = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in products) % 10 == 0


def is_iban(text: str) -> bool:
    """ISO 13616: the country's length and the remainder by 97."""
    if text[:2] not in _IBAN_LENGTHS.get(len(text), frozenset()):
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


_NRIC_LETTERS = {"S": "JZIHGFEDCBA", "T": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "G": "XWUTRQPNMLK", "M": "XWUTRQPNJLK"}
_NRIC_OFFSET = {"S": 0, "T": 4, "F": 0, "G": 4, "M": 3}


def is_nric(text: str) -> bool:
    """Singapore's NRIC and FIN. The M series' letters are remembered, not looked up."""
    first, digits, last = text[0], text[1:8], text[8]
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True))
    return _NRIC_LETTERS[first][(weighted + _NRIC_OFFSET[first]) % 11] == last


def is_us_ssn(area: str, group: str, serial: str) -> bool:
    """Never-issued areas, groups and serials are none; numbers of taxpayers without an SSN (9xx) count."""
    return area not in {"000", "666"} and group != "00" and serial != "0000"


def is_mykad(year: str, month: str, day: str) -> bool:
    """Malaysia's identity number starts with a date of birth."""
    try:
        date(2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True
