"""The demo's knowledge with the roster's chat ids set to the people of the fake workspaces."""

from bot.settings import KNOWLEDGE
from playbooks.proof import proved
from retrieval.content import Knowledge
from retrieval.content import knowledge as read_knowledge
from tests.surfaces.fake_teams import TENANT
from tests.surfaces.slack_workspace import TEAM

SLACK_IDS = {"mei.tan": "U0MEI", "arjun.rao": "U0ARJUN", "sofia.lindqvist": "U0SOFIA"}


def knowledge_of_the_fakes() -> Knowledge:
    found = read_knowledge(KNOWLEDGE, proved)
    agents = tuple(
        one.model_copy(
            update={
                "slack_user_id": SLACK_IDS.get(one.agent_id.partition("@")[0]),
                "slack_workspace_id": TEAM,
                "teams_user_id": f"aad-{one.name.split()[0].lower()}",
                "teams_tenant_id": TENANT,
            }
        )
        for one in found.policies.team.agents
    )
    team = found.policies.team.model_copy(update={"agents": agents})
    return found.model_copy(update={"policies": found.policies.model_copy(update={"team": team})})
