"""Recognises what a customer is asked for by: an e-mail, a phone, an order, a link or a vendor's id. Never asks anybody."""

import re
from collections.abc import Callable, Sequence

from playbooks.domain.customer import Lookup, LookupKind

ORDER_PATTERNS = (r"SV-\d{4,}", r"#W\d+")

_CHAT_LINK = re.compile(r"<(?:mailto:|tel:)?([^<>|\s]+)(?:\|[^<>]*)?>")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w-])")
_PHONE = re.compile(r"(?<![\w+])\+\d(?:[\s().-]{0,2}\d){6,14}(?!\w)")
# Singapore's national numbers: eight digits, the first 3, 6, 8 or 9; only where nothing else is in the text.
_LOCAL_PHONE = re.compile(r"[3689]\d{3}[\s-]?\d{4}")
_CONVERSATION = re.compile(
    r"(?:intercom\.com/\S*?/(?:conversation|conversations)/|\bconversation\s+(?:id\s+)?#?)(\d{1,20})\b", re.IGNORECASE
)
_CONTACT = re.compile(r"intercom\.com/\S*?/(?:users?|contacts?|people)/(?:[a-z]+/)?([0-9a-f]{24})\b", re.IGNORECASE)
_CONTACT_ID = re.compile(r"(?<![\w-])[0-9a-f]{24}(?![\w-])")
_LONG_NUMBER = re.compile(r"(?<![\w#+-])\d{13,19}(?![\w-])")
_SALESFORCE = re.compile(r"(?<![\w-])[a-zA-Z0-9]{15}(?:[A-Z0-5]{3})?(?![\w-])")
# Account, contact, user, lead, opportunity, case: the records a customer can be found by.
_SALESFORCE_PREFIXES = ("001", "003", "005", "00Q", "006", "500")
_STRIPE = re.compile(
    r"(?<![\w-])(?:cus_[A-Za-z0-9]{4,}|(?:ch|py|pi|in|sub|re|pyr|dp|du|pm|card)_(?=[A-Za-z]*\d)[A-Za-z0-9]{4,})(?![\w-])"
)
_S10 = re.compile(r"(?<![\w-])[A-Z]{2}\s?\d{3}\s?\d{3}\s?\d{3}\s?[A-Z]{2}(?![\w-])", re.IGNORECASE)
# Shapes as the carriers print them (assumed from their public trackers; `retrieval.carriers` tells whose they are): DHL 10 or
# 12 digits, JD, JJD, GM and 00340 numbers; Ninja Van NV or NJV, letters and digits; SingPost SP and letters and digits.
_TRACKING = re.compile(
    r"(?<![\w#+-])(?:\d{10}|\d{12}|00340\d{15}|JJ?D\d{14,22}|(?:GM|LX|RX|CQ)\d{12,22}"
    r"|(?:NV|NJV|NINJ)[A-Z]{0,8}\d[A-Z0-9]{3,16}|SP[A-Z]{0,6}\d[A-Z0-9]{5,18})(?![\w-])",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w.'’\-]*(?:\s+[^\W\d_][\w.'’\-]*){0,5}")

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def lookup(text: str, order_patterns: Sequence[str] = ORDER_PATTERNS) -> Lookup | None:
    """The identifier in the text, else the text as a person's name, else None."""
    return identifier(text, order_patterns) or _name(text)


def identifier(text: str, order_patterns: Sequence[str] = ORDER_PATTERNS) -> Lookup | None:
    """The first identifier by how surely its shape tells what it is, wherever it stands in the text."""
    plain = _CHAT_LINK.sub(r"\1", text)
    return next((found for one in _recognisers(order_patterns) if (found := one(plain))), None)


def _recognisers(order_patterns: Sequence[str]) -> tuple[Callable[[str], Lookup | None], ...]:
    orders = re.compile(rf"(?<![\w-])(?:{'|'.join(order_patterns)})(?![\w-])", re.IGNORECASE)
    return (
        _by(_CONVERSATION, LookupKind.INTERCOM_CONVERSATION, group=1),
        _by(_CONTACT, LookupKind.INTERCOM_CONTACT, group=1),
        _by(_EMAIL, LookupKind.EMAIL, str.lower),
        _by(orders, LookupKind.ORDER, str.upper),
        _by(_STRIPE, LookupKind.STRIPE),
        _by(_CONTACT_ID, LookupKind.INTERCOM_CONTACT),
        _salesforce,
        _postal,
        _by(_PHONE, LookupKind.PHONE, _e164),
        _by(_TRACKING, LookupKind.TRACKING, str.upper),
        _by(_LONG_NUMBER, LookupKind.INTERCOM_CONVERSATION),
        _local_phone,
    )


def _by(
    pattern: re.Pattern[str], kind: LookupKind, shape: Callable[[str], str] = str, group: int = 0
) -> Callable[[str], Lookup | None]:
    def recognise(text: str) -> Lookup | None:
        found = pattern.search(text)
        return Lookup(kind=kind, value=shape(found.group(group))) if found else None

    return recognise


def _salesforce(text: str) -> Lookup | None:
    """A 15-character id by its record's prefix, an 18-character one by its checksum as well."""
    for found in _SALESFORCE.finditer(text):
        value = found.group()
        if value.startswith(_SALESFORCE_PREFIXES) and (len(value) == 15 or salesforce_suffix(value[:15]) == value[15:]):
            return Lookup(kind=LookupKind.SALESFORCE, value=value)
    return None


def salesforce_suffix(short_id: str) -> str:
    """The three letters that tell which of the 15 characters are capitals: five bits for each five characters."""
    chunks = (short_id[start : start + 5] for start in (0, 5, 10))
    return "".join(_ALPHABET[sum(1 << place for place, letter in enumerate(chunk) if letter.isupper())] for chunk in chunks)


def _postal(text: str) -> Lookup | None:
    """A UPU S10 item number (SingPost's registered post), only where its check digit is right."""
    for found in _S10.finditer(text):
        value = re.sub(r"\s", "", found.group()).upper()
        if s10_check_digit(value[2:10]) == int(value[10]):
            return Lookup(kind=LookupKind.TRACKING, value=value)
    return None


def s10_check_digit(serial: str) -> int:
    weighted = 11 - sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return {10: 0, 11: 5}.get(weighted, weighted)


def _e164(text: str) -> str:
    return "+" + re.sub(r"\D", "", text)


def _local_phone(text: str) -> Lookup | None:
    bare = text.strip()
    return Lookup(kind=LookupKind.PHONE, value=_e164(f"65{bare}")) if _LOCAL_PHONE.fullmatch(bare) else None


def _name(text: str) -> Lookup | None:
    bare = text.strip(" \t\n?!.,:;\"'“”‘’")
    return Lookup(kind=LookupKind.NAME, value=re.sub(r"\s+", " ", bare)) if _NAME.fullmatch(bare) else None
