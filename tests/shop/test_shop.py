"""A whole shop as a world: complete, true to its file, troubled deterministically, and clear about a broken file."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from retrieval.carriers import carriers_of
from retrieval.shop import ShopError, tracking_numbers, world_of_shop
from retrieval.world import World
from tests.shared_files import shared

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SHOP = "data/shop/retail_db.json"


@pytest.fixture(scope="module")
def world() -> World:
    return world_of_shop(shared(SHOP), NOW)


@pytest.fixture(scope="module")
def file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared(SHOP).read_bytes())
    return found


def test_every_customer_and_every_order_is_there(world: World, file: dict[str, Any]) -> None:
    assert {one.key for one in world.people} == file["users"].keys()
    assert {f"#{one.number}" for one in world.orders} == file["orders"].keys()
    assert (len(world.people), len(world.orders)) == (500, 1000)


def test_what_was_paid_and_refunded_is_as_the_file_tells(world: World, file: dict[str, Any]) -> None:
    for one in world.orders:
        paid = Counter[str]()
        for entry in file["orders"][f"#{one.number}"]["payment_history"]:
            paid[entry["transaction_type"]] += round(entry["amount"] * 100)
        assert one.amount_minor == paid["payment"]
        if paid["refund"]:
            assert sum(amount for amount, _ in one.refunds) == paid["refund"]
        assert sum(amount for amount, _ in one.refunds) <= one.amount_minor


def test_every_shipped_order_has_a_number_that_its_carrier_would_know(world: World, file: dict[str, Any]) -> None:
    carriers = Counter(one.carrier for one in world.orders if one.carrier)
    assert set(carriers) == {"dhl", "singpost", "ninjavan"}
    assert min(carriers.values()) > 150, "spread over all three"
    for one in world.orders:
        assert bool(one.tracking_number) is bool(file["orders"][f"#{one.number}"]["fulfillments"])
        assert not one.tracking_number or carriers_of(one.tracking_number) == (one.carrier,)
    numbers = [one.tracking_number for one in world.orders if one.tracking_number]
    assert len(numbers) == len(set(numbers)) == 577


def test_the_shops_own_tracking_ids_map_to_the_carriers_numbers(world: World, file: dict[str, Any]) -> None:
    mapping = tracking_numbers(
        tracking for order in file["orders"].values() for one in order["fulfillments"] for tracking in one["tracking_id"]
    )
    known = {one.number: (one.carrier, one.tracking_number) for one in world.orders}
    for key, order in file["orders"].items():
        for one in order["fulfillments"]:
            assert mapping[one["tracking_id"][0]] == known[key.removeprefix("#")]


def test_time_runs_forward_and_no_parcel_is_older_than_carriers_remember(world: World) -> None:
    for one in world.orders:
        known = [at for at in (one.placed_at, one.shipped_at, one.delivered_at) if at]
        assert known == sorted(known)
        assert known[-1] <= NOW
        assert NOW - one.placed_at < timedelta(days=90)


def test_trouble_of_every_kind_is_spread_over_the_customers(world: World) -> None:
    late = [one for one in world.orders if one.promised_at and (one.delivered_at or NOW) > one.promised_at]
    counts = {
        "disputes": sum(bool(one.dispute) for one in world.orders),
        "refunds": sum(bool(one.refunds) for one in world.orders),
        "failed payments": sum(one.payment_failed for one in world.orders),
        "late": len(late),
        "duplicates": sum(bool(one.other_emails) for one in world.people),
        "VIPs": sum(one.vip for one in world.people),
        "overdue": sum(one.invoice_overdue for one in world.subscriptions),
        "low ratings": sum((one.rating or 5) <= 2 for one in world.conversations),
        "cases": len(world.cases),
    }
    assert min(counts.values()) >= 5, counts
    assert counts["disputes"] < 50, "trouble stays the exception"


def test_no_two_people_share_a_telephone_or_an_address_of_e_mail(world: World) -> None:
    assert len({one.phone for one in world.people}) == 500
    emails = [email for one in world.people for email in (one.email, *one.other_emails)]
    assert len(emails) == len(set(emails))


def test_the_same_file_gives_the_same_world_moved_in_time(world: World) -> None:
    assert world_of_shop(shared(SHOP), NOW) == world
    later = world_of_shop(shared(SHOP), NOW + timedelta(days=1))
    assert [one.placed_at - timedelta(days=1) for one in later.orders] == [one.placed_at for one in world.orders]
    assert [one.dispute for one in later.orders] == [one.dispute for one in world.orders]


SMALL: dict[str, Any] = {
    "users": {
        "ada_1": {
            "user_id": "ada_1",
            "name": {"first_name": "Ada", "last_name": "Byron"},
            "address": {"address1": "1 High St", "city": "Austin", "country": "USA", "zip": "1"},
            "email": "Ada@Example.com",
            "payment_methods": {"card_1": {"source": "credit_card", "id": "card_1", "brand": "visa", "last_four": "4242"}},
        }
    },
    "orders": {
        "#W1": {
            "order_id": "#W1",
            "user_id": "ada_1",
            "address": {"address1": "1 High St", "city": "Austin", "country": "USA", "zip": "1"},
            "items": [{"name": "Lamp", "price": 10.1}, {"name": "Lamp", "price": 10.1}],
            "status": "delivered",
            "fulfillments": [{"tracking_id": ["1"], "item_ids": ["1"]}],
            "payment_history": [{"transaction_type": "payment", "amount": 20.2, "payment_method_id": "card_1"}],
        }
    },
}


def changed(*path: str | int, to: object) -> str:
    copy = json.loads(json.dumps(SMALL))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return json.dumps(copy)


def test_equal_items_are_counted_and_an_e_mail_is_in_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(SMALL))
    world = world_of_shop(path, NOW)
    assert world.orders[0].items == (("Lamp", 2, 1010),)
    assert world.people[0].email == "ada@example.com"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "file: not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
        ("[]", "file: Input should be"),
        ("{}", "users: Field required"),
        (changed("orders", "#W1", "user_id", to="bob_2"), "orders.#W1.user_id: bob_2 is not among the users"),
        (
            changed("orders", "#W1", "payment_history", 0, "amount", to="much"),
            "orders.#W1.payment_history.0.amount: Input should be",
        ),
        (
            changed("orders", "#W1", "payment_history", 0, "payment_method_id", to="cash"),
            "orders.#W1.payment_history.0.payment_method_id: cash is no payment method of ada_1",
        ),
        (changed("orders", "#W1", "items", 0, to={"name": "Lamp"}), "orders.#W1.items.0.price: Field required"),
    ],
)
def test_a_broken_file_is_named_with_its_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "shop.json"
    path.write_text(text)
    with pytest.raises(ShopError) as error:
        world_of_shop(path, NOW)
    assert str(error.value).startswith(f"{path}: {message}")


def test_a_missing_or_binary_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\xff")
    for name in ("nowhere.json", "binary.json"):
        with pytest.raises(ShopError, match=f"{name}: file: cannot be read"):
            world_of_shop(tmp_path / name, NOW)


def test_no_number_is_given_twice_where_the_hash_falls_on_one_that_is_taken() -> None:
    colliding = ["8580", "47941"]
    alone = {shop_id: tracking_numbers([shop_id])[shop_id] for shop_id in colliding}
    assert alone["8580"] == alone["47941"], "these two hash to one number; without them the test shows nothing"
    together = tracking_numbers(colliding)
    assert together["8580"] != together["47941"]
    assert all(carriers_of(number) == (carrier,) for carrier, number in together.values())
