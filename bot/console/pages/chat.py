"""The chat page: channels, one channel's messages, one open thread; whole on the server, kept alive by the script."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from bot.console.api import view_of
from bot.console.channels import Channel, channels
from bot.console.messages import message_html, shown
from bot.console.site import Site, inside
from bot.memory import Connection, console_feed, console_messages
from bot.memory.console_messages import ConsoleMessage
from playbooks.commands import USAGE
from playbooks.domain.people import Agent

ROOTS = 30
"""A channel's beginning of the page; earlier ones are one press further."""


async def chat(site: Site, request: Request, agent: Agent) -> Response:
    """`?channel=…&thread=…&before=…`: names and ids of ours only."""
    open_to = channels(agent, site.office)
    asked_for = request.query_params.get("channel", "")
    channel = next((one for one in open_to if one.slug == asked_for), open_to[0])
    before = request.query_params.get("before", "")
    thread_id = request.query_params.get("thread", "")
    reader = site.reader(agent)

    def read(conn: Connection) -> tuple[int, Sequence[ConsoleMessage], ConsoleMessage | None, Sequence[ConsoleMessage]]:
        """One snapshot, its sequence first: what is newer comes by the stream."""
        root = console_messages.find(conn, thread_id) if thread_id else None
        root = root if root and _may_see(root, reader, channel) else None
        return (
            console_feed.newest_seq(conn),
            console_feed.roots(conn, reader, channel.channel_id, before=int(before) if before.isdigit() else None, limit=ROOTS),
            root,
            console_feed.thread(conn, reader, channel.channel_id, thread_id) if root else (),
        )

    seq, roots, root, thread = await site.console.database.read(read)
    ids = [one.message_id for one in (*roots, *((root,) if root else ()))]
    counts = await site.console.database.read(lambda conn: console_feed.replies(conn, reader, ids))
    view = view_of(site, agent)
    none = console_feed.Replies()
    return inside(
        site,
        agent,
        "chat.html",
        here="chat",
        channel=channel,
        seq=seq,
        messages=[message_html(shown(one, view, counts.get(one.message_id, none))) for one in roots],
        earlier=roots[0].position if len(roots) == ROOTS else None,
        is_newest=not before,
        root=root,
        root_title=_title(root),
        thread=[message_html(shown(one, view)) for one in thread],
        commands=USAGE,
    )


def _may_see(message: ConsoleMessage, reader: console_feed.Reader, channel: Channel) -> bool:
    return message.channel_id == channel.channel_id and message.only_user_id in (None, reader.user_id)


def _title(root: ConsoleMessage | None) -> str:
    if root is None:
        return ""
    return root.card.title if root.card else root.text or ""
