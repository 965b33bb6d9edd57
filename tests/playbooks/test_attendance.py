"""Who is at work: shifts, what Intercom and Slack say, and whom a new message may therefore call by name."""

from datetime import UTC, datetime, timedelta

from bot.settings import KNOWLEDGE
from playbooks.attendance import STALE_AFTER, Attendances, attendances, to_call
from playbooks.domain.conversation import Conversation, ConversationState
from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360
from playbooks.domain.policy import AlertRule, Policies
from playbooks.domain.presence import Presence
from playbooks.domain.triage import Triage
from playbooks.proof import proved
from playbooks.routing import Routed, route
from playbooks.shifts import end_of_shift
from retrieval.content import knowledge

POLICIES: Policies = knowledge(KNOWLEDGE, proved).policies
# A Friday, noon in Singapore: Mei and Sofia are on the early shift.
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MEI, ARJUN, SOFIA = "mei.tan@solvane.example", "arjun.rao@solvane.example", "sofia.lindqvist@solvane.example"
RULE = AlertRule.model_validate(
    {"name": "r", "signal": "lull", "title": "t", "urgency": "high", "tells": ["support", "supervisor"], "destination": "d"}
)


def there(*said: Presence, policies: Policies = POLICIES) -> Attendances:
    return attendances(policies.team, policies.hours, said, NOW)


def said(agent_id: str, *, away: bool, where: str = "Intercom", ago: timedelta = timedelta()) -> Presence:
    return Presence(agent_id=agent_id, away=away, where=where, at=NOW - ago)


def called(attending: Attendances, owner: str | None = None, rule: AlertRule = RULE) -> list[str]:
    return [one.agent_id for one in to_call(rule, POLICIES.team, attending, owner)]


def test_only_who_is_on_shift_and_not_away_is_called() -> None:
    assert called(there()) == [MEI, SOFIA]
    assert called(there(said(MEI, away=True))) == [SOFIA]
    assert called(there(said(MEI, away=False), said(MEI, away=True, where="Slack"))) == [SOFIA]


def test_an_owner_answers_for_their_role_unless_they_are_away_themselves() -> None:
    both = {**there(), ARJUN: there()[MEI]}
    assert called(both) == [MEI, ARJUN, SOFIA]
    assert called(both, owner=ARJUN) == [ARJUN, SOFIA]
    gone = {**both, ARJUN: there(said(MEI, away=True))[MEI]}
    assert called(gone, owner=ARJUN) == [MEI, SOFIA]


def test_a_rule_that_calls_nobody_by_name_calls_nobody() -> None:
    assert called(there(), rule=RULE.model_copy(update={"calls": False})) == []


def test_what_was_said_too_long_ago_is_unknown_which_is_said_and_counts_as_there() -> None:
    old = there(said(MEI, away=True, ago=STALE_AFTER))
    assert old[MEI].there
    assert old[MEI].words == "on shift, presence unknown"
    assert there(said(MEI, away=False))[MEI].words == "on shift"
    assert there(said(MEI, away=True, where="Slack"))[MEI].words == "away in Slack"
    assert there(said(ARJUN, away=False))[ARJUN].words == "not on shift"


def test_a_system_that_the_team_does_not_trust_says_nothing() -> None:
    team = POLICIES.team.model_copy(update={"presence": ("intercom",)})
    found = there(said(MEI, away=True, where="Slack"), policies=POLICIES.model_copy(update={"team": team}))
    assert found[MEI].there


def routed(attending: Attendances) -> Routed:
    empty = Conversation(
        conversation_id="1", state=ConversationState.OPEN, inbox_id="8101", created_at=NOW, updated_at=NOW, parts=()
    )
    judged = Triage(conversation_id="1", ours=True, topics=("delivery",))
    return route(empty, Customer360(identity=Identity()), judged, (), POLICIES, loads={}, there=attending)


def test_nobody_is_routed_to_who_is_away_and_the_reason_is_said() -> None:
    assert routed(there(said(MEI, away=False))).words.startswith("Mei Tan (on shift")
    away = routed(there(said(MEI, away=True)))
    assert away.best is None
    assert "away in Intercom" in next(one.why for one in away.people if one.agent_id == MEI)


def test_a_shift_ends_for_whoever_is_on_it() -> None:
    assert end_of_shift(MEI, POLICIES.team, POLICIES.hours, NOW) == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert end_of_shift(ARJUN, POLICIES.team, POLICIES.hours, NOW) is None
