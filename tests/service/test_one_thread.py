"""From a webhook or a click to the last effect: one id on every log line and every span, over processes and retries."""

import json

import pytest

from bot.settings import read_settings
from bot.spans import Untraced
from bot.trace import Trace, begun_by, carried, current, following, parsed
from retrieval.http import Calls, untold
from tests.service.collector import Told
from tests.service.conftest import HERO, TOKEN, Journey


def test_a_customers_words_lead_to_the_card_under_one_correlation_id(told: Journey) -> None:
    lines = [one for one in told.lines if one.get("correlation") == told.correlation]
    assert [one["message"] for one in lines][:2] == ["received", "taken"]
    assert any(one["message"] == "performed" and one["do"] == "show_card" for one in lines)
    assert told.correlation == begun_by("intercom", told.of("received")[0]["event"]).trace_id


def test_a_click_leads_to_its_last_effect_under_one_correlation_id(told: Journey) -> None:
    click = next(one for one in told.of("received") if one["topic"] == "pressed.take")
    mine = [one for one in told.lines if one.get("correlation") == click["correlation"]]
    performed = {one["do"] for one in mine if one["message"] == "performed"}
    assert {"assign", "show_card"} <= performed
    assert {"action_done.assign"} <= {one["kind"] for one in mine if one["message"] == "taken"}


def test_what_failed_and_was_tried_again_stays_under_it(told: Journey) -> None:
    click = next(one for one in told.of("received") if one["topic"] == "pressed.take")
    failed = [one for one in told.lines if "attempt 1 failed" in one["message"]]
    assert failed
    assert {one["correlation"] for one in failed} == {click["correlation"]}


def test_every_line_of_the_road_has_its_id(told: Journey) -> None:
    for message in ("received", "taken", "performed"):
        assert told.of(message)
        assert all(len(one["correlation"]) == 32 for one in told.of(message)), message


def test_no_line_and_no_span_holds_a_customers_words_or_address(told: Journey) -> None:
    text = json.dumps(told.lines)
    for secret in ("parcel", "fed up", HERO, "priya", TOKEN):
        assert secret not in text.lower(), secret
        assert secret.encode() not in told.collector.wire.lower(), secret


def test_the_spans_of_web_and_worker_are_one_tree_under_the_same_id(told: Journey) -> None:
    mine = [one for one in told.collector.spans if one.trace_id == told.correlation]
    (root,) = [one for one in mine if not one.parent_id]
    take = next(one for one in mine if one.name == "take conversation.started")
    card = next(one for one in mine if one.name == "perform show_card")
    assert (root.name, root.kind) == ("receive conversation.user.created", "server")
    assert (take.kind, take.parent_id) == ("consumer", root.span_id)
    assert (card.kind, card.parent_id) == ("consumer", take.span_id)
    ids = {one.span_id for one in mine}
    assert all(one.parent_id in ids for one in mine if one is not root)


def test_each_call_to_a_vendor_is_a_span_with_host_and_route_and_nothing_more(told: Journey) -> None:
    calls = [one for one in told.collector.spans if one.kind == "client"]
    assert {"intercom", "salesforce", "stripe"} <= {one.attributes["peer.service"] for one in calls}
    for one in calls:
        assert set(one.attributes) == {"peer.service", "http.request.method", "server.address", "http.route"}
        assert one.attributes["server.address"] == "127.0.0.1"


def test_a_call_that_failed_is_a_failed_span_under_the_effect_it_was_for(told: Journey) -> None:
    broken = [one for one in told.collector.named("intercom") if one.failed]
    above = {one.span_id: one for one in told.collector.spans}
    assert any(_name_above(one, above) == "perform assign" for one in broken)


def _name_above(one: Told, above: dict[str, Told]) -> str:
    return above[one.parent_id].name if one.parent_id in above else ""


def test_without_a_collector_nothing_of_it_is_on() -> None:
    service = read_settings({}).service
    assert service.otlp_endpoint == ""
    assert Calls().span is untold
    with Untraced().span("x", "client"), following(Trace("a" * 32)):  # type: ignore[arg-type]
        assert current() == Trace("a" * 32)


@pytest.mark.parametrize("variable", ["DESKSIDE_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_either_variable_names_the_collector(variable: str) -> None:
    assert read_settings({variable: "http://127.0.0.1:4317"}).service.otlp_endpoint == "http://127.0.0.1:4317"


def test_a_thread_is_carried_into_other_threads_and_over_text() -> None:
    with following(Trace("b" * 32, "c" * 16)):
        work = carried(lambda given: (given, current()))
    assert current() is None
    assert work(1) == (1, Trace("b" * 32, "c" * 16))
    assert parsed(str(Trace("b" * 32, "c" * 16))) == Trace("b" * 32, "c" * 16)
    assert parsed(None) is None
