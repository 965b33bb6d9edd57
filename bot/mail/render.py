"""A card as a plain-text e-mail. Pure: no HTML, so nothing in it can act; buttons are left out, an e-mail cannot press."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from bot.rich import plain
from playbooks.domain.card import (
    Card,
    Element,
    Facts,
    LinkButton,
    Paragraph,
    Quote,
    Steps,
    Timeline,
)
from playbooks.words import moment, shortened

MOST_HAPPENINGS = 5


def message(card: Card, *, sender: str, to: str, once_key: str, now: datetime, zone: str) -> EmailMessage:
    """The same key gives the same Message-ID, by which a mail system can tell that it has this message already."""
    made = EmailMessage()
    made["From"] = Address("Deskside", addr_spec=sender)
    made["To"] = to
    made["Subject"] = subject(card)
    made["Date"] = format_datetime(now.astimezone(ZoneInfo(zone)))
    made["Message-ID"] = f"<{digest(once_key)}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    made.set_content("\n".join(lines(card, zone)) + "\n")
    return made


def subject(card: Card) -> str:
    """One line, whatever a customer wrote into it."""
    status = f"[{card.status.text}] " if card.status else ""
    return shortened(" ".join(f"{status}{card.title}".split()), 150)


def lines(card: Card, zone: str) -> Iterator[str]:
    yield from (one for one in (card.title, card.subtitle) if one)
    if card.calls:
        yield f"For {', '.join(one.name for one in card.calls)}"
    for section in card.sections:
        found = [line for element in section.elements for line in _element(element, zone)]
        yield from (["", *([section.title] if section.title else []), *found] if found else [])
    yield from ("", "-- ", card.footer or "Deskside") if card.footer else ()


def _element(element: Element, zone: str) -> Iterator[str]:
    match element:
        case Paragraph():
            yield plain(element.rich)
        case Quote():
            yield from (f"> {line}" for line in element.text.splitlines())
        case Facts():
            yield from (f"{one.label}: {one.value}" for one in element.items)
        case Timeline():
            yield from (f"{moment(one.at, zone)}  {one.title}" for one in element.items[:MOST_HAPPENINGS])
        case Steps():
            yield from (f"{one.title}: {one.status.text}" for one in element.items)
        case LinkButton():
            yield f"{element.label}: {element.url}"
        case _:
            return


def digest(once_key: str) -> str:
    return hashlib.sha256(once_key.encode()).hexdigest()[:40]
