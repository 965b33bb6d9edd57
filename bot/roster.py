"""Which colleague a chat platform's signed actor is; unknown people stay unknown (fail closed)."""

from playbooks.domain.people import Actor, Agent, Surface
from playbooks.domain.policy import TeamPolicy


def agent_of(actor: Actor, team: TeamPolicy) -> Agent | None:
    """The workspace is compared before anything else: a guest from another one can carry any address (L24).

    The console's actor is its signed-in agent_id. An e-mail is believed only inside a workspace that the roster names.
    """
    if actor.surface is Surface.CONSOLE:
        return team.agent(actor.user_id)
    known = [one for one in team.agents if _workspace(one, actor.surface) == actor.workspace_id != ""]
    by_id = next((one for one in known if _user_id(one, actor.surface) == actor.user_id), None)
    if by_id or not known or not actor.email:
        return by_id
    found = team.agent(actor.email)
    return found if found and _user_id(found, actor.surface) is None else None


def _workspace(agent: Agent, surface: Surface) -> str | None:
    return agent.slack_workspace_id if surface is Surface.SLACK else agent.teams_tenant_id


def _user_id(agent: Agent, surface: Surface) -> str | None:
    return agent.slack_user_id if surface is Surface.SLACK else agent.teams_user_id
