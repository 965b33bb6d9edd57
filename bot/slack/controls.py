"""The card's inputs and buttons as Block Kit; a press travels whole in the button's value, never in a message's text."""

from collections.abc import Iterator, Sequence

from bot.paging import cut
from bot.slack.elements import Stretch, context, plain_run, rich_blocks
from bot.slack.text import Block, escaped, usable_url, words
from playbooks.domain.card import Button, ChoiceInput, LinkButton, TextInput
from playbooks.words import shortened

INPUT_CHARACTERS = 3000
CONTINUED = "~"
"""Between an input's id and the number of its part, where a text is too long for one of Slack's inputs."""


def text_input(element: TextInput) -> Iterator[Block]:
    """Slack's input takes 3,000 characters; a longer text is laid out over several, which inbound joins again."""
    parts = list(cut(element.value, INPUT_CHARACTERS)) or [""]
    for number, part in enumerate(parts):
        name = element.input_id + (f"{CONTINUED}{number + 1}" if number else "")
        field: Block = {
            "type": "plain_text_input",
            "action_id": name,
            "multiline": element.multiline or len(parts) > 1,
            "max_length": INPUT_CHARACTERS if len(parts) > 1 else max(1, min(element.max_length, INPUT_CHARACTERS), len(part)),
        }
        field |= {"initial_value": part} if part else {}
        field |= {"placeholder": words(shortened(element.placeholder, 150))} if element.placeholder.strip() else {}
        label = element.label if not number else f"{element.label} (continued {number + 1})"
        yield _input(name, label, field, required=element.required and not number)


def choice_input(element: ChoiceInput) -> Iterator[Block]:
    options = [
        {"text": words(shortened(one.label, 75) or "–"), "value": one.value} for one in element.choices if _takes(one.value)
    ]
    left_out = len(element.choices) - len(options)
    if options:
        field: Block = {"type": "static_select", "action_id": element.input_id}
        if len(options) <= 100:
            field["options"] = options
        else:
            starts = range(0, len(options), 100)
            field["option_groups"] = [{"label": words(f"from {at + 1}"), "options": options[at : at + 100]} for at in starts]
        chosen = next((one for one in options if one["value"] == element.value), None)
        field |= {"initial_option": chosen} if chosen else {}
        yield _input(element.input_id, element.label, field, required=element.required)
    if left_out:
        yield from context([f"{left_out} choices of “{escaped(shortened(element.label, 200))}” cannot be shown in Slack."])


def _takes(value: str) -> bool:
    return 0 < len(value) <= 150


def _input(name: str, label: str, field: Block, *, required: bool) -> Block:
    shown = words(shortened(label, 2000) if label.strip() else name)
    return {"type": "input", "block_id": f"input:{name}", "label": shown, "element": field, "optional": not required}


def buttons(items: Sequence[Button], first: int) -> Iterator[Block]:
    """`first` numbers the card's buttons through, so that every action_id in a message is its own."""
    elements = [button(one, first + number) for number, one in enumerate(items)]
    shown = [one for one in elements if one is not None]
    for start in range(0, len(shown), 25):
        yield {"type": "actions", "elements": shown[start : start + 25]}
    for item, element in zip(items, elements, strict=True):
        if element is None:
            yield from context(
                [f"The button “{escaped(shortened(item.label, 200))}” carries more than Slack takes (2,000 signs)."]
            )


def button(item: Button, number: int) -> Block | None:
    """None where the press does not fit; domain presses are kept small, so that is a fault of ours, said in words."""
    value = item.press.model_dump_json(exclude_defaults=False)
    if len(value) > 2000:
        return None
    prefix = "submit" if item.needs_inputs else "press"
    element: Block = {
        "type": "button",
        "action_id": f"{prefix}:{number}",
        "text": words(shortened(item.label, 75) if item.label.strip() else item.press.do),
        "value": value,
    }
    element |= {"style": item.style} if item.style != "default" else {}
    return element | ({"confirm": confirm(item)} if item.confirm else {})


def confirm(item: Button) -> Block:
    question = shortened(item.confirm or "", 300)
    dialog: Block = {
        "title": words(shortened(item.label, 100) if item.label.strip() else "Sure?"),
        "text": words(question if question.strip() else "Sure?"),
        "confirm": words(shortened(item.label, 30) if item.label.strip() else "Yes"),
        "deny": words("Cancel"),
    }
    return dialog | ({"style": "danger"} if item.style == "danger" else {})


def link_button(element: LinkButton, number: int) -> Iterator[Block]:
    url = usable_url(element.url)
    label = shortened(element.label, 75) if element.label.strip() else "Open"
    if url:
        yield {
            "type": "actions",
            "elements": [{"type": "button", "action_id": f"link:{number}", "text": words(label), "url": url}],
        }
    else:
        yield from rich_blocks([Stretch("section", plain_run(f"{label}: {element.url}"))])
