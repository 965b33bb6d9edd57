"""Who acts: the company's agents with their roles, and the person a chat platform says pressed or typed."""

from enum import StrEnum

from playbooks.domain.base import Frozen


class Role(StrEnum):
    """Roles of mission.md T1; what each may see and do is `knowledge/policies/roles.yaml`."""

    SUPPORT = "support"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    SDR = "sdr"
    AE = "ae"
    AM = "am"
    CATALOG_MANAGER = "catalog_manager"


class Surface(StrEnum):
    """A place where people talk to the bot."""

    SLACK = "slack"
    TEAMS = "teams"
    CONSOLE = "console"
    EMAIL = "email"  # one way: nobody talks to the bot by it


class Actor(Frozen):
    """The acting person exactly as the platform's signed payload names them (lessons L24, L25): never from message text.

    `workspace_id` is the person's own Slack team or Teams tenant, "" where the payload does not prove it: nobody matches "".
    """

    surface: Surface
    user_id: str
    workspace_id: str
    enterprise_id: str | None = None
    name: str = ""
    email: str | None = None


class Agent(Frozen):
    """A colleague known to the company's roster; `agent_id` is their work e-mail in lower case."""

    agent_id: str
    name: str
    roles: frozenset[Role]
    intercom_admin_id: str | None = None
    slack_user_id: str | None = None
    slack_workspace_id: str | None = None
    teams_user_id: str | None = None
    teams_tenant_id: str | None = None
    time_zone: str = "UTC"
