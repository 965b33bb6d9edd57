"""Which channels the console has and who may open them; it denies what it does not know.

A team channel's cards are made for the support role (bot/desk/showing.py), so its readers must hold every right to look
that this role holds. Everybody on the roster has their own direct channel, where the desk shows what they may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.console.inbound import own_channel
from bot.desk.office import Office
from bot.memory.console_feed import Reader
from playbooks.domain.people import Agent, Role, Surface
from playbooks.domain.place import Place
from playbooks.domain.policy import Permission, RolesPolicy

OWN = "me"


@dataclass(frozen=True)
class Channel:
    channel_id: str
    title: str
    about: str
    is_direct: bool = False

    @property
    def slug(self) -> str:
        """Its name in an address, where no e-mail belongs."""
        return OWN if self.is_direct else self.channel_id


def channels(agent: Agent, office: Office) -> tuple[Channel, ...]:
    """The team's channels where this person may read them, then their own."""
    team = _team_channels(office) if may_read_team(agent, office.policies.roles) else ()
    return (*team, Channel(own_channel(agent), "Deskside", "Ask privately: only you read this.", is_direct=True))


def reader(agent: Agent, office: Office) -> Reader:
    return Reader(agent.agent_id, tuple(one.channel_id for one in channels(agent, office)))


def may_read_team(agent: Agent, roles: RolesPolicy) -> bool:
    needed = {one for one in roles.permissions(frozenset({Role.SUPPORT})) if one.value.startswith("view_")}
    return Permission.VIEW_CONVERSATIONS in needed <= roles.permissions(agent.roles)


def _team_channels(office: Office) -> tuple[Channel, ...]:
    found: dict[str, Channel] = {}
    for destination in office.policies.team.destinations.values():
        for one in _of_console(destination.places):
            found.setdefault(one.channel_id, Channel(one.channel_id, one.channel_id, destination.title))
    for one in _of_console(office.alert_places):
        found.setdefault(one.channel_id, Channel(one.channel_id, one.channel_id, "Alerts"))
    return tuple(found.values())


def _of_console(places: Iterable[Place]) -> Iterable[Place]:
    return (one for one in places if one.surface is Surface.CONSOLE)
