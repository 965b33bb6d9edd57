"""The form with which somebody hands an alert to a colleague: who may look after it, those who are there first."""

from collections.abc import Sequence

from playbooks.attendance import Attendances
from playbooks.cards.parts import fact, facts, section, small
from playbooks.domain.card import Button, Buttons, Card, Choice, ChoiceInput, Status, Tone
from playbooks.domain.people import Agent
from playbooks.domain.presence import Attendance
from playbooks.domain.press import HandOverAlert
from playbooks.words import shortened

COLLEAGUE = "colleague"
_UNKNOWN = Attendance(on_shift=False, known=False)


def alert_hand_over_card(people: Sequence[Agent], there: Attendances, press: HandOverAlert, *, unknown: str = "") -> Card:
    """`unknown` is a name that was given and that nobody has."""
    found = sorted(people, key=lambda one: not there.get(one.agent_id, _UNKNOWN).there)
    choices = tuple(
        Choice(label=f"{one.name} ({there.get(one.agent_id, _UNKNOWN).words})", value=one.agent_id) for one in found
    )
    best = next((one.agent_id for one in found if there.get(one.agent_id, _UNKNOWN).there), "")
    chosen = ChoiceInput(input_id=COLLEAGUE, label="To whom", choices=choices, value=best, required=True)
    button = Button(label="Hand over", press=press, style="primary", needs_inputs=True)
    wrong = f"Nobody on the roster is called {shortened(unknown, 60)}." if unknown else ""
    return Card(
        title="Hand this alert to a colleague",
        summary="Hand this alert to a colleague.",
        status=Status(text="Needs a name", tone=Tone.INFO),
        sections=(
            *section("", [small("They are called by name and look after the alert. The chat keeps its owner.")]),
            *section("", facts(fact("Problem", wrong, tone=Tone.WARNING))),
            *section("", [chosen, Buttons(items=(button,))]),
        ),
    )
