"""What is kept across restarts and what is forgotten: sources' last answers, Teams' addresses, and the daily sweep."""

from datetime import UTC, datetime, timedelta
from itertools import count

from bot.engines import jobs_in
from bot.jobs import NewJob
from bot.memory import Connection, bulks, drafts, facts_cache, inbox, outbox, unanswered
from bot.memory.database import Database
from bot.memory.kept_facts import KeptFacts
from bot.memory.retention import Kept, swept
from bot.memory.teams_references import KeptReferences
from bot.schedule import Tick, strike
from bot.teams.references import Reference
from playbooks.domain.actions import AddTag
from playbooks.domain.content import Draft, DraftKind
from playbooks.domain.customer import Identity
from playbooks.domain.deed import Bulk, BulkItem, ItemOutcome
from playbooks.domain.facts import SourceFacts
from playbooks.domain.people import Surface
from playbooks.domain.place import Place
from playbooks.domain.unanswered import Unanswered

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=40)


def bulk(bulk_id: str) -> Bulk:
    place = Place(surface=Surface.CONSOLE, channel_id="live-chat")
    items = (BulkItem(conversation_id="7", label="My battery burns"),)
    return Bulk(bulk_id=bulk_id, agent_id="mei.tan@solvane.example", words="Close", items=items, place=place)


def facts(source: str, at: datetime = NOW) -> SourceFacts:
    return SourceFacts(source=source, as_of=at, identity=Identity(emails=("ada@example.com",)))


async def test_a_sources_last_answer_is_known_after_a_restart(any_database: Database) -> None:
    before = KeptFacts(any_database)
    before.put("stripe", "ada@example.com", facts("stripe"))
    assert before.get("stripe", "ada@example.com") == facts("stripe")
    await before.close()
    after = KeptFacts(any_database)
    assert after.get("stripe", "ada@example.com") is None
    await after.load()
    assert after.get("stripe", "ada@example.com") == facts("stripe")


async def test_only_the_newest_answers_are_read_at_the_start(any_database: Database) -> None:
    def put(conn: Connection) -> None:
        for number in range(5):
            facts_cache.put(conn, f"key{number}", facts("stripe", NOW + timedelta(minutes=number)))

    await any_database.transact(put)
    kept = KeptFacts(any_database, size=2)
    await kept.load()
    assert [kept.get("stripe", f"key{number}") is not None for number in range(5)] == [False, False, False, True, True]


def reference(conversation_id: str, person_id: str | None = None) -> Reference:
    return Reference(
        conversation_id=conversation_id,
        service_url="https://smba.example/",
        bot_id="28:bot",
        tenant_id="t",
        person_id=person_id,
    )


async def test_a_teams_conversation_is_reached_after_a_restart_until_it_is_dead(any_database: Database) -> None:
    seconds = count()

    def now() -> datetime:
        return NOW + timedelta(seconds=next(seconds))

    before = KeptReferences(any_database, now)
    await before.remember(reference("19:team"))
    await before.remember(reference("a:old", "mei"))
    await before.remember(reference("a:new", "mei"))
    await before.know("mei", "29:mei")
    after = KeptReferences(any_database, now)
    assert await after.find("19:team") == reference("19:team")
    assert await after.personal("mei") == reference("a:new", "mei")
    assert await after.member_id("mei") == "29:mei"
    await after.bury("a:new", "the person left")
    assert await after.personal("mei") == reference("a:old", "mei")
    found = await after.find("a:new")
    assert found is not None
    assert found.dead == "the person left"
    await after.remember(reference("a:new", "mei"))
    assert await after.personal("mei") == reference("a:new", "mei")
    assert await after.find("nowhere") is None
    assert await after.member_id("nobody") is None


async def test_the_sweep_takes_words_and_leaves_what_was_done(any_database: Database) -> None:
    jobs = jobs_in(any_database, clock=lambda: OLD)

    def fill(conn: Connection) -> None:
        for event_id, at in (("old", OLD), ("new", NOW)):
            arrived = inbox.Arrived("intercom", event_id, "t", at, at, '{"body": "my words"}', state=inbox.InboxState.DONE)
            inbox.accept(conn, arrived)
            outbox.save(conn, AddTag(once_key=event_id, conversation_id="7", tag="vip"), at=at)
            outbox.begin(conn, event_id, at)
            outbox.done(conn, event_id, at)
            facts_cache.put(conn, event_id, facts("stripe", at))
            bulks.save(conn, bulk(event_id), at)
            bulks.record(conn, ItemOutcome(bulk_id=event_id, number=0, state="done"))
            unanswered.save(conn, Unanswered(question_key=event_id, question="Gold?", asked_at=at))
            drafts.save(conn, Draft(draft_id=event_id, conversation_id="7", kind=DraftKind.MACRO, sentences=()), at)
            drafts.rate(conn, event_id, "mei", True, at)
            strike(conn, jobs, Tick("sweep", timedelta(hours=1)), at)
        jobs.enqueue(conn, NewJob("take", {}, "unfinished"))

    await any_database.transact(fill)
    month = timedelta(days=30)
    kept = Kept(payloads=month, facts=timedelta(days=7), jobs=month, questions=month, drafts=month)
    gone = await any_database.transact(lambda conn: swept(conn, jobs, kept, NOW))
    assert gone == {"payloads": 1, "actions": 1, "bulks": 1, "questions": 1, "drafts": 1, "facts": 1, "jobs": 0, "ticks": 1}
    assert await any_database.read(lambda conn: bulks.outcomes(conn, "old")) == []
    assert len(await any_database.read(lambda conn: bulks.outcomes(conn, "new"))) == 1
    assert await any_database.read(lambda conn: drafts.ratings(conn, "old")) == {}
    assert await any_database.read(lambda conn: drafts.ratings(conn, "new")) == {"mei": True}
    old = await any_database.read(lambda conn: inbox.find(conn, "intercom", "old"))
    assert old is not None
    assert old.payload is None
    done = await any_database.read(lambda conn: outbox.find(conn, "old"))
    assert done is not None
    assert done.state is outbox.OutboxState.DONE
    assert sum((await any_database.read(jobs.counts)).values()) == 3
    assert await any_database.transact(lambda conn: swept(conn, jobs, kept, NOW)) == dict.fromkeys(gone, 0)
