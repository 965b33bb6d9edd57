"""What the console's forms mean as events; pure, and strict about what it accepts."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from bot.console.session import actor_of
from playbooks.domain.events import Asked, Pressed
from playbooks.domain.people import Agent, Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from playbooks.domain.press import PRESS

LONGEST_TEXT = 60_000
COMMAND = re.compile(r"/([a-z][a-z-]{0,30})(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)


class BadForm(Exception):
    """The request is not what the page sends; `str(error)` names the field."""


def asked(form: Mapping[str, Any], agent: Agent, now: datetime, channel_ids: Collection[str]) -> Asked:
    """`event_id` comes from the page, so that a request sent twice is one question.

    A leading slash is a command with its argument. A question asked in a team channel opens a thread of its own.
    """
    text = _text(form, "text").strip()
    if not text:
        raise BadForm("text: is empty.")
    event_id = _text(form, "event_id", most=100)
    where = place(form, agent, channel_ids)
    if where.thread_id is None and where.channel_kind is not ChannelKind.DIRECT:
        where = where.model_copy(update={"thread_id": question_id(event_id)})
    command = COMMAND.fullmatch(text)
    return Asked(
        event_id=event_id,
        source="console",
        at=now,
        actor=actor_of(agent),
        place=where,
        text=(command.group(2) or "").strip() if command else text,
        command=command.group(1).lower() if command else None,
    )


def question_id(event_id: str) -> str:
    """The message that shows the question."""
    return f"q-{event_id}"


def question_place(event: Asked) -> Place:
    """Where the question itself is shown: a thread's first message is not in the thread."""
    opens = event.place.thread_id == question_id(event.event_id)
    return event.place.model_copy(update={"thread_id": None}) if opens else event.place


def question_text(event: Asked) -> str:
    return f"/{event.command} {event.text}".strip() if event.command else event.text


def pressed(form: Mapping[str, Any], agent: Agent, now: datetime, channel_ids: Collection[str]) -> Pressed:
    inputs = form.get("inputs") or {}
    if not isinstance(inputs, dict) or not all(isinstance(one, str) and len(one) <= LONGEST_TEXT for one in inputs.values()):
        raise BadForm("inputs: must map input ids to text.")
    try:
        press = PRESS.validate_python(form.get("press"))
    except ValidationError:
        raise BadForm("press: is not one of ours.") from None
    where = place(form, agent, channel_ids)
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


def place(form: Mapping[str, Any], agent: Agent, channel_ids: Collection[str]) -> Place:
    """A channel that is open to this person. *Errors:* BadForm for any other, which is not told apart from none."""
    channel_id = _text(form, "channel_id", most=200)
    if channel_id not in channel_ids:
        raise BadForm("channel_id: is not open to you.")
    thread_id = form.get("thread_id")
    return Place(
        surface=Surface.CONSOLE,
        channel_id=channel_id,
        thread_id=thread_id if isinstance(thread_id, str) and thread_id else None,
        channel_kind=ChannelKind.DIRECT if channel_id == own_channel(agent) else ChannelKind.PRIVATE,
    )


def own_channel(agent: Agent) -> str:
    return f"@{agent.agent_id}"


def _text(form: Mapping[str, Any], name: str, most: int = LONGEST_TEXT) -> str:
    value = form.get(name)
    if not isinstance(value, str) or not value or len(value) > most:
        raise BadForm(f"{name}: must be text of 1 to {most} characters.")
    return value
