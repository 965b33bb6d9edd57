"""The Bot Connector's answers as the four vendor errors (L15).

*Source:* contracts.md §5; msteams-docs rate-limit.md (429, 412, 502, 504 may be tried again); swagger error body
{error: {code, message}}.
"""

from collections.abc import Mapping

from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError

TEAMS = "teams"
LATER = "It is tried again by itself; check the Microsoft 365 service health if it lasts."
READ = "Read the Bot Connector's documentation again."
GONE = "Deskside is no longer in this Teams conversation: add the app there again, or choose another channel in the settings."


class Dead(Refused):
    """The conversation cannot be written to any more: its reference is to be marked."""

    def __init__(self, code: str) -> None:
        super().__init__(TEAMS, code, remedy=GONE)
        self.code = code


def vendor_error(status: int, code: str, headers: Mapping[str, str], *, is_write: bool) -> VendorError:
    said = code or str(status)
    match status:
        case 401:
            return Refused(TEAMS, said, remedy="Check DESKSIDE_TEAMS_APP_ID, its password and tenant.")
        case 403 | 404:
            return Dead(said)
        case 412:
            return Unavailable(TEAMS, said, remedy=LATER)
        case 413:
            return Surprised(TEAMS, said, remedy="The card is too large for Teams: report it.", code="MessageSizeTooBig")
        case 429:
            return Throttled(TEAMS, said, remedy="Teams asks us to wait.", retry_after_seconds=retry_after(headers))
        case _ if status >= 500:
            return Unavailable(TEAMS, said, remedy=LATER, doubtful=is_write)
    return Surprised(TEAMS, said, remedy=READ, code=said)


def retry_after(headers: Mapping[str, str]) -> float | None:
    try:
        return max(0.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return None
