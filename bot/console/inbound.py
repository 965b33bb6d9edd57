"""What the console's forms mean as events; pure, and strict about what it accepts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from bot.console.session import actor_of
from playbooks.domain.events import Asked, Pressed
from playbooks.domain.people import Agent, Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from playbooks.domain.press import PRESS

LONGEST_TEXT = 60_000


class BadForm(Exception):
    """The request is not what the page sends; `str(error)` names the field."""


def asked(form: Mapping[str, Any], agent: Agent, now: datetime) -> Asked:
    """`event_id` comes from the page, so that a request sent twice is one question."""
    text = _text(form, "text")
    if not text.strip():
        raise BadForm("text: is empty.")
    return Asked(
        event_id=_text(form, "event_id", most=100),
        source="console",
        at=now,
        actor=actor_of(agent),
        place=place(form, agent),
        text=text,
    )


def pressed(form: Mapping[str, Any], agent: Agent, now: datetime) -> Pressed:
    inputs = form.get("inputs") or {}
    if not isinstance(inputs, dict) or not all(isinstance(one, str) and len(one) <= LONGEST_TEXT for one in inputs.values()):
        raise BadForm("inputs: must map input ids to text.")
    try:
        press = PRESS.validate_python(form.get("press"))
    except ValidationError:
        raise BadForm("press: is not one of ours.") from None
    where = place(form, agent)
    message_id = _text(form, "message_id", most=100)
    return Pressed(
        event_id=_text(form, "event_id", most=100),
        source="console",
        at=now,
        conversation_id=getattr(press, "conversation_id", None),
        actor=actor_of(agent),
        place=where,
        press=press,
        inputs=tuple(inputs.items()),
        message=MessageRef(
            surface=Surface.CONSOLE, channel_id=where.channel_id, message_id=message_id, thread_id=where.thread_id
        ),
    )


def place(form: Mapping[str, Any], agent: Agent) -> Place:
    """A team channel, or the person's own direct channel `@<agent_id>`, which nobody else may name."""
    channel_id = _text(form, "channel_id", most=200)
    if channel_id.startswith("@") and channel_id != own_channel(agent):
        raise BadForm("channel_id: is somebody else's.")
    thread_id = form.get("thread_id")
    return Place(
        surface=Surface.CONSOLE,
        channel_id=channel_id,
        thread_id=thread_id if isinstance(thread_id, str) and thread_id else None,
        channel_kind=ChannelKind.DIRECT if channel_id.startswith("@") else ChannelKind.PRIVATE,
    )


def own_channel(agent: Agent) -> str:
    return f"@{agent.agent_id}"


def _text(form: Mapping[str, Any], name: str, most: int = LONGEST_TEXT) -> str:
    value = form.get(name)
    if not isinstance(value, str) or not value or len(value) > most:
        raise BadForm(f"{name}: must be text of 1 to {most} characters.")
    return value
