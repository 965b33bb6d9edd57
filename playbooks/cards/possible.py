"""Which of a card's buttons fit where the chat stands in its procedure; it hides what would be refused, and grants nothing."""

from collections.abc import Sequence

from playbooks.cards.parts import button
from playbooks.domain.card import Buttons, Element
from playbooks.domain.press import Escalate, Press, Resolve, Snooze, TakeConversation, WayOut

ADMIT = "admit"
"""The transition that lets somebody in who is not entitled; a state that declares it holds people who were turned away."""


def is_turned_away(possible: frozenset[str] | None) -> bool:
    return possible is not None and ADMIT in possible


def possible_buttons(row: Sequence[Element], conversation_id: str, possible: frozenset[str] | None) -> list[Element]:
    """`possible` are the transitions that the procedure declares now; None: nobody can say, so all are shown."""
    admit = button("Answer anyway", WayOut(conversation_id=conversation_id, transition=ADMIT), primary=True)
    first = (admit,) if is_turned_away(possible) else ()
    return [
        one.model_copy(update={"items": (*first, *(item for item in one.items if _fits(item.press, possible)))})
        if isinstance(one, Buttons)
        else one
        for one in row
    ]


def _fits(press: Press, possible: frozenset[str] | None) -> bool:
    match press:
        case TakeConversation() | Escalate() | Resolve() | Snooze():
            wanted: str = press.do
        case WayOut():
            wanted = press.transition
        case _:
            return True
    return possible is None or wanted in possible
