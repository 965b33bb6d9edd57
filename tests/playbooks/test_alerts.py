"""Which alerts a chat deserves, when they are told again, and what a storm of them becomes."""

from datetime import timedelta

import pytest

from playbooks.alerts import Situation, alerts, is_due, rolled_up
from playbooks.domain.alert import Alert, RollUp
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import Conversation, Rating
from playbooks.domain.facts import Customer360
from playbooks.domain.policy import AlertsPolicy
from playbooks.domain.run import SopRun
from playbooks.flags import flags
from tests.playbooks.cast import CUSTOMER, HOUR, MEI, MINUTE, NOBODY_SPECIAL, NOW, PRIYA, chat, said
from tests.playbooks.company import CALM, POLICIES, triaged
from tests.playbooks.deck import RUN


def situation(conversation: Conversation = CALM, customer: Customer360 = CUSTOMER, **more: object) -> Situation:
    found = {"conversation": conversation, "triage": triaged(conversation, customer), "customer": customer}
    return Situation.model_validate({**found, "flags": flags(customer, NOW), **more})


def raised(one: Situation) -> dict[str, Alert]:
    return {alert.rule: alert for alert in alerts(one, POLICIES.alerts, POLICIES.hours, NOW)}


def clock(**changed: object) -> ClockFact:
    base = {"clock": "next_response", "rule": "r", "within": 5 * MINUTE, "started_at": NOW, "used": MINUTE}
    return ClockFact.model_validate({**base, **changed})


def test_a_waiting_vip_with_a_dispute_raises_one_alert_for_each_cause() -> None:
    found = raised(situation())
    assert set(found) == {"new_chat", "vip_waiting", "dispute_opened"}
    assert found["vip_waiting"].key == "vip_waiting:215470"
    assert found["dispute_opened"].key == "dispute_opened:cus_1"
    assert "priya" not in "".join(one.key for one in found.values())


def test_an_owned_chat_is_not_alerted_to_everybody() -> None:
    owned = raised(situation(run=RUN.model_copy(update={"owner": "mei"})))
    assert set(owned) == {"dispute_opened"}


def test_a_chat_of_another_brand_raises_nothing() -> None:
    assert raised(situation(chat(said(PRIYA, "I am furious"), inbox_id="8202"))) == {}


@pytest.mark.parametrize(
    ("words", "alerted"),
    [
        (["This is unacceptable, I am furious"], True),
        (["ok thanks", "terrible, awful"], True),
        (["awful"], False),
        (["ok"], False),
    ],
)
def test_negative_sentiment_is_a_trend_or_several_words_not_one(words: list[str], alerted: bool) -> None:
    talk = chat(*(said(PRIYA, text, (9 - place) * MINUTE) for place, text in enumerate(words)))
    found = raised(situation(talk, NOBODY_SPECIAL))
    assert ("negative_sentiment" in found) == alerted
    if alerted:
        assert found["negative_sentiment"].does.add_tags == ("urgent_escalation",)


@pytest.mark.parametrize(("score", "alerted"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_rating_under_three_is_told(score: int, alerted: bool) -> None:
    talk = chat(said(PRIYA, "hi", HOUR), said(MEI, "bye"), rating=Rating(score=score, remark="meh"))
    weekday = alerts(situation(talk, NOBODY_SPECIAL), POLICIES.alerts, POLICIES.hours, NOW + timedelta(days=1))
    assert ("low_rating" in {one.rule for one in weekday}) == alerted


def test_a_quiet_rule_waits_for_opening_hours() -> None:
    talk = chat(said(PRIYA, "hi", HOUR), said(MEI, "bye"), rating=Rating(score=1))
    night = NOW.replace(hour=18)
    assert not alerts(situation(talk, NOBODY_SPECIAL), POLICIES.alerts, POLICIES.hours, night)


def test_a_clock_near_its_breach_warns_and_a_broken_promise_is_told() -> None:
    warned = raised(situation(clocks=(clock(warned=(75,), used=4 * MINUTE),)))
    assert warned["sla_warning"].cause == "Next response: 1 min is left of the promised 5 min."
    broken = raised(situation(clocks=(clock(breached=True, used=8 * MINUTE),)))
    assert broken["sla_breach"].cause == "Next response: 3 min over the promised 5 min."
    assert "sla_warning" not in broken
    assert "sla_breach" not in raised(situation(clocks=(clock(breached=True, stopped_at=NOW),)))


def test_an_escalated_chat_without_a_case_is_missed() -> None:
    run = SopRun.model_validate({**RUN.model_dump(), "owner": "mei"})
    assert "missed_escalation" in raised(situation(chat(said(PRIYA, "x"), tags=("escalated",)), run=run))


def test_an_alert_is_told_again_only_after_its_time_and_never_once_acknowledged() -> None:
    alert = raised(situation())["vip_waiting"]
    assert is_due(alert, None, False, NOW)
    assert not is_due(alert, NOW - MINUTE, False, NOW)
    assert is_due(alert, NOW - 2 * MINUTE, False, NOW)
    assert not is_due(alert, NOW - HOUR, True, NOW)


def test_a_storm_becomes_one_readable_summary() -> None:
    alert = raised(situation())["vip_waiting"]
    storm = [alert.model_copy(update={"key": f"vip_waiting:{n}", "conversation_id": str(n)}) for n in range(1000)]
    policy: AlertsPolicy = POLICIES.alerts
    [told] = rolled_up(storm, policy)
    assert isinstance(told, RollUp)
    assert (told.count, told.title, len(told.conversation_ids)) == (1000, "A VIP customer is waiting: 1000 conversations", 10)
    assert rolled_up([alert, alert], policy) == (alert,)
