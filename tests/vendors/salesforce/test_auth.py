"""The session: fetched when needed, renewed once when it ended, refused where the app is not accepted."""

import asyncio

import httpx
import pytest
from pydantic import SecretStr

from playbooks.domain.customer import Identity
from retrieval.connection import Connection
from retrieval.errors import Refused, Surprised, Unavailable
from retrieval.http import Calls
from retrieval.vendors.salesforce import VENDOR
from retrieval.vendors.salesforce.auth import ClientCredentials
from tests.vendors.salesforce.org import Org, connected

SOMEBODY = Identity(emails=("wei@example.com",))


def tokens(one: Org) -> int:
    calls = httpx.get(f"{one.url}/_sandbox/calls").json()
    return sum(call["call"] == "POST /services/oauth2/token" for call in calls)


async def facts(connection: Connection) -> None:
    assert connection.customer_source is not None
    await connection.customer_source.facts(SOMEBODY)


async def test_one_session_serves_many_calls(org: Org) -> None:
    await asyncio.gather(*(facts(org.connection) for _ in range(5)))
    assert tokens(org) == 1


async def test_an_ended_session_is_renewed_once_for_all_calls_at_once(org: Org) -> None:
    await facts(org.connection)
    org.order("expire")
    await asyncio.gather(*(facts(org.connection) for _ in range(5)))
    assert tokens(org) == 2


async def test_a_session_that_stays_refused_is_renewed_only_once(org: Org) -> None:
    org.order("faults", {"kind": "status", "status": 401, "match": "/services/data/"})
    with pytest.raises(Refused):
        await facts(org.connection)
    assert tokens(org) == 2


async def test_a_wrong_secret_is_refused_with_its_remedy(org: Org) -> None:
    wrong = connected(org.url, client_secret="nonsense")
    with pytest.raises(Refused) as refusal:
        await facts(wrong.connection)
    assert "client id and secret" in refusal.value.remedy
    assert "nonsense" not in f"{refusal.value}{refusal.value.remedy}"
    await wrong.close()


async def test_a_token_endpoint_that_is_down_is_unavailable(org: Org) -> None:
    org.order("faults", {"kind": "status", "status": 503, "match": "oauth2"})
    with pytest.raises(Unavailable):
        await facts(org.connection)


async def test_a_login_page_instead_of_a_token_is_a_surprise(org: Org) -> None:
    org.order("faults", {"kind": "garbage", "match": "oauth2"})
    with pytest.raises(Surprised) as surprise:
        await facts(org.connection)
    assert "My Domain" in surprise.value.remedy


async def test_calls_go_to_the_instance_the_token_names() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.url.host} {request.headers['Host']}")
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "instance_url": "https://eu7.salesforce.example"})
        return httpx.Response(200, json={"totalSize": 0, "done": True, "records": []})

    settings = VENDOR.settings(login_url="https://acme.my.salesforce.com", client_id="x", client_secret="y")
    connection = VENDOR.connect(settings, Calls(), httpx.MockTransport(answer))
    await facts(connection)
    assert asked == ["acme.my.salesforce.com acme.my.salesforce.com", "eu7.salesforce.example eu7.salesforce.example"]
    assert connection.close is not None
    await connection.close()


async def test_a_call_that_is_given_up_does_not_keep_the_others_from_a_session(org: Org) -> None:
    org.order("faults", {"kind": "hang", "match": "oauth2", "times": 1})
    first, second = asyncio.create_task(facts(org.connection)), asyncio.create_task(facts(org.connection))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(first, 0.3)
    await second
    assert tokens(org) == 2


def test_the_secret_does_not_show_in_the_settings() -> None:
    settings = VENDOR.settings(login_url="https://a", client_id="x", client_secret="very-secret")
    assert "very-secret" not in repr(settings)


def test_it_is_for_asynchronous_clients_only() -> None:
    auth = ClientCredentials("https://a", "x", SecretStr("y"))
    with pytest.raises(RuntimeError):
        next(auth.sync_auth_flow(httpx.Request("GET", "https://a")))
