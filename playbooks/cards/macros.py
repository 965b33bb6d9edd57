"""The macros that fit, filled for this customer: what they ask for, what is missing, what they do besides their text."""

from collections.abc import Mapping, Sequence

from playbooks.cards.parts import button, buttons, fact, facts, section, small
from playbooks.domain.card import Button, Card, Choice, ChoiceInput, Element, Quote, Status, TextInput, Tone
from playbooks.domain.content import Macro, MacroAction, MacroChoice, MacroInput
from playbooks.domain.press import UseMacro
from playbooks.words import listed, plural, shortened

MACRO_INPUT = "macro_"
"""What begins the name of an input that a macro asks for."""

_DOES = {"tag": "tag", "snooze": "snooze for", "assign": "assign to", "close": "close the conversation", "note": "add the note"}


def macros_card(query: str, choices: tuple[MacroChoice, ...], conversation_id: str | None = None) -> Card:
    about = f" for “{shortened(query, 60)}”" if query else ""
    if not choices:
        return Card(
            title="No macro fits",
            summary=f"No macro fits{about}.",
            status=Status(text="None fits", tone=Tone.WARNING),
            sections=section("", [small("Try other words, or # and the start of a name. A suggested reply may help instead.")]),
        )
    return Card(
        title=f"{plural(len(choices), 'macro')}{about}",
        summary=f"{plural(len(choices), 'macro')}{about}: {listed([one.macro.name for one in choices])}.",
        sections=section("", macro_elements(choices, conversation_id)),
    )


def macro_elements(choices: tuple[MacroChoice, ...], conversation_id: str | None) -> list[Element]:
    return [element for one in choices for element in _macro(one, conversation_id)]


def _macro(choice: MacroChoice, conversation_id: str | None) -> list[Element]:
    macro = choice.macro
    owner = f" (personal, {macro.owner})" if macro.owner else ""
    use = (
        button(f"Use {shortened(macro.name, 40)}", UseMacro(conversation_id=conversation_id, macro_id=macro.macro_id))
        if conversation_id
        else None
    )
    missing = [one.replace("_", " ") for one in choice.missing if not one.startswith("input.")]
    return [
        *([Quote(text=shortened(_with_labels(choice), 500), source=f"{macro.name}{owner}")] if choice.text else []),
        *facts(
            fact("Macro", "" if choice.text else f"{macro.name}{owner}, without a text for the customer"),
            fact("Asks for", listed([one.label for one in macro.inputs])),
            fact("Missing", listed(missing), tone=Tone.WARNING),
            fact("Also does", doing(macro.actions)),
        ),
        *buttons(use),
    ]


def _with_labels(choice: MacroChoice) -> str:
    text = choice.text
    for one in choice.macro.inputs:
        text = text.replace(f"[missing: input.{one.input_id}]", f"[{one.label}]")
    return text


def macro_form_card(
    macro: Macro, conversation_id: str, *, filled: Mapping[str, str], missing: Sequence[MacroInput] = ()
) -> Card:
    """What a macro asks for before it is filled; what was given before is kept."""
    use = UseMacro(conversation_id=conversation_id, macro_id=macro.macro_id, asked=True)
    again = listed([one.label for one in missing])
    return Card(
        title=macro.name,
        summary=f"The macro {macro.name} needs a few words first.",
        status=Status(text="Needs a few words", tone=Tone.INFO),
        sections=(
            *section("", facts(fact("Still missing", again, tone=Tone.WARNING))),
            *section(
                "",
                [
                    *(_input(one, filled.get(one.input_id, "")) for one in macro.inputs),
                    *buttons(Button(label="Fill in", press=use, style="primary", needs_inputs=True)),
                ],
            ),
        ),
        footer="Nothing is sent: the filled macro is shown for you to edit and send.",
    )


def _input(one: MacroInput, value: str) -> Element:
    input_id = f"{MACRO_INPUT}{one.input_id}"
    if one.choices:
        choices = tuple(Choice(label=choice, value=choice) for choice in one.choices)
        chosen = value if value in one.choices else ""
        return ChoiceInput(input_id=input_id, label=one.label, choices=choices, value=chosen, required=one.required)
    return TextInput(
        input_id=input_id, label=one.label, value=value, placeholder=shortened(one.hint, 140), required=one.required
    )


def macro_run_card(choice: MacroChoice, conversation_id: str) -> Card:
    """A macro without a text: what it would do, and nothing of it before the button is pressed."""
    run = UseMacro(conversation_id=conversation_id, macro_id=choice.macro.macro_id, run=True)
    return Card(
        title=choice.macro.name,
        summary=f"{choice.macro.name}: {doing(choice.macro.actions)}.",
        status=Status(text="Nothing for the customer", tone=Tone.INFO),
        sections=(
            *section("", facts(fact("It does", doing(choice.macro.actions)))),
            *section("", buttons(button("Do this", run, primary=True))),
        ),
    )


def doing(actions: Sequence[MacroAction]) -> str:
    return listed([action_words(one) for one in actions])


def action_words(action: MacroAction) -> str:
    return " ".join(part for part in (_DOES[action.do], action.value) if part)
