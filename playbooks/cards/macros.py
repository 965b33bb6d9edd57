"""The macros that fit, filled for this customer, with what is missing and what they do besides their text."""

from playbooks.cards.parts import button, buttons, fact, facts, section, small
from playbooks.domain.card import Card, Element, Quote, Status, Tone
from playbooks.domain.content import MacroAction, MacroChoice
from playbooks.domain.press import UseMacro
from playbooks.words import listed, plural, shortened

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
    return [
        Quote(text=shortened(choice.text, 500), source=f"{macro.name}{owner}"),
        *facts(
            fact("Missing", listed([one.replace("_", " ") for one in choice.missing]), tone=Tone.WARNING),
            fact("Also does", listed([action_words(one) for one in macro.actions])),
        ),
        *buttons(use),
    ]


def action_words(action: MacroAction) -> str:
    return " ".join(part for part in (_DOES[action.do], action.value) if part)
