"""A console to test: its routes over a real database and the house's real knowledge, with small fakes for the outside."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.console.api import Console
from bot.console.routes import console_routes
from bot.console.session import Sessions
from bot.demo.fleet import Fleet
from bot.demo.stage import settings_for
from bot.demo.worlds import demo_world
from bot.desk.office import Office, Remembered
from bot.engines import jobs_in
from bot.health import Health, Parts
from bot.jobs import Claimed, Commit, Jobs, JobState, NewJob, PermanentFailure
from bot.memory import Connection, console_messages
from bot.memory.database import Database, open_database
from bot.metrics import Metrics
from bot.recall import Recall
from bot.serve import serving
from bot.service import Service
from bot.settings import KNOWLEDGE
from bot.wiring import build
from playbooks.domain.card import Card
from playbooks.domain.content import Audience, SearchResult
from playbooks.domain.customer import Candidate, Identity, Lookup, LookupKind
from playbooks.domain.facts import Account, SourceFacts
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from retrieval.content import Knowledge, knowledge
from retrieval.facts_cache import RecentFacts
from retrieval.http import Calls
from retrieval.ports import SyncReport
from retrieval.sandbox_control import SandboxControl
from tests.surfaces.intake import Inbox

TOKEN = "s3cret-entry"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
MEI, SOFIA, TOM = "mei.tan@solvane.example", "sofia.lindqvist@solvane.example", "tom.becker@solvane.example"
HERO = "priya.nair@example.com"
LIVE_CHAT = Place(surface=Surface.CONSOLE, channel_id="live-chat", channel_kind=ChannelKind.PRIVATE)
T = TypeVar("T")


@cache
def house_knowledge() -> Knowledge:
    return knowledge(KNOWLEDGE)


class Nothing:
    """An index without passages."""

    async def sync(self, articles: Sequence[Any]) -> SyncReport:
        return SyncReport(0, 0, 0, 0)

    async def search(
        self, question: str, *, audiences: frozenset[Audience], limit: int = 5, product: str | None = None
    ) -> SearchResult:
        return SearchResult(question=question, hits=(), answerable=0.0, has_answer=False)

    async def size(self) -> int:
        return 0

    async def says(self, article_id: str, audiences: frozenset[Audience]) -> str | None:
        return None


def person(name: str, email: str, record_id: str) -> Candidate:
    known = Identity(name=name, emails=(email,), salesforce_contact_ids=(record_id,))
    return Candidate(source="salesforce", identity=known)


PEOPLE = (
    person("Priya Nair", HERO, "003000000000001"),
    person("Jo Lee", "jo@example.com", "003000000000002"),
    person("Jo Lee", "j.lee@example.org", "003000000000003"),
)


class Crm:
    """Knows Priya, and two people called Lee; counts who is looked up."""

    name = "salesforce"

    def __init__(self) -> None:
        self.asked: list[Lookup] = []

    def understands(self, lookup: Lookup) -> bool:
        return lookup.kind in {LookupKind.EMAIL, LookupKind.NAME, LookupKind.SALESFORCE}

    async def find(self, lookup: Lookup) -> tuple[Candidate, ...]:
        self.asked.append(lookup)
        return tuple(one for one in PEOPLE if lookup.value in _known_by(one.identity))

    def wants(self, identity: Identity) -> Identity:
        return Identity(salesforce_contact_ids=identity.salesforce_contact_ids)

    async def facts(self, identity: Identity) -> SourceFacts:
        account = Account(account_id="001", name="Nair <Residences>", tier="Platinum", vip=True)
        return SourceFacts(source="salesforce", as_of=NOON, account=account, identity=Identity(emails=(HERO,)))


def _known_by(identity: Identity) -> tuple[str, ...]:
    return (*identity.emails, identity.name or "", *identity.salesforce_contact_ids)


@dataclass
class Bench:
    """`client` is the browser; `run` does something in the console's own loop."""

    client: TestClient
    database: Database
    jobs: Jobs
    office: Office
    inbox: Inbox
    crm: Crm
    clock: "Hand"

    def read(self, work: Any) -> Any:
        return self.run(self.database.read, work)

    def write(self, work: Any) -> Any:
        return self.run(self.database.transact, work)

    def run(self, function: Any, *arguments: Any) -> Any:
        assert self.client.portal is not None
        return self.client.portal.call(function, *arguments)

    def sign_in(self, agent_id: str = MEI) -> None:
        self.client.cookies.clear()
        answer = self.client.post("/console/api/sign-in", json={"agent_id": agent_id, "token": TOKEN})
        assert answer.status_code == 200

    def dead_job(self, payload: dict[str, Any]) -> int:
        """A job that was given up."""

        async def give_up(_: Claimed) -> Commit | None:
            raise PermanentFailure("the vendor refuses for good")

        async def made() -> int:
            stop = asyncio.Event()
            await self.database.transact(lambda conn: self.jobs.enqueue(conn, NewJob("take", payload, f"take:{payload}")))
            working = asyncio.create_task(self.jobs.work({"take": give_up}, stop))
            while not await self.database.read(self._dead):  # noqa: ASYNC110 - the engine announces no end
                await asyncio.sleep(0.01)
            stop.set()
            await working
            return (await self.database.read(self._dead))[0]

        return int(self.run(made))

    def _dead(self, conn: Connection) -> list[int]:
        return [one.job_id for one in self.jobs.list(conn, state=JobState.DEAD)]


@dataclass
class Hand:
    """A clock that is set by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, by: timedelta) -> None:
        self.now += by


class NoMemory(Recall):
    """Nothing is remembered of any conversation."""

    async def run(self, conversation_id: str) -> Remembered:
        return Remembered()


def post(
    console: Bench, message_id: str, *, place: Place = LIVE_CHAT, card: Card | None = None, text: str | None = None
) -> None:
    console.write(
        lambda conn: console_messages.post(
            conn, place, message_id, "deskside" if card else "Arjun Rao", NOON, card=card, text=text
        )
    )


@contextmanager
def bench(template: Path, directory: Path, token: str = TOKEN) -> Iterator[Bench]:
    """`template` is a migrated database, copied."""
    shutil.copy(template, directory / "deskside.db")
    app, clock, inbox, crm = Starlette(), Hand(), Inbox(), Crm()
    with TestClient(app, follow_redirects=False, base_url="http://127.0.0.1:8600") as client:
        assert client.portal is not None
        database = client.portal.call(open_database, f"sqlite:///{directory / 'deskside.db'}")
        try:
            jobs = jobs_in(database, clock=clock)
            office = _office(database, crm, clock)
            console = Console(Sessions(token, office.policies.team), database, inbox, clock, 100_000)
            app.router.routes.extend(console_routes(console, office, _health(database, jobs, clock), jobs))
            yield Bench(client, database, jobs, office, inbox, crm, clock)
        finally:
            client.portal.call(database.close)


def _office(database: Database, crm: Crm, clock: Hand) -> Office:
    return Office(
        memory=NoMemory(database),
        policies=house_knowledge().policies,
        sops={},
        macros=(),
        articles={},
        sources=(crm,),
        finders=(crm,),
        inbox=None,
        index=Nothing(),
        facts_cache=RecentFacts(),
        clock=clock,
        surfaces=frozenset({Surface.CONSOLE}),
        zone="Asia/Singapore",
    )


def _health(database: Database, jobs: Jobs, clock: Hand) -> Health:
    calls = Calls()
    calls.count("salesforce", "query", "ok")
    calls.last_success["salesforce"] = NOON - timedelta(seconds=90)
    connected = Parts(frozenset({"salesforce", "stripe"}), frozenset({"console", "slack"}))
    return Health(
        database=database, jobs=jobs, index=Nothing(), calls=calls, connected=connected, metrics=Metrics(calls), clock=clock
    )


@dataclass
class Live:
    """The whole service on sandboxes, as `deskside demo` runs it, without the story."""

    url: str
    service: Service
    intercom: SandboxControl
    conversations: list[str] = field(default_factory=list)

    @property
    def entrance(self) -> str:
        return f"{self.url}/console/enter?token={TOKEN}"

    async def customer_writes(self, body: str, conversation_id: str | None = None) -> str:
        sent = {"email": HERO, "body": body, "inbox_id": "8101"} | (
            {"conversation_id": conversation_id} if conversation_id else {}
        )
        written = await self.intercom.post("/_sandbox/customer/messages", sent)
        return str(written["conversation_id"])


@asynccontextmanager
async def live(directory: Path) -> AsyncIterator[Live]:
    """Only a few articles are indexed: the drafts need something to rest on, not everything."""
    articles = [one for one in house_knowledge().articles if "parcel" in one.article_id or "dhl" in one.article_id]
    with Fleet(demo_world(datetime.now(UTC), None)) as fleet:
        service = await build(settings_for(fleet, directory, 0, TOKEN), knowledge=house_knowledge())
        stop = asyncio.Event()
        await service.index.sync(articles)
        async with serving(service.web, "127.0.0.1", 0) as url:
            working = asyncio.create_task(service.work(stop))
            controls = fleet.controls()
            secret = fleet.settings["intercom"].client_secret.get_secret_value()  # type: ignore[attr-defined]
            await controls["intercom"].post("/_sandbox/webhooks", {"url": f"{url}/webhooks/intercom", "client_secret": secret})
            yield Live(url, service, controls["intercom"])
            stop.set()
            await working
            await asyncio.gather(*(one.aclose() for one in controls.values()))
        await service.close()


__all__ = ["Bench", "Live", "bench", "live"]
