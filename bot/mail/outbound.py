"""Sends cards by e-mail over SMTP; it updates nothing, since what was sent cannot be changed, and decides nothing.

A place is an address. A card that was sent before is not sent again: what is new about it has a key of its own. A doubtful
message is sent once more with the same Message-ID (assumed: most mail systems then show it once).
"""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from bot.mail.render import digest, message
from bot.mail.settings import Settings
from playbooks.domain.card import Card
from playbooks.domain.people import Surface
from playbooks.domain.place import MessageRef, Place
from retrieval.errors import Refused, Unavailable, VendorError

MAIL = "mail"
SECONDS = 10
PERMANENT = 500
"""Replies from here on will be the same next time (RFC 5321, 4.2.1)."""


class MailOut:
    """A `bot.surface.SurfaceOut`."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], zone: str = "UTC") -> None:
        self._settings, self._clock, self._zone = settings, clock, zone

    @property
    def name(self) -> Surface:
        return Surface.EMAIL

    async def show(self, place: Place, card: Card, *, existing: MessageRef | None, once_key: str) -> MessageRef:
        """*Errors:* Refused (sign-in or address not accepted), Unavailable; doubtful once the text was on its way."""
        if existing is not None:
            return existing
        sender, to = self._settings.sender, place.channel_id
        made = message(card, sender=sender, to=to, once_key=once_key, now=self._clock(), zone=self._zone)
        await asyncio.to_thread(self._send, made)
        return MessageRef(surface=Surface.EMAIL, channel_id=to, message_id=digest(once_key))

    async def find(self, place: Place, once_key: str) -> MessageRef | None:
        """None, always: what was sent lies in somebody's mailbox."""
        return None

    def _send(self, made: EmailMessage) -> None:
        on_its_way = False
        try:
            with self._connected() as server:
                if self._settings.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if self._settings.username:
                    server.login(self._settings.username, self._settings.password.get_secret_value())
                on_its_way = True
                server.send_message(made)
        except (smtplib.SMTPException, OSError) as error:
            raise told(error, doubtful=on_its_way) from None

    def _connected(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=SECONDS)


def told(error: smtplib.SMTPException | OSError, *, doubtful: bool) -> VendorError:
    """By its remedy; the server's own words may hold an address, so only its code is kept."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return Refused(MAIL, f"sign-in {error.smtp_code}", remedy="Check DESKSIDE_MAIL_USERNAME and _PASSWORD.")
        case smtplib.SMTPRecipientsRefused():
            codes = {code for code, _ in error.recipients.values()}
            return _by_code(max(codes, default=550), "Check the address in knowledge/policies/team.yaml.")
        case smtplib.SMTPResponseException():
            return _by_code(error.smtp_code, "Check DESKSIDE_MAIL_SENDER; the mail server's log says more.")
        case smtplib.SMTPNotSupportedError():
            return Refused(MAIL, "not supported", remedy="Check DESKSIDE_MAIL_SECURITY: the server does not offer that.")
        case ssl.SSLCertVerificationError():
            return Refused(MAIL, "certificate", remedy="The mail server's certificate is not valid for DESKSIDE_MAIL_HOST.")
        case _:
            remedy = "The mail server does not answer; it is tried again by itself."
            return Unavailable(MAIL, type(error).__name__, remedy=remedy, doubtful=doubtful)


def _by_code(code: int, remedy: str) -> VendorError:
    if code >= PERMANENT:
        return Refused(MAIL, f"reply {code}", remedy=remedy)
    return Unavailable(MAIL, f"reply {code}", remedy="The mail server asks to try later; that is done by itself.")
