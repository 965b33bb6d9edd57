"""Checks Slack's signature on the raw bytes before anything reads them; it never parses, logs or keeps a body.

*Source:* docs.slack.dev "Verifying requests from Slack", scheme v0; contracts.md §4. Checked here and not only in Bolt,
because Bolt decodes first, answers a senseless timestamp with a 500 and writes forged bodies to the log.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

TOLERANCE_SECONDS = 300


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """False for an absent, stale, early, senseless or wrong signature."""
    stamp, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not secret or not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, stamp, body).encode(), given.encode())


def signature(secret: str, stamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
