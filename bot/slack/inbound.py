"""Slack's events, commands and shortcuts as our `Asked`, pure. The acting person comes from the signed payload's own fields.

`Ignored` says why something is not for us (L6); only what is ours gets an event id, so dedupe can be neither too wide nor
too narrow: a message is known by (channel, ts), which `app_mention`, its `message` twin and every retry share.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playbooks.domain.events import Asked
from playbooks.domain.people import Actor, Surface
from playbooks.domain.place import ChannelKind, Place

Json = Mapping[str, Any]

SOURCE = "slack"
SUGGEST_REPLY = "suggest_reply"
"""The command name of the message shortcut; its text is the message it was used on, which is somebody else's words."""

OUR_SUBTYPES = frozenset({"file_share", "thread_broadcast"})
"""Messages a person wrote although they carry a subtype; every other subtype is an edit, a deletion or housekeeping."""

REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True)
class Ignored:
    """Not for us. `reason` holds no customer text; `tell` is said to the person alone, where there is something to say."""

    reason: str
    tell: str = ""


def asked(payload: Json, kind: ChannelKind) -> Asked | Ignored:
    """An Events API delivery (`event_callback`)."""
    event = payload.get("event") or {}
    reason = _not_ours(payload, event)
    if reason:
        return Ignored(reason)
    channel, ts = event["channel"], event["ts"]
    is_direct = _is_direct(channel)
    return Asked(
        event_id=f"{channel}:{ts}",
        source=SOURCE,
        at=instant(ts),
        actor=event_actor(payload, event),
        place=Place(
            surface=Surface.SLACK,
            channel_id=channel,
            thread_id=event.get("thread_ts") or (None if is_direct else ts),
            channel_kind=ChannelKind.DIRECT if is_direct else kind,
        ),
        text=readable(event.get("text") or "", bot_user_id(payload)),
    )


def _not_ours(payload: Json, event: Json) -> str | None:
    kind, own = event.get("type"), bot_user_id(payload)
    if kind not in ("app_mention", "message"):
        return f"an event of type {kind}"
    if event.get("subtype") and event["subtype"] not in OUR_SUBTYPES:
        return f"a message of subtype {event['subtype']}"
    if event.get("edited") or event.get("hidden"):
        return "an edit"
    if event.get("bot_id") or event.get("bot_profile"):
        return "written by an app"
    if not event.get("user") or not event.get("channel") or not event.get("ts"):
        return "a message without its author, channel or ts"
    if event["user"] == own:
        return "our own message"
    if kind == "message" and not _is_direct(event["channel"]) and (not own or f"<@{own}>" not in (event.get("text") or "")):
        return "a channel message that does not mention us"
    return None


def command_asked(form: Json, kind: ChannelKind, now: datetime) -> Asked:
    """A slash command; the answer is for the person alone. A `trigger_id` is given once per use."""
    return Asked(
        event_id=f"command:{form['team_id']}:{form['trigger_id']}",
        source=SOURCE,
        at=now,
        actor=Actor(
            surface=Surface.SLACK,
            user_id=form["user_id"],
            workspace_id=form["team_id"],
            enterprise_id=form.get("enterprise_id"),
            name=form.get("user_name") or "",
        ),
        place=Place(
            surface=Surface.SLACK,
            channel_id=form["channel_id"],
            only_user_id=form["user_id"],
            channel_kind=ChannelKind.DIRECT if _is_direct(form["channel_id"]) else kind,
        ),
        text=readable(form.get("text") or "", None),
        command=form["command"].removeprefix("/"),
    )


def shortcut_asked(payload: Json, kind: ChannelKind) -> Asked:
    """The message shortcut "Suggest a reply", used on a message: answered for the person alone, in that message's thread."""
    message, channel = payload["message"], payload["channel"]["id"]
    return Asked(
        event_id=f"shortcut:{payload['team']['id']}:{payload['user']['id']}:{payload['action_ts']}",
        source=SOURCE,
        at=instant(payload["action_ts"]),
        actor=payload_actor(payload),
        place=Place(
            surface=Surface.SLACK,
            channel_id=channel,
            thread_id=message.get("thread_ts") or message["ts"],
            only_user_id=payload["user"]["id"],
            channel_kind=ChannelKind.DIRECT if _is_direct(channel) else kind,
        ),
        text=readable(message.get("text") or "", None),
        command=SUGGEST_REPLY,
    )


def event_actor(payload: Json, event: Json) -> Actor:
    """In a channel shared with another company `team_id` is ours, not the author's: then only the event's own fields count."""
    external = payload.get("is_ext_shared_channel") is True
    own = event.get("user_team") or event.get("source_team") or event.get("team")
    team = own or ("" if external else payload.get("team_id") or "")
    enterprise = None if external else _authorization(payload).get("enterprise_id") or payload.get("enterprise_id")
    return Actor(surface=Surface.SLACK, user_id=event["user"], workspace_id=team, enterprise_id=enterprise)


def payload_actor(payload: Json) -> Actor:
    """The person of an interaction; `user.team_id` is their own workspace, which need not be that of the channel."""
    user = payload["user"]
    team = user.get("team_id") or (payload.get("team") or {}).get("id") or ""
    enterprise = payload.get("enterprise") or {}
    return Actor(
        surface=Surface.SLACK,
        user_id=user["id"],
        workspace_id=team,
        enterprise_id=enterprise.get("id"),
        name=user.get("username") or user.get("name") or "",
    )


def bot_user_id(payload: Json) -> str | None:
    one = _authorization(payload)
    return one.get("user_id") if one.get("is_bot", True) else None


def _authorization(payload: Json) -> Json:
    return next(iter(payload.get("authorizations") or ()), {})


def known_kind(payload: Json, channel_id: str) -> ChannelKind | None:
    """What the signed payload itself proves of a channel; None: it has to be looked up."""
    if _is_direct(channel_id):
        return ChannelKind.DIRECT
    return ChannelKind.SHARED if payload.get("is_ext_shared_channel") is True else None


def _is_direct(channel_id: str) -> bool:
    return channel_id.startswith("D")


def instant(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def readable(text: str, own: str | None) -> str:
    """What the person typed: our mention gone, Slack's links and mentions as words, its three escapes undone."""

    def words(found: re.Match[str]) -> str:
        sign, target, label = found.groups()
        if sign == "@" and target == own:
            return " "
        if sign:
            return label or f"{sign}{target}"
        return label or target if target.startswith(("mailto:", "tel:")) else target

    plain = REFERENCE.sub(words, text)
    for escape, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(escape, sign)
    return re.sub(r"[ \t]+", " ", plain).strip()
