"""A customer's card from invented sources, in virtual time. Test material."""

from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360
from retrieval.customer360 import RecentFacts, gather
from retrieval.ports import CustomerSource
from tests.customer360.sources import NOW, Records
from tests.virtual_time import run

ADA = Identity(emails=("ada@example.com",))
DEADLINE = 2.0


def card(*sources: CustomerSource, identity: Identity = ADA, cache: RecentFacts | None = None) -> tuple[Customer360, float]:
    return run(gather(sources, identity, deadline_seconds=DEADLINE, now=NOW, cache=cache or RecentFacts()))


def by_email(name: str, *charges: str, delays: tuple[float, ...] = (0.0,), fails: BaseException | None = None) -> Records:
    return Records(name, ["emails"], [(ADA, one) for one in charges], delays=delays, fails=fails)
