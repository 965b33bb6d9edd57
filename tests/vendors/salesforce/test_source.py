"""What our client makes of the org, over a real socket."""

import httpx
import pytest

from playbooks.domain.customer import Identity, Lookup, LookupKind
from playbooks.domain.facts import SourceFacts
from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError
from retrieval.ports import CustomerFinder
from tests.vendors.salesforce.org import Org, connected

PRIYA = Identity(emails=("priya.nair@example.com",))


async def facts(one: Org, identity: Identity = PRIYA) -> SourceFacts:
    assert one.connection.customer_source is not None
    return await one.connection.customer_source.facts(identity)


def finder(one: Org) -> CustomerFinder:
    assert one.connection.customer_finder is not None
    return one.connection.customer_finder


async def emails(one: Org, kind: LookupKind, value: str) -> list[tuple[str, ...]]:
    return [found.identity.emails for found in await finder(one).find(Lookup(kind=kind, value=value))]


async def test_the_account_comes_with_owner_tier_and_vip(seen_org: Org) -> None:
    account = (await facts(seen_org)).account
    assert account is not None
    assert (account.name, account.tier, account.vip) == ("Nair Residences", "Platinum", True)
    assert (account.owner_name, account.owner_email) == ("Tom Becker", "tom.becker@solvane.example")


async def test_open_cases_come_before_closed_ones(seen_org: Org) -> None:
    cases = (await facts(seen_org)).cases
    assert [(one.subject, one.is_open) for one in cases] == [
        ("Battery not delivered", True),
        ("Inverter beeps at night", False),
    ]
    assert cases[0].url is not None
    assert cases[0].url.endswith(f"/lightning/r/Case/{cases[0].case_id}/view")


async def test_a_double_under_another_email_is_found_and_its_evidence_said(seen_org: Org) -> None:
    found = await facts(seen_org)
    assert found.identity.emails == ("priya.nair@example.com", "p.nair@example.org")
    assert [one.evidence for one in found.links] == ["e-mail priya.nair@example.com", "same phone number and same name"]


async def test_order_numbers_come_from_the_standard_order(seen_org: Org) -> None:
    assert (await facts(seen_org)).identity.order_numbers == ("SV-20417",)


async def test_an_org_without_the_optional_fields_still_answers(seen_org: Org) -> None:
    plain = connected(seen_org.url, tier_field="", vip_field="", order_number_field="", conversation_field="")
    found = await facts(plain)
    assert found.account is not None
    assert (found.account.tier, found.account.vip, found.identity.order_numbers) == (None, False, ())
    await plain.close()


async def test_a_contact_id_of_15_characters_is_enough(seen_org: Org) -> None:
    contact = seen_org.record("Contact", Email="priya.menon@example.net")["Id"]
    found = await facts(seen_org, Identity(salesforce_contact_ids=(contact[:15],)))
    assert found.identity.emails == ("priya.menon@example.net",)
    assert found.links[0].evidence == "the contact's Salesforce id is known"


async def test_an_account_without_known_contacts_is_still_shown(seen_org: Org) -> None:
    account = seen_org.record("Account", Name="Menon Bakery")["Id"]
    found = await facts(seen_org, Identity(salesforce_account_id=account))
    assert found.account is not None
    assert (found.account.name, found.cases) == ("Menon Bakery", ())


async def test_nobody_is_an_answer_and_no_error(seen_org: Org) -> None:
    found = await facts(seen_org, Identity(emails=("nobody@example.com",)))
    assert (found.account, found.cases, found.links, found.identity) == (None, (), (), Identity())


async def test_it_wants_what_it_can_ask_by(seen_org: Org) -> None:
    source = seen_org.connection.customer_source
    assert source is not None
    assert source.wants(Identity(name="Priya", order_numbers=("1",), stripe_customer_ids=("cus_1",))) == Identity()
    assert source.wants(PRIYA.joined(Identity(tracking_numbers=("1",)))) == PRIYA


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (LookupKind.EMAIL, "Priya.Nair@Example.com", [("priya.nair@example.com",)]),
        (LookupKind.EMAIL, "sean.o'donnell@example.com", [("sean.o'donnell@example.com",)]),
        (LookupKind.PHONE, "9123 4567", [("priya.nair@example.com", "p.nair@example.org")]),
        (LookupKind.PHONE, "12", []),
        (LookupKind.NAME, "priya nair", [("priya.nair@example.com", "p.nair@example.org")]),
        (LookupKind.NAME, "Priya", [("priya.nair@example.com", "p.nair@example.org"), ("priya.menon@example.net",)]),
        (LookupKind.NAME, "O'Donnell", [("sean.o'donnell@example.com",)]),
        (LookupKind.NAME, "%", []),
        (LookupKind.NAME, "' OR Name != '", []),
        (LookupKind.NAME, "  ", []),
        (LookupKind.ORDER, "SV-20500", [("priya.menon@example.net",)]),
        (LookupKind.ORDER, "SV-0", []),
        (LookupKind.SALESFORCE, "003000000000000", []),
        (LookupKind.SALESFORCE, "nonsense", []),
        (LookupKind.STRIPE, "cus_1", []),
    ],
)
async def test_people_are_found_by_what_is_said_of_them(
    seen_org: Org, kind: LookupKind, value: str, expected: list[tuple[str, ...]]
) -> None:
    assert await emails(seen_org, kind, value) == expected


async def test_every_kind_of_salesforce_id_leads_to_a_person(seen_org: Org) -> None:
    menon = [("priya.menon@example.net",)]
    contact = seen_org.record("Contact", Email="priya.menon@example.net")
    assert await emails(seen_org, LookupKind.SALESFORCE, contact["Id"]) == menon
    assert await emails(seen_org, LookupKind.SALESFORCE, contact["AccountId"][:15]) == menon
    case = seen_org.record("Case", Subject="Invoice copy")["Id"]
    assert await emails(seen_org, LookupKind.SALESFORCE, f"https://x/lightning/r/Case/{case}/view") == menon


async def test_candidates_of_one_name_are_told_apart(seen_org: Org) -> None:
    found = await finder(seen_org).find(Lookup(kind=LookupKind.NAME, value="Priya"))
    assert [one.detail for one in found] == [
        "Nair Residences · priya.nair@example.com",
        "Menon Bakery · priya.menon@example.net",
    ]


async def test_an_org_that_keeps_no_orders_is_not_asked_for_them(seen_org: Org) -> None:
    plain = connected(seen_org.url, order_number_field="")
    assert not finder(plain).understands(Lookup(kind=LookupKind.ORDER, value="SV-20417"))
    assert await emails(plain, LookupKind.ORDER, "SV-20417") == []
    await plain.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 503}, Unavailable),
        ({"kind": "status", "status": 403}, Throttled),
        ({"kind": "status", "status": 429, "retry_after": "60"}, Throttled),
        ({"kind": "status", "status": 401}, Refused),
        ({"kind": "status", "status": 400}, Surprised),
        ({"kind": "garbage"}, Surprised),
        ({"kind": "reset"}, Unavailable),
        ({"kind": "hang"}, Unavailable),
    ],
)
async def test_each_way_to_fail_is_one_of_the_four(
    standing_org_url: str, fault: dict[str, object], error: type[VendorError]
) -> None:
    one = connected(standing_org_url, timeout_seconds="0.2")
    one.order("faults", {**fault, "match": "/query"})
    with pytest.raises(error) as failure:
        await facts(one)
    httpx.delete(f"{standing_org_url}/_sandbox/faults")  # noqa: ASYNC210 - the sandbox lives in another thread
    assert failure.value.remedy
    assert "priya" not in str(failure.value)
    await one.close()


async def test_half_an_answer_is_an_error_and_no_answer(org: Org) -> None:
    """The contacts came, the account's own query does not."""
    account = org.record("Account", Name="Menon Bakery")["Id"]
    org.order("rules", {"daily_limit": 0})
    with pytest.raises(Throttled) as failure:
        await facts(org, Identity(salesforce_account_id=account))
    assert "24 hours" in failure.value.remedy


async def test_pages_are_followed_to_the_end(org: Org) -> None:
    """The standard page is 2,000 rows; a transport that wishes for two shows the same with five."""

    class SmallPages(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            request.headers["Sforce-Query-Options"] = "batchSize=2"
            return await super().handle_async_request(request)

    small = connected(org.url, transport=SmallPages())
    assert len(await emails(small, LookupKind.NAME, "i")) == 3
    calls = httpx.get(f"{org.url}/_sandbox/calls").json()  # noqa: ASYNC210 - the sandbox lives in another thread
    assert sum("/query/01g" in one["call"] for one in calls) == 1
    await small.close()


async def test_the_check_names_a_missing_field(org: Org) -> None:
    assert org.connection.check is not None
    await org.connection.check()
    wrong = connected(org.url, key_field="Other__c")
    assert wrong.connection.check is not None
    with pytest.raises(Refused, match="Other__c"):
        await wrong.connection.check()
    org.order("rules", {"unique": {}})
    with pytest.raises(Refused) as refusal:
        await org.connection.check()
    assert "External ID and Unique" in refusal.value.remedy
    await wrong.close()


async def test_the_budget_of_the_day_is_told(org: Org) -> None:
    assert org.cases.budget is None
    await facts(org)
    assert org.cases.budget is not None
    assert (org.cases.budget.limit, 0 < org.cases.budget.used < 10) == (15000, True)


async def test_no_log_line_names_the_customer(org: Org, caplog: pytest.LogCaptureFixture) -> None:
    org.order("faults", {"kind": "status", "status": 503, "match": "/query", "times": 1})
    with caplog.at_level("DEBUG", logger="retrieval"):
        await facts(org)
    told = " ".join(str(vars(one)) for one in caplog.records if one.name.startswith("retrieval"))
    assert "vendor call failed" in told
    assert "priya" not in told.lower()
