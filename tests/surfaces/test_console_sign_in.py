"""Who gets into the console, and what each of its answers carries."""

from datetime import timedelta

import pytest

from bot.console.session import COOKIE, ENTRY, ENTRY_LASTS, LASTS
from tests.surfaces.cards import KITCHEN_SINK
from tests.surfaces.console_html import read
from tests.surfaces.console_stage import HERO, MEI, SOFIA, TOKEN, Bench, post

PAGES = ["/console", "/console/customer", "/console/operations"]
REQUESTS = ["messages?channel=live-chat", "changes", "stream", "outcome"]


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
