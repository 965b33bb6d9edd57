"""A small Slack workspace with state: channels, messages, whispers, dialogs, and the Web API methods on them. Test material."""

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.models.blocks import Block

from bot.slack.limits import message_problems, view_problems
from playbooks.domain.people import Actor, Surface

Json = dict[str, Any]
TEAM, BOT_USER, BOT_ID, APP_ID = "T0SOLVANE", "U0DESKSIDE", "B0DESKSIDE", "A0DESKSIDE"
MEI = Actor(surface=Surface.SLACK, user_id="U0MEI", workspace_id=TEAM)


@dataclass
class Channel:
    """`flags` are those of a conversation object: is_private, is_ext_shared, is_im …"""

    channel_id: str
    flags: Json = field(default_factory=lambda: {"is_channel": True})
    archived: bool = False
    has_bot: bool = True
    messages: list[Json] = field(default_factory=list)


@dataclass
class Failure:
    """An order to fail: with Slack's error code, an HTTP status, or (after_commit) by doing it and then dropping the answer."""

    method: str
    error: str = ""
    status: int = 200
    retry_after: int | None = None
    times: int = 1
    after_commit: bool = False
    seconds: float = 0.0


class SlackError(Exception):
    pass


class Workspace:
    """The methods raise SlackError with Slack's own code. `calls` is the journal; `invalid` what real Slack would refuse."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, Json] = {}
        self.ephemerals: list[Json] = []
        self.views: dict[str, Json] = {}
        self.triggers: dict[str, bool] = {}
        self.calls: list[tuple[str, Json]] = []
        self.invalid: list[str] = []
        self.failures: list[Failure] = []
        self._clock = itertools.count(1)
        self.methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._whisper,
            "conversations.info": self._info,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "users.info": self._user,
            "views.open": self._open,
            "views.update": self._update_view,
            "views.publish": self._publish,
        }
        for user_id, name in (("U0MEI", "mei.tan"), ("U0ARJUN", "arjun.rao"), ("U0SOFIA", "sofia.lindqvist")):
            self.add_user(user_id, name)
        for channel in (Channel("C0SUPPORT"), Channel("C0ALERTS"), Channel("G0LEADS", {"is_private": True})):
            self.channels[channel.channel_id] = channel

    def add_user(self, user_id: str, name: str, team: str = TEAM) -> None:
        self.users[user_id] = {"id": user_id, "name": name, "team_id": team, "profile": {"email": f"{name}@solvane.example"}}
        self.channels[self.direct(user_id)] = Channel(self.direct(user_id), {"is_im": True})

    def direct(self, user_id: str) -> str:
        return "D" + user_id.removeprefix("U")

    def stamp(self) -> str:
        return f"1795348800.{next(self._clock):06d}"

    def called(self, *methods: str) -> list[tuple[str, Json]]:
        return [(name, given) for name, given in self.calls if not methods or name in methods]

    def find(self, channel_id: str, ts: str) -> Json:
        for message in self._channel(channel_id).messages:
            if message["ts"] == ts:
                return message
        raise SlackError("message_not_found")

    def failure(self, method: str) -> Failure | None:
        for one in self.failures:
            if one.method == method and one.times > 0:
                one.times -= 1
                return one
        return None

    def _channel(self, channel_id: str) -> Channel:
        if channel_id in self.users:
            channel_id = self.direct(channel_id)
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def _writable(self, given: Json) -> Channel:
        channel = self._channel(given["channel"])
        if channel.archived:
            raise SlackError("is_archived")
        if not channel.has_bot:
            raise SlackError("not_in_channel")
        return channel

    def _checked(self, given: Json) -> Json:
        problems = message_problems(given.get("text", ""), given["blocks"]) if "blocks" in given else []
        problems += list(_sdk_problems(given.get("blocks", [])))
        if not given.get("text") and not given.get("blocks"):
            raise SlackError("no_text")
        if problems:
            self.invalid += problems
            raise SlackError("invalid_blocks")
        return {name: given[name] for name in ("text", "blocks", "metadata", "thread_ts") if given.get(name)}

    def _auth(self, _: Json) -> Json:
        return {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID}

    def _post(self, given: Json) -> Json:
        channel = self._writable(given)
        message = {"type": "message", "ts": self.stamp(), "user": BOT_USER, "bot_id": BOT_ID, **self._checked(given)}
        channel.messages.append(message)
        return {"channel": channel.channel_id, "ts": message["ts"], "message": message}

    def _update(self, given: Json) -> Json:
        channel = self._writable(given)
        message = self.find(given["channel"], given["ts"])
        if message.get("bot_id") != BOT_ID:
            raise SlackError("cant_update_message")
        message.pop("blocks", None)
        message.update(self._checked(given))
        return {"channel": channel.channel_id, "ts": given["ts"]}

    def _delete(self, given: Json) -> Json:
        channel = self._writable(given)
        channel.messages.remove(self.find(given["channel"], given["ts"]))
        return {"channel": channel.channel_id, "ts": given["ts"]}

    def _whisper(self, given: Json) -> Json:
        channel = self._writable(given)
        if given["user"] not in self.users:
            raise SlackError("user_not_found")
        whisper = {"ts": self.stamp(), "channel": channel.channel_id, "user": given["user"], **self._checked(given)}
        self.ephemerals.append(whisper)
        return {"message_ts": whisper["ts"]}

    def _info(self, given: Json) -> Json:
        channel = self._channel(given["channel"])
        return {"channel": {"id": channel.channel_id, **channel.flags}}

    def _history(self, given: Json) -> Json:
        messages = [one for one in self._channel(given["channel"]).messages if one.get("thread_ts", one["ts"]) == one["ts"]]
        return _page(list(reversed(messages)), given)

    def _replies(self, given: Json) -> Json:
        messages = [one for one in self._channel(given["channel"]).messages if given["ts"] in (one["ts"], one.get("thread_ts"))]
        if not messages:
            raise SlackError("thread_not_found")
        return _page(messages, given)

    def _user(self, given: Json) -> Json:
        if given["user"] not in self.users:
            raise SlackError("user_not_found")
        return {"user": self.users[given["user"]]}

    def _open(self, given: Json) -> Json:
        if not self.triggers.pop(given.get("trigger_id", ""), False):
            raise SlackError("expired_trigger_id")
        return self._kept(f"V{next(self._clock)}", given["view"])

    def _update_view(self, given: Json) -> Json:
        if given["view_id"] not in self.views:
            raise SlackError("not_found")
        return self._kept(given["view_id"], given["view"])

    def _publish(self, given: Json) -> Json:
        return self._kept(f"H{given['user_id']}", given["view"])

    def _kept(self, view_id: str, view: Json) -> Json:
        problems = view_problems(view) + list(_sdk_problems(view.get("blocks", [])))
        if problems:
            self.invalid += problems
            raise SlackError("invalid_arguments")
        self.views[view_id] = {**view, "id": view_id, "hash": f"h{next(self._clock)}"}
        return {"view": self.views[view_id]}


def _page(messages: list[Json], given: Json) -> Json:
    start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
    shown = messages[start : start + limit]
    if str(given.get("include_all_metadata", "")).lower() != "true":
        shown = [{name: value for name, value in one.items() if name != "metadata"} for one in shown]
    more = str(start + limit) if start + limit < len(messages) else ""
    return {"messages": shown, "response_metadata": {"next_cursor": more}}


def _sdk_problems(blocks: list[Json]) -> Iterator[str]:
    """What slack_sdk's own models object to."""
    for block in blocks:
        try:
            parsed = Block.parse(json.loads(json.dumps(block)))
            if parsed is None:
                yield f"slack_sdk does not know {block.get('type')}"
            else:
                parsed.validate_json()
        except Exception as error:  # noqa: BLE001 - whatever it objects to
            yield f"slack_sdk: {error}"
