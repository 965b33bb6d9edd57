"""`perform` over the Intercom sandbox, as the agents of a small roster."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.admins import AdminDirectory
from bot.perform import Attempt, Result, Tools, perform
from playbooks.domain.actions import Action
from playbooks.domain.people import Agent, Role
from playbooks.domain.place import MessageRef
from playbooks.domain.policy import Policies
from retrieval.connection import Connection
from tests.content.knowledge_copy import real
from tests.vendors.intercom.small_world import ARJUN, BOT, MEI, NOW

LENAS, PRIYAS = "21547003", "21547001"
MEI_TAN, ARJUN_RAO = "mei.tan@solvane.example", "arjun.rao@solvane.example"


@cache
def _real() -> Policies:
    return real().policies


def roster(*agents: Agent) -> Policies:
    policies = _real()
    team = policies.team.model_copy(
        update={"agents": agents or (agent(MEI_TAN, "Mei Tan", MEI), agent(ARJUN_RAO, "Arjun Rao", ARJUN))}
    )
    return policies.model_copy(update={"team": team})


def agent(agent_id: str, name: str, admin_id: str | None, role: Role = Role.SUPERVISOR) -> Agent:
    return Agent(agent_id=agent_id, name=name, roles=frozenset({role}), intercom_admin_id=admin_id)


def now() -> datetime:
    return datetime.now(UTC)


def tools(intercom: Connection, policies: Policies | None = None, **more: Any) -> Tools:
    async def posted(_: str) -> MessageRef | None:
        return None

    assert intercom.inbox_source is not None
    given: dict[str, Any] = {
        "inbox": intercom.inbox_sink,
        "conversations": intercom.inbox_source,
        "contacts": intercom.contact_sink,
        "admins": AdminDirectory(intercom.inbox_source.admins, now),
        "cases": None,
        "case_source": None,
        "surfaces": {},
        "posted": posted,
        "policies": policies or roster(),
        "bot_admin_id": BOT,
        "settle": timedelta(0),
    }
    return Tools(**(given | more))


async def did(action: Action, with_: Tools, *, maybe_done: bool = False) -> Result:
    return await perform(action, with_, Attempt(now(), maybe_done=maybe_done, since=NOW))
