"""The bot's token for sending, from Microsoft's login, fetched in a thread: msal blocks. Nothing else of botbuilder is here."""

import asyncio

from bot.teams.connector import Token
from bot.teams.errors import LATER, TEAMS
from bot.teams.settings import Settings
from retrieval.errors import Refused, Unavailable

LOGIN_SECONDS = 10.0


def app_token(settings: Settings) -> Token:
    """msal keeps the token until shortly before it ends. *Errors:* Refused for a wrong secret, Unavailable otherwise."""
    if not settings.app_id:
        return _no_token
    from botframework.connector.auth import MicrosoftAppCredentials  # noqa: PLC0415 - slow to import

    credentials = MicrosoftAppCredentials(settings.app_id, settings.app_password.get_secret_value(), settings.tenant_id)
    lock = asyncio.Lock()

    async def token() -> str | None:
        try:
            async with lock, asyncio.timeout(LOGIN_SECONDS):
                return str(await asyncio.to_thread(credentials.get_access_token))
        except PermissionError:
            remedy = "Check DESKSIDE_TEAMS_APP_ID, its password (client secrets expire) and tenant."
            raise Refused(TEAMS, "login refused", remedy=remedy) from None
        except (OSError, ValueError, TimeoutError) as error:
            raise Unavailable(TEAMS, f"login: {type(error).__name__}", remedy=LATER) from None

    return token


async def _no_token() -> str | None:
    return None
