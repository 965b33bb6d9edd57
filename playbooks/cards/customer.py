"""The customer 360 card: who they are, what must not be missed, and what each source says, with what is missing named."""

from datetime import datetime

from playbooks.cards.orders import order_facts, payment_facts
from playbooks.cards.parts import (
    buttons,
    escalate_button,
    fact,
    facts,
    flag_facts,
    flag_word,
    reply_button,
    section,
    small,
)
from playbooks.domain.card import Card, Element, Facts, Status, Timeline, TimelineItem, Tone
from playbooks.domain.facts import CaseFact, ConversationFact, Customer360, Flag, FlagKind, TimelineEntry
from playbooks.words import ago, day, listed, plural, shortened, source_name

# What fits a screen; the rest is one page further (the timeline) or behind the source's own link.
_ORDERS_SHOWN = 5
_RECORDS_SHOWN = 5
_TIMELINE_SHOWN = 30


def customer_card(
    customer: Customer360,
    *,
    flags: tuple[Flag, ...],
    timeline: tuple[TimelineEntry, ...],
    now: datetime,
    contradictions: tuple[str, ...] = (),
    withheld: tuple[str, ...] = (),
    conversation_id: str | None = None,
    zone: str = "UTC",
) -> Card:
    """`customer` is what the reader may see (`access.visible`); with a conversation the card offers the next steps."""
    name = customer_name(customer)
    orders = order_facts(customer, now, zone)
    return Card(
        title=name,
        subtitle=_subtitle(customer),
        summary=_summary(name, customer, flags),
        status=_status(flags),
        sections=(
            *section("", [*flag_facts(flags), *_doubts(contradictions)]),
            *section("Contact", _contact(customer)),
            *section("Orders and parcels", orders[:_ORDERS_SHOWN]),
            *section(f"{plural(len(orders) - _ORDERS_SHOWN, 'older order')}", orders[_ORDERS_SHOWN:], collapsed=True),
            *section("Payments", payment_facts(customer, zone)),
            *section("Cases", _cases(customer, now)),
            *section("Conversations", _conversations(customer, now)),
            *section("Notes", _notes(customer, zone)),
            *section("Timeline", _timeline(timeline), collapsed=True),
            *section("How we know it is the same person", _evidence(customer), collapsed=True),
            *section("Not shown", [small("\n".join(f"- {one}" for one in withheld))] if withheld else []),
            *section("", next_steps(conversation_id)),
        ),
        gaps=customer.gaps,
        as_of=customer.as_of,
    )


def customer_name(customer: Customer360) -> str:
    identity = customer.identity
    return identity.name or (identity.emails or identity.phones or ("Customer",))[0]


def _subtitle(customer: Customer360) -> str:
    account = customer.account
    if account is None:
        return ""
    return " · ".join(
        part for part in (account.name, account.tier, f"owner {account.owner_name}" if account.owner_name else "") if part
    )


def _summary(name: str, customer: Customer360, flags: tuple[Flag, ...]) -> str:
    watch = listed([*dict.fromkeys(flag_word(one).lower() if one.kind is not FlagKind.VIP else "VIP" for one in flags)])
    missing = listed([source_name(one.source) for one in customer.gaps])
    return shortened(f"{name}: {watch or 'nothing unusual'}." + (f" Missing: {missing}." if missing else ""), 250)


def _status(flags: tuple[Flag, ...]) -> Status:
    kinds = {one.kind for one in flags}
    if kinds & {FlagKind.OPEN_DISPUTE, FlagKind.AT_RISK}:
        return Status(text="Needs care", tone=Tone.DANGER)
    if kinds - {FlagKind.VIP, FlagKind.UPSELL}:
        return Status(text="Watch", tone=Tone.WARNING)
    return Status(text="VIP", tone=Tone.INFO) if FlagKind.VIP in kinds else Status(text="All quiet", tone=Tone.GOOD)


def _doubts(contradictions: tuple[str, ...]) -> tuple[Facts, ...]:
    return facts(*(fact("Sources disagree", one, tone=Tone.WARNING) for one in contradictions))


def _contact(customer: Customer360) -> tuple[Facts, ...]:
    identity, account = customer.identity, customer.account
    return facts(
        fact("E-mail", ", ".join(identity.emails)),
        fact("Phone", ", ".join(identity.phones)),
        fact("Account", account.name, url=account.url) if account else None,
        fact("Tier", account.tier) if account else None,
        fact("Account owner", account.owner_name or account.owner_email) if account else None,
        fact("Tags", ", ".join(customer.tags)),
    )


def _cases(customer: Customer360, now: datetime) -> tuple[Facts, ...]:
    newest = sorted(customer.cases, key=lambda one: (one.is_open, one.updated_at), reverse=True)[:_RECORDS_SHOWN]
    return facts(*(fact(f"Case {one.number}", _case(one, now), url=one.url, tone=_case_tone(one)) for one in newest))


def _case(case: CaseFact, now: datetime) -> str:
    return f"{case.subject} · {case.status} · {case.priority} · updated {ago(case.updated_at, now)}"


def _case_tone(case: CaseFact) -> Tone:
    return Tone.INFO if case.is_open else Tone.NEUTRAL


def _conversations(customer: Customer360, now: datetime) -> tuple[Facts, ...]:
    newest = sorted(customer.conversations, key=lambda one: one.updated_at, reverse=True)[:_RECORDS_SHOWN]
    return facts(*(fact(shortened(one.subject, 60) or "Conversation", _conversation(one, now), url=one.url) for one in newest))


def _conversation(one: ConversationFact, now: datetime) -> str:
    rated = f"rated {one.rating.score} of 5" if one.rating else ""
    return " · ".join(part for part in (one.state.value, rated, ", ".join(one.tags), ago(one.updated_at, now)) if part)


def _notes(customer: Customer360, zone: str) -> tuple[Facts, ...]:
    newest = sorted(customer.notes, key=lambda one: one.at, reverse=True)[:_RECORDS_SHOWN]
    return facts(*(fact(f"{one.author}, {day(one.at, zone)}", one.text) for one in newest))


def _timeline(entries: tuple[TimelineEntry, ...]) -> list[Element]:
    items = tuple(
        TimelineItem(at=one.at, title=one.title, detail=shortened(one.detail, 200), source=source_name(one.source), url=one.url)
        for one in entries[:_TIMELINE_SHOWN]
    )
    return [Timeline(items=items)] if items else []


def _evidence(customer: Customer360) -> tuple[Facts, ...]:
    return facts(*(fact(f"{source_name(one.source)} {one.label}", one.evidence, url=one.url) for one in customer.links))


def next_steps(conversation_id: str | None) -> list[Element]:
    if conversation_id is None:
        return []
    return [*buttons(reply_button(conversation_id, primary=True), escalate_button(conversation_id))]
