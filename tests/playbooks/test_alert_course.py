"""Alerts from raised to over, routing with its reasons, the ends of shifts, missed webhooks, and when to look again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.settings import KNOWLEDGE
from playbooks.alert_course import acknowledged, considered, ended, handed, held, next_telling, snoozed, taken
from playbooks.attendance import Attendances, attendances
from playbooks.domain.alert import Alert, RaisedAlert
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import Author, AuthorKind, Conversation, ConversationState, Part, PartKind, Rating
from playbooks.domain.customer import Identity
from playbooks.domain.facts import Account, Customer360, Flag, FlagKind, SourceFacts
from playbooks.domain.people import Role
from playbooks.domain.policy import Policies
from playbooks.domain.triage import Triage
from playbooks.due import clocks_due, quiet_ends
from playbooks.missed import Taken, missed_events
from playbooks.proof import proved
from playbooks.routing import Routed, route
from playbooks.shifts import shift_ends
from retrieval.content import knowledge

POLICIES: Policies = knowledge(KNOWLEDGE, proved).policies
# A Friday, noon in Singapore: open, early shift.
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MINUTE, MOST = timedelta(minutes=1), 3
ALERT = Alert(
    key="vip:1",
    rule="vip",
    signal="vip_waiting",
    title="A VIP waits",
    urgency="high",
    cause="Waits.",
    destination="live_chat",
    conversation_id="1",
    re_alert_after=2 * MINUTE,
)


def raised(at: datetime = NOW) -> RaisedAlert:
    return considered(ALERT, None, about="Priya", most=MOST, now=at).alert


def test_an_alert_is_told_at_first_then_in_its_rhythm_and_not_for_ever() -> None:
    one, told = raised(), list[str]()
    for minute in range(1, 12):
        course = considered(ALERT, one, about="Priya", most=MOST, now=NOW + minute * MINUTE)
        one, told = course.alert, [*told, course.telling]
    assert [at for at, telling in enumerate(told, 1) if telling == "again"] == [2, 4]
    assert len(one.history) == MOST


def test_what_somebody_has_seen_is_not_told_again_even_when_it_gets_worse() -> None:
    seen = acknowledged(raised(), "Mei", NOW)
    worse = ALERT.model_copy(update={"step": "first_response:90"})
    assert considered(worse, seen, about="", most=MOST, now=NOW + 9 * MINUTE).telling == "nothing"
    assert next_telling(seen, ALERT.re_alert_after, MOST) is None
    assert acknowledged(seen, "Arjun", NOW).acknowledged_by == "Mei"


def test_a_cause_that_got_worse_is_told_at_once() -> None:
    worse = ALERT.model_copy(update={"step": "first_response:90"})
    assert considered(worse, raised(), about="", most=MOST, now=NOW).telling == "again"


def test_a_cause_that_comes_back_after_its_end_is_a_new_episode_with_its_history() -> None:
    over = ended(acknowledged(raised(), "Mei", NOW), " (taken)", NOW + MINUTE)
    course = considered(ALERT, over, about="Priya", most=MOST, now=NOW + 2 * MINUTE)
    assert course.telling == "first"
    assert (course.alert.told, course.alert.acknowledged_by) == (1, None)
    assert len(course.alert.history) == 4


def test_a_snoozed_alert_is_silent_however_it_gets_worse_and_is_told_when_the_snooze_is_over() -> None:
    until = NOW + 30 * MINUTE
    asleep = snoozed(raised(), "Mei", until, "12:30", NOW)
    worse = ALERT.model_copy(update={"step": "first_response:90"})
    assert considered(worse, asleep, about="", most=MOST, now=until - MINUTE).telling == "nothing"
    assert next_telling(asleep, ALERT.re_alert_after, MOST) == until
    woken = considered(ALERT, asleep, about="", most=1, now=until)
    assert woken.telling == "again"
    assert woken.alert.snoozed_until is None
    assert [one.words for one in woken.alert.history][-2:] == [
        "Snoozed until 12:30 by Mei: a VIP waits",
        "A VIP waits, after the snooze: Waits.",
    ]


def test_whoever_takes_an_alert_first_keeps_it_until_they_hand_it_over_and_nobody_is_told_again() -> None:
    mine = taken(raised(), "Mei", NOW)
    assert taken(mine, "Arjun", NOW) == mine
    assert considered(ALERT, mine, about="", most=MOST, now=NOW + 9 * MINUTE).telling == "nothing"
    theirs = handed(mine, "Mei", "Arjun", NOW)
    assert theirs.handed_to == "Arjun"
    assert theirs.history[-1].words == "Handed to Arjun by Mei: a VIP waits"


def test_quiet_hours_keep_an_alert_which_is_told_once_they_are_over() -> None:
    kept = held(ALERT, None, about="Priya", until="Mon 09:00", now=NOW)
    assert (kept.state, kept.told) == ("held", 0)
    assert kept.history[-1].words == "Quiet hours: kept until Mon 09:00"
    morning = considered(ALERT, kept, about="Priya", most=MOST, now=NOW + timedelta(hours=9))
    assert (morning.telling, morning.alert.state) == ("first", "open")
    assert ended(kept, "", NOW).history == kept.history
    assert held(ALERT, raised(), about="", until="", now=NOW) == raised()


def test_an_alert_that_ends_says_how_long_it_lasted() -> None:
    assert ended(raised(), "", NOW + 12 * MINUTE).history[-1].words == "Over after 12 min: a VIP waits"


def clock(used: timedelta, warned: tuple[int, ...] = (), **changed: object) -> ClockFact:
    within = 4 * MINUTE
    given = {"clock": "next_response", "rule": "Live chat", "within": within, "started_at": NOW - used, "used": used}
    return ClockFact.model_validate(given | {"due_at": NOW + within - used, "warned": warned} | changed)


@pytest.mark.parametrize(
    ("one", "minutes"),
    [
        (clock(MINUTE), 1.0),
        (clock(2 * MINUTE, (50,)), 1.0),
        (clock(3.8 * MINUTE, (50, 75, 90)), 0.2),
        (clock(5 * MINUTE, (50, 75, 90), breached=True), None),
        (clock(MINUTE, stopped_at=NOW), None),
        (clock(MINUTE, due_at=None, paused_because="waiting_for_customer"), None),
    ],
)
def test_the_next_look_is_at_the_next_mark_or_the_breach(one: ClockFact, minutes: float | None) -> None:
    found = clocks_due([one], POLICIES.sla, POLICIES.hours, NOW)
    assert found == (NOW + minutes * MINUTE if minutes is not None else None)


def test_a_quiet_rule_is_looked_at_again_when_its_hours_begin() -> None:
    rule = next(one for one in POLICIES.alerts.rules if one.quiet_outside)
    night = NOW.replace(hour=18)
    assert quiet_ends(rule, POLICIES.hours, night) - datetime(2026, 11, 21, 1, tzinfo=UTC) < timedelta(seconds=1)


def part(part_id: str, kind: PartKind, author: AuthorKind, at: datetime, email: str | None = None) -> Part:
    return Part(part_id=part_id, kind=kind, author=Author(kind=author, author_id="a", email=email), text="x", at=at)


def chat(*parts: Part, rating: Rating | None = None) -> Conversation:
    return Conversation(
        conversation_id="1",
        state=ConversationState.OPEN,
        inbox_id="8101",
        created_at=NOW,
        updated_at=NOW,
        parts=parts,
        rating=rating,
    )


def test_missed_parts_come_as_the_events_their_webhooks_would_have_been() -> None:
    said = chat(
        part("1", PartKind.COMMENT, AuthorKind.CONTACT, NOW),
        part("2", PartKind.COMMENT, AuthorKind.AGENT, NOW + MINUTE),
        part("3", PartKind.ASSIGNED, AuthorKind.APP, NOW + MINUTE),
        part("4", PartKind.COMMENT, AuthorKind.CONTACT, NOW + 2 * MINUTE),
        part("5", PartKind.CLOSED, AuthorKind.AGENT, NOW + 3 * MINUTE),
        rating=Rating(score=1, at=NOW + 4 * MINUTE),
    )
    assert [one.what for one in missed_events(said, NOW, Taken())] == [
        "started",
        "agent_replied",
        "customer_replied",
        "closed",
        "rated",
    ]
    assert [one.what for one in missed_events(said, NOW + 2 * MINUTE, Taken(part_ids=frozenset({"4"})))] == ["closed", "rated"]


def customer(owner: str) -> Customer360:
    account = Account(account_id="a", name="Nair", owner_email=owner, vip=True)
    return Customer360(identity=Identity(), sources=(SourceFacts(source="salesforce", as_of=NOW, account=account),))


VIP = (Flag(kind=FlagKind.VIP, reason="Platinum"),)


AT_WORK = attendances(POLICIES.team, POLICIES.hours, (), NOW)


def routed(
    topics: tuple[str, ...] = (),
    *,
    vip: bool = False,
    loads: dict[str, int] | None = None,
    owner: str = "",
    there: Attendances | None = None,
) -> Routed:
    judged = Triage(conversation_id="1", ours=True, topics=topics, vip=vip)
    flags = VIP if vip else ()
    return route(chat(), customer(owner), judged, flags, POLICIES, loads=loads or {}, there=there or AT_WORK)


def test_a_vip_goes_to_the_account_owner_and_who_stands_in_is_said_where_they_are_away() -> None:
    found = routed(vip=True, owner="tom.becker@solvane.example")
    assert found.rule == "VIP to the account owner"
    assert found.person is not None
    assert found.person.name == "Tom Becker"
    assert found.best is not None
    assert found.best.name == "Sofia Lindqvist"
    assert "Tom Becker is not on shift" in found.words


def test_safety_comes_before_everything_and_goes_to_who_knows_it() -> None:
    found = routed(("safety",), vip=True, owner="tom.becker@solvane.example")
    assert found.rule == "Safety first"
    assert found.best is not None
    assert (found.role, found.best.name, found.best.skilled) == (Role.SUPPORT, "Mei Tan", True)


def test_a_colleague_who_is_full_is_passed_over_with_the_reason() -> None:
    found = routed(("technical",), loads={"mei.tan@solvane.example": 4})
    assert found.best is None
    assert "nobody free now" in found.words
    assert "full" in next(one.why for one in found.people if one.name == "Mei Tan")


def test_a_shift_ends_once_and_names_who_leaves_and_who_takes_over() -> None:
    end = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    [found] = shift_ends(POLICIES.team, POLICIES.hours, end - MINUTE, end + MINUTE)
    assert (found.shift, found.next_shift, found.at) == ("early", "late", end)
    assert found.leaving == ("mei.tan@solvane.example",)
    assert "arjun.rao@solvane.example" in found.taking_over
    assert shift_ends(POLICIES.team, POLICIES.hours, end, end + MINUTE) == ()
