"""What a vendor folder offers to the composition root: one connection with the roles it plays.

Every vendor folder's `__init__.py` exposes `VENDOR`, a `VendorFolder`. `bot.settings` reads the fields of `Settings` from
the environment as DESKSIDE_<VENDOR>_<FIELD>; a required one without a value means "not connected", never a crash.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import BaseModel
from starlette.types import ASGIApp

from retrieval.http import Calls
from retrieval.ports import (
    ArticleSource,
    CaseSink,
    CaseSource,
    ContactSink,
    CustomerFinder,
    CustomerSource,
    InboxSink,
    InboxSource,
    MacroSource,
    PresenceSource,
    Webhook,
)
from retrieval.world import World


@dataclass(frozen=True)
class Connection:
    """The roles a connected vendor plays; what it does not play stays None."""

    vendor: str
    customer_source: CustomerSource | None = None
    customer_finder: CustomerFinder | None = None
    inbox_source: InboxSource | None = None
    inbox_sink: InboxSink | None = None
    contact_sink: ContactSink | None = None
    case_source: CaseSource | None = None
    case_sink: CaseSink | None = None
    macro_source: MacroSource | None = None
    article_source: ArticleSource | None = None
    presence_source: PresenceSource | None = None
    webhook: Webhook | None = None
    check: Callable[[], Awaitable[None]] | None = None
    close: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Sandbox:
    """A running stand-in's app and the settings that reach it, but for the URL, which is known when it is served.

    `settings_at(url)` gives the vendor's Settings fields; `settings` values are what a person would put in the environment.
    """

    app: ASGIApp
    settings_at: Callable[[str], dict[str, str]]


@dataclass(frozen=True)
class VendorFolder:
    """`connect(settings, calls, transport)`; `transport` None means the network. `sandbox(world)` builds the stand-in."""

    name: str
    settings: type[BaseModel]
    connect: Callable[[Any, Calls, httpx.AsyncBaseTransport | None], Connection]
    sandbox: Callable[[World], Sandbox]
    abilities: tuple[str, ...] = field(default=())
