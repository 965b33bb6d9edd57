"""Short answers that are no facts: help, usage, refusals and errors. An error shows its reference and no internals."""

from playbooks.cards.parts import fact, facts, section, small
from playbooks.commands import USAGE
from playbooks.domain.card import Card, Facts, Paragraph, Section, Status, Tone
from playbooks.domain.intent import Usage
from playbooks.words import shortened

_TOPICS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "customers": (
        "Know the customer",
        (
            ("In a chat's thread", "who is this customer?"),
            ("Anybody", "what do we know about ada@example.com"),
            ("Orders", "where is order SV-20417"),
        ),
    ),
    "replies": (
        "Answer",
        (
            ("Draft", "draft a reply · make it shorter · friendlier · simpler · in their language"),
            ("Knowledge base", "how do I reset the inverter?"),
            ("Macros", "any macro for refunds · #refund"),
        ),
    ),
    "cases": (
        "Escalate",
        (
            ("Salesforce case", "open a case: battery swells, needs an engineer"),
            ("Clocks", "what is the SLA?"),
            ("In short", "summary · what happened so far?"),
            ("Procedure", "where are we? · what is next?"),
        ),
    ),
    "deeds": (
        "Work in the inbox",
        (
            ("This chat", "tag this as outage · note: … · snooze until tomorrow 9 · assign this to Mei · close this"),
            ("More", "set Product = Inverter · convert this to a Return ticket · note on the customer: …"),
            ("Find", "find conversations battery tag:outage assignee:me state:open after:3d"),
            ("Many at once", "tag all of tag:power state:open as outage · snooze 215470 215471 until monday"),
        ),
    ),
    "commands": ("Slash commands", tuple((name, usage) for name, usage in USAGE.items())),
}
_ALIASES = {"customer": "customers", "order": "customers", "orders": "customers", "reply": "replies", "macro": "replies"}
_ALIASES |= dict.fromkeys(("tag", "assign", "snooze", "close", "note", "find", "search", "bulk", "inbox"), "deeds")
_ALIASES |= {"macros": "replies", "kb": "replies", "case": "cases", "sla": "cases", "escalate": "cases", "command": "commands"}
_ALIASES |= {"summary": "cases"}


def help_card(topic: str = "") -> Card:
    """All topics, or the one that was asked for."""
    wanted = _ALIASES.get(topic.lower(), topic.lower())
    chosen = {wanted: _TOPICS[wanted]} if wanted in _TOPICS else _TOPICS
    return Card(
        title="What I can do",
        summary="What I can do: know the customer, draft replies, find macros and articles, open cases, work in the inbox.",
        sections=tuple(part for title, rows in chosen.values() for part in section(title, _rows(rows))),
        footer="I show and suggest. What reaches a customer, you send.",
    )


def _rows(rows: tuple[tuple[str, str], ...]) -> tuple[Facts, ...]:
    return facts(*(fact(label, example) for label, example in rows))


def usage_card(usage: Usage) -> Card:
    return Card(
        title=f"How to use {shortened(usage.command, 40)}",
        summary=f"{usage.problem} Usage: {usage.usage}".strip(),
        status=Status(text="Not done", tone=Tone.INFO),
        sections=section("", facts(fact("Problem", usage.problem), fact("Usage", usage.usage))),
    )


def refused_card(reason: str, remedy: str = "") -> Card:
    """A refusal with its reason; both are our own or fit-to-show words."""
    return Card(
        title="I cannot do that",
        summary=shortened(reason, 250),
        status=Status(text="Refused", tone=Tone.WARNING),
        sections=section("", facts(fact("Reason", reason), fact("What helps", remedy))),
    )


def error_card(reference_id: str) -> Card:
    return Card(
        title="Something went wrong on my side",
        summary=f"Something went wrong. Reference {reference_id}.",
        status=Status(text="Error", tone=Tone.DANGER),
        sections=section(
            "",
            [
                *facts(fact("Reference", reference_id)),
                small("Try again; if it stays, give an administrator the reference."),
            ],
        ),
    )


def perhaps_twice(card: Card, surface: str) -> Card:
    """A card that may be there already: which one goes on living is said on it. Its next update takes the words away."""
    words = f"{surface} did not say whether this card arrived before. If you see it twice, this one is kept up to date."
    return card.model_copy(update={"sections": (*card.sections, Section(elements=(Paragraph(rich=words, small=True),)))})


def done_card(title: str, detail: str = "") -> Card:
    """A plain confirmation, for actions that have no card of their own."""
    return Card(
        title=title,
        summary=title,
        status=Status(text="Done", tone=Tone.GOOD),
        sections=section("", facts(fact("Detail", detail))),
    )
