"""Slow sources for measuring: real HTTP servers on loopback, asked through the real door; never used for anything else."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from playbooks.domain.customer import Identity, Link
from playbooks.domain.facts import Charge, Money, SourceFacts
from retrieval.http import Calls, Door, Policy, Rate

CHARGES = 20
"""As many records as a busy customer has with one vendor, so that reading and merging them counts."""


def slow_app(delays: Sequence[float]) -> ASGIApp:
    """Answers `/facts/{turn}` after that turn's delay in seconds; a delay of infinity never answers."""

    async def facts(request: Request) -> Response:
        delay = delays[int(request.path_params["turn"])]
        if delay == float("inf"):
            await asyncio.Event().wait()
        await asyncio.sleep(delay)
        return Response(_BODY, media_type="application/json")

    return Starlette(routes=[Route("/facts/{turn}", facts)])


@dataclass
class SlowSource:
    """A customer source over HTTP that keeps the time of its own calls in `took`, turn by turn."""

    name: str
    url: str
    timeout_seconds: float
    turn: int = 0
    took: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._client = httpx.AsyncClient(base_url=self.url)
        policy = Policy(rate=Rate(1000, 1), timeout_seconds=self.timeout_seconds)
        self._door = Door(self.name, self._client, policy, Calls())

    def wants(self, identity: Identity) -> Identity:
        return Identity(emails=identity.emails)

    async def facts(self, identity: Identity) -> SourceFacts:
        begun = time.perf_counter()
        response = await self._door.call("facts", "GET", f"/facts/{self.turn}")
        answer = SourceFacts.model_validate_json(response.content)
        found = answer.model_copy(update={"source": self.name, "identity": identity})
        self.took.append(time.perf_counter() - begun)
        return found

    async def aclose(self) -> None:
        await self._client.aclose()


def _charge(number: int) -> Charge:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    money, none = Money(amount_minor=1000 + number, currency="sgd"), Money(amount_minor=0, currency="sgd")
    return Charge(
        charge_id=f"ch_{number}",
        amount=money,
        captured=money,
        refunded=none,
        status="succeeded",
        payment_method="visa •••• 4242",
        created_at=at,
        order_number=f"SV-{number}",
    )


_BODY = json.dumps(
    SourceFacts(
        source="rehearsal",
        as_of=datetime(2026, 11, 22, tzinfo=UTC),
        links=(Link(source="rehearsal", record_id="1", label="Ada", evidence="same e-mail"),),
        charges=tuple(_charge(number) for number in range(CHARGES)),
    ).model_dump(mode="json")
)
