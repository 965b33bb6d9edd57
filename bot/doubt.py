"""What is in doubt after a restore: everything decided about what happened before it: the backup knows not what was done.

It keeps the time at which things were decided, so that what is read back at the vendor is looked for where it was written.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.perform_tools import Result
from playbooks.domain.events import Event


@dataclass(frozen=True)
class Doubt:
    """`restored_at` None: this database was never restored, and nothing is in doubt."""

    restored_at: datetime | None = None

    def is_before(self, at: datetime) -> bool:
        return self.restored_at is not None and at < self.restored_at

    def decided_at(self, cause: Event, now: datetime) -> datetime:
        return cause.at if self.is_before(cause.at) else now

    def dated(self, result: Result, decided_at: datetime) -> Result:
        """Of an action of before, so that what follows from it is in doubt too."""
        return result.model_copy(update={"at": decided_at}) if self.is_before(decided_at) else result
