"""The form with which management hands a chat to a colleague: who is there, who knows the subject, who has room."""

from playbooks.cards.parts import fact, facts, section
from playbooks.domain.card import Button, Buttons, Card, Choice, ChoiceInput, Status, Tone
from playbooks.domain.press import WayOut
from playbooks.routing import Routed

ASSIGNEE = "assignee"


def assign_form_card(routed: Routed, conversation_id: str, transition: str) -> Card:
    people = {one.agent_id: one for one in (*((routed.person,) if routed.person else ()), *routed.people)}
    choices = tuple(Choice(label=f"{one.name} ({one.why})", value=one.agent_id) for one in people.values())
    best = routed.best
    chosen = ChoiceInput(
        input_id=ASSIGNEE, label="To whom", choices=choices, value=best.agent_id if best else "", required=True
    )
    press = WayOut(conversation_id=conversation_id, transition=transition)
    return Card(
        title="Assign to a colleague",
        summary="Assign this chat to a colleague.",
        status=Status(text="Needs a name", tone=Tone.INFO),
        sections=(
            *section("", facts(fact("Rule", routed.rule), fact("Why", routed.reason))),
            *section("", [chosen, Buttons(items=(Button(label="Assign", press=press, style="primary", needs_inputs=True),))]),
        ),
    )
