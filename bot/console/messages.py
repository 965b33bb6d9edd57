"""A console message as a page shows it, rendered for one reader; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.console.outbound import BOT
from bot.console.render import ENVIRONMENT, Frame, card_html
from bot.memory.console_feed import Replies
from bot.memory.console_messages import ConsoleMessage
from playbooks.words import moment

TEMPLATE = ENVIRONMENT.get_template("message.html")


@dataclass(frozen=True)
class MessageView:
    """Whose page, in which zone, on which day."""

    reader_name: str
    zone: str
    now: datetime
    reader_id: str = ""


@dataclass(frozen=True)
class Shown:
    """One message with everything its template needs; `card` is HTML of ours."""

    message: ConsoleMessage
    author: str
    is_bot: bool
    is_mine: bool
    time: str
    moment: str
    card: str
    replies: Replies


def shown(message: ConsoleMessage, view: MessageView, replies: Replies = Replies()) -> Shown:  # noqa: B008 - frozen
    is_bot = message.author == BOT
    frame = Frame(key=message.message_id, zone=view.zone, reader_id=view.reader_id)
    return Shown(
        message=message,
        author="Deskside" if is_bot else message.author,
        is_bot=is_bot,
        is_mine=message.author == view.reader_name,
        time=short_time(message.created_at, view),
        moment=moment(message.created_at, view.zone),
        card=card_html(message.card, frame) if message.card else "",
        replies=replies,
    )


def message_html(one: Shown) -> str:
    return str(TEMPLATE.module.message(one))  # type: ignore[attr-defined]


def event(message: ConsoleMessage, counts: Mapping[str, Replies], view: MessageView) -> dict[str, Any]:
    """What an open page needs to show the change, wherever it is."""
    root = message.thread_id or message.message_id
    replies = counts.get(root, Replies())
    one = shown(message, view, replies)
    return {
        "message_id": message.message_id,
        "channel_id": message.channel_id,
        "thread_id": message.thread_id,
        "position": message.position,
        "seq": message.seq,
        "mine": one.is_mine,
        "replies": replies.number,
        "calls_you": bool(view.reader_id) and calls(message, view.reader_id),
        "said": said(message, one.author),
        "html": message_html(one),
    }


def calls(message: ConsoleMessage, reader_id: str) -> bool:
    """Whether the card is to reach this reader by name."""
    return message.card is not None and any(one.agent_id == reader_id for one in message.card.calls)


def said(message: ConsoleMessage, author: str) -> str:
    """For screen readers: one line."""
    words = message.card.summary if message.card else message.text or ""
    return f"{author}: {words}"


def short_time(at: datetime, view: MessageView) -> str:
    local, today = at.astimezone(ZoneInfo(view.zone)), view.now.astimezone(ZoneInfo(view.zone))
    return f"{local:%H:%M}" if local.date() == today.date() else f"{local.day} {local:%b, %H:%M}"
