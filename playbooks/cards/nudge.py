"""A reminder about one conversation, and the form a way out needs; both in the thread where colleagues talk."""

from datetime import datetime

from playbooks.cards.parts import buttons, customer_button, fact, facts, reply_button, section, small, take_button, who
from playbooks.domain.card import Button, Card, Choice, ChoiceInput, Element, Quote, Status, TextInput, Tone
from playbooks.domain.conversation import Conversation
from playbooks.domain.press import WayOut as WayOutPress
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Need, WayOut
from playbooks.privacy import masked
from playbooks.words import ago, shortened


def nudge_card(
    conversation: Conversation, run: SopRun, *, owner: str | None, reason: str, now: datetime, role: str = ""
) -> Card:
    """For the owner, or for `role` when the owner alone does not help any more."""
    name = who(conversation)
    last = conversation.last_customer_part
    said: list[Element] = [Quote(text=shortened(masked(last.text), 300), source=name, at=last.at)] if last else []
    key = conversation.conversation_id
    whom = owner or "Operators"
    return Card(
        title=f"{role.capitalize()}: {name} needs you" if role else f"{whom}: {name} is waiting",
        summary=shortened(f"{name}: {reason or 'the chat needs attention'}", 200),
        status=Status(text="Reminder", tone=Tone.WARNING),
        sections=(
            *section(
                "", facts(fact("Why", reason), fact("With", owner or "nobody yet"), fact("Since", ago(run.entered_at, now)))
            ),
            *section("", said),
            *section("", buttons(reply_button(key, primary=True), None if owner else take_button(key), customer_button(key))),
        ),
        footer=f"Conversation {key}",
    )


def way_out_form_card(way_out: WayOut, conversation_id: str, *, filled: dict[str, str], reason: str = "") -> Card:
    """Everything the way out needs; what was filled in before is kept."""
    go = Button(
        label=way_out.title,
        press=WayOutPress(conversation_id=conversation_id, transition=way_out.transition),
        style="primary",
        needs_inputs=True,
    )
    return Card(
        title=way_out.title,
        summary=f"{way_out.title}: fill in what it needs.",
        sections=(
            *section("", [small(way_out.use_when)] if way_out.use_when else []),
            *section("", [small(reason, Tone.WARNING)] if reason else []),
            *section("", [*(_input(name, need, filled) for name, need in way_out.needs.items()), *buttons(go)]),
        ),
    )


def _input(name: str, need: Need, filled: dict[str, str]) -> TextInput | ChoiceInput:
    value = filled.get(name, need.default)
    if need.kind == "choice":
        choices = tuple(Choice(label=one, value=one) for one in need.choices)
        return ChoiceInput(input_id=name, label=need.label, choices=choices, value=value, required=need.required)
    return TextInput(
        input_id=name,
        label=need.label,
        value=value,
        placeholder=shortened(need.hint, 150),
        multiline=need.kind == "long_text",
        required=need.required,
    )
