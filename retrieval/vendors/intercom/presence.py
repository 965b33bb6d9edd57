"""Which teammates have set themselves away in Intercom; it changes nobody's mode."""

from collections.abc import Mapping, Sequence

from playbooks.domain.people import Agent
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.api import Api


class IntercomPresence:
    """PresenceSource. Intercom tells what a person has set, not whether they sit at their desk."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def name(self) -> str:
        return "Intercom"

    async def away(self, agents: Sequence[Agent]) -> Mapping[str, bool]:
        """By agent_id. *Source:* GET /admins, `away_mode_enabled`, 2.16, read 2026-11-22. *Units and limits:* one call, all
        admins at once (the page names no limit). *Empty:* whoever is no admin there is left out. *Errors:* the four.
        """
        found = await self._api.ask("list admins", "GET", "/admins", wire.AdminPage)
        told = {one.id: one.away_mode_enabled for one in found.admins}
        ids = {one.agent_id: one.intercom_admin_id for one in agents}
        return {agent_id: told[admin] for agent_id, admin in ids.items() if admin is not None and admin in told}
