"""Amounts, times and counts as people read them; words only, never a decision."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playbooks.domain.facts import Gap, GapReason, Money

# Stripe's list of currencies without a minor unit, and those with three decimals (docs.stripe.com/currencies, remembered).
_NO_MINOR = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_SYMBOLS = {"USD": "$", "SGD": "S$", "AUD": "A$", "NZD": "NZ$", "HKD": "HK$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


def money(amount: Money) -> str:
    """1099 USD is "$10.99", 1099 JPY is "¥1,099", 1099 CHF is "CHF 10.99"."""
    currency = amount.currency.upper()
    decimals = 0 if currency in _NO_MINOR else 3 if currency in _THREE_DECIMALS else 2
    figure = f"{abs(amount.amount_minor) / 10**decimals:,.{decimals}f}"
    sign = "−" if amount.amount_minor < 0 else ""
    return f"{sign}{_SYMBOLS.get(currency, currency + ' ')}{figure}"


def day(at: datetime, zone: str = "UTC") -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y}"


def moment(at: datetime, zone: str = "UTC") -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def hour(at: datetime, now: datetime, zone: str = "UTC") -> str:
    """ "14:30" today, "Mon 09:00" within a week, else the whole moment."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    days = (local.date() - today).days
    return f"{local:%H:%M}" if days == 0 else f"{local:%a %H:%M}" if 0 < days < 7 else moment(at, zone)


def length(span: timedelta) -> str:
    """The two largest units: "2 days 3 h", "45 min", "20 s"."""
    seconds = int(abs(span).total_seconds())
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = [plural(days, "day")] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes and not days else []
    return " ".join(parts[:2]) or f"{seconds} s"


def ago(at: datetime, now: datetime) -> str:
    """In whole days from two days on: nobody asks for the hour of last week."""
    span = abs(now - at)
    told = plural(span.days, "day") if span.days > 1 else length(span)
    return "just now" if span < timedelta(seconds=5) else f"{told} {'ago' if at <= now else 'from now'}"


def plural(count: int, noun: str, several: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else several or noun + 's'}"


def listed(items: tuple[str, ...] | list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters, cut between words, with an ellipsis where something is missing."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    space = head.rfind(" ")
    return (head[:space] if space > longest // 2 else head).rstrip(" ,.;:") + "…"


def titled(code: str) -> str:
    """A code of ours or a vendor's as words: "out_for_delivery" is "Out for delivery"."""
    bare = code.replace("_", " ").strip()
    return bare[:1].upper() + bare[1:]


_SOURCES = {"dhl": "DHL", "singpost": "SingPost", "ninjavan": "Ninja Van", "netsuite": "NetSuite", "files": "Knowledge folder"}


def source_name(source: str) -> str:
    """A vendor's or carrier's code as its name is written."""
    return _SOURCES.get(source.lower(), titled(source))


_REASONS = {
    GapReason.THROTTLED: "asks us to wait",
    GapReason.UNAVAILABLE: "is not available",
    GapReason.REFUSED: "does not accept our credentials",
    GapReason.SURPRISED: "answered something unexpected",
    GapReason.TIMED_OUT: "did not answer in time",
    GapReason.NOT_CONNECTED: "is not connected",
}


def gap_words(gap: Gap) -> str:
    """ "DHL did not answer in time." """
    return f"{source_name(gap.source)} {_REASONS[gap.reason]}."
