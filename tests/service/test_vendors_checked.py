"""`deskside check` against all six sandboxes: who does not accept us and why, and that one that is away fails nobody."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from pydantic import BaseModel

from bot.demo.fleet import Fleet
from bot.demo.worlds import demo_world
from bot.settings import sections
from bot.vendors_checked import failing
from bot.wiring import utc_now


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet() -> AsyncIterator[Fleet]:
    with Fleet(demo_world(utc_now())) as one:
        yield one


pytestmark = pytest.mark.asyncio(loop_scope="module")
CREDENTIALS = {
    "intercom": "access_token",
    "salesforce": "client_secret",
    "stripe": "api_key",
    "dhl": "api_key",
    "singpost": "api_key",
    "ninjavan": "client_secret",
}


def changed(fleet: Fleet, vendor: str, **fields: str) -> dict[str, BaseModel]:
    """The fleet's settings, one of them as a person would have mistyped it."""
    model = next(one.model for one in sections() if one.name == vendor)
    return fleet.settings | {vendor: model.model_validate({**fleet.settings[vendor].model_dump(), **fields})}


async def test_systems_that_accept_us_are_not_mentioned(fleet: Fleet) -> None:
    assert await failing(fleet.settings) == ()


@pytest.mark.parametrize("vendor", CREDENTIALS)
async def test_a_mistyped_secret_is_told_with_its_system_and_a_remedy(fleet: Fleet, vendor: str) -> None:
    [one] = await failing(changed(fleet, vendor, **{CREDENTIALS[vendor]: "mistyped"}))
    assert (one.vendor, one.passes) == (vendor, False)
    assert one.remedy
    assert "mistyped" not in one.message


async def test_a_field_that_salesforce_does_not_have_is_named(fleet: Fleet) -> None:
    [one] = await failing(changed(fleet, "salesforce", key_field="Nowhere__c"))
    assert one.message == "Salesforce: Case has no Nowhere__c."
    assert "Nowhere__c" in one.remedy


async def test_one_that_is_away_says_nothing_about_our_settings(fleet: Fleet) -> None:
    [one] = await failing(changed(fleet, "stripe", api_url="http://127.0.0.1:9"))
    assert (one.vendor, one.passes) == ("stripe", True)
