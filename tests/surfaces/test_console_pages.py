"""The console's chat and customer pages: what each role sees, and that nothing leaks into addresses."""

from typing import Any

import pytest

from bot.memory import audit, console_messages
from playbooks.domain.card import Card, Section, TextInput
from tests.surfaces.cards import KITCHEN_SINK
from tests.surfaces.console_html import read
from tests.surfaces.console_stage import HERO, LIVE_CHAT, MEI, NOON, PEOPLE, SOFIA, TOM, Bench, post

# channels


def test_the_chat_shows_the_channels_and_one_thread(console: Bench) -> None:
    post(console, "m-1", card=KITCHEN_SINK)
    post(console, "m-2", place=LIVE_CHAT.model_copy(update={"thread_id": "m-1"}), text="I look at it")
    console.sign_in()
    page = console.client.get("/console?channel=live-chat&thread=m-1").text
    links = [one.attributes.get("data-channel-link") for one in read(page.removeprefix("<!doctype html>")).all("a")]
    assert [one for one in links if one] == ["live-chat", "supervisors", "operations", f"@{MEI}"]
    assert "1 reply" in page
    assert "I look at it" in page


@pytest.mark.parametrize("agent", [TOM])
def test_a_role_that_may_not_see_payments_has_no_team_channel(console: Bench, agent: str) -> None:
    post(console, "m-1", card=KITCHEN_SINK)
    console.sign_in(agent)
    page = console.client.get("/console?channel=live-chat&thread=m-1").text
    assert 'data-channel-link="live-chat"' not in page
    assert "Priya" not in page
    assert console.client.get("/console/api/changes").json() == {"changes": []}
    assert console.client.get("/console/api/messages?channel=live-chat").status_code == 400
    form = {"event_id": "e1", "channel_id": "live-chat", "text": "who is this?"}
    assert console.client.post("/console/api/ask", json=form).status_code == 400
    assert console.inbox.events == {}


def test_what_is_for_one_person_is_nobody_elses(console: Bench) -> None:
    post(console, "m-1", place=LIVE_CHAT.model_copy(update={"only_user_id": SOFIA}), text="only for Sofia")
    post(console, "m-2", place=LIVE_CHAT.model_copy(update={"channel_id": f"@{SOFIA}"}), text="Sofia's own")
    console.sign_in(MEI)
    assert console.client.get("/console/api/changes").json() == {"changes": []}
    assert "only for Sofia" not in console.client.get("/console?channel=live-chat&thread=m-1").text
    assert console.client.get(f"/console/api/messages?channel=@{SOFIA}").status_code == 400
    console.sign_in(SOFIA)
    assert [one["message_id"] for one in console.client.get("/console/api/changes").json()["changes"]] == ["m-1", "m-2"]


def test_changes_are_resumed_where_they_stopped_and_an_update_counts(console: Bench) -> None:
    for number in range(130):
        post(console, f"m-{number}", text="hello")
    console.write(lambda conn: console_messages.change(conn, "m-3", NOON, text="changed"))
    console.sign_in()
    found: list[Any] = []
    while more := console.client.get(f"/console/api/changes?after={found[-1]['seq'] if found else 0}").json()["changes"]:
        found += more
    assert [one["message_id"] for one in found] == [f"m-{number}" for number in range(130) if number != 3] + ["m-3"]


def test_earlier_messages_are_one_press_further(console: Bench) -> None:
    for number in range(35):
        post(console, f"m-{number}", text=f"number {number}.")
    console.sign_in()
    page = console.client.get("/console?channel=live-chat").text
    assert "number 4." not in page
    earlier = next(
        one.attributes["href"]
        for one in read(page.removeprefix("<!doctype html>")).all("a")
        if one.attributes.get("class") == "earlier"
    )
    assert "number 4." in console.client.get(earlier).text


def test_unread_counts_what_others_said_since(console: Bench) -> None:
    post(console, "m-1", text="one")
    post(console, "m-2", text="two")
    console.sign_in()
    unread = console.client.post("/console/api/unread", json={"live-chat": 1}).json()["unread"]
    assert unread == {"live-chat": 1, "supervisors": 0, "operations": 0, f"@{MEI}": 0}


# asking and pressing


def test_a_question_sent_twice_is_one_question(console: Bench) -> None:
    console.sign_in()
    form = {"event_id": "e1", "channel_id": f"@{MEI}", "text": "where is order SV-20417"}
    answers = [console.client.post("/console/api/ask", json=form).json() for _ in range(3)]
    assert [one["new"] for one in answers] == [True, False, False]
    assert len(console.client.get(f"/console/api/messages?channel=@{MEI}").json()["messages"]) == 1


def test_a_question_in_a_team_channel_opens_its_thread(console: Bench) -> None:
    console.sign_in()
    form = {"event_id": "e1", "channel_id": "live-chat", "text": "/customer priya.nair@example.com"}
    assert console.client.post("/console/api/ask", json=form).json()["opens_thread"] is True
    (event,) = console.inbox.asked
    assert (event.command, event.text, event.place.thread_id) == ("customer", HERO, "q-e1")
    (shown,) = console.client.get("/console/api/messages?channel=live-chat").json()["messages"]
    assert (shown["message_id"], shown["thread_id"], shown["text"]) == ("q-e1", None, "/customer priya.nair@example.com")


def test_a_request_must_be_json_of_the_right_shape(console: Bench) -> None:
    console.sign_in()
    assert console.client.post("/console/api/ask", data={"text": "hi"}).status_code == 415
    assert console.client.post("/console/api/ask", json=["hi"]).status_code == 400
    wrong = {"event_id": "e", "channel_id": "live-chat", "message_id": "m", "press": {"do": "erase_everything"}}
    assert console.client.post("/console/api/press", json=wrong).json() == {"error": "press: is not one of ours."}


# the customer page


def test_a_customer_is_found_and_the_address_holds_an_id_only(console: Bench) -> None:
    console.sign_in()
    page = console.client.post("/console/customer", data={"q": HERO}).text
    assert "Nair &lt;Residences&gt;" in page
    assert 'data-address="/console/customer?q=003000000000001"' in page
    assert "Nair &lt;Residences&gt;" in console.client.get("/console/customer?q=003000000000001").text


def test_the_reading_of_a_customer_is_audited_with_an_id(console: Bench) -> None:
    console.sign_in()
    console.client.post("/console/customer", data={"q": HERO})
    (entry,) = console.read(audit.entries)
    assert (entry.actor, entry.what, entry.subject) == (MEI, "read_customer", "003000000000001")
    assert HERO not in str(entry)


def test_a_role_sees_what_it_may(console: Bench) -> None:
    console.sign_in(TOM)
    assert "Payments: not part of your role." in console.client.post("/console/customer", data={"q": HERO}).text


def test_several_customers_are_a_choice(console: Bench) -> None:
    console.sign_in()
    page = read(console.client.post("/console/customer", data={"q": "Jo Lee"}).text.removeprefix("<!doctype html>"))
    choices = [one.attributes["value"] for one in page.all("button") if one.attributes.get("name") == "q"]
    assert choices == [one.identity.salesforce_contact_ids[0] for one in PEOPLE if one.identity.name == "Jo Lee"]


def test_nobody_found_and_nothing_to_look_for_are_told_apart(console: Bench) -> None:
    console.sign_in()
    assert "I found nobody" in console.client.post("/console/customer", data={"q": "nobody@example.com"}).text
    assert "is nothing a customer can be found by" in console.client.post("/console/customer", data={"q": "!!!"}).text
    assert console.read(audit.entries) == []


def test_a_typed_value_is_shown_as_it_was(console: Bench) -> None:
    card = Card(
        title="t",
        summary="s",
        sections=(Section(elements=(TextInput(input_id="x", label="l", value="\n first line", multiline=True),)),),
    )
    post(console, "m-1", card=card)
    console.sign_in()
    assert ">\n\n first line</textarea>" in console.client.get("/console").text
