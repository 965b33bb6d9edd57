"""Compares the roster with Intercom's teammates before a chat is given to a stranger; it asks, and changes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bot.admins import NoAdmin, admin_id
from bot.settings import Settings, vendor_folders
from playbooks.domain.policy import TeamPolicy
from playbooks.domain.search import Admin
from retrieval.connection import Connection
from retrieval.content import POLICY_FILES
from retrieval.content_file import read_file
from retrieval.content_model import fitted
from retrieval.content_yaml import ContentProblem, Document
from retrieval.errors import Refused, Unavailable, VendorError
from retrieval.http import Calls

PATIENCE_SECONDS = 10
"""A person waits for the command; Intercom answers within one or not at all."""
FILE = POLICY_FILES["team"][0]
NOT_ACCEPTED = (
    f"DESKSIDE_INTERCOM_ACCESS_TOKEN may not list teammates, so {FILE} could not be compared with them.",
    "Give the app the permission to read admins (Developer Hub, your app, Authentication).",
)
LATER = "Run it again later; where it lasts, check DESKSIDE_INTERCOM_BASE_URL and Intercom's status page."


@dataclass(frozen=True)
class Compared:
    """`wrong` cannot work; `unseen` cannot write or be assigned a chat, which may be meant; `not_compared` says why not."""

    wrong: tuple[tuple[str, str], ...] = ()
    unseen: tuple[tuple[str, str], ...] = ()
    not_compared: str = ""


async def compared(settings: Settings, folder: Path) -> Compared:
    """Nothing where Intercom is not connected, or the roster cannot be read: that is told already."""
    given, read = settings.vendors.get("intercom"), read_file(folder / FILE, folder)
    team, _ = fitted(TeamPolicy, read)
    if given is None or team is None:
        return Compared()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            admins = await _admins(_connection(given))
    except Refused:
        return Compared(wrong=(NOT_ACCEPTED,))
    except (Unavailable, TimeoutError):
        return Compared(not_compared=f"Intercom does not answer. {LATER}")
    except VendorError as error:
        return Compared(not_compared=f"{error}. {error.remedy}")
    return differences(read, team, admins, str(given.model_dump().get("bot_admin_id")))


def _connection(given: BaseModel) -> Connection:
    intercom = next(one for one in vendor_folders() if one.name == "intercom")
    return intercom.connect(given, Calls(), None)


async def _admins(connection: Connection) -> Sequence[Admin]:
    assert connection.inbox_source is not None
    assert connection.close is not None
    try:
        return await connection.inbox_source.admins()
    finally:
        await connection.close()


def differences(read: Document, team: TeamPolicy, admins: Sequence[Admin], bot_admin_id: str) -> Compared:
    strangers = list(_strangers(read, team, admins))
    wrong = [_told(problem) for problem, has_id in strangers if has_id]
    if bot_admin_id not in {one.admin_id for one in admins}:
        wrong.append(_no_seat(bot_admin_id))
    return Compared(wrong=tuple(wrong), unseen=tuple(_told(problem) for problem, has_id in strangers if not has_id))


def _strangers(read: Document, team: TeamPolicy, admins: Sequence[Admin]) -> Sequence[tuple[ContentProblem, bool]]:
    """Each with whether the roster gives them an id."""
    found = []
    for number, agent in enumerate(team.agents):
        try:
            admin_id(agent, admins)
        except NoAdmin as error:
            has_id = agent.intercom_admin_id is not None
            key = "intercom_admin_id" if has_id else "agent_id"
            found.append((read.problem(("agents", number, key), str(error), error.remedy), has_id))
    return found


def _told(problem: ContentProblem) -> tuple[str, str]:
    return f"{problem.file}:{problem.line}: {problem.key}: {problem.message}", problem.remedy


def _no_seat(bot_admin_id: str) -> tuple[str, str]:
    remedy = "Set it to the id of the teammate as whom the bot writes (Intercom: Settings, Teammates)."
    return f"DESKSIDE_INTERCOM_BOT_ADMIN_ID: {bot_admin_id} is no teammate's id in Intercom.", remedy
