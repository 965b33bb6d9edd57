"""The demo's cast: coherent as a story, and every mistake in its file named by file, line and key."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retrieval.carriers import carriers_of
from retrieval.cast import CastError, world_of_cast
from retrieval.world import World, WorldOrder
from tests.shared_files import ROOT

CAST = ROOT / "knowledge" / "demo" / "cast.yaml"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return world_of_cast(CAST, NOW)


def order(world: World, number: str) -> WorldOrder:
    return next(one for one in world.orders if one.number == number)


def test_the_hero_is_a_platinum_customer_in_trouble(world: World) -> None:
    hero = next(one for one in world.people if one.email == "priya.nair@example.com")
    battery = order(world, "SV-20417")
    assert (hero.name, hero.tier, hero.vip, hero.company) == ("Priya Nair", "Platinum", True, "Nair Residences")
    assert (battery.person, battery.carrier, battery.parcel_trouble) == (hero.key, "dhl", "stuck")
    assert battery.dispute == "product_not_received"
    assert battery.promised_at is not None
    assert battery.promised_at < NOW
    assert min(one.rating for one in world.conversations if one.person == hero.key and one.rating) <= 2


def test_the_agents_and_inboxes_are_those_of_the_company(world: World) -> None:
    assert {one.email.split("@")[0]: one.intercom_admin_id for one in world.agents} == {
        "deskside": "5000",
        "mei.tan": "5001",
        "arjun.rao": "5002",
        "sofia.lindqvist": "5003",
        "dana.okafor": "5004",
        "tom.becker": "5005",
    }
    assert [(one.inbox_id, one.ours) for one in world.inboxes] == [("8101", True), ("8202", False)]


def test_the_cast_has_a_part_for_each_thing_the_demo_shows(world: World) -> None:
    assert {one.carrier for one in world.orders if one.carrier} == {"dhl", "singpost", "ninjavan"}
    assert {"stuck", "customs", "damaged", "failed_attempt", "returned"} <= {one.parcel_trouble for one in world.orders}
    assert any(one.entitlement == "Master Tech" for one in world.people)
    assert any(one.other_emails for one in world.people)
    assert any(not one.signed_in for one in world.people)
    assert any(one.payment_failed for one in world.orders)
    assert any(one.invoice_overdue for one in world.subscriptions)
    assert any(not inbox.ours for talk in world.conversations for inbox in world.inboxes if inbox.inbox_id == talk.inbox)
    names = [one.name for one in world.people]
    assert len(names) > len(set(names)), "two people of one name, to be asked back about"


def test_every_parcel_number_has_its_carriers_form_and_every_address_is_invented(world: World) -> None:
    for one in world.orders:
        assert not one.tracking_number or carriers_of(one.tracking_number) == (one.carrier,)
    for person in world.people:
        for email in (person.email, *person.other_emails):
            assert email.rsplit("@")[1] in {"example.com", "example.org", "example.net"}


def test_time_runs_forward_in_every_order_and_conversation(world: World) -> None:
    for one in world.orders:
        moments = [one.placed_at, one.shipped_at, one.delivered_at]
        known = [at for at in moments if at]
        assert known == sorted(known), one.number
        assert one.delivered_at is None or one.delivered_at <= NOW
    for talk in world.conversations:
        times = [message.at for message in talk.messages]
        assert times == sorted(times)
        assert times[-1] <= NOW


def test_nobody_is_refunded_more_than_was_paid(world: World) -> None:
    for one in world.orders:
        assert sum(amount for amount, _ in one.refunds) <= one.amount_minor


def test_a_currency_without_cents_has_none(world: World) -> None:
    assert order(world, "SV-20355").amount_minor == 412_000


def test_times_are_relative_to_now() -> None:
    earlier = world_of_cast(CAST, NOW - timedelta(days=100))
    assert order(earlier, "SV-20417").placed_at == NOW - timedelta(days=109, hours=6)


def minimal(**changes: str) -> str:
    lines = {
        "customer": "  - {key: ada, name: Ada, email: ada@example.com, phone: '+65 1', company: A, country: SG}",
        "more": "",
    } | changes
    return "\n".join(
        [
            "company: Solvane",
            "agents:",
            "  - {name: Mei, email: mei@solvane.example, intercom_admin_id: '5001', roles: [support]}",
            "inboxes:",
            "  - {inbox_id: '8101', name: Live Chat, ours: true}",
            "customers:",
            lines["customer"],
            lines["more"],
        ]
    )


def failing(tmp_path: Path, text: str) -> str:
    file = tmp_path / "cast.yaml"
    file.write_text(text)
    with pytest.raises(CastError) as error:
        world_of_cast(file, NOW)
    return str(error.value).replace(f"{file}:", "")


def test_the_smallest_cast_is_a_world(tmp_path: Path) -> None:
    file = tmp_path / "cast.yaml"
    file.write_text(minimal())
    assert [one.name for one in world_of_cast(file, NOW).people] == ["Ada"]


ADA = "  - key: ada\n    name: Ada\n    email: ada@example.com\n    phone: '+65 1'\n    company: A\n    country: SG\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1: file: is empty"),
        ("company: [", "1: file: not YAML"),
        ("- a\n- b", "1: file: Input should be"),
        (minimal(customer=ADA + "    tierr: Gold"), "13: customers.0.tierr: Extra inputs are not permitted"),
        (minimal(customer=ADA.replace("    phone: '+65 1'\n", "")), "7: customers.0.phone: Field required"),
        (minimal(customer=ADA.replace("'+65 1'", "6512345")), "10: customers.0.phone: must be text (put it in quotes)"),
        (minimal(customer=ADA + "    name: Eva"), "13: customers.0.name: is given twice"),
        (minimal(customer=ADA + "    customer_since: yesterday"), "13: customers.0.customer_since: not a time relative to now"),
        (
            minimal(customer=ADA + "    owner_email: eve@example.com"),
            "13: customers.0.owner_email: eve@example.com is no agent",
        ),
        (minimal(customer=ADA + ADA), "13: customers.1.key: ada is used twice"),
        (
            minimal(customer=ADA + "    conversations:\n      - {inbox: '9', state: closed, messages: []}"),
            "14: customers.0.conversations.0.inbox: 9 is no inbox_id",
        ),
        (
            minimal(
                customer=ADA + "    conversations:\n      - inbox: '8101'\n        state: closed\n        messages:\n"
                "          - {author: bob, at: -1d, text: hi}"
            ),
            "17: customers.0.conversations.0.messages.0.author: bob is neither",
        ),
        (
            minimal(
                customer=ADA
                + "    orders:\n      - number: SV-1\n        placed: -1d\n        currency: sgd\n        items: []\n"
                "        card: {brand: visa, last4: '1'}\n        parcel: {carrier: dhl, tracking_number: NVSGX}"
            ),
            "19: customers.0.orders.0.parcel: NVSGX is not a tracking number of dhl",
        ),
    ],
)
def test_a_mistake_is_named_by_line_and_key(tmp_path: Path, text: str, message: str) -> None:
    assert failing(tmp_path, text).startswith(message)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CastError, match=r"nowhere.yaml:1: file: cannot be read"):
        world_of_cast(tmp_path / "nowhere.yaml", NOW)
