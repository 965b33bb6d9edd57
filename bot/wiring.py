"""The composition root: settings in, the whole service out; the only place where real classes meet."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from uuid import uuid4

from starlette.routing import BaseRoute

from bot.admins import AdminDirectory
from bot.console.api import Console
from bot.console.routes import console_routes
from bot.console.session import Sessions
from bot.desk import Desk
from bot.desk.office import Office
from bot.doubt import Doubt
from bot.drafters import drafter
from bot.engines import jobs_in
from bot.health import Health, Parts
from bot.http import service_routes, web_app, webhook_routes
from bot.jobs import SWEEP, Jobs, Patience, Policies
from bot.learned import with_learning
from bot.memory import restored
from bot.memory.database import Database, open_database
from bot.memory.kept_facts import KeptFacts
from bot.memory.retention import Kept
from bot.memory.schema import migrate
from bot.memory.sqlite import made_folder
from bot.metrics import Metrics
from bot.perform import Tools
from bot.progress import LiveProgress
from bot.ratings import Ratings
from bot.recall import Recall
from bot.retention import DAILY, Retention
from bot.road import ANSWER, PERFORM, TAKE, TIMERS, Road
from bot.rounds import ROUNDS, rounds_for
from bot.schedule import Clock, Tick
from bot.searching import embedder_of, index_of
from bot.service import Service
from bot.settings import ServiceSettings, Settings, vendor_folders
from bot.sorting import READ
from bot.spans import Tracer, Untraced
from bot.surface import SurfaceOut
from bot.surfaces import Surfaces, TeamsToken, surfaces
from bot.trial import Trial
from bot.versions import KeptVersions
from bot.vitals import SharedVitals
from playbooks.domain.facts import Gap, GapReason
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.proof import proved
from retrieval.connection import Connection
from retrieval.content import Knowledge
from retrieval.content import knowledge as read_knowledge
from retrieval.facts_cache import RecentFacts
from retrieval.http import Calls
from retrieval.index.hybrid import HybridIndex
from retrieval.ports import PresenceSource, Webhook

PATIENCE = Policies(
    default=Patience(),
    by_kind={
        # A person waits for the result: a vendor that is down for minutes is told to them, not retried for hours.
        PERFORM: Patience(attempts=8, first_wait_seconds=0.5, longest_wait_seconds=60),
        # Five hours of Intercom's absence lose no event; a fault of ours ends after two minutes and lets the next event pass.
        TAKE: Patience(attempts=10, first_wait_seconds=0.3, longest_wait_seconds=120, outage_attempts=200),
        ANSWER: Patience(attempts=5, first_wait_seconds=0.3, longest_wait_seconds=3, limit_seconds=60),
        TIMERS: Patience(attempts=5),
        READ: Patience(attempts=1),  # what cannot be read today cannot be read in a minute
    },
)
TICKS = (Tick(TIMERS, timedelta(seconds=10), missed="once", priority=SWEEP), *ROUNDS, DAILY)
CUSTOMER_SOURCES = frozenset({"intercom", "salesforce", "stripe", "dhl", "singpost", "ninjavan"})


def utc_now() -> datetime:
    return datetime.now(UTC)


async def build(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    knowledge: Knowledge | None = None,
    calls: Calls | None = None,
    teams_token: TeamsToken | None = None,
    trial: Trial | None = None,
) -> Service:
    """*Errors:* ContentProblems of knowledge/, StorageUnavailable, IndexInUse; each says what to do."""
    service, trial = settings.service, trial or Trial()
    patience = trial.patience or PATIENCE
    made_folder(service.data_dir)
    if knowledge is None:
        knowledge = await asyncio.to_thread(read_knowledge, service.knowledge_dir, proved)
    calls = calls or Calls()
    calls.clock = clock
    tracer = _tracer(service, calls)
    metrics = Metrics(calls)
    connections = _connections(settings, calls)
    database = await _database(settings)
    embedder = embedder_of(settings)
    index = index_of(settings, embedder)
    jobs = jobs_in(database, policies=patience, timing=trial.timing, clock=clock)
    versions = KeptVersions(database)
    recall = Recall(database, versions)
    people = surfaces(settings, database, clock, teams_token, calls)
    office = _office(settings, knowledge, connections, index, recall, clock, frozenset(people.out), calls)
    facts = KeptFacts(database)
    await facts.load()
    hints = LiveProgress(people.out, database, clock)
    vitals = SharedVitals(uuid4().hex, calls, database, jobs, clock)
    office = replace(office, vitals=vitals.look, facts_cache=facts, progress=hints)
    office = with_learning(office, embedder)
    office = replace(office, versions=versions, sops=await versions.keep(knowledge.sops, clock()))
    tools = replace(_tools(settings, knowledge, connections, recall, people.out, clock), settle=trial.settle)
    desk = Desk(office)
    road = Road(
        database=database,
        jobs=jobs,
        desk=desk,
        tools=tools,
        metrics=metrics,
        clock=clock,
        patience=patience,
        probe=trial.probe,
        tracer=tracer,
        doubt=Doubt(await database.read(restored.when)),
        readers={one.webhook.source: one.webhook for one in connections.values() if one.webhook is not None},
    )
    parts = Parts(
        frozenset(connections), frozenset(people.out), "llm" if service.llm_model else "", lambda: index.state().lexical_only
    )
    health = Health(database=database, jobs=jobs, index=index, calls=calls, connected=parts, metrics=metrics, clock=clock)
    routes = _routes(settings, connections, road, metrics, clock, health, people, office, database, jobs)
    return Service(
        settings=settings,
        knowledge=knowledge,
        database=database,
        jobs=jobs,
        road=road,
        desk=desk,
        index=index,
        calls=calls,
        metrics=metrics,
        web=web_app(routes),
        clock=Clock(database, jobs, TICKS, clock),
        rounds=rounds_for(database, road.accept, office, versions, clock, _presence(connections, people)),
        retention=Retention(jobs, _kept(service), clock),
        ratings=Ratings(database, index),
        connections=connections,
        beside=[(vitals.start, vitals.stop), *(made(road.intake) for made in people.beside)],
        closes=[*people.closes, facts.close, lambda: asyncio.to_thread(tracer.close)],
    )


def _tracer(service: ServiceSettings, calls: Calls) -> Tracer:
    """Nothing of it is loaded, and no socket opened, unless a collector is named."""
    if not service.otlp_endpoint:
        return Untraced()
    from bot.telemetry import Telemetry  # noqa: PLC0415

    telemetry = Telemetry(service.otlp_endpoint, version("deskside"))
    calls.span = telemetry.call
    return telemetry


def _connections(settings: Settings, calls: Calls) -> dict[str, Connection]:
    return {
        folder.name: folder.connect(settings.vendors[folder.name], calls, None)
        for folder in vendor_folders()
        if folder.name in settings.vendors
    }


async def _database(settings: Settings) -> Database:
    url = settings.service.database_url or f"sqlite:///{settings.service.data_dir.resolve() / 'deskside.db'}"
    await asyncio.to_thread(migrate, url)
    return await open_database(url)


def _office(
    settings: Settings,
    knowledge: Knowledge,
    connections: dict[str, Connection],
    index: HybridIndex,
    recall: Recall,
    clock: Callable[[], datetime],
    surfaces: frozenset[Surface],
    calls: Calls,
) -> Office:
    connected = connections.values()
    return Office(
        memory=recall,
        policies=knowledge.policies,
        sops={one.sop_id: one for one in knowledge.sops},
        macros=knowledge.macros,
        articles={one.article_id: one for one in knowledge.articles},
        sources=tuple(one.customer_source for one in connected if one.customer_source),
        finders=tuple(one.customer_finder for one in connected if one.customer_finder),
        inbox=next((one.inbox_source for one in connected if one.inbox_source), None),
        cases=next((one.case_source for one in connected if one.case_source), None),
        index=index,
        facts_cache=RecentFacts(),
        clock=clock,
        surfaces=surfaces,
        alert_places=places(settings.service.alert_places),
        unconnected=tuple(_gap(name) for name in sorted(CUSTOMER_SOURCES - set(connections))),
        deadline_seconds=settings.service.deadline_seconds,
        zone=settings.service.time_zone,
        drafter=drafter(settings.service, calls),
    )


def _kept(service: ServiceSettings) -> Kept:
    return Kept(
        payloads=timedelta(days=service.keep_payloads_days),
        facts=timedelta(days=service.keep_facts_days),
        jobs=timedelta(days=service.keep_jobs_days),
        questions=timedelta(days=service.keep_questions_days),
        drafts=timedelta(days=service.keep_drafts_days),
    )


def _gap(source: str) -> Gap:
    return Gap(
        source=source,
        reason=GapReason.NOT_CONNECTED,
        remedy=f"Set the DESKSIDE_{source.upper()}_… variables to connect it.",
    )


def places(text: str) -> tuple[Place, ...]:
    """ "slack:C0123,console:live-chat" as places. Kinds are private: the company named these channels for its alerts."""
    pairs = [one.strip().split(":", 1) for one in text.split(",") if ":" in one]
    return tuple(
        Place(surface=Surface(surface.strip()), channel_id=channel.strip(), channel_kind=ChannelKind.PRIVATE)
        for surface, channel in pairs
    )


def _tools(
    settings: Settings,
    knowledge: Knowledge,
    connections: dict[str, Connection],
    recall: Recall,
    surfaces: dict[Surface, SurfaceOut],
    clock: Callable[[], datetime],
) -> Tools:
    connected = connections.values()
    inbox = next((one.inbox_source for one in connected if one.inbox_source), None)
    intercom = settings.vendors.get("intercom")
    return Tools(
        inbox=next((one.inbox_sink for one in connected if one.inbox_sink), None),
        conversations=inbox,
        cases=next((one.case_sink for one in connected if one.case_sink), None),
        case_source=next((one.case_source for one in connected if one.case_source), None),
        surfaces=surfaces,
        posted=recall.posted,
        policies=knowledge.policies,
        bot_admin_id=str(getattr(intercom, "bot_admin_id", "")),
        contacts=next((one.contact_sink for one in connected if one.contact_sink), None),
        admins=AdminDirectory(inbox.admins, clock) if inbox else None,
        dry_run=settings.service.dry_run,
    )


def _presence(connections: dict[str, Connection], people: Surfaces) -> tuple[PresenceSource, ...]:
    return (*(one.presence_source for one in connections.values() if one.presence_source), *people.presence)


def _routes(
    settings: Settings,
    connections: dict[str, Connection],
    road: Road,
    metrics: Metrics,
    clock: Callable[[], datetime],
    health: Health,
    people: Surfaces,
    office: Office,
    database: Database,
    jobs: Jobs,
) -> Sequence[BaseRoute]:
    webhooks: dict[str, Webhook] = {name: one.webhook for name, one in connections.items() if one.webhook is not None}
    cap = settings.service.body_cap_bytes
    routes: list[BaseRoute] = [*service_routes(health.report, metrics), *webhook_routes(webhooks, road, metrics, clock, cap)]
    for made in people.routes:
        routes += made(road.intake)
    console = Console(
        sessions=Sessions(settings.service.console_token.get_secret_value(), office.policies.team),
        database=database,
        intake=road.intake,
        clock=clock,
        cap_bytes=cap,
    )
    return [*routes, *console_routes(console, office, health, jobs)]
