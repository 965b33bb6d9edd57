"""Alerts by the company's rules, from raised to over: one message a cause, told again, seen, taken, and what else they do."""

from datetime import timedelta

import pytest

from bot.demo.agent import ConsoleAgent, button
from tests.journeys.chat import Chat, chat, settled, text_of, until
from tests.journeys.moving_time import Moving

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIYA = "priya.nair@example.com"
WHERE = "Where is my battery? The DHL tracking has not moved for days."
ANGRY = "This is unacceptable, I am furious. Terrible service, the worst."
MINUTE = timedelta(minutes=1)


async def lines(one: Chat, agent: ConsoleAgent, words: str) -> int:
    """How many messages in the alert's thread say so."""
    alert, _ = await one.alert(agent)
    return len([card for shown, card in agent._cards() if shown["thread_id"] == alert["message_id"] and words in text_of(card)])


async def test_a_promise_warns_at_its_marks_and_its_breach_is_told_to_supervisors(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    """First: the sandboxes live in real time, and the clock is not ahead of them yet."""
    one = await chat(time.stage, PRIYA, WHERE)
    await one.alert(mei)
    await settled(time.stage)
    await time.later(timedelta(seconds=35))
    await one.alert(mei, "A promise is about to be broken")
    await time.later(timedelta(seconds=30))
    _, broken = await one.alert(sofia, "A promise was broken: First response")
    assert "over the promised 1 min" in text_of(broken)


async def test_a_waiting_vip_is_told_again_until_somebody_takes_the_chat(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    _, card = await one.alert(mei, "A VIP customer is waiting")
    assert "New chat" in text_of(card)
    before = await lines(one, mei, "A VIP customer is waiting")
    await time.later(2 * MINUTE)
    await until(lambda: _more(one, mei, "A VIP customer is waiting", before), "the VIP to be told again")
    await one.taken_by(mei)
    await settled(time.stage)
    told = await lines(one, mei, "A VIP customer is waiting")
    _, card = await one.alert(mei, "With ")
    assert "a VIP customer is waiting (taken)" in text_of(card)
    assert "Over after 2 min" in text_of(card)
    await time.later(2 * MINUTE)
    assert await lines(one, mei, "A VIP customer is waiting") == told


async def _more(one: Chat, agent: ConsoleAgent, words: str, before: int) -> bool:
    return await lines(one, agent, words) > before


async def test_an_acknowledged_alert_is_not_told_again(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.alert(mei, "A VIP customer is waiting")
    await mei.press(message, button(card, "Acknowledge"))
    await one.alert(mei, "Seen by Mei Tan")
    before = await lines(one, mei, "A VIP customer is waiting")
    await time.later(2 * MINUTE)
    await time.later(2 * MINUTE)
    assert await lines(one, mei, "A VIP customer is waiting") == before


async def test_a_snoozed_alert_is_silent_until_its_time_and_the_card_says_so(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.alert(mei, "A VIP customer is waiting")
    await mei.press(message, button(card, "Snooze alert 30 min"))
    await one.alert(mei, "by Mei Tan: a VIP customer is waiting")
    before = await lines(one, mei, "A VIP customer is waiting")
    await time.later(4 * MINUTE)
    assert await lines(one, mei, "A VIP customer is waiting") == before
    await time.later(27 * MINUTE)
    await until(lambda: _more(one, mei, "A VIP customer is waiting", before), "the snooze to end")


async def test_an_alert_is_handed_to_a_colleague_who_is_called_by_name(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.alert(mei, "A VIP customer is waiting")
    await mei.press(message, button(card, "Hand alert over…"))
    shown, form = await one.in_thread(mei, "Hand this alert to a colleague")
    await mei.press(shown, button(form, "Hand over"), {"colleague": "arjun.rao@solvane.example"})
    _, line = await one.in_thread(mei, "Mei Tan hands this alert to Arjun Rao.")
    assert [one.name for one in line.calls] == ["Arjun Rao"]
    await one.alert(mei, "With Arjun Rao")


async def test_a_colleague_who_is_away_in_intercom_is_not_called_by_name(time: Moving, mei: ConsoleAgent) -> None:
    async def told_again() -> set[str]:
        one = await chat(time.stage, PRIYA, WHERE)
        await one.alert(mei, "A VIP customer is waiting")
        await settled(time.stage)
        await time.later(2 * MINUTE)
        _, line = await one.in_thread(mei, "VIP customer is waiting")
        return {called.name for called in line.calls}

    sofia = {"admin_id": "5003"}
    assert "Sofia Lindqvist" in await told_again()
    await time.stage.sandboxes["intercom"].post("/_sandbox/admins/away", sofia | {"away": True})
    await time.later(MINUTE)
    assert "Sofia Lindqvist" not in await told_again()
    await time.stage.sandboxes["intercom"].post("/_sandbox/admins/away", sofia | {"away": False})


async def test_an_upset_customer_is_told_to_supervisors_once_and_tagged(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    one = await chat(time.stage, PRIYA, ANGRY)
    await one.alert(sofia, "The customer is getting upset")
    await one.customer_writes("Still nothing. This is a disgrace, awful.")
    await settled(time.stage)
    await sofia._look()
    cards = [card for shown, card in sofia._cards() if one.conversation_id in card.footer and not shown["thread_id"]]
    assert len(cards) == 1
    tags = (await time.stage.sandboxes["intercom"].state())["conversations"][one.conversation_id]["tags"]
    assert "urgent_escalation" in tags


async def test_a_low_rating_reopens_assigns_and_tells_the_supervisors(
    time: Moving, mei: ConsoleAgent, sofia: ConsoleAgent
) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    message, card = await one.taken_by(mei)
    await mei.press(message, button(card, "Resolve"))
    await until(lambda: one.is_state("closed"), "the chat to be closed")
    await settled(time.stage)
    given = {"conversation_id": one.conversation_id, "rating": 1, "remark": "nobody *helped* me"}
    await time.stage.sandboxes["intercom"].post("/_sandbox/customer/rating", given)
    _, card = await one.alert(sofia, "Rated 1 of 5")
    await until(lambda: one.is_state("open"), "the chat to be reopened")
    await settled(time.stage)
    record = await one.record()
    assert str(record["admin_assignee_id"]) == "5003"
    state = await time.stage.sandboxes["intercom"].state()
    assert "quality-review" in state["conversations"][one.conversation_id]["tags"]


async def test_what_fell_due_while_nothing_ran_is_told_once(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    await settled(time.stage)
    before = await lines(one, mei, "No word from us")
    await time.later(timedelta(hours=9))
    told = await lines(one, mei, "No word from us")
    assert told > before
    await time.tick()
    assert await lines(one, mei, "No word from us") == told


async def test_a_claim_that_is_not_used_expires_and_the_chat_is_everybodys_again(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    await settled(time.stage)
    for minutes in (4, 4, 7):
        await time.later(minutes * MINUTE)
    _, card = await one.alert(mei, "is waiting")
    assert button(card, "Take")


async def test_a_snooze_is_typed_as_people_say_it(time: Moving, mei: ConsoleAgent) -> None:
    one = await chat(time.stage, PRIYA, WHERE)
    await one.taken_by(mei)
    await settled(time.stage)
    await time.later(4 * MINUTE)
    message, card = await one.in_thread(mei, "no word from us")
    await mei.press(message, button(card, "Snooze until then"), {"until": "when it suits"})
    assert "no time that I understand" in text_of((await one.in_thread(mei, "I cannot do that"))[1])
    await mei.press(message, button(card, "Snooze until then"), {"until": "tomorrow 9"})
    await until(lambda: one.is_state("snoozed"), "the chat to be snoozed")
