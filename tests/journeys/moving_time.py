"""A stage whose clock a test moves: nobody waits for a timer, and it is open at whatever hour the tests run."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.agent import ConsoleAgent
from bot.demo.stage import Stage, staged
from bot.demo.worlds import demo_world
from bot.settings import KNOWLEDGE, Settings
from bot.wiring import TICKS
from playbooks.domain.policy import Calendar, Policies
from playbooks.proof import proved
from retrieval.content import Knowledge
from retrieval.content import knowledge as read_knowledge
from tests.journeys.chat import settled

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class MovingClock:
    """Runs on with real time, plus what the test added."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Moving:
    """A stage and its clock."""

    def __init__(self, stage: Stage, clock: MovingClock) -> None:
        self.stage, self.clock = stage, clock

    async def later(self, span: timedelta) -> None:
        """So much time passes at once, here and where moments are stamped; whatever falls due by then is done."""
        for vendor in ("intercom", "salesforce"):
            await self.stage.sandboxes[vendor].post("/_sandbox/clock", {"skip_seconds": span.total_seconds()})
        self.clock.ahead += span
        await self.tick()

    async def tick(self) -> None:
        for tick in TICKS:
            await self.stage.service.clock.strike(tick)
        await settled(self.stage)

    async def agent(self, name: str, channel: str = "live-chat") -> ConsoleAgent:
        agent = ConsoleAgent(self.stage.url, f"{name}@solvane.example", self.stage.token, channel)
        await agent.sign_in()
        return agent


def own_channels(settings: Settings) -> Settings:
    """Every destination its own console channel, words only in the search so that it starts in a second, and nobody waits
    five seconds for an answer that was ordered not to come."""
    service = settings.service.model_copy(update={"embedder": "none", "alert_places": ""})
    hasty = settings.vendors["salesforce"].model_copy(update={"timeout_seconds": 2.0})
    return replace(settings, service=service, vendors={**settings.vendors, "salesforce": hasty})


def always_open(policies: Policies) -> Policies:
    opened = {"open": [{"days": DAYS, "hours": ["00:00-24:00"]}], "time_zone": "UTC"}
    calendars = {
        name: Calendar.model_validate({"title": one.title, **opened}) for name, one in policies.hours.calendars.items()
    }
    return policies.model_copy(update={"hours": policies.hours.model_copy(update={"calendars": calendars})})


@contextlib.asynccontextmanager
async def moving(
    directory: Path, change: Callable[[Policies], Policies] = always_open, begins: datetime | None = None
) -> AsyncIterator[Moving]:
    """`change` is made to the demo's policies; `begins` None: now."""
    began = datetime.now(UTC)
    found: Knowledge = read_knowledge(KNOWLEDGE, proved)
    knowledge = found.model_copy(update={"policies": change(found.policies)})
    begins = begins or began
    clock = MovingClock(begins - began)
    async with staged(demo_world(begins), directory, 0, own_channels, knowledge=knowledge, clock=clock) as stage:
        yield Moving(stage, clock)
