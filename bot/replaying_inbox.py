"""The inbox that past conversations are recorded from: the connected one, or the demo's sandbox; only read."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from pydantic import BaseModel

from bot.settings import read_settings, vendor_folders
from retrieval.http import Calls
from retrieval.ports import InboxSource


@contextlib.asynccontextmanager
async def connected_inbox(*, sandbox: bool) -> AsyncIterator[InboxSource | None]:
    """*Empty:* None where no inbox is configured."""
    with contextlib.ExitStack() as stack:
        settings: Mapping[str, BaseModel] = _sandboxed(stack) if sandbox else read_settings().vendors
        folders = [one for one in vendor_folders() if one.name in settings]
        connections = [one.connect(settings[one.name], Calls(), None) for one in folders]
        try:
            yield next((one.inbox_source for one in connections if one.inbox_source), None)
        finally:
            for one in connections:
                if one.close is not None:
                    await one.close()


def _sandboxed(stack: contextlib.ExitStack) -> Mapping[str, BaseModel]:
    from bot.demo.fleet import Fleet  # noqa: PLC0415 - starts servers
    from bot.demo.worlds import demo_world  # noqa: PLC0415

    return stack.enter_context(Fleet(demo_world(datetime.now(UTC)))).settings
