"""Who may call us as Teams: botbuilder's token checks behind guards for what they get wrong. Nothing is stored or parsed here.

Guarded (contracts.md §3.3, tried): an empty app id switches botbuilder's authentication off (the settings refuse it) · a bad
signature, an expired or malformed token and an absent header raise anything but "no" · tokens of other issuers lead it to
fetch other documents · a request without a service address is not held to its token's · keys without endorsements and
requests of other channels pass (anybody with a Direct Line secret could then name any author).
"""

from collections.abc import Mapping
from typing import Any

import jwt
from botbuilder.schema import Activity, CallerIdConstants
from botframework.connector.auth import (
    AuthenticationConstants,
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    JwtTokenExtractor,
    PasswordServiceClientCredentialFactory,
)

from bot.teams.keys import KeysUnavailable, SigningKeys
from bot.teams.settings import Settings

CHANNEL = "msteams"


class NotBelieved(Exception):
    """`status` is what Teams is answered: 401 no valid token, 403 a valid one that is not for this request, 503 later."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Authentication:
    """`botbuilder` is botbuilder's own object for the adapter."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.botbuilder = _botbuilder(settings)
        url = settings.openid_metadata_url
        JwtTokenExtractor.metadataCache[url] = SigningKeys(url)

    async def believed(self, activity: Activity, header: str | None) -> Any:
        """botbuilder's result for an authentic request. *Errors:* NotBelieved for every other, whatever was wrong."""
        if self._settings.allow_unauthenticated:
            return await self.botbuilder.authenticate_request(activity, None)
        self._ours(activity, header or "")
        try:
            return await self.botbuilder.authenticate_request(activity, header)
        except KeysUnavailable as error:
            raise NotBelieved(503, f"keys: {error}") from None
        except PermissionError:
            raise NotBelieved(403, "claims") from None
        except Exception as error:  # noqa: BLE001 - fail closed: botbuilder and PyJWT raise all kinds
            raise NotBelieved(401, type(error).__name__) from None

    def _ours(self, activity: Activity, header: str) -> None:
        """Before botbuilder sees it: a bearer of our issuer, and a request of Teams."""
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token or " " in token:
            raise NotBelieved(401, "no bearer token")
        try:
            claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise NotBelieved(401, type(error).__name__) from None
        if claims.get("iss") != self._settings.token_issuer:
            raise NotBelieved(403, "issuer")
        if activity.channel_id != CHANNEL:
            raise NotBelieved(403, "channel")
        if not activity.service_url:
            raise NotBelieved(403, "no service address")


def _botbuilder(settings: Settings) -> BotFrameworkAuthentication:
    """The public cloud's own values, but for the two that tests point elsewhere."""
    secret = settings.app_password.get_secret_value()
    return BotFrameworkAuthenticationFactory.create(
        validate_authority=True,
        to_channel_from_bot_login_url=AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX,
        to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
        to_bot_from_channel_token_issuer=settings.token_issuer,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=settings.openid_metadata_url,
        to_bot_from_emulator_open_id_metadata_url=settings.openid_metadata_url,
        caller_id=CallerIdConstants.public_azure_channel,
        credential_factory=PasswordServiceClientCredentialFactory(settings.app_id, secret, settings.tenant_id),
    )
