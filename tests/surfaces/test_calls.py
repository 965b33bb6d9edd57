"""A colleague called by name: Slack's mention, Teams' mention entity, the console's mark; a name alone where no id is known."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from bot.console.messages import MessageView, event
from bot.memory.console_messages import ConsoleMessage
from bot.slack.limits import message_problems
from bot.slack.render import blocks
from bot.teams.render import adaptive_cards
from playbooks.domain.card import Called, Card
from tests.shared_files import shared

UTC_ZONE, NOON = ZoneInfo("UTC"), datetime(2026, 11, 22, 12, tzinfo=UTC)
MEI = Called(agent_id="mei@a.example", name="Mei Tan", slack_user_id="U0MEI", teams_user_id="aad-mei")
SOFIA = Called(agent_id="sofia@a.example", name="Sofia </at> & Co")
CARD = Card(title="Priya is waiting", summary="Priya is waiting", calls=(MEI, SOFIA))


def test_slack_mentions_whom_it_knows_and_names_the_others_in_text_and_block() -> None:
    message = blocks(CARD, UTC_ZONE)
    assert message_problems(message.text, message.blocks) == []
    assert message.text.startswith("<@U0MEI> Sofia &lt;/at&gt; &amp; Co ")
    [line] = [one for one in message.blocks if "<@U0MEI>" in json.dumps(one)]
    assert line["text"]["type"] == "mrkdwn"


def test_an_id_that_is_none_of_slacks_cannot_call_everybody() -> None:
    odd = MEI.model_copy(update={"slack_user_id": "!channel"})
    assert "<@" not in json.dumps(blocks(CARD.model_copy(update={"calls": (odd,)}), UTC_ZONE).blocks)


def test_teams_mentions_whom_it_knows_with_an_entity_for_each() -> None:
    [page] = adaptive_cards(CARD, UTC_ZONE)
    Draft7Validator(json.loads(shared("specs/adaptive-card-1.5.0.json").read_text())).validate(
        {name: value for name, value in page.items() if name != "msteams"}  # Teams' own addition to the schema
    )
    assert page["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Mei Tan</at>", "mentioned": {"id": "aad-mei", "name": "Mei Tan"}}
    ]
    [line] = [one["text"] for one in page["body"] if "<at>" in one.get("text", "")]
    assert line.startswith("<at>Mei Tan</at>, Sofia")
    assert line.count("</at>") == 1


def test_a_card_that_calls_nobody_has_no_entities() -> None:
    [page] = adaptive_cards(CARD.model_copy(update={"calls": ()}), UTC_ZONE)
    assert "msteams" not in page


def test_the_console_marks_whom_it_calls() -> None:
    message = ConsoleMessage(
        message_id="m1",
        position=1,
        seq=1,
        channel_id="live-chat",
        thread_id=None,
        only_user_id=None,
        author="deskside",
        text=None,
        card=CARD,
        created_at=NOON,
        updated_at=NOON,
    )
    mine, other = (event(message, {}, MessageView("x", "UTC", NOON, reader_id=one)) for one in (MEI.agent_id, "tom@a.example"))
    assert mine["calls_you"]
    assert 'call--you">you<' in mine["html"]
    assert not other["calls_you"]
    assert "Mei Tan" in other["html"]
