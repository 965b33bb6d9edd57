"""What a payload of Slack repeats of the message or dialog somebody acts on. Test material."""

from collections.abc import Iterator

from tests.surfaces.slack_workspace import Json


def state(holder: Json, inputs: dict[str, str] | None = None) -> Json:
    """Slack's state.values: what each input holds, untouched ones included."""
    values: Json = {}
    for block in holder.get("blocks", []):
        if block["type"] == "input":
            element = block["element"]
            typed = (inputs or {}).get(element["action_id"])
            if element["type"] == "static_select":
                option = {"value": typed} if typed else element.get("initial_option")
                held: Json = {"type": "static_select", "selected_option": option}
            else:
                held = {"type": "plain_text_input", "value": element.get("initial_value") if typed is None else typed}
            values[block["block_id"]] = {element["action_id"]: held}
    return values


def message_box(channel_id: str, message: Json, *, alone: bool) -> Json:
    thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    return {"type": "message", "message_ts": message["ts"], "channel_id": channel_id, "is_ephemeral": alone, **thread}


def buttons_of(holder: Json) -> Iterator[Json]:
    for block in holder.get("blocks", []):
        if block["type"] == "actions":
            yield from (one for one in block["elements"] if one["type"] == "button")
