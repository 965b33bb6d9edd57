"""simple-salesforce drives the sandbox org through a real socket: an independent judge of what it answers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from tests.vendors.salesforce.org import served

MY_DOMAIN = "https://solvane.my.salesforce.com"


class Detour(HTTPAdapter):
    """Sends what goes to the org's https address to the sandbox: simple-salesforce knows no other scheme."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        _, _, path = request.url.removeprefix("https://").partition("/")
        request.url = f"{self._url}/{path}"
        return super().send(request, *args, **kwargs)


def client(url: str, secret: str = "sandbox-consumer-secret") -> Salesforce:
    session = requests.Session()
    session.mount("https://", Detour(url))
    return Salesforce(
        consumer_key="sandbox-consumer-key",
        consumer_secret=secret,
        domain="solvane.my",
        version="62.0",
        session=session,
    )


@pytest.fixture
def url() -> Iterator[str]:
    with served() as one:
        yield one


@pytest.fixture
def sf(url: str) -> Iterator[Any]:
    one = client(url)
    yield one
    one.session.close()


@pytest.fixture(scope="module")
def reader(standing_org_url: str) -> Iterator[Any]:
    one = client(standing_org_url)
    yield one
    one.session.close()


def errors(refusal: Any) -> list[dict[str, Any]]:
    """Salesforce's error array, which the library hands on as it came."""
    content: list[dict[str, Any]] = refusal.value.content
    return content


def names(reader: Any, where: str) -> list[str]:
    return [row["Name"] for row in reader.query(f"SELECT Name FROM Contact WHERE {where} ORDER BY Name, Email")["records"]]


def test_the_client_credentials_flow_gives_a_session(reader: Any) -> None:
    assert reader.query("SELECT COUNT() FROM Contact")["totalSize"] == 5
    usage = reader.api_usage["api-usage"]
    assert (usage.total, usage.used > 0) == (15000, True)


def test_a_wrong_secret_is_refused(url: str) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as refusal:
        client(url, secret="wrong")
    assert refusal.value.code == "invalid_client"


def test_an_ended_session_is_told(url: str, sf: Any) -> None:
    httpx.post(f"{url}/_sandbox/expire")
    direct = Salesforce(session_id=sf.session_id, instance_url=MY_DOMAIN, version="62.0", session=sf.session)
    with pytest.raises(SalesforceExpiredSession):
        direct.query("SELECT Id FROM Case")


def test_simple_salesforce_renews_its_session_by_itself(url: str, sf: Any) -> None:
    httpx.post(f"{url}/_sandbox/expire")
    assert sf.query("SELECT Id FROM Account LIMIT 1")["totalSize"] == 1


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Name = 'priya nair'", ["Priya Nair", "Priya Nair"]),
        ("Email = 'PRIYA.NAIR@example.com'", ["Priya Nair"]),
        ("Name LIKE 'Priya%'", ["Priya Menon", "Priya Nair", "Priya Nair"]),
        ("Name LIKE '_riya M_non'", ["Priya Menon"]),
        ("Name LIKE '%\\'%'", ["Sean O'Donnell"]),
        ("Account.Name LIKE '100\\% Solar\\_Co%'", ["Sean O'Donnell"]),
        ("Account.Name LIKE '%\\\\ Sons'", ["Sean O'Donnell"]),
        ("Account.Tier__c = 'Platinum' AND Account.VIP__c = true", ["Priya Nair", "Priya Nair"]),
        ("Account.Owner.Name = 'Tom Becker'", ["Priya Nair", "Priya Nair"]),
        ("Phone != null AND Name != 'Priya Nair'", ["Priya Menon", "Wei Ling"]),
        ("Name IN ('Wei Ling', 'Priya Menon')", ["Priya Menon", "Wei Ling"]),
        ("Name NOT IN ('Wei Ling', 'Priya Menon', 'Priya Nair')", ["Sean O'Donnell"]),
        ("(Name = 'Wei Ling' OR Name = 'Priya Menon') AND NOT Name = 'Wei Ling'", ["Priya Menon"]),
        ("CreatedDate > 2030-01-01T00:00:00Z", []),
        ("CreatedDate <= 2030-01-01T08:00:00+08:00 AND Name <> 'x' AND LastName = 'Ling'", ["Wei Ling"]),
    ],
)
def test_the_conditions_clients_send_are_read(reader: Any, where: str, expected: list[str]) -> None:
    assert names(reader, where) == expected


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("SELECT FROM Case", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case WHERE Status = 'New' OR Status = 'x' AND Priority = 'y'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case GROUP BY Status", "MALFORMED_QUERY"),
        ("SELECT Id, (SELECT Id FROM CaseComments) FROM Case", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case WHERE Status = 'it's'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case WHERE Status = 'a\\q'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Case; DELETE", "MALFORMED_QUERY"),
        ("DELETE FROM Case", "MALFORMED_QUERY"),
        ("SELECT Nothing__c FROM Case", "INVALID_FIELD"),
        ("SELECT Owner.Nothing FROM Case", "INVALID_FIELD"),
        ("SELECT Boss.Name FROM Case", "INVALID_FIELD"),
        ("SELECT Id FROM Case WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id FROM Case WHERE IsClosed = 'false'", "INVALID_FIELD"),
        ("SELECT Id FROM Case WHERE CreatedDate > '2026-01-01T00:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Case WHERE Id = 'short'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
    ],
)
def test_what_is_not_soql_is_refused_as_salesforce_does(reader: Any, soql: str, code: str) -> None:
    with pytest.raises(SalesforceMalformedRequest) as refusal:
        reader.query(soql)
    assert errors(refusal)[0]["errorCode"] == code


def test_related_records_nest_and_are_null_as_a_whole(reader: Any) -> None:
    soql = "SELECT Name, Account.Owner.Email FROM Contact WHERE LastName IN ('Nair', 'Ling') ORDER BY Email DESC"
    wei, priya, _ = reader.query(soql)["records"]
    assert priya["Account"]["Owner"]["Email"] == "tom.becker@solvane.example"
    assert priya["Account"]["attributes"]["type"] == "Account"
    assert wei["Account"]["Owner"] is None


def test_query_all_follows_the_pages(reader: Any) -> None:
    headers = {"Sforce-Query-Options": "batchSize=2"}
    first = reader.query("SELECT Id FROM Contact", headers=headers)
    assert (first["done"], len(first["records"]), first["totalSize"]) == (False, 2, 5)
    rows = list(reader.query_all_iter("SELECT Id FROM Contact", headers=headers))
    assert len({row["Id"] for row in rows}) == 5
    with pytest.raises(SalesforceMalformedRequest):
        reader.query_more("01gnothing-2")


def test_a_record_is_made_read_changed_and_deleted(sf: Any) -> None:
    made = sf.Contact.create({"LastName": "Tan", "FirstName": "Mei", "Email": "mei@example.com"})
    assert made["success"]
    assert sf.Contact.get(made["id"])["Name"] == "Mei Tan"
    assert sf.Contact.get(made["id"][:15])["Id"] == made["id"]
    assert sf.Contact.update(made["id"], {"Phone": "1"}) == 204
    assert sf.Contact.delete(made["id"]) == 204
    with pytest.raises(SalesforceResourceNotFound):
        sf.Contact.get(made["id"])


def test_an_upsert_makes_then_changes(sf: Any) -> None:
    assert sf.Case.upsert("Deskside_Key__c/k1", {"Subject": "a"}) == 201
    assert sf.Case.upsert("Deskside_Key__c/K1", {"Subject": "b"}) == 200
    found = sf.Case.get_by_custom_id("Deskside_Key__c", "k1")
    assert (found["Subject"], found["Status"], found["CaseNumber"]) == ("b", "New", "00001004")
    with pytest.raises(SalesforceResourceNotFound):
        sf.Case.get_by_custom_id("Deskside_Key__c", "other")
    with pytest.raises(SalesforceResourceNotFound):
        sf.Case.upsert("Subject/a", {"Status": "New"})


def test_forty_upserts_at_once_make_one_case(url: str, sf: Any) -> None:
    headers = dict(sf.headers)

    def upsert(_: int) -> int:
        path = f"{url}/services/data/v62.0/sobjects/Case/Deskside_Key__c/race"
        return httpx.patch(path, json={"Subject": "x"}, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(upsert, range(40)))
    assert sorted(answers) == [200] * 39 + [201]
    assert sf.query("SELECT COUNT() FROM Case WHERE Deskside_Key__c = 'race'")["totalSize"] == 1


def test_several_records_with_one_key_are_told(url: str, sf: Any) -> None:
    httpx.post(f"{url}/_sandbox/rules", json={"unique": {}})
    for _ in range(2):
        sf.Case.create({"Subject": "x", "Deskside_Key__c": "twice"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        sf.Case.get_by_custom_id("Deskside_Key__c", "twice")
    with pytest.raises(SalesforceMoreThanOneRecord):
        sf.Case.upsert("Deskside_Key__c/twice", {"Subject": "y"})


@pytest.mark.parametrize(
    ("rules", "kind", "fields", "code", "named"),
    [
        ({}, "Contact", {"FirstName": "Mei"}, "REQUIRED_FIELD_MISSING", ["LastName"]),
        ({"required": {"Case": ["Product__c"]}}, "Case", {"Subject": "x"}, "REQUIRED_FIELD_MISSING", ["Product__c"]),
        (
            {"validation": [{"object": "Case", "field": "Priority", "equals": "Critical", "message": "Say High."}]},
            "Case",
            {"Priority": "Critical"},
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            ["Priority"],
        ),
        (
            {"duplicates": {"Contact": ["Email"]}},
            "Contact",
            {"LastName": "N", "Email": "wei@example.com"},
            "DUPLICATES_DETECTED",
            [],
        ),
        ({}, "Case", {"Subject": "x" * 256}, "STRING_TOO_LONG", ["Subject"]),
        ({}, "Case", {"Nothing__c": "x"}, "INVALID_FIELD", []),
        ({}, "Case", {"CaseNumber": "1"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["CaseNumber"]),
        ({}, "Case", {"ContactId": "x"}, "MALFORMED_ID", ["ContactId"]),
        ({}, "Case", {"ContactId": "003000000000000"}, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", []),
        ({}, "CaseComment", {"CommentBody": "x"}, "REQUIRED_FIELD_MISSING", ["ParentId"]),
    ],
)
def test_a_rule_refuses_a_write_and_names_the_field(
    url: str, sf: Any, rules: dict[str, Any], kind: str, fields: dict[str, str], code: str, named: list[str]
) -> None:
    httpx.post(f"{url}/_sandbox/rules", json=rules)
    with pytest.raises(SalesforceMalformedRequest) as refusal:
        getattr(sf, kind).create(fields)
    (error,) = errors(refusal)
    assert (error["errorCode"], error["fields"]) == (code, named)


def test_a_unique_field_takes_a_value_once(sf: Any) -> None:
    sf.Case.create({"Deskside_Key__c": "once"})
    with pytest.raises(SalesforceMalformedRequest) as refusal:
        sf.Case.create({"Deskside_Key__c": "ONCE"})
    assert errors(refusal)[0]["errorCode"] == "DUPLICATE_VALUE"


def test_the_daily_limit_is_a_refusal(url: str, sf: Any) -> None:
    httpx.post(f"{url}/_sandbox/rules", json={"daily_limit": 0})
    with pytest.raises(SalesforceRefusedRequest) as refusal:
        sf.query("SELECT Id FROM Case")
    assert errors(refusal)[0]["errorCode"] == "REQUEST_LIMIT_EXCEEDED"


def test_a_case_knows_its_contacts_account_and_closing(sf: Any) -> None:
    contact = sf.query("SELECT Id, AccountId FROM Contact WHERE Email = 'priya.nair@example.com'")["records"][0]
    made = sf.Case.create({"Subject": "x", "ContactId": contact["Id"]})
    case = sf.Case.get(made["id"])
    assert (case["AccountId"], case["IsClosed"], case["ClosedDate"]) == (contact["AccountId"], False, None)
    sf.Case.update(made["id"], {"Status": "Closed"})
    assert sf.Case.get(made["id"])["IsClosed"]


def test_describe_tells_the_external_id(reader: Any) -> None:
    fields = {one["name"]: one for one in reader.Case.describe()["fields"]}
    assert (fields["Deskside_Key__c"]["externalId"], fields["Deskside_Key__c"]["unique"]) == (True, True)
    assert "Case" in [one["name"] for one in reader.describe()["sobjects"]]


def test_a_query_that_lags_does_not_see_what_a_record_read_sees(url: str, sf: Any) -> None:
    httpx.post(f"{url}/_sandbox/faults", json={"kind": "contradict", "detail": "lagging_index"})
    sf.Case.upsert("Deskside_Key__c/new", {"Subject": "a"})
    assert sf.query("SELECT Id FROM Case WHERE Deskside_Key__c = 'new'")["totalSize"] == 0
    assert sf.Case.get_by_custom_id("Deskside_Key__c", "new")["Subject"] == "a"
