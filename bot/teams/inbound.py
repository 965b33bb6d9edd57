"""Bot Framework activities as our `Asked` and `Pressed`, pure. Who acts comes from the authenticated activity's own fields.

*Source:* contracts.md §5, Bot Framework activity schema, msteams-docs. An activity's id is unique in its conversation, so
the two together name an event and a redelivery is recognised.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from bot.teams.controls import CONTINUED, PRESS
from playbooks.domain.events import Asked, Pressed
from playbooks.domain.people import Actor, Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from playbooks.domain.press import PRESS as PRESSES
from playbooks.domain.press import Press

Json = Mapping[str, Any]

SOURCE = "teams"
ACTION_INVOKE = "adaptiveCard/action"
THREAD = ";messageid="
OUTDATED = "This button belongs to an older version of Deskside. Please ask again for a fresh card."
KINDS = {"standard": ChannelKind.PUBLIC, "private": ChannelKind.PRIVATE, "shared": ChannelKind.SHARED}
AT = re.compile(r"<at[^>]*>(.*?)</at>", re.DOTALL)


@dataclass(frozen=True)
class Ignored:
    """Not for us. `reason` holds no customer text; `tell` is said to the person, where there is something to say."""

    reason: str
    tell: str = ""


def read(activity: Json, kind: ChannelKind, now: datetime) -> Asked | Pressed | Ignored:
    """What an authenticated activity asks of us."""
    author, conversation = activity.get("from") or {}, activity.get("conversation") or {}
    if not author.get("id") or not conversation.get("id") or not activity.get("id"):
        return Ignored("an activity without its author, conversation or id")
    if author.get("role") == "bot" or author["id"] == (activity.get("recipient") or {}).get("id"):
        return Ignored("our own message")
    match activity.get("type"):
        case "message" if PRESS in _object(activity.get("value")):
            return _pressed(activity, activity["value"], kind, now)
        case "message":
            return _asked(activity, kind, now)
        case "invoke" if activity.get("name") == ACTION_INVOKE:
            return _pressed(activity, _data(activity), kind, now)
        case "invoke":
            return Ignored(f"an invoke named {activity.get('name')}")
        case other:
            return Ignored(f"an activity of type {other}")


def _asked(activity: Json, kind: ChannelKind, now: datetime) -> Asked | Ignored:
    if not is_direct(activity) and not _mentions_us(activity):
        return Ignored("a message that does not mention us")
    text = words(activity)
    command, _, rest = text.removeprefix("/").partition(" ") if text.startswith("/") else ("", "", text)
    return Asked(
        event_id=event_id(activity),
        source=SOURCE,
        at=instant(activity, now),
        actor=actor(activity, kind),
        place=place(activity, kind),
        text=rest.strip(),
        command=command.lower() or None,
    )


def _pressed(activity: Json, given: Json, kind: ChannelKind, now: datetime) -> Pressed | Ignored:
    press = _press(given.get(PRESS))
    if press is None:
        return Ignored("a button that is not ours", tell=OUTDATED)
    where = place(activity, kind)
    shown = activity.get("replyToId")
    return Pressed(
        event_id=event_id(activity),
        source=SOURCE,
        at=instant(activity, now),
        conversation_id=getattr(press, "conversation_id", None),
        actor=actor(activity, kind),
        place=where,
        press=press,
        inputs=inputs(given),
        message=_ref(where, shown) if shown else None,
    )


def _ref(where: Place, activity_id: str) -> MessageRef:
    return MessageRef(surface=Surface.TEAMS, channel_id=where.channel_id, message_id=activity_id, thread_id=where.thread_id)


def _data(activity: Json) -> Json:
    return _object(_object(_object(activity.get("value")).get("action")).get("data"))


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _press(value: object) -> Press | None:
    try:
        return PRESSES.validate_python(value)
    except ValidationError:
        return None


def inputs(given: Json) -> tuple[tuple[str, str], ...]:
    """What was typed and chosen, by input id; a text laid out over several inputs is one again."""
    parts: dict[str, list[tuple[int, str]]] = {}
    for key, value in given.items():
        if key in (PRESS, "verb") or not isinstance(value, str):
            continue
        name, _, number = key.partition(CONTINUED)
        parts.setdefault(name, []).append((int(number) if number.isdigit() else 1, value))
    return tuple((name, "".join(text for _, text in sorted(found))) for name, found in sorted(parts.items()))


def actor(activity: Json, kind: ChannelKind) -> Actor:
    """The Entra object id where Teams gives it: it is the same for every bot; `from.id` is this bot's own name for them."""
    author = activity["from"]
    return Actor(
        surface=Surface.TEAMS,
        user_id=author.get("aadObjectId") or author["id"],
        workspace_id=tenant(activity, kind),
        name=author.get("name") or "",
    )


def tenant(activity: Json, kind: ChannelKind) -> str:
    """The author's own tenant. In a shared channel the others are its host's, which proves nothing of the author: then ""."""
    own = (activity.get("from") or {}).get("tenantId")
    if own or kind is ChannelKind.SHARED:
        return str(own or "")
    data, conversation = activity.get("channelData") or {}, activity.get("conversation") or {}
    return str((data.get("tenant") or {}).get("id") or conversation.get("tenantId") or "")


def place(activity: Json, kind: ChannelKind) -> Place:
    channel, _, thread = str(activity["conversation"]["id"]).partition(THREAD)
    return Place(surface=Surface.TEAMS, channel_id=channel, thread_id=thread or None, channel_kind=kind)


def known_kind(activity: Json) -> ChannelKind | None:
    """What the activity itself proves; None: a channel whose type must be looked up."""
    conversation, data = activity.get("conversation") or {}, activity.get("channelData") or {}
    match conversation.get("conversationType"):
        case "personal":
            return ChannelKind.DIRECT
        case "groupChat":
            return ChannelKind.PRIVATE
        case "channel":
            return KINDS.get(str((data.get("channel") or {}).get("type") or "").lower())
        case _:
            return ChannelKind.UNKNOWN


def is_direct(activity: Json) -> bool:
    return bool((activity.get("conversation") or {}).get("conversationType") == "personal")


def event_id(activity: Json) -> str:
    return f"{activity['conversation']['id']}:{activity['id']}"


def instant(activity: Json, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(str(activity.get("timestamp")))
    except ValueError:
        return now
    return at if at.tzinfo else now


def words(activity: Json) -> str:
    """What the person typed: our mention gone, other people's as their names."""
    text = str(activity.get("text") or "")
    for entity in activity.get("entities") or ():
        if entity.get("type") == "mention" and _is_us(activity, entity.get("mentioned") or {}):
            text = text.replace(entity.get("text") or "<at></at>", " ")
    plain = html.unescape(AT.sub(r"\1", text)).replace("\xa0", " ")
    return re.sub(r"[ \t]+", " ", plain).strip()


def _mentions_us(activity: Json) -> bool:
    mentions = (one for one in activity.get("entities") or () if one.get("type") == "mention")
    return any(_is_us(activity, one.get("mentioned") or {}) for one in mentions)


def _is_us(activity: Json, mentioned: Json) -> bool:
    return bool(mentioned.get("id")) and mentioned.get("id") == (activity.get("recipient") or {}).get("id")
