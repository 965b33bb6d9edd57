"""What the service learns from the connected systems while some of them are away."""

import pytest

from bot.last_told import LastTold
from retrieval.errors import Unavailable


class System:
    def __init__(self, *items: str) -> None:
        self.items, self.is_away = items, False

    async def tell(self) -> tuple[str, ...]:
        if self.is_away:
            raise Unavailable("intercom", "away", remedy="Wait.")
        return self.items


@pytest.fixture
def intercom() -> System:
    return System("refunds")


@pytest.fixture
def zendesk() -> System:
    return System("returns")


async def test_a_system_that_is_away_takes_nothing_from_the_others(intercom: System, zendesk: System) -> None:
    told: LastTold[str] = LastTold()
    systems = {"intercom": intercom.tell, "zendesk": zendesk.tell}
    assert await told.all(systems) == (["refunds", "returns"], None)
    intercom.is_away, zendesk.items = True, ("returns", "exchanges")
    assert await told.all(systems) == (["refunds", "returns", "exchanges"], None)
    intercom.is_away, intercom.items = False, ()
    assert await told.all(systems) == (["returns", "exchanges"], None)


async def test_who_never_told_anything_is_unknown_until_it_does(intercom: System, zendesk: System) -> None:
    told: LastTold[str] = LastTold()
    systems = {"intercom": intercom.tell, "zendesk": zendesk.tell}
    intercom.is_away = True
    items, unknown = await told.all(systems)
    assert items == ["returns"]
    assert unknown is not None
    intercom.is_away = False
    assert await told.all(systems) == (["refunds", "returns"], None)
