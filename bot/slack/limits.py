"""Slack's limits on messages and views, checked before sending; slack_sdk's models know only some of them. It repairs nothing.

*Source:* contracts.md §4 (docs.slack.dev, method docs of May 2026). "assumed" where Slack names none.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 4000
"""chat.update's limit; chat.postMessage takes more, but a card is posted and updated by one rule."""

TEXT_OF = {"section": 3000, "header": 150, "context": 3000}
KNOWN = frozenset({"section", "header", "context", "divider", "actions", "input", "image", "rich_text"})
OPTION_TEXT, OPTION_VALUE, OPTIONS = 75, 150, 100
RICH_TEXT = 3000
"""Assumed: Slack names no limit for one rich text block."""

Json = Mapping[str, Any]


def message_problems(text: str, blocks: Sequence[Json]) -> list[str]:
    """What Slack would refuse, each naming its block; [] means it fits."""
    found = [f"text: {len(text)} of {MESSAGE_TEXT}"] if len(text) > MESSAGE_TEXT else []
    if not text.strip():
        found.append("text: empty, screen readers and notifications need it")
    return [*found, *block_problems(blocks, MESSAGE_BLOCKS)]


def view_problems(view: Json) -> list[str]:
    found = [f"{name}: over 24" for name in ("title", "submit", "close") if len(view.get(name, {}).get("text", "")) > 24]
    found += [
        f"{name}: over {limit}"
        for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255))
        if len(view.get(name, "")) > limit
    ]
    blocks = view.get("blocks", [])
    if any(one["type"] == "input" for one in blocks) and "submit" not in view:
        found.append("submit: missing though there are inputs")
    return [*found, *block_problems(blocks, VIEW_BLOCKS)]


def block_problems(blocks: Sequence[Json], most: int) -> list[str]:
    found = [f"blocks: {len(blocks)} of {most}"] if len(blocks) > most else []
    if not blocks:
        found.append("blocks: none")
    found += list(_twice("block_id", [str(one["block_id"]) for one in blocks if "block_id" in one]))
    found += list(_twice("action_id", [one["action_id"] for one in _interactive(blocks) if "action_id" in one]))
    for number, block in enumerate(blocks):
        found += [f"block {number} ({block.get('type')}): {problem}" for problem in _problems(block)]
    return found


def _twice(name: str, ids: Sequence[str]) -> Iterator[str]:
    yield from (f"{name}: {one[:40]} twice" for one in set(ids) if ids.count(one) > 1)
    yield from (f"{name}: {len(one)} of 255" for one in ids if not 0 < len(one) <= 255)


def _interactive(blocks: Sequence[Json]) -> Iterator[Json]:
    for block in blocks:
        yield from block.get("elements", []) if block["type"] == "actions" else []
        yield from (block[name] for name in ("element", "accessory") if name in block)


def _problems(block: Json) -> Iterator[str]:
    if len(block.get("block_id", "")) > 255:
        yield "block_id over 255"
    match block["type"]:
        case "section":
            yield from _section(block)
        case "header":
            yield from _text(block["text"], TEXT_OF["header"], {"plain_text"})
        case "context":
            yield from _count("elements", block["elements"], 10)
            for one in block["elements"]:
                yield from _text(one, TEXT_OF["context"]) if one["type"] != "image" else _image(one)
        case "actions":
            yield from _count("elements", block["elements"], 25)
            for one in block["elements"]:
                yield from _control(one)
        case "input":
            yield from _text(block["label"], 2000, {"plain_text"})
            yield from _text(block["hint"], 2000, {"plain_text"}) if "hint" in block else ()
            yield from _control(block["element"])
        case "image":
            yield from _image(block)
        case "rich_text":
            yield from _rich(block)
        case other if other not in KNOWN:
            yield f"type {other} is not one we send"


def _section(block: Json) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "neither text nor fields"
    yield from _text(block["text"], TEXT_OF["section"]) if "text" in block else ()
    if "fields" in block:
        yield from _count("fields", block["fields"], 10)
        for one in block["fields"]:
            yield from _text(one, 2000)
    if block.get("accessory", {}).get("type") == "image":
        yield from _image(block["accessory"])
    elif "accessory" in block:
        yield from _control(block["accessory"])


def _text(text: Json, most: int, kinds: frozenset[str] | set[str] = frozenset({"plain_text", "mrkdwn"})) -> Iterator[str]:
    if text.get("type") not in kinds:
        yield f"text of type {text.get('type')}"
    if not 0 < len(text.get("text", "")) <= most:
        yield f"text of {len(text.get('text', ''))}, allowed 1 to {most}"


def _count(name: str, items: Sequence[object], most: int) -> Iterator[str]:
    if not 0 < len(items) <= most:
        yield f"{len(items)} {name}, allowed 1 to {most}"


def _image(image: Json) -> Iterator[str]:
    yield from _length("image_url", image, 3000)
    yield from _length("alt_text", image, 2000)


def _length(name: str, of: Json, most: int) -> Iterator[str]:
    if not 0 < len(of.get(name, "")) <= most:
        yield f"{name} of {len(of.get(name, ''))}, allowed 1 to {most}"


def _control(element: Json) -> Iterator[str]:
    match element["type"]:
        case "button":
            yield from _text(element["text"], 75, {"plain_text"})
            yield from _length("value", element, 2000) if "value" in element else ()
            yield from _length("url", element, 3000) if "url" in element else ()
            if element.get("style", "primary") not in ("primary", "danger"):
                yield f"style {element['style']}"
            yield from _confirm(element["confirm"]) if "confirm" in element else ()
        case "plain_text_input":
            yield from _placeholder(element)
            most = element.get("max_length", 3000)
            if not 1 <= most <= 3000 or len(element.get("initial_value", "")) > most:
                yield f"max_length {most} with {len(element.get('initial_value', ''))} signs"
        case "static_select":
            yield from _placeholder(element)
            yield from _select(element)
        case other:
            yield f"element {other} is not one we send"


def _placeholder(element: Json) -> Iterator[str]:
    yield from _text(element["placeholder"], 150, {"plain_text"}) if "placeholder" in element else ()


def _select(element: Json) -> Iterator[str]:
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    yield from _count("option groups", groups, OPTIONS)
    for group in groups:
        yield from _count("options", group["options"], OPTIONS)
        yield from _text(group["label"], 75, {"plain_text"}) if "label" in group else ()
        for one in group["options"]:
            yield from _text(one["text"], OPTION_TEXT, {"plain_text"})
            yield from _length("value", one, OPTION_VALUE)


def _confirm(dialog: Json) -> Iterator[str]:
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(dialog[name], most)


def _rich(block: Json) -> Iterator[str]:
    leaves = list(_leaves(block))
    yield from _count("elements", leaves, 1_000_000)
    size = sum(len(one.get("text", "")) for one in leaves)
    if size > RICH_TEXT:
        yield f"rich text of {size}, allowed {RICH_TEXT}"
    for one in leaves:
        yield from _length("text", one, RICH_TEXT) if one["type"] in ("text", "link") else ()
        yield from _length("url", one, 3000) if one["type"] == "link" else ()


def _leaves(element: Json) -> Iterator[Json]:
    if "elements" not in element:
        yield element
    for one in element.get("elements", []):
        yield from _leaves(one)
