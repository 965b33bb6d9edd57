"""The console over HTTP: who gets in, what each role sees, what every answer carries, and that nothing leaks into addresses."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.console.session import COOKIE, ENTRY, ENTRY_LASTS, LASTS
from bot.memory import audit, console_messages
from bot.memory.schema import migrate
from playbooks.domain.card import Card, Section, TextInput
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from tests.surfaces.cards import KITCHEN_SINK
from tests.surfaces.console_html import read
from tests.surfaces.console_stage import HERO, MEI, NOON, PEOPLE, SOFIA, TOKEN, TOM, Bench, bench

LIVE_CHAT = Place(surface=Surface.CONSOLE, channel_id="live-chat", channel_kind=ChannelKind.PRIVATE)
PAGES = ["/console", "/console/customer", "/console/operations"]
REQUESTS = ["messages?channel=live-chat", "changes", "stream", "outcome"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("console") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def console(template: Path, tmp_path: Path) -> Iterator[Bench]:
    with bench(template, tmp_path) as one:
        yield one


@pytest.fixture
def closed(template: Path, tmp_path: Path) -> Iterator[Bench]:
    with bench(template, tmp_path, token="") as one:
        yield one


def post(
    console: Bench, message_id: str, *, place: Place = LIVE_CHAT, card: Card | None = None, text: str | None = None
) -> None:
    console.write(
        lambda conn: console_messages.post(
            conn, place, message_id, "deskside" if card else "Arjun Rao", NOON, card=card, text=text
        )
    )


# the way in


def test_without_a_token_nobody_gets_in_and_the_page_says_how_to_set_one(closed: Bench) -> None:
    for path in ("/console/sign-in", "/console/enter?token="):
        answer = closed.client.get(path)
        assert answer.status_code == 503
        assert "DESKSIDE_CONSOLE_TOKEN" in answer.text
    assert closed.client.post("/console/sign-in", data={"agent_id": MEI, "token": ""}).status_code == 503
    assert closed.client.post("/console/api/sign-in", json={"agent_id": MEI, "token": ""}).status_code == 401


def test_the_token_of_the_address_is_exchanged_and_gone(console: Bench) -> None:
    answer = console.client.get(f"/console/enter?token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    assert TOKEN not in answer.headers["set-cookie"]
    page = console.client.get("/console/sign-in")
    assert "Mei Tan" in page.text
    assert 'type="password"' not in page.text
    chosen = console.client.post("/console/sign-in", data={"agent_id": MEI})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/console")
    assert console.client.get("/console").status_code == 200


def test_a_wrong_token_enters_nobody(console: Bench) -> None:
    answer = console.client.get("/console/enter?token=guess")
    assert answer.status_code == 401
    assert ENTRY not in console.client.cookies
    assert console.client.post("/console/sign-in", data={"agent_id": MEI}).status_code == 401
    assert console.client.post("/console/sign-in", data={"agent_id": MEI, "token": "guess"}).status_code == 401
    assert console.client.post("/console/sign-in", data={"agent_id": "stranger@example.com", "token": TOKEN}).status_code == 401
    assert COOKIE not in console.client.cookies


def test_choosing_oneself_has_its_time(console: Bench) -> None:
    console.client.get(f"/console/enter?token={TOKEN}")
    console.clock.later(ENTRY_LASTS + timedelta(seconds=1))
    assert console.client.post("/console/sign-in", data={"agent_id": MEI}).status_code == 401


def test_a_session_ends_with_the_shift_or_when_signed_out(console: Bench) -> None:
    console.sign_in()
    assert console.client.get("/console").status_code == 200
    console.clock.later(LASTS + timedelta(seconds=1))
    assert console.client.get("/console").headers["location"] == "/console/sign-in"
    console.sign_in()
    console.client.post("/console/sign-out")
    assert console.client.get("/console").headers["location"] == "/console/sign-in"


@pytest.mark.parametrize(
    "cookie",
    [f"{SOFIA}|9999999999|0000", f"{SOFIA}|x|", "||", f"{SOFIA}|²|0", f"entry|9999999999|{'0' * 64}"],
)
def test_a_forged_cookie_is_nobody(console: Bench, cookie: str) -> None:
    assert console.client.get("/console", headers=[(b"cookie", f"{COOKIE}={cookie}".encode())]).status_code == 303


def test_an_entry_cookie_is_no_session_and_the_other_way_round(console: Bench) -> None:
    console.client.get(f"/console/enter?token={TOKEN}")
    entry = console.client.cookies[ENTRY]
    console.client.cookies.clear()
    assert console.client.get("/console", headers={"cookie": f"{COOKIE}={entry}"}).status_code == 303


@pytest.mark.parametrize("path", PAGES)
def test_a_page_sends_strangers_to_the_sign_in(console: Bench, path: str) -> None:
    assert console.client.get(path).headers["location"] == "/console/sign-in"


@pytest.mark.parametrize("path", REQUESTS)
def test_a_request_of_a_stranger_is_401(console: Bench, path: str) -> None:
    assert console.client.get(f"/console/api/{path}").status_code == 401


# what every answer carries


@pytest.mark.parametrize("path", [*PAGES, "/console/sign-in", "/console/api/changes", "/console/enter?token=x"])
def test_no_script_but_ours_no_frame_no_cache(console: Bench, path: str) -> None:
    console.sign_in(SOFIA)
    answer = console.client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", [*PAGES, "/console/sign-in", "/console/customer?q=003000000000001"])
def test_a_page_is_well_formed_and_has_nothing_inline(console: Bench, path: str) -> None:
    post(console, "m-1", card=KITCHEN_SINK)
    console.sign_in(SOFIA)
    page = read(console.client.get(path).text.removeprefix("<!doctype html>"))
    assert not list(page.all("style"))
    assert not [name for one in page.tags for name in one.attributes if name.startswith("on") or name == "style"]
    assert all(one.attributes.get("src", "").startswith("/console/static/") for one in page.all("script"))
    ids = [one.attributes["id"] for one in page.tags if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    labelled = {one.attributes["for"] for one in page.all("label")}
    fields = [one for name in ("input", "textarea", "select") for one in page.all(name)]
    assert all(one.attributes.get("id") in labelled for one in fields)


def test_style_and_script_may_be_kept_and_nothing_else_is_served(console: Bench) -> None:
    page = read(console.client.get("/console/sign-in").text.removeprefix("<!doctype html>"))
    for address in (one for one in page.addresses if "/static/" in one):
        assert "immutable" in console.client.get(address).headers["cache-control"]
    assert console.client.get("/console/static/session.py").status_code == 404
    assert console.client.get("/console/static/..%2Fsession.py").status_code == 404


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
@pytest.mark.parametrize("path", ["/console/customer", "/console/sign-out", "/console/operations/jobs/1/retry"])
def test_a_form_of_another_site_is_refused(console: Bench, path: str, headers: dict[str, str]) -> None:
    console.sign_in(SOFIA)
    assert console.client.post(path, data={"q": HERO}, headers=headers).status_code == 403
    assert console.crm.asked == []


def test_a_body_over_the_cap_is_413(console: Bench) -> None:
    console.sign_in()
    assert console.client.post("/console/customer", data={"q": "x" * 200_000}).status_code == 413


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


# operations


@pytest.mark.parametrize("agent", [MEI, TOM])
def test_operations_are_for_supervisors_and_admins(console: Bench, agent: str) -> None:
    job_id = console.dead_job({"kind": "asked"})
    console.sign_in(agent)
    assert console.client.get("/console/operations").status_code == 403
    assert console.client.post(f"/console/operations/jobs/{job_id}/drop").status_code == 403
    assert "take" not in console.client.get("/console/operations").text
    assert console.read(lambda conn: console.jobs.show(conn, job_id)).state.value == "dead"


def test_a_dead_letter_shows_no_customers_words(console: Bench) -> None:
    said = {
        "kind": "asked",
        "event_id": "e-77",
        "text": "my card 4111 1111 1111 1111",
        "actor": {"email": HERO},
        "phone": "+6581234471",
    }
    console.dead_job(said)
    console.sign_in(SOFIA)
    page = console.client.get("/console/operations").text
    assert "the vendor refuses for good" in page
    assert "e-77" in page
    for secret in ("4111", HERO, "81234471"):
        assert secret not in page


def test_a_dead_letter_is_tried_again_once_and_audited(console: Bench) -> None:
    job_id = console.dead_job({"kind": "asked"})
    console.sign_in(SOFIA)
    for _ in range(2):
        answer = console.client.post(f"/console/operations/jobs/{job_id}/retry")
        assert answer.headers["location"] == "/console/operations"
    assert console.read(lambda conn: console.jobs.show(conn, job_id)).state.value == "ready"
    assert [(one.actor, one.what) for one in console.read(audit.entries)] == [(SOFIA, "retry_job")]


def test_a_dead_letter_can_be_dropped(console: Bench) -> None:
    job_id = console.dead_job({"kind": "asked"})
    console.sign_in(SOFIA)
    console.client.post(f"/console/operations/jobs/{job_id}/drop")
    assert "Nothing was given up" in console.client.get("/console/operations").text


def test_operations_tell_each_vendors_last_success(console: Bench) -> None:
    console.sign_in(SOFIA)
    page = console.client.get("/console/operations").text
    assert "1 min ago" in page
    assert "never" in page


def test_a_typed_value_is_shown_as_it_was(console: Bench) -> None:
    card = Card(
        title="t",
        summary="s",
        sections=(Section(elements=(TextInput(input_id="x", label="l", value="\n first line", multiline=True),)),),
    )
    post(console, "m-1", card=card)
    console.sign_in()
    assert ">\n\n first line</textarea>" in console.client.get("/console").text
