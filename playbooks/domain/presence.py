"""Whether a colleague is at work beyond what the shifts say: what a system told of them, and what that comes to."""

from playbooks.domain.base import Frozen, Instant


class Presence(Frozen):
    """What one system said of a colleague. `where` is the system as people call it ("Intercom")."""

    agent_id: str
    away: bool
    where: str
    at: Instant


class Attendance(Frozen):
    """`away` names the systems that say so; `known`: some system told lately whether they are there."""

    on_shift: bool
    away: tuple[str, ...] = ()
    known: bool = True

    @property
    def there(self) -> bool:
        """Unknown counts as there: the shift says so, and nobody is passed over for our own outage's sake."""
        return self.on_shift and not self.away

    @property
    def words(self) -> str:
        if not self.on_shift:
            return "not on shift"
        if self.away:
            return f"away in {' and '.join(self.away)}"
        return "on shift" if self.known else "on shift, presence unknown"
