"""DHL over a real socket: what a card gets, what its errors become, and that the quota lasts."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from playbooks.domain.customer import Identity
from playbooks.domain.facts import ParcelStatus
from retrieval.carriers import dhl_express_check_digit
from retrieval.connection import Connection
from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError
from retrieval.http import Calls, Door, Policy, Rate
from retrieval.sandbox_control import SandboxControl
from retrieval.vendors.dhl import VENDOR
from retrieval.vendors.dhl.sandbox import API_KEY, sandbox
from retrieval.vendors.dhl.settings import Settings
from retrieval.vendors.dhl.source import DhlParcels
from tests.vendors.parcels import NOW, TROUBLES, Served, connected, facts, parcel, served, world

SERIALS = {trouble: str(481920375 + index) for index, trouble in enumerate(TROUBLES)}
NUMBERS = {trouble: f"{serial}{dhl_express_check_digit(serial)}" for trouble, serial in SERIALS.items()}
Dhl = tuple[Connection, SandboxControl, Calls]


@pytest.fixture(scope="module")
def stand_in() -> Iterator[Served]:
    with served(sandbox(world("dhl", NUMBERS), calls_per_second=1000, calls_per_day=100_000)) as found:
        yield found


@pytest.fixture
async def dhl(stand_in: Served) -> AsyncIterator[Dhl]:
    async with connected(VENDOR, stand_in, calls_per_second="1000") as found:
        yield found


@pytest.mark.parametrize(
    ("trouble", "status", "events"),
    [
        ("", ParcelStatus.IN_TRANSIT, 6),
        ("stuck", ParcelStatus.IN_TRANSIT, 4),
        ("customs", ParcelStatus.EXCEPTION, 5),
        ("damaged", ParcelStatus.EXCEPTION, 7),
        ("failed_attempt", ParcelStatus.FAILED_ATTEMPT, 8),
        ("returned", ParcelStatus.RETURNING, 9),
        ("delivered", ParcelStatus.DELIVERED, 8),
        ("announced", ParcelStatus.ANNOUNCED, 1),
    ],
)
async def test_each_kind_of_trouble_arrives_as_it_is(dhl: Dhl, trouble: str, status: ParcelStatus, events: int) -> None:
    found = await parcel(dhl[0], NUMBERS[trouble])
    assert (found.status, len(found.events)) == (status, events)
    assert found.order_number == f"SV-{trouble or 'moving'}"
    assert found.promised_at == NOW + timedelta(days=-1 if trouble else 1)
    assert found.delivered_at == (NOW - timedelta(days=1) if trouble == "delivered" else None)


async def test_a_number_that_dhl_does_not_know_is_no_parcel(dhl: Dhl) -> None:
    assert (await facts(dhl[0], "7777777770")).parcels == ()


async def test_only_its_own_numbers_are_wanted(dhl: Dhl) -> None:
    source = dhl[0].customer_source
    assert source
    mixed = Identity(emails=("ada@example.com",), tracking_numbers=("NVSGSOLVN000204188", NUMBERS[""], "RR481205731SG"))
    assert source.wants(mixed) == Identity(tracking_numbers=(NUMBERS[""],))


async def test_a_second_card_does_not_ask_dhl_again(dhl: Dhl) -> None:
    connection, _, calls = dhl
    first = await facts(connection, NUMBERS[""])
    second = await facts(connection, NUMBERS[""])
    assert calls.by_vendor["dhl"] == 1
    assert (second.parcels, second.as_of) == (first.parcels, first.as_of)


async def test_two_cards_at_the_same_time_ask_dhl_once(dhl: Dhl) -> None:
    connection, _, calls = dhl
    await asyncio.gather(facts(connection, NUMBERS[""]), facts(connection, NUMBERS[""]))
    assert calls.by_vendor["dhl"] == 1


async def test_the_days_quota_is_kept_and_then_named() -> None:
    with served(sandbox(world("dhl", NUMBERS), calls_per_second=1000)) as limited:
        async with connected(VENDOR, limited, calls_per_second="1000", calls_per_day="1") as (connection, _, calls):
            await facts(connection, NUMBERS[""])
            with pytest.raises(Throttled) as refused:
                await facts(connection, NUMBERS["stuck"])
            assert "00:00 GMT" in refused.value.remedy
            assert calls.by_vendor["dhl"] == 1


async def test_dhls_own_quota_is_a_throttle() -> None:
    with served(sandbox(world("dhl", NUMBERS), calls_per_second=1000, calls_per_day=0)) as limited:
        async with connected(VENDOR, limited, calls_per_second="1000") as (connection, _, _calls):
            with pytest.raises(Throttled):
                await facts(connection, NUMBERS[""])


async def test_the_rate_of_one_call_a_second_is_enforced_by_the_stand_in() -> None:
    with served(sandbox(world("dhl", NUMBERS))) as limited:
        async with connected(VENDOR, limited, calls_per_second="1000") as (connection, _, _calls):
            await facts(connection, NUMBERS[""])
            with pytest.raises(Throttled):
                await facts(connection, NUMBERS["stuck"], NUMBERS["customs"])


async def test_a_key_that_is_not_accepted_is_a_refusal(stand_in: Served) -> None:
    with served(sandbox(world("dhl", NUMBERS), calls_per_second=1000)) as limited:
        async with connected(VENDOR, limited, api_key="wrong") as (connection, _, _calls):
            assert connection.check
            with pytest.raises(Refused):
                await connection.check()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 503}, Unavailable),
        ({"kind": "status", "status": 429, "retry_after": "60"}, Throttled),
        ({"kind": "status", "status": 403}, Refused),
        ({"kind": "status", "status": 400}, Surprised),
        ({"kind": "garbage"}, Surprised),
        ({"kind": "reset"}, Unavailable),
    ],
)
async def test_each_fault_is_one_of_the_four_errors(dhl: Dhl, fault: dict[str, object], error: type[VendorError]) -> None:
    await dhl[1].fault(**fault)
    with pytest.raises(error):
        await facts(dhl[0], NUMBERS[""])


@pytest.mark.parametrize("lie", ["delivered_but_moving", "moving_but_delivered"])
async def test_a_parcel_that_dhl_tells_two_stories_of_is_not_called_delivered(dhl: Dhl, lie: str) -> None:
    await dhl[1].fault(kind="contradict", detail=lie)
    found = await parcel(dhl[0], NUMBERS[""])
    assert found.status is ParcelStatus.UNKNOWN
    assert "contradicts itself" in found.carrier_status


async def test_a_404_of_a_stranger_is_not_taken_for_no_parcel() -> None:
    def wrong_address(_: httpx.Request) -> httpx.Response:
        return httpx.Response(404, text="<html>not here</html>")

    async with httpx.AsyncClient(base_url="https://dhl.example", transport=httpx.MockTransport(wrong_address)) as client:
        door = Door("dhl", client, Policy(rate=Rate(1000, 1)), Calls())
        source = DhlParcels(door, Settings(api_key=SecretStr("k")), lambda: NOW)
        with pytest.raises(Surprised):
            await source.facts(Identity(tracking_numbers=(NUMBERS[""],)))


async def test_what_is_sent_is_the_key_the_number_and_the_service() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"shipments": []})

    settings = Settings(api_key=SecretStr(API_KEY), requester_country="SG")
    connection = VENDOR.connect(settings, Calls(), httpx.MockTransport(answer))
    await facts(connection, "481 920 3756")
    assert dict(sent[0].url.params) == {
        "trackingNumber": "4819203756",
        "language": "en",
        "service": "express",
        "requesterCountryCode": "SG",
    }
    assert sent[0].headers["DHL-API-Key"] == API_KEY


async def test_dhls_own_404_is_no_parcel() -> None:
    body = (Path(__file__).parent / "fixtures" / "not_found.json").read_bytes()
    transport = httpx.MockTransport(lambda _: httpx.Response(404, content=body))
    connection = VENDOR.connect(Settings(api_key=SecretStr(API_KEY)), Calls(), transport)
    assert (await facts(connection, NUMBERS[""])).parcels == ()
