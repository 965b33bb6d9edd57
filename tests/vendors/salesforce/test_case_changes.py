"""What colleagues change on our cases comes back, once each, across pages, ties and restarts."""

from datetime import UTC, datetime, timedelta

import pytest

from playbooks.domain.case import CaseDraft
from playbooks.domain.events import CaseUpdated
from retrieval.errors import Surprised
from retrieval.sandbox import SandboxServer
from retrieval.vendors.salesforce.cases import CaseChanges, cursor_at
from retrieval.vendors.salesforce.sandbox import Salesforce, settings_at
from retrieval.vendors.salesforce.sandbox_objects import OBJECTS
from retrieval.vendors.salesforce.sandbox_records import Org as Records
from tests.vendors.salesforce.org import Org, connected

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """Salesforce's clock, moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


async def test_the_first_poll_begins_now(seen_org: Org) -> None:
    changes = await seen_org.cases.updated_since(None, START)
    assert changes == CaseChanges(events=(), cursor=cursor_at(START))


async def test_changes_come_once_in_order_across_ties_and_pages() -> None:
    clock = Clock()
    records = Records(clock)
    cases = [records.insert(OBJECTS["Case"], {"Subject": str(n), "Deskside_Key__c": f"k{n}"}) for n in range(7)]
    records.insert(OBJECTS["Case"], {"Subject": "not ours"})
    with SandboxServer(Salesforce(records).app()) as server:
        one = connected(server.url)
        cursor, seen = cursor_at(START), list[str]()
        clock.at = START + timedelta(minutes=1)
        while True:
            changes = await one.cases.updated_since(cursor, START + timedelta(minutes=1), limit=3)
            seen += [event.case.external_id or "" for event in changes.events]
            cursor = changes.cursor
            if not changes.more:
                break
        assert seen == [case["Deskside_Key__c"] for case in cases]
        assert (await one.cases.updated_since(cursor, START + timedelta(minutes=1))).events == ()
        await one.close()


async def test_a_change_in_the_second_of_the_last_poll_is_not_lost() -> None:
    """Stamps have whole seconds: what follows within the same second, with a lower id, must still come."""
    clock = Clock()
    records = Records(clock)
    low = records.insert(OBJECTS["Case"], {"Deskside_Key__c": "low"})
    high = records.insert(OBJECTS["Case"], {"Deskside_Key__c": "high"})
    with SandboxServer(Salesforce(records).app()) as server:
        one = connected(server.url)
        cursor = cursor_at(START + timedelta(seconds=1))
        clock.at = START + timedelta(seconds=10)
        records.update(OBJECTS["Case"], high, {"Status": "Working"})
        early = await one.cases.updated_since(cursor, clock.at + timedelta(milliseconds=300))
        clock.at += timedelta(milliseconds=600)
        records.update(OBJECTS["Case"], low, {"Status": "Working"})
        clock.at += timedelta(seconds=5)
        late = await one.cases.updated_since(early.cursor, clock.at)
        assert [event.case.external_id for event in (*early.events, *late.events)] == ["low", "high"]
        await one.close()


@pytest.mark.parametrize("ahead", [timedelta(minutes=-1), timedelta(seconds=30), timedelta(hours=2)])
@pytest.mark.parametrize("of", ["cases", "comments"])
async def test_a_clock_of_ours_that_is_wrong_loses_no_change(ahead: timedelta, of: str) -> None:
    """Two changes in one second, a poll between them, the second change of the lower id; the poll begins by our clock too."""
    clock = Clock()
    records = Records(clock)
    low, high = (records.insert(OBJECTS["Case"], {"Deskside_Key__c": key}) for key in ("low", "high"))
    with SandboxServer(Salesforce(records).app()) as server:
        one = connected(server.url)
        asked = one.cases.updated_since if of == "cases" else one.cases.commented_since
        cursor, seen = (await asked(None, clock.at + ahead)).cursor, list[CaseUpdated]()
        clock.at += timedelta(minutes=2)
        for case, words in ((high, "first"), (low, "second")):
            if of == "cases":
                records.update(OBJECTS["Case"], case, {"Status": "Working"})
            else:
                records.insert(OBJECTS["CaseComment"], {"ParentId": case["Id"], "CommentBody": words})
            changes = await asked(cursor, clock.at + ahead)
            cursor, seen = changes.cursor, [*seen, *changes.events]
        clock.at += timedelta(minutes=2)
        seen += (await asked(cursor, clock.at + ahead)).events
        changed = [one.case.external_id or "" for one in seen if one.comment or one.case.status == "Working"]
        assert sorted(changed) == ["high", "low"]
        await one.close()


async def test_a_change_polled_again_is_the_same_event(org: Org) -> None:
    await org.desk.open_case(
        CaseDraft(external_id="k", subject="s", description="d", priority="Low", intercom_conversation_id="215")
    )
    begin, later = cursor_at(datetime.now(UTC) - timedelta(minutes=1)), datetime.now(UTC) + timedelta(minutes=1)
    org.order("clock", {"skip_seconds": 60})
    first = await org.cases.updated_since(begin, later)
    again = await org.cases.updated_since(begin, later)
    assert [one.event_id for one in first.events] == [one.event_id for one in again.events]
    (event,) = first.events
    assert (event.conversation_id, event.case.external_id, event.source) == ("215", "k", "salesforce")


@pytest.mark.parametrize("cursor", ["nonsense", "2026-13-01T00:00:00Z|x", ""])
async def test_a_cursor_that_is_none_is_an_error_and_no_full_read(seen_org: Org, cursor: str) -> None:
    with pytest.raises(ValueError, match="time data"):
        await seen_org.cases.updated_since(cursor, START)


async def test_a_hostile_cursor_stays_a_value(seen_org: Org) -> None:
    with pytest.raises(Surprised):
        await seen_org.cases.updated_since(f"{cursor_at(START)[:20]}|' OR Id != '", START + timedelta(hours=1))


async def test_a_case_is_read_by_id_and_by_key(org: Org) -> None:
    made = await org.desk.open_case(CaseDraft(external_id="k", subject="s", description="d", priority="Low"))
    assert await org.cases.case(made.case_id) == made
    assert await org.cases.case(made.case_id[:15]) == made
    assert await org.cases.case_by_external_id("k") == made
    assert await org.cases.case_by_external_id("other") is None
    assert await org.cases.case("500000000000000AAA") is None


def test_the_sandbox_waits_only_a_second() -> None:
    assert settings_at("http://x")["settle_seconds"] == "1"


async def test_a_colleagues_comment_comes_back_and_our_own_does_not() -> None:
    clock = Clock()
    records = Records(clock)
    fields = {"Deskside_Key__c": "k", "Deskside_Conversation__c": "77"}
    case = records.insert(OBJECTS["Case"], fields)
    stranger = records.insert(OBJECTS["Case"], {"Subject": "not ours"})
    with SandboxServer(Salesforce(records).app()) as server:
        one = connected(server.url)
        cursor = (await one.cases.commented_since(None, START)).cursor
        clock.at = START + timedelta(seconds=5)
        for parent, text in ((case, "We found it."), (case, "Noted.\n\n[deskside:a key]"), (stranger, "elsewhere")):
            records.insert(OBJECTS["CaseComment"], {"ParentId": parent["Id"], "CommentBody": text})
        clock.at = START + timedelta(minutes=1)
        changes = await one.cases.commented_since(cursor, START + timedelta(minutes=1))
        assert [(event.comment, event.conversation_id) for event in changes.events] == [("We found it.", "77")]
        again = await one.cases.commented_since(changes.cursor, START + timedelta(minutes=1))
        assert again.events == ()
        await one.close()
