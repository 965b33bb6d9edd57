"""Which made-up world the sandboxes are seeded from: the demo's cast, and a whole shop beside it where one is given."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.settings import KNOWLEDGE
from retrieval.cast import world_of_cast
from retrieval.shop import world_of_shop
from retrieval.world import World


def demo_world(now: datetime, shop: Path | None = None) -> World:
    """*Errors:* those of the cast and the shop file, naming file and key."""
    cast = world_of_cast(KNOWLEDGE / "demo" / "cast.yaml", now)
    if shop is None:
        return cast
    added = world_of_shop(shop, now)
    return replace(
        cast,
        people=cast.people + added.people,
        orders=cast.orders + added.orders,
        cases=cast.cases + added.cases,
        conversations=cast.conversations + added.conversations,
        subscriptions=cast.subscriptions + added.subscriptions,
        tags=tuple(dict.fromkeys(cast.tags + added.tags)),
    )
