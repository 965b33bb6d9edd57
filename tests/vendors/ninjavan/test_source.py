"""Ninja Van over a real socket: tokens, what a card gets, and what its errors become."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from playbooks.domain.customer import Identity
from playbooks.domain.facts import ParcelStatus
from retrieval.connection import Connection
from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError
from retrieval.http import Calls
from retrieval.sandbox_control import SandboxControl
from retrieval.vendors.ninjavan import VENDOR
from retrieval.vendors.ninjavan.auth import ClientCredentials
from retrieval.vendors.ninjavan.sandbox import TOKEN_SECONDS, sandbox
from retrieval.vendors.ninjavan.settings import Settings
from tests.vendors.parcels import ARRIVES_AS, NOW, TROUBLES, Served, connected, facts, parcel, served, world

NUMBERS = {trouble: f"NVSGSOLVN00020418{index}" for index, trouble in enumerate(TROUBLES)}
FIXTURES = Path(__file__).parent / "fixtures"
Van = tuple[Connection, SandboxControl, Calls]


async def token_calls(control: SandboxControl) -> int:
    return sum("access_token" in one["call"] for one in await control.calls())


@pytest.fixture(scope="module")
def stand_in() -> Iterator[Served]:
    with served(sandbox(world("ninjavan", NUMBERS), calls_per_second=1000)) as found:
        yield found


@pytest.fixture
async def van(stand_in: Served) -> AsyncIterator[Van]:
    async with connected(VENDOR, stand_in) as found:
        yield found


@pytest.mark.parametrize(("trouble", "status"), ARRIVES_AS.items())
async def test_each_kind_of_trouble_arrives_as_it_is(van: Van, trouble: str, status: ParcelStatus) -> None:
    found = await parcel(van[0], NUMBERS[trouble])
    assert (found.status, found.order_number) == (status, f"SV-{trouble or 'moving'}")
    assert all(one.at <= NOW for one in found.events)


async def test_many_parcels_cost_one_call_and_unknown_ones_are_left_out(van: Van) -> None:
    connection, _, calls = van
    found = await facts(connection, *NUMBERS.values(), "NVSGNOBODY000000000")
    assert {one.tracking_number for one in found.parcels} == set(NUMBERS.values())
    assert calls.by_vendor["ninjavan"] == 1


async def test_a_shippers_own_beginnings_are_its_numbers_too() -> None:
    settings = Settings(client_id="x", client_secret=SecretStr("y"), tracking_prefixes="solv, shop")
    source = VENDOR.connect(settings, Calls(), None).customer_source
    assert source
    mixed = Identity(tracking_numbers=("SOLV0001", "NVSGSOLVN000204188", "4819203756"))
    assert source.wants(mixed) == Identity(tracking_numbers=("SOLV0001", "NVSGSOLVN000204188"))


async def test_one_token_serves_many_calls_at_once(van: Van) -> None:
    connection, control, _ = van
    await asyncio.gather(*(facts(connection, number) for number in NUMBERS.values()))
    assert await token_calls(control) == 1


async def test_a_token_that_the_stand_in_forgot_is_renewed_once(van: Van) -> None:
    connection, control, _ = van
    await facts(connection, NUMBERS[""])
    await control.fault(kind="status", status=401, match="tracking-events", times=1)
    assert (await facts(connection, NUMBERS[""])).parcels
    assert await token_calls(control) == 2


async def test_a_refusal_after_renewal_is_a_refusal(van: Van) -> None:
    connection, control, _ = van
    await control.fault(kind="status", status=401, match="tracking-events")
    with pytest.raises(Refused):
        await facts(connection, NUMBERS[""])
    assert await token_calls(control) == 2


async def test_a_token_is_renewed_in_its_last_five_minutes_and_not_before() -> None:
    clock = [1_000_000.0]
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if "access_token" in request.url.path:
            return httpx.Response(200, json={"access_token": f"t{len(asked)}", "expires": clock[0] + TOKEN_SECONDS})
        return httpx.Response(200, json={"data": []})

    auth = ClientCredentials("https://van.example/sg/2.0/oauth/access_token", "id", SecretStr("key"), lambda: clock[0])
    async with httpx.AsyncClient(base_url="https://van.example", auth=auth, transport=httpx.MockTransport(answer)) as client:
        for passed in (0, TOKEN_SECONDS - 301, 2):
            clock[0] += passed
            await client.get("/events")
    assert asked == ["/sg/2.0/oauth/access_token", "/events", "/events", "/sg/2.0/oauth/access_token", "/events"]


async def test_many_calls_that_find_the_token_refused_renew_it_once() -> None:
    tokens: list[str] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)  # all five are under way before the first one is refused
        if "access_token" in request.url.path:
            tokens.append(f"t{len(tokens)}")
            return httpx.Response(200, json={"access_token": tokens[-1], "expires_in": TOKEN_SECONDS})
        return httpx.Response(401 if request.headers["Authorization"] == "Bearer t0" else 200, json={"data": []})

    auth = ClientCredentials("https://van.example/sg/2.0/oauth/access_token", "id", SecretStr("key"))
    async with httpx.AsyncClient(base_url="https://van.example", auth=auth, transport=httpx.MockTransport(answer)) as client:
        answers = await asyncio.gather(*(client.get("/events") for _ in range(5)))
    assert {one.status_code for one in answers} == {200}
    assert tokens == ["t0", "t1"]


async def test_wrong_credentials_are_a_refusal(stand_in: Served) -> None:
    async with connected(VENDOR, stand_in, client_secret="wrong") as (connection, _, _calls):
        assert connection.check
        with pytest.raises(Refused):
            await connection.check()


async def test_the_check_passes_with_the_right_ones(van: Van) -> None:
    assert van[0].check
    await van[0].check()


@pytest.mark.parametrize("where", ["tracking-events", "access_token"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 503}, Unavailable),
        ({"kind": "status", "status": 429, "retry_after": "60"}, Throttled),
        ({"kind": "status", "status": 403}, Refused),
        ({"kind": "garbage"}, Surprised),
        ({"kind": "reset"}, Unavailable),
    ],
)
async def test_each_fault_is_one_of_the_four_errors(
    van: Van, where: str, fault: dict[str, object], error: type[VendorError]
) -> None:
    await van[1].fault(match=where, **fault)
    with pytest.raises(error):
        await facts(van[0], NUMBERS[""])


async def test_a_lying_stand_in_is_shown_as_a_contradiction(van: Van) -> None:
    await van[1].fault(kind="contradict", detail="delivered_but_moving")
    assert (await parcel(van[0], NUMBERS["stuck"])).status is ParcelStatus.UNKNOWN


async def test_its_own_error_body_is_a_refusal() -> None:
    body = (FIXTURES / "error.json").read_bytes()
    settings = Settings(client_id="x", client_secret=SecretStr("y"))
    connection = VENDOR.connect(settings, Calls(), httpx.MockTransport(lambda _: httpx.Response(401, content=body)))
    with pytest.raises(Refused):
        await facts(connection, NUMBERS[""])


async def test_the_stand_in_answers_one_history_and_says_not_found(van: Van) -> None:
    await facts(van[0], NUMBERS[""])
    async with httpx.AsyncClient(base_url=van[1].url) as client:
        given = await client.post(
            "/sg/2.0/oauth/access_token",
            json={
                "client_id": "sandbox-client",
                "client_secret": "sandbox-ninjavan-client-key",
                "grant_type": "client_credentials",
            },
        )
        client.headers["Authorization"] = f"Bearer {given.json()['access_token']}"
        known = await client.get(f"/sg/1.0/orders/tracking-events/{NUMBERS['']}")
        unknown = await client.get("/sg/1.0/orders/tracking-events/NVSGNOBODY000000000")
    assert known.json()["tracking_number"] == NUMBERS[""]
    assert (unknown.status_code, unknown.json()["error"]["title"]) == (404, "NOT_FOUND")
