"""SingPost over a real socket: what a card gets, and what its errors become."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from pydantic import SecretStr

from playbooks.domain.customer import Identity
from playbooks.domain.facts import ParcelStatus
from retrieval.carriers import s10_check_digit
from retrieval.connection import Connection
from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError
from retrieval.http import Calls
from retrieval.sandbox_control import SandboxControl
from retrieval.vendors.singpost import VENDOR, wire
from retrieval.vendors.singpost.sandbox import API_KEY, sandbox
from retrieval.vendors.singpost.settings import Settings
from tests.vendors.parcels import ARRIVES_AS, NOW, TROUBLES, Served, connected, facts, parcel, served, world

SERIALS = {trouble: str(48120573 + index) for index, trouble in enumerate(TROUBLES)}
NUMBERS = {trouble: f"RR{serial}{s10_check_digit(serial)}SG" for trouble, serial in SERIALS.items()}
SingPost = tuple[Connection, SandboxControl, Calls]


@pytest.fixture(scope="module")
def stand_in() -> Iterator[Served]:
    with served(sandbox(world("singpost", NUMBERS), calls_per_second=1000)) as found:
        yield found


@pytest.fixture
async def singpost(stand_in: Served) -> AsyncIterator[SingPost]:
    async with connected(VENDOR, stand_in) as found:
        yield found


@pytest.mark.parametrize(("trouble", "status"), ARRIVES_AS.items())
async def test_each_kind_of_trouble_arrives_as_it_is(singpost: SingPost, trouble: str, status: ParcelStatus) -> None:
    found = await parcel(singpost[0], NUMBERS[trouble])
    assert found.status is status
    assert all(one.at <= NOW for one in found.events)


async def test_many_items_are_asked_for_ten_at_a_time(singpost: SingPost) -> None:
    connection, _, calls = singpost
    strangers = [f"RG{serial}{s10_check_digit(serial)}SG" for serial in map(str, range(20571946, 20571957))]
    found = await facts(connection, *strangers, NUMBERS[""])
    assert [one.tracking_number for one in found.parcels] == [NUMBERS[""]]
    assert calls.by_vendor["singpost"] == 2


async def test_only_its_own_numbers_are_wanted(singpost: SingPost) -> None:
    source = singpost[0].customer_source
    assert source
    mixed = Identity(tracking_numbers=("NVSGSOLVN000204188", "4819203756", NUMBERS[""]))
    assert source.wants(mixed) == Identity(tracking_numbers=(NUMBERS[""],))


async def test_a_number_keeps_the_spelling_it_was_asked_by(singpost: SingPost) -> None:
    spelt = f"{NUMBERS[''][:2]} {NUMBERS[''][2:]}".lower()
    assert (await parcel(singpost[0], spelt)).tracking_number == spelt


async def test_a_key_that_is_not_accepted_is_a_refusal(stand_in: Served) -> None:
    async with connected(VENDOR, stand_in, api_key="wrong") as (connection, _, _calls):
        assert connection.check
        with pytest.raises(Refused):
            await connection.check()


async def test_the_stand_in_has_a_limit_and_says_how_long_to_wait() -> None:
    with served(sandbox(world("singpost", NUMBERS), calls_per_second=1)) as limited:
        async with connected(VENDOR, limited) as (_, control, _calls), httpx.AsyncClient(base_url=control.url) as client:
            asked = wire.request([NUMBERS[""]], "-")
            answers = [await client.post("/sp/tracking", content=asked, headers={"Authorization": API_KEY}) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]
    assert answers[1].headers["Retry-After"] == "1"


async def test_a_throttle_says_how_long_to_wait(singpost: SingPost) -> None:
    await singpost[1].fault(kind="status", status=429, retry_after="60")
    with pytest.raises(Throttled) as error:
        await facts(singpost[0], NUMBERS[""])
    assert error.value.retry_after_seconds == 60


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 503}, Unavailable),
        ({"kind": "status", "status": 403}, Refused),
        ({"kind": "status", "status": 400}, Surprised),
        ({"kind": "garbage"}, Surprised),
        ({"kind": "reset"}, Unavailable),
    ],
)
async def test_each_fault_is_one_of_the_four_errors(
    singpost: SingPost, fault: dict[str, object], error: type[VendorError]
) -> None:
    await singpost[1].fault(**fault)
    with pytest.raises(error):
        await facts(singpost[0], NUMBERS[""])


async def test_a_lying_stand_in_is_shown_as_a_contradiction(singpost: SingPost) -> None:
    await singpost[1].fault(kind="contradict", detail="delivered_but_moving")
    assert (await parcel(singpost[0], NUMBERS["stuck"])).status is ParcelStatus.UNKNOWN


async def test_the_key_is_sent_as_it_is_and_the_system_id_inside() -> None:
    sent: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(401)

    settings = Settings(api_key=SecretStr("key"), system_id="SOLVANE")
    connection = VENDOR.connect(settings, Calls(), httpx.MockTransport(refuse))
    with pytest.raises(Refused):
        await facts(connection, NUMBERS[""])
    assert sent[0].headers["Authorization"] == "key"
    assert b"<SystemID>SOLVANE</SystemID>" in sent[0].content
