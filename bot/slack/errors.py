"""Slack's error codes as the four vendor errors; what is permanent is never retried.

*Source:* contracts.md §4 and the error lists of chat.postMessage, chat.update, chat.postEphemeral, views.* (May 2026).
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError

SLACK = "slack"

GONE = frozenset({"channel_not_found", "not_in_channel", "is_archived", "user_not_in_channel", "cannot_dm_bot"})
GONE |= {"restricted_action", "user_not_found", "user_disabled", "ekm_access_denied", "no_permission"}
OURS = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope"})
OURS |= {"org_login_required", "access_denied", "not_allowed_token_type", "team_access_not_granted"}
THEIRS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "external_error"})
NOT_A_MEMBER = frozenset({"channel_not_found", "not_in_channel", "user_not_in_channel"})
UPDATE_IMPOSSIBLE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"})

WAIT = "Slack's rate limit is reached; it is tried again by itself."
LATER = "It is tried again by itself; check Slack's status page if it lasts."
READ = "Read Slack's documentation of the method again."


class SlackRefused(Refused):
    """A refusal with Slack's own code, so that a caller can choose another way."""

    def __init__(self, code: str, remedy: str) -> None:
        super().__init__(SLACK, code, remedy=remedy)
        self.code = code


def vendor_error(error: Exception, *, is_write: bool) -> VendorError:
    """What went wrong, by its remedy. `doubtful` where a write may have taken effect."""
    match error:
        case SlackApiError():
            return _answered(error, is_write=is_write)
        case aiohttp.ClientConnectorError():
            return Unavailable(SLACK, type(error).__name__, remedy=LATER)
        case aiohttp.ClientError() | asyncio.TimeoutError() | OSError():
            return Unavailable(SLACK, type(error).__name__, remedy=LATER, doubtful=is_write)
    return Surprised(SLACK, type(error).__name__, remedy=READ, doubtful=is_write)


def _answered(error: SlackApiError, *, is_write: bool) -> VendorError:
    response = error.response
    body = getattr(response, "data", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 200
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Throttled(SLACK, "429", remedy=WAIT, retry_after_seconds=retry_after(getattr(response, "headers", None) or {}))
    if status >= 500 or code in THEIRS:
        return Unavailable(SLACK, code or str(status), remedy=LATER, doubtful=is_write)
    if code in GONE or code in OURS:
        return SlackRefused(code, _remedy(code))
    return Surprised(SLACK, code or f"status {status}", remedy=READ, code=code or str(status), doubtful=is_write and not code)


def _remedy(code: str) -> str:
    if code in OURS:
        return f"Slack does not accept our token ({code}): check it and its scopes, then install the app again."
    if code == "is_archived":
        return "The channel is archived: choose another one in the settings, or unarchive it."
    if code in NOT_A_MEMBER:
        return "Invite Deskside to the channel (/invite @Deskside), or correct the channel id in the settings."
    return f"Slack does not let the app write there ({code})."


def retry_after(headers: Mapping[str, Any]) -> float | None:
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    if isinstance(found, list | tuple):
        found = found[0] if found else None
    try:
        return float(found) if found is not None else None
    except ValueError:
        return None
