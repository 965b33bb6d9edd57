"""A shop's order as a world's: its payment as the file tells it, its dates and its parcel laid out by its number."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from retrieval.shop_file import ShopItem, ShopOrder, ShopUser
from retrieval.shop_scatter import lot, one_in
from retrieval.world import WorldOrder

DISPUTES = ("product_not_received", "product_unacceptable", "fraudulent", "duplicate")
HELD_UP = ("stuck", "customs", "failed_attempt")


@dataclass(frozen=True)
class Journey:
    placed_at: datetime
    shipped_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    trouble: str = ""


def world_order(order: ShopOrder, user: ShopUser, numbers: Mapping[str, tuple[str, str]], now: datetime) -> WorldOrder:
    """`numbers` maps the shop's tracking ids to carriers' ones (`shop_scatter.tracking_numbers`)."""
    tracking = next((one for fulfillment in order.fulfillments for one in fulfillment.tracking_id), None)
    carrier, number = numbers[tracking] if tracking else ("", "")
    journey = _journey(order, now, has_parcel=bool(tracking))
    method = user.payment_methods[order.payment_history[0].payment_method_id] if order.payment_history else None
    failed = order.status == "pending" and one_in(order.order_id, "payment failed", 20)
    return WorldOrder(
        number=order.order_id.removeprefix("#"),
        person=order.user_id,
        placed_at=journey.placed_at,
        items=_items(order.items),
        amount_minor=_paid(order, "payment"),
        currency="usd",
        card_brand=(method.brand or method.source) if method else "unknown",
        card_last4=(method.last_four or method.id[-4:]) if method else "",
        payment_failed=failed,
        refunds=() if failed else _refunds(order),
        dispute="" if failed else _dispute(order),
        carrier=carrier,
        tracking_number=number,
        shipped_at=journey.shipped_at,
        promised_at=journey.promised_at,
        delivered_at=journey.delivered_at,
        parcel_trouble=journey.trouble,
        address=f"{order.address.address1}, {order.address.city} {order.address.zip}",
    )


def _items(items: tuple[ShopItem, ...]) -> tuple[tuple[str, int, int], ...]:
    counted = Counter((item.name, round(item.price * 100)) for item in items)
    return tuple((name, quantity, price) for (name, price), quantity in counted.items())


def _paid(order: ShopOrder, kind: str) -> int:
    return sum(round(one.amount * 100) for one in order.payment_history if one.transaction_type == kind)


def _refunds(order: ShopOrder) -> tuple[tuple[int, str], ...]:
    """The file's own; and a tenth back as goodwill for one delivered order in thirty."""
    refunded = tuple(
        (round(one.amount * 100), "requested_by_customer") for one in order.payment_history if one.transaction_type == "refund"
    )
    if not refunded and order.status == "delivered" and one_in(order.order_id, "goodwill", 30):
        return ((_paid(order, "payment") // 10, "requested_by_customer"),)
    return refunded


def _dispute(order: ShopOrder) -> str:
    """One order in forty of those paid and not refunded."""
    if order.status == "cancelled" or not one_in(order.order_id, "dispute", 40):
        return ""
    return DISPUTES[lot(order.order_id, "dispute reason", len(DISPUTES))]


def _journey(order: ShopOrder, now: datetime, has_parcel: bool) -> Journey:
    """Nothing is older than 80 days: carriers forget a parcel after about 90."""
    name = order.order_id
    hour = timedelta(minutes=lot(name, "minute", 1440))
    match order.status:
        case "delivered":
            placed = now - timedelta(days=12 + lot(name, "age", 68)) - hour
            promised = placed + timedelta(days=6)
            late = timedelta(days=2 + lot(name, "late days", 3)) if one_in(name, "late", 8) else timedelta(days=-1)
            return Journey(placed, placed + timedelta(days=1), promised, promised + late)
        case "processed":
            held_up = one_in(name, "late", 4)
            placed = now - timedelta(days=9 + lot(name, "age", 4) if held_up else 2 + lot(name, "age", 3)) - hour
            trouble = HELD_UP[lot(name, "trouble", len(HELD_UP))] if held_up else ""
            return Journey(placed, placed + timedelta(days=1), placed + timedelta(days=6), None, trouble)
        case "cancelled" if has_parcel:
            placed = now - timedelta(days=14 + lot(name, "age", 40)) - hour
            return Journey(placed, placed + timedelta(days=1), placed + timedelta(days=6), None, "returned")
        case _:
            return Journey(now - timedelta(days=lot(name, "age", 3)) - hour)
