"""Puts the folder's parts together for one workspace; the only place here that sees them all."""

import httpx

from retrieval.connection import Connection
from retrieval.http import Calls
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.api import VENDOR, connected
from retrieval.vendors.intercom.contact_sink import IntercomContactSink
from retrieval.vendors.intercom.customers import IntercomCustomers, IntercomFinder
from retrieval.vendors.intercom.library import IntercomArticles, IntercomMacros
from retrieval.vendors.intercom.presence import IntercomPresence
from retrieval.vendors.intercom.settings import Settings
from retrieval.vendors.intercom.sink import IntercomSink
from retrieval.vendors.intercom.source import IntercomInbox
from retrieval.vendors.intercom.translate import Workspace
from retrieval.vendors.intercom.webhook import IntercomWebhook


def connection(settings: Settings, calls: Calls, transport: httpx.AsyncBaseTransport | None) -> Connection:
    api, client = connected(settings, calls, transport)
    workspace = Workspace.of(settings)
    secret = settings.client_secret.get_secret_value() if settings.client_secret else ""

    async def check() -> None:
        """*Errors:* Refused where the token is not accepted."""
        await api.ask("identify", "GET", "/me", wire.Lenient)

    return Connection(
        vendor=VENDOR,
        customer_source=IntercomCustomers(api, workspace),
        customer_finder=IntercomFinder(api, workspace),
        inbox_source=IntercomInbox(api, workspace),
        inbox_sink=IntercomSink(api),
        contact_sink=IntercomContactSink(api),
        macro_source=IntercomMacros(api, settings.inbox_ids),
        article_source=IntercomArticles(api, internal=settings.internal_articles),
        presence_source=IntercomPresence(api),
        webhook=IntercomWebhook(secret, settings.bot_admin_id) if secret else None,
        check=check,
        close=client.aclose,
    )
