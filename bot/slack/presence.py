"""Who of the team is active in Slack, asked one by one; it lists no workspace."""

from collections.abc import Mapping, Sequence

from bot.slack.web import SlackWeb
from playbooks.domain.people import Agent
from retrieval.errors import Refused, VendorError

SECONDS = 3.0


class SlackPresence:
    """A `retrieval.ports.PresenceSource`. Slack calls a person away after ten minutes without a touch, or when they say so."""

    def __init__(self, web: SlackWeb) -> None:
        self._web = web

    @property
    def name(self) -> str:
        return "Slack"

    async def away(self, agents: Sequence[Agent]) -> Mapping[str, bool]:
        """By agent_id. *Source:* users.getPresence (scope users:read; tier 3, 50 a minute), docs.slack.dev, read 2026-11-22.

        *Empty:* whoever Slack does not tell about is left out. *Errors:* Refused where the scope is missing.
        """
        told: dict[str, bool] = {}
        for one in agents:
            if one.slack_user_id is None:
                continue
            try:
                answer = await self._web.call("users.getPresence", user=one.slack_user_id, seconds=SECONDS)
            except Refused:
                raise
            except VendorError:
                continue
            if answer.get("presence") in ("active", "away"):
                told[one.agent_id] = answer["presence"] == "away"
        return told
