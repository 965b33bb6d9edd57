"""A whole shop (the layout of ../shared/data/shop/retail_db.json) as a world, with everyday trouble spread over it.

The file holds who bought what and how it was paid. What it does not hold (dates, carriers, disputes, late parcels, duplicate
contacts, ratings, subscriptions) is laid out by hashing ids: the same file gives the same world, moved to `now`.
"""

from collections import Counter
from datetime import datetime
from pathlib import Path

from retrieval.shop_file import Shop, ShopError, ShopUser, read_shop
from retrieval.shop_orders import world_order
from retrieval.shop_scatter import one_in, tracking_numbers
from retrieval.shop_talk import case, conversations, subscription
from retrieval.world import World, WorldAgent, WorldInbox, WorldPerson

__all__ = ["ShopError", "tracking_numbers", "world_of_shop"]

AGENTS = (
    WorldAgent("Deskside", "deskside@solvane.example", "5000", ("admin",)),
    WorldAgent("Mei Tan", "mei.tan@solvane.example", "5001", ("support",)),
    WorldAgent("Arjun Rao", "arjun.rao@solvane.example", "5002", ("support",)),
    WorldAgent("Sofia Lindqvist", "sofia.lindqvist@solvane.example", "5003", ("supervisor",)),
    WorldAgent("Dana Okafor", "dana.okafor@solvane.example", "5004", ("admin",)),
    WorldAgent("Tom Becker", "tom.becker@solvane.example", "5005", ("ae",)),
)
INBOXES = (WorldInbox("8101", "Live Chat"), WorldInbox("8202", "Brightleaf", ours=False))
TAGS = ("delivery", "billing", "return", "exchange", "dispute", "vip", "escalated", "resolved")
COUNTRIES = {"USA": "US"}
ACCOUNT_MANAGER = "tom.becker@solvane.example"


def world_of_shop(path: Path | str, now: datetime) -> World:
    """*Errors:* ShopError naming file and key."""
    shop = read_shop(Path(path))
    numbers = tracking_numbers(
        tracking for order in shop.orders.values() for one in order.fulfillments for tracking in one.tracking_id
    )
    orders = tuple(world_order(order, shop.users[order.user_id], numbers, now) for order in shop.orders.values())
    people = _people(shop)
    return World(
        company="Solvane",
        now=now,
        agents=AGENTS,
        inboxes=INBOXES,
        people=people,
        orders=orders,
        cases=tuple(found for person in people if (found := case(person, now))),
        conversations=tuple(talk for person in people for talk in conversations(person, now)),
        subscriptions=tuple(one for person in people if (one := subscription(person, now))),
        tags=TAGS,
    )


def _people(shop: Shop) -> tuple[WorldPerson, ...]:
    tiers = _tiers(shop)
    return tuple(_person(user, index, tiers[user.user_id]) for index, user in enumerate(shop.users.values()))


def _tiers(shop: Shop) -> dict[str, str]:
    """By what they spent: the top 3 in 100 are Platinum, the next 12 Gold."""
    spent: Counter[str] = Counter()
    for order in shop.orders.values():
        signs = {"payment": 1, "refund": -1}
        spent[order.user_id] += round(100 * sum(signs[one.transaction_type] * one.amount for one in order.payment_history))
    ranked = sorted(shop.users, key=lambda user_id: (-spent[user_id], user_id))
    platinum, gold = len(ranked) * 3 // 100, len(ranked) * 15 // 100
    return {who: "Platinum" if rank < platinum else "Gold" if rank < gold else "Standard" for rank, who in enumerate(ranked)}


def _person(user: ShopUser, index: int, tier: str) -> WorldPerson:
    local, _, domain = user.email.partition("@")
    other = f"{local}@{'example.net' if domain != 'example.net' else 'example.org'}"
    return WorldPerson(
        key=user.user_id,
        name=f"{user.name.first_name} {user.name.last_name}",
        email=user.email.lower(),
        phone=_phone(index),
        company=f"{user.name.last_name} Household ({user.user_id})",
        tier=tier,
        vip=tier == "Platinum",
        owner_email=ACCOUNT_MANAGER if tier != "Standard" else "",
        country=COUNTRIES.get(user.address.country, user.address.country),
        city=user.address.city,
        address=", ".join(filter(None, (user.address.address1, user.address.address2))),
        postal_code=user.address.zip,
        signed_in=not one_in(user.user_id, "visitor", 20),
        entitlement="Master Tech" if one_in(user.user_id, "master tech", 25) else "",
        other_emails=(other.lower(),) if one_in(user.user_id, "duplicate", 25) else (),
    )


def _phone(index: int) -> str:
    """Of the range kept free for fiction (555-0100 to -0199), one for each person: an equal phone means an equal person."""
    return f"+1 {201 + index // 100:03d} 555 01{index % 100:02d}"
