"""Who is on shift, and where a conversation's promises stand."""

from datetime import datetime

from playbooks.attendance import Attendances
from playbooks.cards.parts import buttons, clock_facts, customer_button, fact, facts, section, small, who
from playbooks.domain.card import Card, Status, Tone
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import Conversation
from playbooks.domain.policy import Policies
from playbooks.domain.presence import Attendance
from playbooks.words import plural


def shift_card(there: Attendances, policies: Policies, now: datetime, zone: str = "UTC") -> Card:
    """Everybody whose shift is open now, with what is known of their being there, and the shifts as they are set."""
    title = {one.agent_id: one.name for one in policies.team.agents}
    people = {title.get(name, name): one for name, one in there.items() if one.on_shift}
    here = [name for name, one in people.items() if one.there]
    names = ", ".join(name if one.words == "on shift" else f"{name} ({_less(one)})" for name, one in people.items())
    rows = [
        fact(shift.name.capitalize(), ", ".join(title.get(one, one) for one in shift.agents)) for shift in policies.team.shifts
    ]
    return Card(
        title="Who is on shift",
        summary=f"On shift now: {names}." if people else "Nobody is on shift now.",
        status=Status(text=plural(len(here), "colleague"), tone=Tone.GOOD if here else Tone.WARNING),
        sections=(
            *section("", facts(fact("Now", names or "nobody"))),
            *section("Shifts", facts(*rows)),
        ),
        footer=f"{now:%d %b %H:%M} UTC; your zone is {zone}",
    )


def _less(one: Attendance) -> str:
    return one.words.removeprefix("on shift, ")


def clocks_card(conversation: Conversation, clocks: tuple[ClockFact, ...], zone: str = "UTC") -> Card:
    """Each clock with what is left of its time, and why it pauses where it does."""
    name, key = who(conversation), conversation.conversation_id
    breached = any(one.breached for one in clocks)
    none = [small("No SLA rule covers this conversation.")]
    return Card(
        title=f"Promises to {name}",
        summary=f"{plural(len(clocks), 'clock')} on conversation {key}{', breached' if breached else ''}.",
        status=Status(text="Breached" if breached else "Kept so far", tone=Tone.DANGER if breached else Tone.GOOD),
        sections=(
            *section("", clock_facts(clocks, zone) if clocks else none),
            *section("", buttons(customer_button(key))),
        ),
    )
