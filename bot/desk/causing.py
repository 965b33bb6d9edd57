"""Who or what caused effects, and what a person filled in for them; it decides nothing."""

from dataclasses import dataclass
from datetime import timedelta

from playbooks.domain.people import Agent


@dataclass(frozen=True)
class Causing:
    """Who caused the effects and what they filled in. `agent` None: an event or a timer."""

    agent: Agent | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    snooze: timedelta | None = None
    reason: str = ""

    @property
    def agent_id(self) -> str | None:
        return self.agent.agent_id if self.agent else None

    def value(self, input_id: str) -> str:
        return dict(self.inputs).get(input_id, "").strip()
