"""What is remembered comes back as it was, once, on both databases."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.memory import console_messages, counters, cursors, drafts, facts_cache, inbox, outbox, posted, runs, threads
from bot.memory.database import Database
from bot.memory.inbox import Arrived, InboxState
from bot.memory.outbox import OutboxState
from playbooks.domain.actions import AddTag, SendReply
from playbooks.domain.card import Card
from playbooks.domain.content import Draft, DraftKind, Sentence
from playbooks.domain.facts import SourceFacts
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, MessageRef, Place
from playbooks.domain.run import SopRun, Timer
from tests.engine.writing import written

AT = datetime(2026, 11, 22, 10, 5, 0, 123456, tzinfo=UTC)
THREAD = Place(surface=Surface.SLACK, channel_id="C1", thread_id="17.5", channel_kind=ChannelKind.PRIVATE)
RUN = SopRun(conversation_id="c1", sop="live-chat", sop_version="1", state="new", entered_at=AT)
DRAFT = Draft(draft_id="d1", conversation_id="c1", kind=DraftKind.EXTRACTIVE, sentences=(Sentence(text="Hello"),))


def arrived(event_id: str, at: datetime = AT) -> Arrived:
    return Arrived("intercom", event_id, "conversation.user.replied", at, at, '{"a": 1}', "c1")


async def test_an_event_delivered_four_times_is_one_row_and_three_duplicates(any_database: Database) -> None:
    new = [await written(any_database, lambda conn: inbox.accept(conn, arrived("e1"))) for _ in range(4)]
    row = await any_database.read(lambda conn: inbox.find(conn, "intercom", "e1"))
    assert new == [True, False, False, False]
    assert row is not None
    assert (row.duplicates, row.state, row.at, row.payload) == (3, InboxState.WAITING, AT, '{"a": 1}')


async def test_a_late_duplicate_is_recognised_after_its_payload_is_gone(any_database: Database) -> None:
    def work(conn: Connection) -> tuple[int, bool]:
        for event_id in ("e1", "waiting"):
            inbox.accept(conn, arrived(event_id))
        inbox.mark(conn, "intercom", "e1", InboxState.DONE)
        return inbox.drop_payloads(conn, AT + timedelta(days=90)), inbox.accept(conn, arrived("e1"))

    assert await any_database.transact(work) == (1, False)
    row = await any_database.read(lambda conn: inbox.find(conn, "intercom", "e1"))
    waiting = await any_database.read(lambda conn: inbox.find(conn, "intercom", "waiting"))
    assert row is not None
    assert waiting is not None
    assert (row.payload, waiting.payload) == (None, '{"a": 1}')


async def test_an_event_older_than_one_already_done_is_told(any_database: Database) -> None:
    def work(conn: Connection) -> list[bool]:
        inbox.accept(conn, arrived("new", AT + timedelta(minutes=1)))
        before = inbox.is_overtaken(conn, "intercom", "c1", AT)
        inbox.mark(conn, "intercom", "new", InboxState.DONE)
        return [before, inbox.is_overtaken(conn, "intercom", "c1", AT), inbox.is_overtaken(conn, "intercom", "c2", AT)]

    assert await any_database.transact(work) == [False, True, False]


async def test_the_poller_learns_which_events_are_missing(any_database: Database) -> None:
    def work(conn: Connection) -> frozenset[str]:
        inbox.accept(conn, arrived("e1"))
        return inbox.knows(conn, "intercom", ["e1", "e2"])

    assert await any_database.transact(work) == {"e1"}


def test_every_string_of_a_payload_is_masked_in_a_view() -> None:
    payload = {"author": {"name": "Priya"}, "attachments": [{"name": "Priya.pdf", "size": 3}], "ok": True, "none": None}
    view = inbox.masked_view(json.dumps(payload), lambda text: text.replace("Priya", "***"))
    assert view == {"author": {"name": "***"}, "attachments": [{"name": "***.pdf", "size": 3}], "ok": True, "none": None}


async def test_an_action_found_in_doing_is_doubtful_and_an_ended_one_is_not_begun(any_database: Database) -> None:
    action = SendReply(once_key="k", conversation_id="c1", text="Hello", written_for_part_id="p1")

    def work(conn: Connection) -> list[object]:
        saved = [outbox.save(conn, action, at=AT, cause="e1"), outbox.save(conn, action, at=AT)]
        first, second = outbox.begin(conn, "k", AT), outbox.begin(conn, "k", AT)
        outbox.not_begun(conn, "k", AT)
        third = outbox.begin(conn, "k", AT)
        ends = [outbox.done(conn, "k", AT, '{"id": "p2"}'), outbox.failed(conn, "k", AT, "late")]
        assert first is not None
        assert second is not None
        assert third is not None
        return [saved, first.doubtful, second.doubtful, third.doubtful, ends, outbox.begin(conn, "k", AT), first.row.action]

    assert await any_database.transact(work) == [[True, False], False, True, False, [True, False], None, action]
    row = await any_database.read(lambda conn: outbox.find(conn, "k"))
    assert row is not None
    assert (row.state, row.attempts, row.result, row.cause) == (OutboxState.DONE, 3, '{"id": "p2"}', "e1")


async def test_ended_actions_lose_their_words_but_stay_known(any_database: Database) -> None:
    def work(conn: Connection) -> tuple[int, bool]:
        for key in ("done", "open"):
            outbox.save(conn, AddTag(once_key=key, conversation_id="c1", tag="vip"), at=AT)
        outbox.refused(conn, "done", AT, "no right to")
        return outbox.drop_actions(conn, AT + timedelta(days=1)), outbox.save(
            conn, AddTag(once_key="done", conversation_id="c1", tag="vip"), at=AT
        )

    assert await any_database.transact(work) == (1, False)
    assert [one.once_key for one in await any_database.read(outbox.still_open)] == ["open"]


async def test_a_run_is_saved_only_over_the_version_that_was_read(any_database: Database) -> None:
    assert await any_database.transact(lambda conn: runs.save(conn, RUN, {"alerts": 1}, version=0, at=AT)) == 1
    for stale in (0, 2):
        with pytest.raises(runs.StaleRun):
            await any_database.transact(lambda conn, stale=stale: runs.save(conn, RUN, {}, version=stale, at=AT))  # type: ignore[misc]
    assert await any_database.transact(lambda conn: runs.save(conn, RUN, {"alerts": 2}, version=1, at=AT)) == 2
    saved = await any_database.read(lambda conn: runs.load(conn, "c1"))
    assert saved == runs.SavedRun(RUN, {"alerts": 2}, 2, AT)


async def test_a_run_is_due_when_its_earliest_timer_is(any_database: Database) -> None:
    timers = (Timer(name="late", due_at=AT + timedelta(hours=2)), Timer(name="soon", due_at=AT + timedelta(hours=1)))
    run = RUN.model_copy(update={"timers": timers})
    await any_database.transact(lambda conn: runs.save(conn, run, {}, version=0, at=AT))
    due = [await any_database.read(lambda conn, m=minutes: runs.due(conn, AT + timedelta(minutes=m))) for minutes in (59, 60)]  # type: ignore[misc]
    assert due == [[], [runs.DueRun("c1", AT + timedelta(hours=1))]]


async def test_a_thread_and_its_conversation_find_each_other(any_database: Database) -> None:
    def work(conn: Connection) -> list[object]:
        threads.link(conn, THREAD, "c1", AT)
        channel = THREAD.model_copy(update={"thread_id": None})
        found = [threads.conversation_of(conn, THREAD), threads.conversation_of(conn, channel), threads.places_of(conn, "c1")]
        threads.link(conn, THREAD, "c2", AT)
        return [*found, threads.conversation_of(conn, THREAD), threads.places_of(conn, "c1")]

    assert await any_database.transact(work) == ["c1", None, [THREAD], "c2", []]


async def test_a_posted_card_is_found_replaced_and_forgotten(any_database: Database) -> None:
    first, second = (MessageRef(surface=Surface.SLACK, channel_id="C1", message_id=one) for one in ("1", "2"))

    def work(conn: Connection) -> list[MessageRef | None]:
        found = []
        for ref in (first, second):
            posted.remember(conn, "alert:c1", ref, AT)
            found.append(posted.find(conn, "alert:c1"))
        posted.forget(conn, "alert:c1")
        return [*found, posted.find(conn, "alert:c1")]

    assert await any_database.transact(work) == [first, second, None]


async def test_a_draft_keeps_its_outcome_and_the_agents_last_rating(any_database: Database) -> None:
    def work(conn: Connection) -> list[object]:
        saved = [drafts.save(conn, DRAFT, AT), drafts.save(conn, DRAFT, AT)]
        open_ones = len(drafts.undecided(conn, "c1"))
        drafts.decide(conn, "d1", "edited", AT, "Hello you")
        for useful in (True, False):
            drafts.rate(conn, "d1", "mei.tan@solvane.example", useful, AT)
        return [saved, open_ones, len(drafts.undecided(conn, "c1")), drafts.ratings(conn, "d1"), drafts.outcomes(conn, AT)]

    assert await any_database.transact(work) == [[True, False], 1, 0, {"mei.tan@solvane.example": False}, {"edited": 1}]
    latest = await any_database.read(lambda conn: drafts.latest(conn, "c1"))
    assert latest == drafts.SavedDraft(DRAFT, "edited", "Hello you", AT, AT)


async def test_cached_facts_are_the_last_ones_of_their_source(any_database: Database) -> None:
    old, new = (SourceFacts(source="stripe", as_of=AT + timedelta(hours=hours)) for hours in (0, 1))

    def work(conn: Connection) -> list[object]:
        for facts in (old, new):
            facts_cache.put(conn, "priya", facts)
        found = [facts_cache.find(conn, "stripe", "priya"), facts_cache.find(conn, "dhl", "priya")]
        return [*found, facts_cache.forget_before(conn, AT), facts_cache.forget_before(conn, AT + timedelta(hours=2))]

    assert await any_database.transact(work) == [new, None, 0, 1]


async def test_a_poll_finds_new_and_changed_messages_in_page_order(any_database: Database) -> None:
    place = Place(surface=Surface.CONSOLE, channel_id="chat")
    card = Card(title="Alert", summary="A customer waits")

    def work(conn: Connection) -> list[object]:
        posts = [
            console_messages.post(conn, place, "m1", "mei", AT, text="hello"),
            console_messages.post(conn, place, "m1", "mei", AT, text="again"),
            console_messages.post(conn, place, "m2", "deskside", AT, card=card),
            console_messages.post(conn, place.model_copy(update={"only_user_id": "arjun"}), "m3", "deskside", AT, text="psst"),
            console_messages.post(conn, place.model_copy(update={"thread_id": "m1"}), "m4", "mei", AT, text="in thread"),
        ]
        mark = max(one.seq for one in console_messages.since(conn, "chat", user_id="arjun"))
        changed = [console_messages.change(conn, "m2", AT, text="done"), console_messages.change(conn, "gone", AT)]
        return [posts, changed, *([one.message_id for one in poll] for poll in (
            console_messages.since(conn, "chat"),
            console_messages.since(conn, "chat", user_id="arjun"),
            console_messages.since(conn, "chat", mark),
            console_messages.since(conn, "chat", thread_id="m1"),
        ))]  # fmt: skip

    assert await any_database.transact(work) == [
        [True, False, True, True, True], [True, False],
        ["m1", "m2", "m4"], ["m1", "m2", "m3", "m4"], ["m2"], ["m1", "m4"],
    ]  # fmt: skip


async def test_counters_and_cursors_keep_the_last_value(any_database: Database) -> None:
    def work(conn: Connection) -> list[object]:
        numbers = [counters.add(conn, "unknown-topic"), counters.add(conn, "unknown-topic", 4)]
        before = cursors.value(conn, "intercom")
        for value in ("1", "2"):
            cursors.move(conn, "intercom", value, AT)
        return [numbers, counters.value(conn, "none"), before, cursors.value(conn, "intercom")]

    assert await any_database.transact(work) == [[1, 5], 0, None, "2"]
