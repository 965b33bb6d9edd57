"""Where one promise on a conversation stands: how much of its time is used, when it is due, whether it was kept."""

from datetime import timedelta

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.policy_hours import Clock, Pause


class ClockFact(Frozen):
    """One clock at one moment. `used` counts open time without pauses; `due_at` is None while it is paused or stopped.

    `stopped_at`: the promise was fulfilled then (kept or, with `breached`, too late). `warned` are the marks in percent
    that have been passed.
    """

    clock: Clock
    rule: str
    within: timedelta
    started_at: Instant
    used: timedelta
    due_at: Instant | None = None
    stopped_at: Instant | None = None
    paused_because: Pause | None = None
    breached: bool = False
    warned: tuple[int, ...] = ()
    title: str = ""

    @property
    def left(self) -> timedelta:
        """Negative after the breach."""
        return self.within - self.used
