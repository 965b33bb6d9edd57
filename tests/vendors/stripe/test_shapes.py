"""Every object the sandbox serves has the shape of Stripe's own fixtures: the same keys, compatible types."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.shared_files import shared
from tests.vendors.stripe.account import Account, connected, served

FIXTURE_OF = {
    "customers": "customer",
    "charges": "charge",
    "payment_intents": "payment_intent",
    "refunds": "refund",
    "disputes": "dispute",
    "invoices": "invoice",
    "invoice_payments": "invoice_payment",
    "subscriptions": "subscription",
    "products": "product",
    "prices": "price",
    "events": "event",
}
FREE = frozenset({"metadata", "data.object"})
"""Where keys are the account's own, or another object stands."""


@pytest.fixture(scope="module")
def running() -> Iterator[Account]:
    """Only read here, but for one more dispute, so that disputes of both makings are compared."""
    with served() as url:
        one = connected(url)
        one.order("dispute", {"charge": one.state("charges")[1]["id"]})
        yield one


def differences(mine: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """Null stands for any type; an object of variants (one with a `type`) may carry the variant's own key."""
    if mine is None or theirs is None or where in FREE or where.endswith("metadata"):
        return
    if isinstance(theirs, dict) and isinstance(mine, dict):
        variants = {mine.get("type"), theirs.get("type")}
        for key in sorted(set(mine) ^ set(theirs)):
            if theirs and key not in variants:
                yield f"{where}.{key} is {'unknown to' if key in mine else 'only in'} Stripe's fixture"
        for key in set(mine) & set(theirs):
            yield from differences(mine[key], theirs[key], f"{where}.{key}".strip("."))
    elif isinstance(theirs, list) and isinstance(mine, list):
        for one in mine:
            yield from differences(one, theirs[0] if theirs else None, f"{where}[]")
    elif type(mine) is not type(theirs):
        yield f"{where} is {type(mine).__name__}, {type(theirs).__name__} in Stripe's fixture"


@pytest.mark.parametrize("kind", FIXTURE_OF)
def test_every_object_has_the_keys_and_types_of_stripes_fixture(running: Account, kind: str) -> None:
    fixture = json.loads(shared("specs/stripe-fixtures3.json").read_text())["resources"][FIXTURE_OF[kind]]
    things = running.state(kind)
    assert things
    found = {difference for one in things for difference in differences(one, fixture)}
    assert found == set()


def test_the_comparison_sees_a_missing_a_surplus_and_a_mistyped_key() -> None:
    theirs = {"id": "x", "amount": 1, "card": {"last4": "4242"}, "type": "card"}
    mine = {"id": "x", "amount": "1", "card": {"first": "4"}, "type": "card", "paid": True}
    assert len(set(differences(mine, theirs))) == 4


def test_a_charge_names_no_invoice_and_a_subscription_no_period(running: Account) -> None:
    """Shapes of 2022 would; code written from them breaks."""
    assert all("invoice" not in one for one in running.state("charges"))
    assert all("current_period_end" not in one for one in running.state("subscriptions"))


def test_a_listed_invoice_keeps_its_shape_when_its_payments_are_expanded(running: Account) -> None:
    fixture = json.loads(shared("specs/stripe-fixtures3.json").read_text())["resources"]["invoice"]
    answer = httpx.get(
        f"{running.url}/v1/invoices",
        params={"expand[]": "data.payments"},
        headers={"Authorization": "Bearer rk_test_sandbox"},
    ).json()
    for one in answer["data"]:
        payments = one.pop("payments")
        assert payments["object"] == "list"
        assert set(differences(one, fixture)) == set()
