"""The official Stripe SDK 16 drives the sandbox through a real socket: an independent judge of what it answers."""

import httpx
import pytest
import stripe

from tests.vendors.stripe.account import Account


@pytest.fixture
def reader(standing: Account) -> stripe.StripeClient:
    """Changes nothing."""
    return stripe.StripeClient("sk_test_sandbox", base_addresses={"api": standing.url}, max_network_retries=0)


@pytest.fixture
def sdk(running: Account) -> stripe.StripeClient:
    return stripe.StripeClient("sk_test_sandbox", base_addresses={"api": running.url}, max_network_retries=0)


def newest_paid(sdk: stripe.StripeClient) -> stripe.Charge:
    return next(one for one in sdk.v1.charges.list({"limit": 100}).auto_paging_iter() if one.paid and not one.disputed)


def test_auto_paging_walks_every_charge_once(standing: Account, reader: stripe.StripeClient) -> None:
    seen = [one.id for one in reader.v1.charges.list({"limit": 2}).auto_paging_iter()]
    assert sorted(seen) == sorted(one["id"] for one in standing.state("charges"))
    assert len(set(seen)) == len(seen)


def test_paging_backwards_ends_just_ahead_of_the_cursor(reader: stripe.StripeClient) -> None:
    everything = [one.id for one in reader.v1.charges.list({"limit": 100}).data]
    page = reader.v1.charges.list({"limit": 2, "ending_before": everything[3]})
    assert [one.id for one in page.data] == everything[1:3]
    assert page.has_more


def test_auto_paging_walks_a_search(reader: stripe.StripeClient) -> None:
    found = reader.v1.charges.search({"query": "status:'succeeded'", "limit": 1})
    assert len([one.id for one in found.auto_paging_iter()]) == 4


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("metadata['order_number']:'SV-20417'", ["SV-20417"]),
        ("metadata['order_number']:'nope' OR metadata['order_number']:'sv-20100'", ["SV-20100"]),
        ("status:'failed'", ["SV-20001"]),
        ("amount>400000 currency:'sgd'", ["SV-20417"]),
        ("-metadata['order_number']:null AND currency:'jpy'", ["SV-30001"]),
        ("disputed:true", ["SV-20417"]),
    ],
)
def test_the_search_language_is_read(reader: stripe.StripeClient, query: str, numbers: list[str]) -> None:
    found = reader.v1.charges.search({"query": query})
    assert [one.metadata["order_number"] for one in found.data] == numbers


@pytest.mark.parametrize(
    "query", ["status", "colour:'red'", "status:'a' AND status:'b' OR status:'c'", "metadata:'x'", "status~'ab'", "status:'a"]
)
def test_a_search_that_is_none_is_refused(reader: stripe.StripeClient, query: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        reader.v1.charges.search({"query": query})
    assert refusal.value.param == "query"


def test_a_refund_with_one_key_is_made_once(running: Account, sdk: stripe.StripeClient) -> None:
    charge, before = newest_paid(sdk), len(running.state("refunds"))
    wish: stripe.params.RefundCreateParams = {"charge": charge.id, "amount": 500, "reason": "duplicate"}
    first = sdk.v1.refunds.create(wish, {"idempotency_key": "refund-1"})
    again = sdk.v1.refunds.create(wish, {"idempotency_key": "refund-1"})
    assert again.id == first.id
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(running.state("refunds")) == before + 1
    assert sdk.v1.charges.retrieve(charge.id).amount_refunded == charge.amount_refunded + 500


def test_a_key_used_for_something_else_is_an_idempotency_error(sdk: stripe.StripeClient) -> None:
    charge = newest_paid(sdk)
    sdk.v1.refunds.create({"charge": charge.id, "amount": 500}, {"idempotency_key": "refund-2"})
    with pytest.raises(stripe.IdempotencyError):
        sdk.v1.refunds.create({"charge": charge.id, "amount": 501}, {"idempotency_key": "refund-2"})


def test_more_than_the_charge_is_not_refunded(sdk: stripe.StripeClient) -> None:
    charge = newest_paid(sdk)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sdk.v1.refunds.create({"charge": charge.id, "amount": charge.amount + 1})
    assert refusal.value.param == "amount"
    sdk.v1.refunds.create({"charge": charge.id})
    with pytest.raises(stripe.InvalidRequestError) as second:
        sdk.v1.refunds.create({"charge": charge.id})
    assert second.value.code == "charge_already_refunded"


def test_a_disputed_charge_is_not_refunded(sdk: stripe.StripeClient) -> None:
    disputed = sdk.v1.charges.search({"query": "disputed:true"}).data[0]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sdk.v1.refunds.create({"charge": disputed.id})
    assert refusal.value.code == "charge_disputed"


def test_a_refund_reason_must_be_one_of_stripes(sdk: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sdk.v1.refunds.create({"charge": newest_paid(sdk).id, "reason": "because"})
    assert refusal.value.param == "reason"


def test_expand_brings_the_object_in_place_of_its_id(reader: stripe.StripeClient) -> None:
    charge = reader.v1.charges.list({"limit": 1, "expand": ["data.customer", "data.payment_intent.latest_charge"]}).data[0]
    assert isinstance(charge.customer, stripe.Customer)
    assert isinstance(charge.payment_intent, stripe.PaymentIntent)
    assert isinstance(charge.payment_intent.latest_charge, stripe.Charge)
    with pytest.raises(stripe.InvalidRequestError):
        reader.v1.charges.list({"expand": ["data.amount"]})


def test_refunds_come_with_a_charge_only_when_asked_for(reader: stripe.StripeClient) -> None:
    charge = reader.v1.charges.search({"query": "metadata['order_number']:'SV-20100'"}).data[0]
    assert charge.refunds is not None
    assert charge.refunds.data == []
    full = reader.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert full.refunds is not None
    assert [one.amount for one in full.refunds.data] == [1_000, 3_000]


def test_a_customer_is_made_changed_and_deleted(sdk: stripe.StripeClient) -> None:
    made = sdk.v1.customers.create({"email": "new@example.com", "name": "New", "metadata": {"a": "1"}})
    changed = sdk.v1.customers.update(made.id, {"metadata": {"b": "2"}})
    assert (changed.email, changed.metadata and changed.metadata.to_dict()) == ("new@example.com", {"a": "1", "b": "2"})
    sdk.v1.customers.delete(made.id)
    assert getattr(sdk.v1.customers.retrieve(made.id), "deleted", False)


@pytest.mark.parametrize(("key", "error"), [("", stripe.AuthenticationError), ("sk_test_wrong", stripe.AuthenticationError)])
def test_a_wrong_key_is_an_authentication_error(standing: Account, key: str, error: type[Exception]) -> None:
    client = stripe.StripeClient(key or "x", base_addresses={"api": standing.url}, max_network_retries=0)
    with pytest.raises(error):
        client.v1.customers.list()


def test_the_sdks_errors_are_told_apart(running: Account, sdk: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        sdk.v1.customers.retrieve("cus_nobody")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)
    with pytest.raises(stripe.InvalidRequestError) as cursor:
        sdk.v1.charges.list({"starting_after": "ch_nobody"})
    assert cursor.value.param == "starting_after"
    with pytest.raises(stripe.InvalidRequestError) as limit:
        sdk.v1.charges.list({"limit": 101})
    assert limit.value.param == "limit"
    running.order("limits", {"denied": ["charges"]})
    restricted = stripe.StripeClient("rk_test_sandbox", base_addresses={"api": running.url}, max_network_retries=0)
    with pytest.raises(stripe.PermissionError):
        restricted.v1.charges.list()
    running.order("limits", {"per_second": 0})
    with pytest.raises(stripe.RateLimitError):
        sdk.v1.charges.list()


def test_an_unknown_parameter_and_an_unknown_url_are_refused(standing: Account) -> None:
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    unknown = httpx.get(f"{standing.url}/v1/charges", params={"colour": "red"}, headers=headers)
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, "parameter_unknown")
    assert httpx.get(f"{standing.url}/v1/nothing", headers=headers).status_code == 404
    old = httpx.get(f"{standing.url}/v1/charges", headers=headers | {"Stripe-Version": "2022-11-15"})
    assert old.status_code == 400


def test_invoice_payments_are_found_by_their_intent(reader: stripe.StripeClient) -> None:
    invoice = next(one for one in reader.v1.invoices.list({"status": "paid"}).data)
    charge = next(one for one in reader.v1.charges.list({"limit": 100}).data if one.description == "Subscription update")
    found = reader.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": str(charge.payment_intent)}}
    )
    assert [one.invoice for one in found.data] == [invoice.id]


def test_events_are_listed_as_they_were_sent(running: Account, sdk: stripe.StripeClient) -> None:
    refund = sdk.v1.refunds.create({"charge": newest_paid(sdk).id, "amount": 100})
    event = sdk.v1.events.list({"type": "charge.refunded"}).data[0]
    assert event.data.object["id"] == refund.charge
