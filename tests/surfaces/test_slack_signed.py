"""Which of Slack's requests are believed: by signature, age and size; whatever else comes is stored nowhere."""

import json
import time

import pytest

from tests.surfaces.conftest import SlackBench
from tests.surfaces.fake_slack import FakeSlack
from tests.surfaces.slack_workspace import BOT_USER


def body(slack: FakeSlack) -> bytes:
    return json.dumps(slack.event(f"<@{BOT_USER}> hi", "U0MEI", "C0SUPPORT", "app_mention")).encode()


def test_a_correctly_signed_mention_is_stored(slack: SlackBench) -> None:
    raw = body(slack.slack)
    assert slack.slack.send(raw, {"content-type": "application/json", **slack.slack.signed(raw)}).status == 200
    assert len(slack.inbox.asked) == 1


@pytest.mark.parametrize(
    "case", ["tampered", "stale", "early", "wrong", "other_secret", "absent", "no_stamp", "senseless_stamp", "huge_stamp"]
)
def test_a_request_not_signed_by_slack_gets_401_and_nothing_is_stored(slack: SlackBench, case: str) -> None:
    raw = body(slack.slack)
    headers = slack.slack.signed(raw)
    match case:
        case "tampered":
            raw = raw.replace(b" hi", b" ho")
        case "stale":
            headers = slack.slack.signed(raw, time.time() - 301)
        case "early":
            headers = slack.slack.signed(raw, time.time() + 301)
        case "wrong":
            headers["x-slack-signature"] = "v0=" + "0" * 64
        case "other_secret":
            slack.slack.secret = "another"
            headers = slack.slack.signed(raw)
        case "absent":
            del headers["x-slack-signature"]
        case "no_stamp":
            del headers["x-slack-request-timestamp"]
        case "senseless_stamp":
            headers["x-slack-request-timestamp"] = "soon"
        case "huge_stamp":
            headers["x-slack-request-timestamp"] = "9" * 400
    assert slack.slack.send(raw, {"content-type": "application/json", **headers}).status == 401
    assert slack.inbox.deliveries == 0


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b"[]", b"3", b'{"type":"event_callback"}', b"payload={", b'{"type":"block_actions"}', b""]
)
def test_a_signed_body_that_is_no_slack_payload_stores_nothing_and_is_no_server_error(slack: SlackBench, raw: bytes) -> None:
    answer = slack.slack.send(raw, {"content-type": "application/json", **slack.slack.signed(raw)})
    assert answer.status in (200, 400, 404)
    assert slack.inbox.deliveries == 0


def test_a_body_over_the_cap_gets_413(slack: SlackBench) -> None:
    raw = b"x" * 1_000_001
    assert slack.slack.send(raw, slack.slack.signed(raw)).status == 413


def test_slack_may_check_the_address(slack: SlackBench) -> None:
    raw = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    answer = slack.slack.send(raw, {"content-type": "application/json", **slack.slack.signed(raw)})
    assert (answer.status, answer.body["challenge"]) == (200, "3eZbrw1a")
