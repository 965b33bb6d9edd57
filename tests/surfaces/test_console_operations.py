"""The operators' page: for whom it is, what it shows of work given up, and what it does with it."""

import pytest

from bot.memory import audit
from tests.surfaces.console_stage import HERO, MEI, SOFIA, TOM, Bench


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
