"""What the desk consults: memory, the company's rules, and the sources. It holds no sink; only perform does."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.vitals import Vitals, all_well
from playbooks.attendance import Attendances, attendances
from playbooks.domain.actions import Action
from playbooks.domain.alert import RaisedAlert
from playbooks.domain.card import Called, Card
from playbooks.domain.content import Article, Audience, Draft, Macro, SearchResult
from playbooks.domain.customer import Identity
from playbooks.domain.deed import Bulk, ItemOutcome
from playbooks.domain.facts import Customer360, Gap
from playbooks.domain.people import Agent, Surface
from playbooks.domain.place import MessageRef, Place
from playbooks.domain.policy import Policies
from playbooks.domain.presence import Presence
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.domain.writing import ReplyTask, SummaryTask, TranslationTask, WrittenReply, WrittenSentence, WrittenText
from playbooks.language import Guess
from playbooks.macros import Scorer
from playbooks.sentiment import Reader
from retrieval.facts_cache import FactsCache
from retrieval.ports import CaseSource, CustomerFinder, CustomerSource, InboxSource, KnowledgeIndex


@dataclass(frozen=True)
class Remembered:
    """A saved run with the desk's own facts about it and the version it was read at (0: there is none yet)."""

    run: SopRun | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class Made:
    """An action that took effect, with what is needed to take it back."""

    action: Action
    result_id: str | None
    before: str


class Memory(Protocol):
    """What the desk reads back. Writing is the road's, in the plan's transaction."""

    async def run(self, conversation_id: str) -> Remembered: ...

    async def draft(self, draft_id: str) -> Draft | None: ...

    async def latest_draft(self, conversation_id: str) -> Draft | None: ...

    async def undecided(self, conversation_id: str) -> Sequence[Draft]:
        """Drafts of which nobody knows yet what became of them."""
        ...

    async def conversation_of(self, place: Place) -> str | None: ...

    async def places_of(self, conversation_id: str) -> Sequence[Place]: ...

    async def unused_key(self, once_key: str) -> str:
        """The key, or, where an action of this key failed for good, the key with the number of the new try."""
        ...

    async def pending(self, conversation_id: str) -> Sequence[Action]:
        """Actions that are decided and not yet done."""
        ...

    async def presences(self) -> Sequence[Presence]:
        """What Intercom and Slack last said of colleagues, with its time."""
        ...

    async def posted(self, card_key: str) -> MessageRef | None:
        """Where a card of this key is shown."""
        ...

    async def alerts_of(self, conversation_id: str) -> Sequence[RaisedAlert]: ...

    async def alerts(self, keys: Sequence[str]) -> Sequence[RaisedAlert]: ...

    async def alerts_since(self, rule: str, since: datetime) -> int: ...

    async def storm(self, rule: str, limit: int) -> tuple[int, Sequence[RaisedAlert]]:
        """How many alerts of a storm still stand open, and those that wait longest."""
        ...

    async def loads(self) -> Mapping[str, int]:
        """Unfinished chats by owner."""
        ...

    async def open_runs(self, owners: Sequence[str]) -> Sequence[SopRun]:
        """Unfinished chats of these owners, longest unchanged first."""
        ...

    async def made(self, once_key: str) -> Made | None:
        """A change that took effect, and how it was before; None where nothing was changed, or nobody remembers."""
        ...

    async def bulk(self, bulk_id: str) -> Bulk | None: ...

    async def bulk_outcomes(self, bulk_id: str) -> Sequence[ItemOutcome]: ...

    async def bulk_undone_by(self, bulk_id: str) -> str | None: ...

    async def bulks_since(self, agent_id: str, since: datetime) -> int:
        """How many this person confirmed since then."""
        ...


class Versions(Protocol):
    async def find(self, sop_id: str, version: str) -> Sop | None:
        """A procedure as it was under this version's name."""
        ...


class Progress(Protocol):
    """Hints of work under way (`bot.progress`): best effort, without errors, within a moment."""

    async def show(self, place: Place, card_key: str, card: Card, under: str | None) -> None: ...


class Drafter(Protocol):
    """Words from a language model (`retrieval.llm`). *Errors:* the four vendor errors, within its own deadline."""

    async def reply(self, task: ReplyTask, hear: Callable[[Sequence[WrittenSentence]], None] = ...) -> WrittenReply:
        """`hear` is told the sentences that are whole so far, unchecked."""
        ...

    async def translation(self, task: TranslationTask) -> WrittenText:
        """As many lines as sentences."""
        ...

    async def summary(self, task: SummaryTask) -> WrittenText: ...

    async def aclose(self) -> None: ...


FRESH_FOR = timedelta(seconds=30)
MOST_REMEMBERED = 500


class RecentCustomers:
    """Whole pictures of the last half minute, by what was asked. One with a gap is not kept: the source may be back."""

    def __init__(self) -> None:
        self._kept: dict[Identity, tuple[datetime, Customer360]] = {}

    def forget(self) -> None:
        """Something changed that no card may show the old way."""
        self._kept.clear()

    def get(self, identity: Identity, now: datetime) -> Customer360 | None:
        at, customer = self._kept.get(identity, (now, None))
        return customer if now - at < FRESH_FOR else None

    def put(self, identity: Identity, customer: Customer360, now: datetime) -> None:
        self._kept = {key: kept for key, kept in self._kept.items() if now - kept[0] < FRESH_FOR}
        if not customer.gaps and len(self._kept) < MOST_REMEMBERED:
            self._kept[identity] = (now, customer)


@dataclass(frozen=True)
class Office:
    """`unconnected` are gaps that every customer card shows, because nobody connected those sources."""

    memory: Memory
    policies: Policies
    sops: Mapping[str, Sop]
    macros: tuple[Macro, ...]
    articles: Mapping[str, Article]
    sources: tuple[CustomerSource, ...]
    finders: tuple[CustomerFinder, ...]
    inbox: InboxSource | None
    index: KnowledgeIndex
    facts_cache: FactsCache
    clock: Callable[[], datetime]
    surfaces: frozenset[Surface]
    alert_places: tuple[Place, ...] = ()
    unconnected: tuple[Gap, ...] = ()
    scorer: Scorer | None = None
    reader: Reader | None = None
    guess: Guess | None = None
    drafter: Drafter | None = None
    progress: Progress | None = None
    recent: RecentCustomers = field(default_factory=RecentCustomers)
    versions: Versions | None = None
    cases: CaseSource | None = None
    vitals: Callable[[], Awaitable[Vitals]] = all_well
    deadline_seconds: float = 2.5
    zone: str = "UTC"

    @property
    def now(self) -> datetime:
        return self.clock()

    def agent(self, agent_id: str | None) -> Agent | None:
        return self.policies.team.agent(agent_id) if agent_id else None

    def name_of(self, agent_id: str | None) -> str | None:
        agent = self.agent(agent_id)
        return agent.name if agent else agent_id

    async def attendance(self) -> Attendances:
        """Who is at work now, as far as it is known."""
        return attendances(self.policies.team, self.policies.hours, await self.memory.presences(), self.now)

    def called(self, agent_id: str | None) -> tuple[Called, ...]:
        """As a new message calls them by name; () where nobody is meant."""
        one = self.agent(agent_id)
        if one is None:
            return ()
        slack, teams = one.slack_user_id, one.teams_user_id
        return (Called(agent_id=one.agent_id, name=one.name, slack_user_id=slack, teams_user_id=teams),)

    def zone_of(self, agent: Agent | None) -> str:
        return agent.time_zone if agent and agent.time_zone != "UTC" else self.zone

    async def search(self, question: str, *, internal: bool = False, limit: int = 5) -> SearchResult:
        """`internal`: for an agent's own eyes; a draft for the customer never sees internal articles (K1)."""
        audiences = {Audience.PUBLIC, Audience.INTERNAL} if internal else {Audience.PUBLIC}
        return await self.index.search(question, audiences=frozenset(audiences), limit=limit)
