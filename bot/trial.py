"""What only a trial of the service changes (the fault tests, which cannot wait for minutes); as it stands, nothing."""

from dataclasses import dataclass, field
from datetime import timedelta

from bot.jobs import Policies, Timing
from bot.perform_tools import SETTLE
from bot.probe import Probe, Silent


@dataclass(frozen=True)
class Trial:
    """`patience` None: the service's own."""

    probe: Probe = field(default_factory=Silent)
    timing: Timing = field(default_factory=Timing)
    settle: timedelta = SETTLE
    patience: Policies | None = None
