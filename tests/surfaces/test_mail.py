"""Alerts by e-mail over a real socket: what is sent, once, in plain text; and what a refusing server comes to."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.mail.outbound import MailOut
from bot.mail.render import message, subject
from bot.mail.settings import Settings
from playbooks.cards.alert_mail import alert_mail_card
from playbooks.domain.alert import Happening, RaisedAlert
from playbooks.domain.card import Card, Status
from playbooks.domain.people import Surface
from playbooks.domain.place import ChannelKind, Place
from retrieval.errors import Refused, Unavailable, VendorError
from tests.surfaces.smtp_server import Mailbox, mailbox

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOFIA = Place(surface=Surface.EMAIL, channel_id="sofia@solvane.example", channel_kind=ChannelKind.DIRECT)
ALERT = RaisedAlert(
    key="vip:1",
    rule="vip",
    title="A VIP customer is waiting",
    urgency="high",
    destination="supervisors",
    cause="Platinum tier is waiting. Card 4111 1111 1111 1111.",
    about="Priya Nair",
    raised_at=NOON,
    told_at=NOON,
    told=2,
    history=(Happening(at=NOON, words="A VIP customer is waiting"), Happening(at=NOON, words="again")),
)
CARD = alert_mail_card(ALERT, url="https://app.intercom.example/1", goes_to="Mei Tan (on shift)")


def out(box: Mailbox, **more: str) -> MailOut:
    given = {"host": "127.0.0.1", "port": box.port, "sender": "deskside@solvane.example", "security": "none"}
    return MailOut(Settings.model_validate(given | more), lambda: NOON, "Asia/Singapore")


async def test_an_alert_arrives_as_plain_text_with_what_a_reader_needs_and_no_card_number() -> None:
    async with mailbox() as box:
        await out(box).show(SOFIA, CARD, existing=None, once_key="k1")
    [got] = box.messages
    assert got["Subject"] == "[High urgency] A VIP customer is waiting: Priya Nair"
    assert got["To"] == "sofia@solvane.example"
    assert got["Auto-Submitted"] == "auto-generated"
    body = got.get_content()
    assert "Goes to: Mei Tan (on shift)" in body
    assert "told 2 times" in body
    assert "Open in Intercom: https://app.intercom.example/1" in body
    assert "4111 1111" not in body
    assert got.get_content_type() == "text/plain"


async def test_a_card_that_was_sent_is_not_sent_again_when_it_changes() -> None:
    async with mailbox() as box:
        mail = out(box)
        sent = await mail.show(SOFIA, CARD, existing=None, once_key="k1")
        assert await mail.show(SOFIA, CARD, existing=sent, once_key="k2") == sent
    assert len(box.messages) == 1


def test_the_same_key_gives_the_same_message_id_and_a_subject_is_one_line() -> None:
    def made(key: str) -> str:
        return str(message(CARD, sender="a@b.example", to="c@d.example", once_key=key, now=NOON, zone="UTC")["Message-ID"])

    assert made("k") == made("k") != made("other")
    evil = Card(title="Priya\r\nBcc: all@evil.example", summary="x", status=Status(text="High"))
    assert subject(evil) == "[High] Priya Bcc: all@evil.example"


@pytest.mark.parametrize(
    ("replies", "kind", "doubtful"),
    [
        ({"RCPT": "550 no such user"}, Refused, False),
        ({"RCPT": "451 try later"}, Unavailable, False),
        ({"MAIL": "553 sender"}, Refused, False),
        ({"BODY": "hang up"}, Unavailable, True),
    ],
)
async def test_a_refusal_is_told_by_its_remedy_and_only_a_lost_answer_is_doubtful(
    replies: dict[str, str], kind: type[VendorError], doubtful: bool
) -> None:
    async with mailbox(**replies) as box:
        with pytest.raises(kind) as caught:
            await out(box).show(SOFIA, CARD, existing=None, once_key="k1")
    assert caught.value.doubtful is doubtful
    assert "sofia" not in str(caught.value)
    assert caught.value.remedy


async def test_a_server_that_is_not_there_or_offers_no_tls_is_said_so() -> None:
    async with mailbox() as box:
        with pytest.raises(Refused, match="not supported"):
            await out(box, security="starttls").show(SOFIA, CARD, existing=None, once_key="k1")
    with pytest.raises(Unavailable) as caught:
        await out(box).show(SOFIA, CARD, existing=None, once_key="k1")
    assert not caught.value.doubtful


def test_a_password_never_travels_in_the_clear() -> None:
    with pytest.raises(ValidationError, match="unencrypted"):
        Settings.model_validate({"host": "h", "sender": "a@b.c", "security": "none", "username": "u", "password": "p"})
