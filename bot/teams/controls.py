"""The card's inputs and buttons as Adaptive Card inputs and actions; a press travels whole in the action's data.

A button is an Action.Execute, answered inside the card; a client that does not know it falls back to an Action.Submit with the
same data, which arrives as a message with a value. Both carry `verb`, so one reading serves both. Adaptive Cards have no
confirmation, so a button that asks once more opens a small card with the question and the real button.
"""

from collections.abc import Iterator, Sequence

from bot.paging import cut
from bot.teams.text import BLOCK_BYTES, Item, rich, run, size, usable_url
from playbooks.domain.card import Button, ChoiceInput, LinkButton, TextInput
from playbooks.words import shortened

PRESS = "deskside"
"""The name of the press inside an action's data; every other name in it is an input."""

CONTINUED = "~"
INPUT_CHARACTERS = 6000
"""A longer text is laid out over several inputs, so that a card can stay under its size; inbound joins them again."""

ACTIONS = 5
"""Teams shows six actions of one set at most; further ones go into a set below."""
ROW_CHARACTERS, PADDING_CHARACTERS = 85, 5
"""What fits beside each other in a card as wide as a channel shows it; clients differ in whether they wrap or cut off."""

STYLES = {"default": "default", "primary": "positive", "danger": "destructive"}


def text_input(element: TextInput) -> Iterator[Item]:
    parts = list(cut(element.value, INPUT_CHARACTERS)) or [""]
    for number, part in enumerate(parts):
        required = element.required and not number
        field: Item = {
            "type": "Input.Text",
            "id": element.input_id + (f"{CONTINUED}{number + 1}" if number else ""),
            "label": (shortened(element.label, 200) or "Text") + (f" (continued {number + 1})" if number else ""),
            "isMultiline": element.multiline or len(parts) > 1,
            "isRequired": required,
            "maxLength": max(1, element.max_length, len(part)),
        }
        field |= {"value": part} if part else {}
        field |= {"placeholder": shortened(element.placeholder, 200)} if element.placeholder else {}
        yield field | ({"errorMessage": "Please fill this in."} if required else {})


def choice_input(element: ChoiceInput) -> Iterator[Item]:
    field: Item = {
        "type": "Input.ChoiceSet",
        "id": element.input_id,
        "label": shortened(element.label, 200) or "Choice",
        "style": "compact",
        "isRequired": element.required,
        "choices": [{"title": shortened(one.label, 200) or one.value, "value": one.value} for one in element.choices],
    }
    field |= {"value": element.value} if element.value else {}
    yield field | ({"errorMessage": "Please choose."} if element.required else {})


def buttons(items: Sequence[Button]) -> Iterator[Item]:
    actions: list[Item] = []
    for one in map(action, items):
        if actions and not _fits_beside(actions, one):
            yield {"type": "ActionSet", "actions": actions}
            actions = []
        actions.append(one)
    if actions:
        yield {"type": "ActionSet", "actions": actions}


def _fits_beside(actions: list[Item], one: Item) -> bool:
    wide = sum(len(other["title"]) + PADDING_CHARACTERS for other in (*actions, one))
    return len(actions) < ACTIONS and size(actions) + size(one) <= BLOCK_BYTES and wide <= ROW_CHARACTERS


def action(item: Button) -> Item:
    return _asking_once_more(item) if item.confirm else _execute(item)


def _execute(item: Button) -> Item:
    shown: Item = {
        "title": shortened(item.label, 200) or item.press.do,
        "style": STYLES[item.style],
        "associatedInputs": "auto" if item.needs_inputs else "none",
    }
    data = {PRESS: item.press.model_dump(mode="json")}
    fallback = {"type": "Action.Submit", **shown, "data": data | {"verb": item.press.do}}
    return {"type": "Action.Execute", **shown, "verb": item.press.do, "data": data, "fallback": fallback}


def _asking_once_more(item: Button) -> Item:
    question = list(rich([run(shortened(item.confirm or "", 500))]))
    body = [*question, {"type": "ActionSet", "actions": [_execute(item)]}]
    title = shortened(item.label, 200) or item.press.do
    return {
        "type": "Action.ShowCard",
        "title": f"{title} …",
        "style": STYLES[item.style],
        "card": {"type": "AdaptiveCard", "body": body},
    }


def link_button(element: LinkButton) -> Iterator[Item]:
    url, label = usable_url(element.url), shortened(element.label, 200) or "Open"
    if url:
        yield {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": label, "url": url}]}
    else:
        yield from rich([run(f"{label}: {element.url}")])
