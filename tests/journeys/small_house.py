"""The whole road on a real database with small fakes outside it, for what needs more conversations than sockets are worth."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.desk import Desk
from bot.desk.office import Office
from bot.engines import jobs_in
from bot.jobs import Jobs
from bot.memory.database import Database, open_database
from bot.memory.schema import migrate
from bot.metrics import Metrics
from bot.perform import Tools
from bot.recall import Recall
from bot.road import Road
from bot.settings import KNOWLEDGE
from bot.vitals import Vitals, all_well
from bot.wiring import PATIENCE
from playbooks.domain.card import Card
from playbooks.domain.content import Article, Audience, SearchResult
from playbooks.domain.conversation import Author, AuthorKind, Contact, Conversation, ConversationState, Part, PartKind
from playbooks.domain.events import ConversationEvent, Pressed
from playbooks.domain.people import Actor, Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from playbooks.domain.policy import Policies
from playbooks.domain.press import Press
from playbooks.domain.search import Admin, ConversationSearch, TicketType
from playbooks.proof import proved
from retrieval.content import Knowledge
from retrieval.content import knowledge as read_knowledge
from retrieval.errors import Refused
from retrieval.facts_cache import RecentFacts
from retrieval.http import Calls
from retrieval.ports import SyncReport
from tests.journeys.moving_time import always_open


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Chats:
    """InboxSource over a dictionary."""

    by_id: dict[str, Conversation] = field(default_factory=dict)

    async def conversation(self, conversation_id: str) -> Conversation | None:
        return self.by_id.get(conversation_id)

    async def recent(self, since: datetime, limit: int = 50) -> Sequence[Conversation]:
        return [one for one in self.by_id.values() if one.updated_at > since][:limit]

    async def search(self, search: ConversationSearch, limit: int = 500) -> Sequence[Conversation]:
        return list(self.by_id.values())[-limit:]

    async def admins(self) -> Sequence[Admin]:
        return ()

    async def ticket_types(self) -> Sequence[TicketType]:
        return ()


@dataclass
class Channels:
    """SurfaceOut that keeps every message as it was last shown; posting in a dead channel is refused for good."""

    name: Surface
    dead: frozenset[str] = frozenset()
    shown: dict[str, tuple[Place, Card]] = field(default_factory=dict)
    posts: int = 0
    refused: int = 0

    async def show(self, place: Place, card: Card, *, existing: MessageRef | None, once_key: str) -> MessageRef:
        if place.channel_id in self.dead:
            self.refused += 1
            raise Refused(self.name.value, "is_archived", remedy="Unarchive the channel, or change the destination.")
        self.posts += existing is None
        message_id = existing.message_id if existing else str(self.posts)
        self.shown[message_id] = (place, card)
        return MessageRef(surface=self.name, channel_id=place.channel_id, message_id=message_id, thread_id=place.thread_id)

    async def find(self, place: Place, once_key: str) -> MessageRef | None:
        return None

    def cards(self, channel_id: str) -> list[Card]:
        """Of the channel itself, without threads."""
        return [card for place, card in self.shown.values() if place.channel_id == channel_id and not place.thread_id]


class NoArticles:
    """KnowledgeIndex without any."""

    async def sync(self, articles: Sequence[Article]) -> SyncReport:
        return SyncReport(0, 0, 0, 0)

    async def search(
        self, question: str, *, audiences: frozenset[Audience], limit: int = 5, product: str | None = None
    ) -> SearchResult:
        return SearchResult(question=question, hits=(), answerable=0.0, has_answer=False, why_not="No articles.")

    async def size(self) -> int:
        return 0

    async def says(self, article_id: str, audiences: frozenset[Audience]) -> str | None:
        return None


@dataclass
class House:
    road: Road
    database: Database
    chats: Chats
    channels: Mapping[Surface, Channels]
    jobs: Jobs

    async def starts(self, conversation_id: str, text: str = "Where is my parcel?") -> None:
        """A customer's first message arrives by webhook."""
        now = datetime.now(UTC)
        self.chats.by_id[conversation_id] = conversation(conversation_id, text, now)
        event = ConversationEvent(
            event_id=f"note-{conversation_id}",
            source="intercom",
            at=now,
            conversation_id=conversation_id,
            what="started",
            author=AuthorKind.CONTACT,
            part_id=f"p{conversation_id}",
            inbox_id="8101",
        )
        await self.told(event)

    async def told(self, event: ConversationEvent) -> None:
        """As it was read from a webhook."""
        await self.database.transact(lambda conn: self.road.accept(conn, event, datetime.now(UTC)))

    async def presses(self, press: Press, agent_id: str, channel_id: str = "operations") -> None:
        """A colleague at the console presses a button."""
        actor = Actor(surface=Surface.CONSOLE, user_id=agent_id, workspace_id="")
        place = Place(surface=Surface.CONSOLE, channel_id=channel_id, channel_kind=ChannelKind.PRIVATE)
        event = Pressed(
            event_id=f"press-{press.model_dump_json()}",
            source="console",
            at=datetime.now(UTC),
            conversation_id=getattr(press, "conversation_id", None),
            actor=actor,
            place=place,
            press=press,
        )
        await self.road.intake(event)


def conversation(conversation_id: str, text: str, now: datetime) -> Conversation:
    name = f"Customer {conversation_id}"
    said = Part(
        part_id=f"p{conversation_id}",
        kind=PartKind.COMMENT,
        author=Author(kind=AuthorKind.CONTACT, author_id=f"c{conversation_id}", name=name),
        text=text,
        at=now,
    )
    return Conversation(
        conversation_id=conversation_id,
        state=ConversationState.OPEN,
        contact=Contact(contact_id=f"c{conversation_id}", name=name, signed_in=True, attributes=(("tier", "Gold"),)),
        inbox_id="8101",
        created_at=now,
        updated_at=now,
        parts=(said,),
    )


@contextlib.asynccontextmanager
async def small_house(directory: Path, dead: frozenset[str] = frozenset()) -> AsyncIterator[House]:
    url = f"sqlite:///{directory / 'deskside.db'}"
    migrate(url)
    database = await open_database(url)
    house = house_over(database, dead)
    stop = asyncio.Event()
    working = asyncio.create_task(house.jobs.work(house.road.handlers, stop))
    try:
        yield house
    finally:
        stop.set()
        await working
        await database.close()


@functools.cache
def _knowledge() -> Knowledge:
    return read_knowledge(KNOWLEDGE, proved)


def house_over(
    database: Database,
    dead: frozenset[str] = frozenset(),
    clock: Callable[[], datetime] = _now,
    vitals: Callable[[], Awaitable[Vitals]] = all_well,
) -> House:
    """One process of it; its jobs run where a test has them run."""
    found = _knowledge()
    policies: Policies = always_open(found.policies)
    channels = {one: Channels(one, dead) for one in (Surface.CONSOLE, Surface.SLACK, Surface.EMAIL)}
    jobs, recall, chats = jobs_in(database, policies=PATIENCE, clock=clock), Recall(database), Chats()
    office = Office(
        memory=recall,
        policies=policies,
        sops={one.sop_id: one for one in found.sops},
        macros=(),
        articles={},
        sources=(),
        finders=(),
        inbox=chats,
        index=NoArticles(),
        facts_cache=RecentFacts(),
        clock=clock,
        surfaces=frozenset(channels),
        vitals=vitals,
    )
    tools = Tools(
        inbox=None,
        conversations=chats,
        cases=None,
        case_source=None,
        surfaces=channels,
        posted=recall.posted,
        policies=policies,
        bot_admin_id="5000",
    )
    road = Road(
        database=database,
        jobs=jobs,
        desk=Desk(office),
        tools=tools,
        metrics=Metrics(Calls()),
        clock=clock,
        patience=PATIENCE,
    )
    return House(road, database, chats, channels, jobs)
