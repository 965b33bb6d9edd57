"""Numbers, counted things and amounts of money, read to one form each; "1.000" has two readings and gets both."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

_WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty""".split()  # noqa: SIM905
_SPOKEN = {word: str(value) for value, word in enumerate(_WORDS)} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
    "hundred": "100", "thousand": "1000", "twice": "2", "double": "2", "half": "0.5", "dozen": "12", "a": "1", "an": "1",
}  # fmt: skip
_DIGITS = r"\d+(?:[.,' ]\d{3})*(?:[.,]\d+)?"
_NUMBER = re.compile(rf"(?<![\w.,-])[-−]?{_DIGITS}(?![\w])|(?<=[–~<>(/]){_DIGITS}(?![\w])|(?<=\d-){_DIGITS}(?![\w])")
_WORD_NUMBER = re.compile(rf"\b(?:{'|'.join(one for one in _SPOKEN if len(one) > 2 and one != 'one')})\b", re.IGNORECASE)
_UNITS = {
    "day": r"days?", "hour": r"hours?|hrs?|h", "minute": r"minutes?|mins?", "second": r"seconds?|secs?", "week": r"weeks?",
    "month": r"months?", "year": r"years?|yrs?", "%": r"%|per ?cent|percent", "km": "km", "m": r"m|met(?:er|re)s?",
    "kg": r"kg|kilos?|kilograms?", "kwh": "kwh", "kw": "kw", "°c": r"°\s?c|degrees", "ghz": "ghz", "time": "times",
}  # fmt: skip
_UNIT = "|".join(f"(?P<u{place}>{pattern})" for place, pattern in enumerate(_UNITS.values()))
_COUNTED = re.compile(
    rf"(?<![\w.,])(?P<number>{_DIGITS}|{'|'.join(_SPOKEN)})(?:\s*(?:–|-|to|or|and|bis)\s*(?P<other>{_DIGITS}|{'|'.join(_SPOKEN)}))?"
    rf"[\s-]*(?:(?P<kind>working|business|calendar)[\s-]+)?(?:{_UNIT})(?!\w)",
    re.IGNORECASE,
)
_CURRENCIES = {
    "S$": "SGD", "A$": "AUD", "US$": "USD", "NZ$": "NZD", "HK$": "HKD", "RM": "MYR", "Rp": "IDR", "€": "EUR", "£": "GBP",
    "¥": "JPY", "₹": "INR", "₱": "PHP", "฿": "THB", "$": "$",
}  # fmt: skip
_CODES = "SGD|AUD|USD|NZD|HKD|MYR|IDR|EUR|GBP|JPY|INR|PHP|THB|VND|KRW|TWD|CHF"
_SYMBOL = "|".join(re.escape(one) for one in sorted(_CURRENCIES, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![A-Za-z])(?P<before>{_SYMBOL}|{_CODES})\s?(?P<number>{_DIGITS})|(?P<after_number>{_DIGITS})\s?(?P<after>{_CODES}|€|dollars?|cents?|euros?)(?!\w)"
)


def readings(written: str) -> frozenset[str]:
    """Canonical values: "1,000" is 1000, "4,5" is 4.5, "1.000" is 1000 or 1."""
    bare = _SPOKEN.get(written.lower(), written).lstrip("-−").replace("'", "").replace(" ", "")
    candidates = {bare.replace(",", "")}
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare):
        candidates.add(re.sub(r"[.,]", "", bare))
    if re.fullmatch(r"(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}", bare):
        candidates = {bare.replace(".", "").replace(",", ".")}
    return frozenset(value for one in candidates if (value := _plain(one)))


def _plain(digits: str) -> str:
    try:
        return f"{Decimal(digits).normalize():f}"
    except InvalidOperation:
        return ""


def numbers(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    for pattern in (_NUMBER, _WORD_NUMBER):
        for found in pattern.finditer(text):
            yield found.group(), readings(found.group())


def counted(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """A number with what it counts: "5–10 working days" are 5 and 10 working days; plain days are something else."""
    for found in _COUNTED.finditer(text):
        unit = next(name for place, name in enumerate(_UNITS) if found[f"u{place}"])
        kind = "working " if (found["kind"] or "").lower() in {"working", "business"} else ""
        for number in filter(None, (found["number"], found["other"])):
            yield found.group(), frozenset(f"{value} {kind}{unit}" for value in readings(number))


def amounts(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    for found in _AMOUNT.finditer(text):
        number = found["number"] or found["after_number"]
        symbol = found["before"] or found["after"]
        currency = _CURRENCIES.get(symbol, {"dollar": "$", "dollars": "$", "euro": "EUR", "euros": "EUR"}.get(symbol, symbol))
        yield found.group(), frozenset(f"{currency} {value}" for value in readings(number))
