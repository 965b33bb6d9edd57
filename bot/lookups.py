"""A customer looked up once, outside any service: in sandboxes made for the occasion, or in the connected systems."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from bot.demo.fleet import Fleet
from bot.demo.worlds import demo_world
from bot.settings import read_settings, vendor_folders
from playbooks.cards.customer import customer_card
from playbooks.cards.questions import ask_back_card, unknown_customer_card
from playbooks.contradictions import contradictions
from playbooks.domain.card import Card
from playbooks.domain.customer import Ambiguous, Lookup, Unknown
from playbooks.flags import flags
from playbooks.timeline import timeline
from retrieval.connection import Connection
from retrieval.customer360 import gather
from retrieval.facts_cache import RecentFacts
from retrieval.http import Calls
from retrieval.resolve import resolve

DEADLINE_SECONDS = 5.0
"""A person at a terminal waits a little longer than one with a customer on the line."""


async def looked_up(lookup: Lookup, *, shop: Path | None, real: bool, zone: str) -> tuple[bool, Card]:
    """Whether exactly one customer was found, and the card that says what was; times are told in `zone`."""
    now = datetime.now(UTC)
    with ExitStack() as stack:
        settings: Mapping[str, BaseModel]
        settings = read_settings().vendors if real else stack.enter_context(Fleet(demo_world(now, shop))).settings
        connections = [
            folder.connect(settings[folder.name], Calls(), None) for folder in vendor_folders() if folder.name in settings
        ]
        try:
            return await _answered(lookup, connections, now, zone)
        finally:
            for one in connections:
                if one.close is not None:
                    await one.close()


async def _answered(lookup: Lookup, connections: list[Connection], now: datetime, zone: str) -> tuple[bool, Card]:
    finders = [one.customer_finder for one in connections if one.customer_finder]
    resolution = await resolve(finders, lookup, deadline_seconds=DEADLINE_SECONDS)
    if isinstance(resolution, Unknown):
        return False, unknown_customer_card(resolution)
    if isinstance(resolution, Ambiguous):
        return False, ask_back_card(resolution)
    sources = [one.customer_source for one in connections if one.customer_source]
    customer = await gather(sources, resolution.identity, deadline_seconds=DEADLINE_SECONDS, now=now, cache=RecentFacts())
    card = customer_card(
        customer,
        flags=flags(customer, now, zone=zone),
        timeline=timeline(customer),
        now=now,
        contradictions=contradictions(customer, now, zone),
        zone=zone,
    )
    return True, card
