"""Asked back when a chat whose case is closed is escalated again: the same case, or a second one."""

from playbooks.cards.parts import buttons, fact, facts, section
from playbooks.domain.card import Button, Card, Element, LinkButton, Status, TextInput, Tone
from playbooks.domain.case import Case
from playbooks.domain.press import Escalate, ReopenCase
from playbooks.words import shortened


def same_case_card(case: Case, *, conversation_id: str, note: str = "") -> Card:
    again = ReopenCase(conversation_id=conversation_id)
    anew = Escalate(conversation_id=conversation_id, anew=True)
    link: list[Element] = [LinkButton(label="Open the case", url=case.url)] if case.url else []
    inputs: list[Element] = [
        TextInput(input_id="case_note", label="What the second line should know", value=shortened(note, 2000), multiline=True),
        *buttons(
            Button(label=f"Reopen case {case.number}", press=again, style="primary", needs_inputs=True),
            Button(label="Open a second case", press=anew, needs_inputs=True),
        ),
    ]
    return Card(
        title=f"Case {case.number} is closed",
        summary=f"This chat has a case already, {case.number}, which is closed. Reopen it, or open a second one?",
        status=Status(text="Question", tone=Tone.INFO),
        sections=(
            *section("", facts(fact("Why I ask", "One matter is one case. Reopened, it keeps its history and its number."))),
            *section("", [*inputs, *link]),
        ),
    )
