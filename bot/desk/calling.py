"""Whom a new message reaches by name: colleagues of the rule's roles who are at work; it shows nothing itself."""

from bot.desk.office import Office
from playbooks.attendance import to_call
from playbooks.domain.card import Called
from playbooks.domain.policy import AlertRule


async def calling(office: Office, rule: AlertRule, owner: str | None = None) -> tuple[Called, ...]:
    people = to_call(rule, office.policies.team, await office.attendance(), owner)
    return tuple(one for agent in people for one in office.called(agent.agent_id))
