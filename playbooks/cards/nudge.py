"""Reminders about a chat, to its owner or to a role, and the form for what a way out needs; small, and updated in place."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from playbooks.cards.parts import (
    buttons,
    customer_button,
    escalate_button,
    fact,
    facts,
    reply_button,
    section,
    small,
    take_button,
    who,
)
from playbooks.domain.card import Button, Card, Choice, ChoiceInput, Element, LinkButton, Quote, Status, TextInput, Tone
from playbooks.domain.conversation import AuthorKind, Conversation
from playbooks.domain.press import Snooze
from playbooks.domain.press import WayOut as TakeWayOut
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Need, WayOut
from playbooks.privacy import masked
from playbooks.words import ago, listed, shortened

SNOOZE_UNTIL = "until"
"""The input in which a time is typed as people say it (`playbooks.when`)."""


def nudge_card(
    conversation: Conversation,
    run: SopRun,
    *,
    owner: str | None,
    reason: str,
    now: datetime,
    role: str = "",
    called: Sequence[str] = (),
    answers: Sequence[tuple[str, str]] = (),
) -> Card:
    """`role` "": to the owner; otherwise to that role, which sees who owns the chat and what was filled in for them.

    `called` are the names of those who are told by name.
    """
    key = conversation.conversation_id
    name = who(conversation)
    told = reason or "This chat needs somebody."
    last = next((one for one in reversed(conversation.public_parts) if one.author.kind is AuthorKind.CONTACT), None)
    quote: list[Element] = [Quote(text=shortened(masked(last.text), 300), source=name, at=last.at)] if last else []
    link: list[Element] = [LinkButton(label="Open in Intercom", url=conversation.url)] if conversation.url else []
    return Card(
        title=f"Chat with {name}: {told[:1].lower()}{told[1:]}".rstrip("."),
        summary=shortened(f"{name}: {told}", 250),
        status=Status(text=f"For {role.replace('_', ' ')}s" if role else "Reminder", tone=Tone.WARNING),
        sections=(
            *section("", quote),
            *section("", facts(*(fact(label, masked(value)) for label, value in answers))),
            *section(
                "",
                facts(
                    fact("Owner", owner or "nobody yet"),
                    fact("In this state", ago(run.entered_at, now)),
                    fact("Called", (listed(list(called)) or "nobody of this role is at work") if role else None),
                ),
            ),
            *section("", [*_next(key, owned=run.owner is not None, for_role=bool(role)), *link]),
        ),
    )


def _next(key: str, *, owned: bool, for_role: bool) -> tuple[Element, ...]:
    if for_role or not owned:
        return buttons(take_button(key), customer_button(key), reply_button(key))
    later = Button(label="Snooze 30 min", press=Snooze(conversation_id=key, minutes=30))
    until = TextInput(input_id=SNOOZE_UNTIL, label="Snooze until", placeholder="tomorrow 9, 2h, monday")
    asked = Button(label="Snooze until then", press=TakeWayOut(conversation_id=key, transition="snooze"), needs_inputs=True)
    return (*buttons(reply_button(key, primary=True), later, escalate_button(key)), until, *buttons(asked))


def way_out_form_card(
    way_out: WayOut, conversation_id: str, *, filled: Mapping[str, str] | None = None, reason: str = ""
) -> Card:
    """What a way out needs before it can be taken; what was filled in before is kept."""
    known = filled or {}
    take = TakeWayOut(conversation_id=conversation_id, transition=way_out.transition)
    send = Button(label=way_out.title, press=take, style="primary", confirm=way_out.confirm or None, needs_inputs=True)
    return Card(
        title=way_out.title,
        summary=f"{way_out.title}: please fill in what is needed.",
        status=Status(text="Needs a few words", tone=Tone.INFO),
        sections=(
            *section("", [small(way_out.use_when)]),
            *section("", facts(fact("Still missing", reason, tone=Tone.WARNING))),
            *section("", [*(_input(name, need, known.get(name, "")) for name, need in way_out.needs.items()), *buttons(send)]),
        ),
    )


def _input(name: str, need: Need, value: str) -> Element:
    if need.kind == "choice":
        choices = tuple(Choice(label=one, value=one) for one in need.choices)
        chosen = value if value in need.choices else need.default
        return ChoiceInput(input_id=name, label=need.label, choices=choices, value=chosen, required=need.required)
    return TextInput(
        input_id=name,
        label=need.label,
        value=value or need.default,
        placeholder=shortened(need.hint, 140),
        multiline=need.kind == "long_text",
        required=need.required,
    )
