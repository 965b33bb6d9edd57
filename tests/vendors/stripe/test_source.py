"""What our client makes of a Stripe account, over a real socket."""

from datetime import timedelta

import httpx
import pytest

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Money, SourceFacts
from retrieval.errors import Refused, Surprised, Throttled, Unavailable
from retrieval.ports import CustomerSource
from tests.vendors.stripe.account import NOW, Account, connected

PRIYA = Identity(emails=("priya.nair@example.com",))


def source(one: Account) -> CustomerSource:
    assert one.connection.customer_source is not None
    return one.connection.customer_source


async def facts(one: Account, identity: Identity = PRIYA) -> SourceFacts:
    return await source(one).facts(identity)


async def test_the_card_facts_are_whole(seen: Account) -> None:
    found = await facts(seen)
    by_order = {one.order_number: one for one in found.charges}
    stuck = by_order["SV-20417"]
    assert (stuck.captured, stuck.status, stuck.disputed) == (Money(amount_minor=489_900, currency="SGD"), "succeeded", True)
    assert stuck.payment_method == "Visa •••• 4242"
    assert by_order["SV-20100"].payment_method == "Mastercard •••• 4444"
    assert by_order["SV-20100"].refunded == Money(amount_minor=4_000, currency="SGD")
    assert (by_order["SV-20001"].status, by_order["SV-20001"].captured.amount_minor) == ("failed", 0)
    assert stuck.url is not None
    assert "/test/payments/pi_" in stuck.url


async def test_charges_come_newest_first(seen: Account) -> None:
    times = [one.created_at for one in (await facts(seen)).charges]
    assert times == sorted(times, reverse=True)


async def test_a_dispute_says_until_when_it_must_be_answered(seen: Account) -> None:
    (dispute,) = (await facts(seen)).disputes
    assert (dispute.is_open, dispute.reason) == (True, "product_not_received")
    assert dispute.respond_by == NOW + timedelta(days=7)


async def test_a_lost_dispute_is_closed_and_asks_no_answer(stripe_account: Account) -> None:
    dispute_id = stripe_account.state("disputes")[0]["id"]
    stripe_account.order("dispute/close", {"dispute": dispute_id, "status": "lost"})
    (dispute,) = (await facts(stripe_account)).disputes
    assert (dispute.is_open, dispute.respond_by) == (False, None)


async def test_refunds_are_listed_each(seen: Account) -> None:
    refunds = (await facts(seen)).refunds
    assert sorted(one.amount.amount_minor for one in refunds) == [1_000, 3_000]


async def test_more_refunds_than_come_with_a_charge_are_all_listed(stripe_account: Account) -> None:
    charge = next(one for one in stripe_account.state("charges") if one["metadata"].get("order_number") == "SV-20100")
    headers = {"Authorization": "Bearer sk_test_sandbox"}
    async with httpx.AsyncClient(base_url=stripe_account.url, headers=headers) as somebody:
        for _ in range(12):
            answer = await somebody.post("/v1/refunds", data={"charge": charge["id"], "amount": "10"})
            assert answer.is_success
    assert len((await facts(stripe_account)).refunds) == 14


async def test_a_subscription_is_named_and_dated_by_its_items(seen: Account) -> None:
    (subscription,) = (await facts(seen)).subscriptions
    assert (subscription.plan, subscription.status) == ("Battery Care Plus", "active")
    assert subscription.renews_at == NOW + timedelta(days=100)


async def test_a_charge_finds_its_invoice_by_the_payment(seen: Account) -> None:
    found = await facts(seen)
    (invoice,) = found.invoices
    (paid,) = [one for one in found.charges if one.invoice_id]
    assert (paid.invoice_id, paid.description) == (invoice.invoice_id, "Subscription update")
    assert (invoice.status, invoice.overdue) == ("paid", False)


async def test_an_open_invoice_past_its_date_is_overdue(seen: Account) -> None:
    (invoice,) = (await facts(seen, Identity(emails=("kenji@example.org",)))).invoices
    assert (invoice.status, invoice.overdue, invoice.due_at) == ("open", True, NOW - timedelta(days=6))
    assert invoice.amount_due == Money(amount_minor=1_200_000, currency="KRW")


async def test_an_amount_without_a_minor_unit_stays_as_it_is(seen: Account) -> None:
    (charge,) = (await facts(seen, Identity(emails=("kenji@example.org",)))).charges
    assert charge.amount == Money(amount_minor=128_000, currency="JPY")


async def test_order_and_tracking_numbers_become_identity(seen: Account) -> None:
    identity = (await facts(seen)).identity
    assert identity.order_numbers == ("SV-20417", "SV-20100", "SV-20001")
    assert identity.tracking_numbers == ("00340434292135100186",)
    assert identity.phones == ("+65 9123 4567",)


async def test_the_link_says_why_it_is_the_customer(seen: Account) -> None:
    (link,) = (await facts(seen)).links
    assert link.evidence == "e-mail priya.nair@example.com"
    by_id = await facts(seen, Identity(stripe_customer_ids=(link.record_id,)))
    assert by_id.links[0].evidence == "the Stripe customer id is known"
    assert by_id.charges == (await facts(seen)).charges


async def test_an_email_stored_in_capitals_is_found(stripe_account: Account) -> None:
    async with httpx.AsyncClient(base_url=stripe_account.url) as somebody:
        headers = {"Authorization": "Bearer sk_test_sandbox"}
        await somebody.post("/v1/customers", data={"email": "Wei.Ling@Example.com"}, headers=headers)
    found = await facts(stripe_account, Identity(emails=("wei.ling@example.com",)))
    assert found.identity.emails == ("wei.ling@example.com",)


async def test_a_lagging_search_does_not_hide_a_new_customer(stripe_account: Account) -> None:
    stripe_account.order("faults", {"kind": "contradict", "detail": "lagging_index"})
    async with httpx.AsyncClient(base_url=stripe_account.url) as somebody:
        headers = {"Authorization": "Bearer sk_test_sandbox"}
        await somebody.post("/v1/customers", data={"email": "just.now@example.com"}, headers=headers)
    assert (await facts(stripe_account, Identity(emails=("just.now@example.com",)))).links


async def test_an_order_number_alone_leads_to_its_payment(seen: Account) -> None:
    found = await facts(seen, Identity(order_numbers=("SV-20417",)))
    assert found.identity.emails == ("priya.nair@example.com",)
    assert found.links[0].evidence == "paid an order of this customer"


async def test_nobody_is_an_answer_and_no_error(seen: Account) -> None:
    found = await facts(seen, Identity(emails=("nobody@example.com",), stripe_customer_ids=("cus_nobody",)))
    assert (found.links, found.charges, found.identity) == ((), (), Identity())


async def test_it_wants_nothing_where_it_has_nothing_to_ask_by(seen: Account) -> None:
    assert source(seen).wants(Identity(name="Priya", phones=("1",))) == Identity()
    assert source(seen).wants(PRIYA.joined(Identity(order_numbers=("SV-1",)))) == PRIYA


async def test_long_lists_are_read_to_the_end(stripe_account: Account) -> None:
    """One more than a page: two pages of a hundred."""
    charge = next(one for one in stripe_account.state("charges") if one["metadata"].get("order_number") == "SV-20100")
    stripe_account.order("limits", {"per_second": 10_000})
    async with httpx.AsyncClient(base_url=stripe_account.url, headers={"Authorization": "Bearer sk_test_sandbox"}) as somebody:
        for _ in range(99):
            await somebody.post("/v1/refunds", data={"charge": charge["id"], "amount": "1"})
    assert len((await facts(stripe_account)).refunds) == 101


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 503}, Unavailable),
        ({"kind": "status", "status": 429, "retry_after": "60"}, Throttled),
        ({"kind": "status", "status": 401}, Refused),
        ({"kind": "status", "status": 400}, Surprised),
        ({"kind": "garbage"}, Surprised),
        ({"kind": "reset"}, Unavailable),
        ({"kind": "hang"}, Unavailable),
    ],
)
async def test_each_way_to_fail_is_one_of_the_four(standing_url: str, fault: dict[str, object], error: type[Exception]) -> None:
    one = connected(standing_url, timeout_seconds="0.2")
    one.order("faults", {**fault, "match": "/v1/charges"})
    with pytest.raises(error):
        await facts(one)
    httpx.delete(f"{standing_url}/_sandbox/faults")  # noqa: ASYNC210 - the sandbox lives in another thread
    await one.close()


async def test_half_an_answer_is_an_error_and_no_answer(stripe_account: Account) -> None:
    stripe_account.order("faults", {"kind": "status", "status": 500, "match": "/v1/disputes"})
    with pytest.raises(Unavailable):
        await facts(stripe_account)


async def test_a_missing_permission_is_named_at_start(stripe_account: Account) -> None:
    assert stripe_account.connection.check is not None
    await stripe_account.connection.check()
    stripe_account.order("limits", {"denied": ["disputes"]})
    with pytest.raises(Refused) as refusal:
        await stripe_account.connection.check()
    assert "permission" in refusal.value.remedy


async def test_an_error_holds_no_customer_text(stripe_account: Account) -> None:
    stripe_account.order("faults", {"kind": "status", "status": 400, "match": "/v1/customers"})
    with pytest.raises(Surprised) as surprise:
        await facts(stripe_account)
    assert "priya" not in str(surprise.value)


async def test_no_log_line_names_the_customer(stripe_account: Account, caplog: pytest.LogCaptureFixture) -> None:
    stripe_account.order("faults", {"kind": "status", "status": 503, "match": "/v1/customers", "times": 1})
    with caplog.at_level("DEBUG", logger="retrieval"):
        await facts(stripe_account)
    told = " ".join(str(vars(one)) for one in caplog.records if one.name.startswith("retrieval"))
    assert "vendor call failed" in told
    assert "priya" not in told.lower()
