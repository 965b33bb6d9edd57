"""Slack's button presses and submitted dialogs as our `Pressed`, pure; the press comes from the button's own value."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from bot.slack.controls import CONTINUED
from bot.slack.dialogs import DialogMemory, dialog_place
from bot.slack.inbound import SOURCE, Ignored, instant, payload_actor
from playbooks.domain.events import Pressed
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from playbooks.domain.press import PRESS, EditDraft, Press

Json = Mapping[str, Any]

OUTDATED = "This button belongs to an older version of Deskside. Please ask again for a fresh card."


def pressed(payload: Json, kind: ChannelKind) -> Pressed | Ignored:
    """A `block_actions` payload. A link button only opens its address."""
    action: Json = next(iter(payload.get("actions") or ()), {})
    prefix = action.get("action_id", "").partition(":")[0]
    if prefix not in ("press", "submit"):
        return Ignored(f"an action of kind {prefix or 'none'}")
    press = _press(action.get("value") or "")
    if press is None:
        return Ignored("a button that is not ours", tell=OUTDATED)
    missing = list(_missing(payload)) if prefix == "submit" else []
    if missing:
        return Ignored("a required input is empty", tell=f"Please fill in: {', '.join(missing)}.")
    actor = payload_actor(payload)
    return Pressed(
        event_id=f"press:{actor.workspace_id}:{actor.user_id}:{action['action_ts']}:{action['action_id']}",
        source=SOURCE,
        at=instant(action["action_ts"]),
        conversation_id=getattr(press, "conversation_id", None),
        actor=actor,
        place=place(payload, kind),
        press=press,
        inputs=inputs(payload) if prefix == "submit" else (),
        message=message(payload),
    )


def submitted(payload: Json, kind: ChannelKind, now: datetime) -> Pressed | Ignored:
    """A `view_submission` of one of our dialogs. A view's hash changes with each update, so one state is submitted once."""
    view = payload["view"]
    memory = DialogMemory.read(view.get("private_metadata") or "")
    if memory is None or memory.submit is None:
        return Ignored("a dialog that is not ours", tell=OUTDATED)
    actor = payload_actor(payload)
    return Pressed(
        event_id=f"submit:{actor.workspace_id}:{actor.user_id}:{view['id']}:{view.get('hash', '')}",
        source=SOURCE,
        at=now,
        conversation_id=getattr(memory.submit, "conversation_id", None),
        actor=actor,
        place=memory.place.model_copy(update={"channel_kind": kind}),
        press=memory.submit,
        inputs=inputs(payload),
    )


def opens_dialog(event: Pressed) -> bool:
    """Whether the press asks for a form, which Slack shows as a dialog; a press inside a dialog changes that one."""
    return isinstance(event.press, EditDraft) and not event.place.channel_id.startswith("view:")


def place(payload: Json, kind: ChannelKind) -> Place:
    """Where the answer goes: into the dialog, to the person alone where the card was, or into the card's thread."""
    view = payload.get("view")
    if view:
        memory = DialogMemory.read(view.get("private_metadata") or "")
        origin = memory.place if memory else Place(surface=Surface.SLACK, channel_id=payload["user"]["id"])
        return dialog_place(view["id"], origin, payload["user"]["id"])
    box = payload.get("container") or {}
    channel = box.get("channel_id") or payload["channel"]["id"]
    is_direct, alone = channel.startswith("D"), bool(box.get("is_ephemeral"))
    return Place(
        surface=Surface.SLACK,
        channel_id=channel,
        thread_id=box.get("thread_ts") or (None if is_direct or alone else box.get("message_ts")),
        only_user_id=payload["user"]["id"] if alone else None,
        channel_kind=ChannelKind.DIRECT if is_direct else kind,
    )


def message(payload: Json) -> MessageRef | None:
    """The card that was pressed, where it can be updated: an ephemeral one cannot."""
    box = payload.get("container") or {}
    if box.get("type") != "message" or box.get("is_ephemeral"):
        return None
    return MessageRef(
        surface=Surface.SLACK, channel_id=box["channel_id"], message_id=box["message_ts"], thread_id=box.get("thread_ts")
    )


def channel_of(payload: Json) -> str:
    """The channel an interaction came from, a dialog's origin included; "" where there is none."""
    memory = DialogMemory.read((payload.get("view") or {}).get("private_metadata") or "")
    if memory:
        return memory.place.channel_id
    return str((payload.get("container") or {}).get("channel_id") or (payload.get("channel") or {}).get("id") or "")


def inputs(payload: Json) -> tuple[tuple[str, str], ...]:
    """What was typed and chosen, by input id; a text laid out over several inputs is one again."""
    parts: dict[str, list[tuple[int, str]]] = {}
    for action_id, value in _values(payload):
        name, _, number = action_id.partition(CONTINUED)
        parts.setdefault(name, []).append((int(number) if number.isdigit() else 1, value))
    return tuple((name, "".join(text for _, text in sorted(found))) for name, found in sorted(parts.items()))


def _values(payload: Json) -> Iterator[tuple[str, str]]:
    state = (payload.get("view") or payload).get("state") or {}
    for block in (state.get("values") or {}).values():
        for action_id, value in block.items():
            chosen = value.get("selected_option") or {}
            yield action_id, value.get("value") or chosen.get("value") or ""


def _missing(payload: Json) -> Iterator[str]:
    """Slack enforces required inputs only in dialogs; in a message we read them off the message it sends back."""
    given = dict(_values(payload))
    for block in (payload.get("view") or payload.get("message") or {}).get("blocks") or ():
        required = block.get("type") == "input" and not block.get("optional", False)
        if required and not given.get(block["element"]["action_id"], "").strip():
            yield block["label"]["text"]


def _press(value: str) -> Press | None:
    try:
        return PRESS.validate_json(value)
    except ValidationError:
        return None


def reference(event_id: str) -> str:
    """A short name of an event, to be said to a person and found in the log; the same for every retry."""
    return hashlib.sha256(event_id.encode()).hexdigest()[:8]
