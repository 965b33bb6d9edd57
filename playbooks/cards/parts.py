"""Small pieces that several cards share; they word and arrange, and decide nothing."""

from collections.abc import Iterable

from playbooks.domain.card import Button, Buttons, Element, Fact, Facts, Paragraph, Section, Tone
from playbooks.domain.clock import ClockFact
from playbooks.domain.content import Citation
from playbooks.domain.conversation import Conversation
from playbooks.domain.customer import Lookup, LookupKind
from playbooks.domain.facts import Flag, FlagKind
from playbooks.domain.finding import Finding
from playbooks.domain.press import Escalate, Press, ShowCustomer, SuggestReply, TakeConversation
from playbooks.plain_text import readable, shown
from playbooks.words import day, length, moment, shortened

LONGEST_FACT = 400
"""A fact is read at a glance; what is longer belongs behind its link."""

_FLAG_WORDS = {
    FlagKind.VIP: ("VIP", Tone.INFO),
    FlagKind.OPEN_DISPUTE: ("Open dispute", Tone.DANGER),
    FlagKind.OVERDUE_INVOICE: ("Overdue invoice", Tone.WARNING),
    FlagKind.LATE_PARCEL: ("Late parcel", Tone.WARNING),
    FlagKind.REPEAT_CONTACT: ("Repeat contact", Tone.WARNING),
    FlagKind.LOW_RATING: ("Low rating", Tone.WARNING),
    FlagKind.AT_RISK: ("At risk", Tone.DANGER),
    FlagKind.UPSELL: ("Upsell", Tone.GOOD),
}
_CLOCK_WORDS = {
    "first_response": "First response",
    "next_response": "Next response",
    "resolution": "Resolution",
    "second_line": "Second line",
}
_PAUSE_WORDS = {
    "waiting_for_customer": "waiting for the customer",
    "snoozed": "snoozed",
    "outside_hours": "outside opening hours",
}


def facts(*items: Fact | None) -> tuple[Facts, ...]:
    """The facts that exist; () where there are none."""
    kept = tuple(one for one in items if one is not None and one.value)
    return (Facts(items=kept),) if kept else ()


def fact(label: str, value: str | None, *, url: str | None = None, tone: Tone = Tone.NEUTRAL) -> Fact | None:
    return Fact(label=label, value=shortened(value, LONGEST_FACT), url=url, tone=tone) if value else None


def section(title: str, elements: Iterable[Element], *, collapsed: bool = False) -> tuple[Section, ...]:
    """() where there is nothing to show under the title."""
    kept = tuple(elements)
    return (Section(title=title, elements=kept, collapsed=collapsed),) if kept else ()


def flag_facts(flags: tuple[Flag, ...]) -> tuple[Facts, ...]:
    return facts(*(fact(_FLAG_WORDS[one.kind][0], one.reason, tone=_FLAG_WORDS[one.kind][1]) for one in flags))


def flag_word(flag: Flag) -> str:
    return _FLAG_WORDS[flag.kind][0]


def clock_facts(clocks: tuple[ClockFact, ...], zone: str) -> tuple[Facts, ...]:
    return facts(*(fact(one.title or _CLOCK_WORDS[one.clock], clock_words(one, zone), tone=_clock_tone(one)) for one in clocks))


def clock_words(clock: ClockFact, zone: str) -> str:
    if clock.stopped_at:
        kept = f"{length(-clock.left)} too late" if clock.breached else "kept"
        return f"{kept}, after {length(clock.used)} of {length(clock.within)}"
    if clock.breached:
        return f"breached {length(clock.left)} ago ({length(clock.within)} promised)"
    if clock.paused_because:
        return f"paused: {_PAUSE_WORDS[clock.paused_because]}; {length(clock.left)} left"
    due = f", due {moment(clock.due_at, zone)}" if clock.due_at else ""
    return f"{length(clock.left)} left of {length(clock.within)}{due}"


def _clock_tone(clock: ClockFact) -> Tone:
    if clock.breached:
        return Tone.DANGER
    if clock.stopped_at:
        return Tone.GOOD
    return Tone.WARNING if clock.warned else Tone.NEUTRAL


def finding_facts(findings: tuple[Finding, ...]) -> tuple[Facts, ...]:
    def worded(one: Finding) -> Fact | None:
        label = "Must change" if one.severity == "block" else "Consider"
        instead = f" Instead: {one.instead}" if one.instead else ""
        tone = Tone.DANGER if one.severity == "block" else Tone.WARNING
        return fact(label, f"“{shortened(one.excerpt, 80)}”: {one.reason}{instead}", tone=tone)

    return facts(*map(worded, findings))


def small(rich: str, tone: Tone = Tone.NEUTRAL) -> Paragraph:
    return Paragraph(rich=rich, small=True, tone=tone)


def buttons(*items: Button | None) -> tuple[Buttons, ...]:
    kept = tuple(one for one in items if one is not None)
    return (Buttons(items=kept),) if kept else ()


def button(label: str, press: Press, *, primary: bool = False) -> Button:
    return Button(label=label, press=press, style="primary" if primary else "default")


def take_button(conversation_id: str) -> Button:
    return button("Take", TakeConversation(conversation_id=conversation_id), primary=True)


def customer_button(conversation_id: str) -> Button:
    asked = Lookup(kind=LookupKind.INTERCOM_CONVERSATION, value=conversation_id)
    return button("Customer", ShowCustomer(lookup=asked))


def reply_button(conversation_id: str, *, primary: bool = False) -> Button:
    return button("Suggest reply", SuggestReply(conversation_id=conversation_id), primary=primary)


def escalate_button(conversation_id: str) -> Button:
    return Button(
        label="Escalate",
        press=Escalate(conversation_id=conversation_id),
        style="danger",
        confirm="Open a Salesforce case with the whole conversation, then tag and close the chat?",
    )


def who(conversation: Conversation, name: str | None = None) -> str:
    """The customer's name as a person would say it."""
    contact = conversation.contact
    return name or (contact and (contact.name or contact.email)) or "A customer without a name"


def _in_one_line(excerpt: str) -> str:
    """As a person reads it; the draft keeps the excerpt as it stands in the article."""
    return " ".join(filter(None, map(shown, readable(excerpt).splitlines())))


def citation_facts(citations: tuple[Citation, ...], zone: str) -> tuple[Facts, ...]:
    def sourced(one: Citation) -> str:
        updated = f" (updated {day(one.updated_at, zone)})" if one.updated_at else ""
        return f"{one.title}{updated}: “{shortened(_in_one_line(one.excerpt), 160)}”"

    return facts(*(fact(f"[{one.marker}]", sourced(one), url=one.url) for one in citations))
