"""The steps of a run with their evidence: which message, who, when, or why a step was passed over; it decides nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.card import Element, Status, Step, Steps, Tone
from playbooks.domain.conversation import AuthorKind, Conversation, Part
from playbooks.domain.run import SopRun, TrailEntry
from playbooks.domain.sop import Sop
from playbooks.machine import START
from playbooks.migration import MIGRATE
from playbooks.privacy import masked
from playbooks.progress import Progress, Standing, progress
from playbooks.words import length, moment, shortened, titled

_STANDINGS = {
    Standing.DONE: Status(text="done", tone=Tone.GOOD),
    Standing.NOW: Status(text="now", tone=Tone.INFO),
    Standing.AHEAD: Status(text="ahead", tone=Tone.NEUTRAL),
    Standing.SKIPPED: Status(text="skipped", tone=Tone.WARNING),
}
_OF_THE_HOUSE = {START: "The procedure begins", MIGRATE: "Moved to another version"}
_LONGEST_EXCERPT = 90
# The last dozen tells the story; who needs the rest reads the conversation or the audit.
_TRAIL_SHOWN = 12


class Told(Frozen):
    """How evidence is worded for a reader: agents' names by id, their zone, and the messages where they may see them."""

    names: dict[str, str]
    now: Instant
    zone: str = "UTC"
    conversation: Conversation | None = None

    def evidence(self, entry: TrailEntry, deed: str = "") -> str:
        """When, who, and the message itself, or the deed where it was no message."""
        part = self._part(entry.part_id)
        who = self.names.get(entry.by, entry.by) if entry.by else self._customer(part)
        return " · ".join(one for one in (self.time(entry.at), who, self._message(entry, part) or deed) if one)

    def time(self, at: datetime) -> str:
        """Of today the hour alone."""
        local = at.astimezone(ZoneInfo(self.zone))
        today = local.date() == self.now.astimezone(ZoneInfo(self.zone)).date()
        return f"{local:%H:%M:%S}" if today else moment(at, self.zone)

    def _part(self, part_id: str | None) -> Part | None:
        parts = self.conversation.parts if self.conversation else ()
        return next((one for one in parts if part_id and one.part_id == part_id), None)

    def _customer(self, part: Part | None) -> str:
        wrote = part is not None and part.author.kind is AuthorKind.CONTACT
        return (part.author.name or "the customer") if part and wrote else ""

    def _message(self, entry: TrailEntry, part: Part | None) -> str:
        if part is not None and part.text.strip():
            return f"“{shortened(masked(' '.join(part.text.split())), _LONGEST_EXCERPT)}”"
        return f"message {entry.part_id}" if entry.part_id else ""


def step_elements(sop: Sop, run: SopRun, told: Told) -> tuple[Element, ...]:
    """Each milestone: done, now, ahead or skipped; () where the procedure names none."""
    steps = tuple(_step(sop, one, told) for one in progress(sop, run))
    return (Steps(items=steps),) if steps else ()


def counted(sop: Sop, run: SopRun) -> str:
    """ "5 of 7 steps done, 1 skipped"."""
    found = [one.standing for one in progress(sop, run)]
    skipped = found.count(Standing.SKIPPED)
    done = f"{found.count(Standing.DONE)} of {len(found)} steps done" if found else ""
    return f"{done}, {skipped} skipped" if skipped else done


def _step(sop: Sop, one: Progress, told: Told) -> Step:
    return Step(title=one.title, status=_STANDINGS[one.standing], evidence=_because(sop, one, told))


def _because(sop: Sop, one: Progress, told: Told) -> str:
    """What proves it, why it was passed over and by which step, or what to do."""
    if one.evidence is None:
        return one.instructions
    deed = _transition(sop, one.evidence.transition)
    if one.standing is Standing.SKIPPED:
        return (
            f"{one.reason} Passed over by “{deed}”, {told.evidence(one.evidence.model_copy(update={'part_id': None}))}.".strip()
        )
    return told.evidence(one.evidence, deed)


def trail_elements(sop: Sop, run: SopRun, told: Told) -> tuple[Element, ...]:
    """What happened, oldest first, with how long each state lasted; of a long run its last steps."""
    after = [*(one.at for one in run.trail[1:]), None]
    lasted = [later - one.at if later else None for one, later in zip(run.trail, after, strict=True)]
    shown = list(zip(run.trail, lasted, strict=True))[-_TRAIL_SHOWN:]
    return (Steps(items=tuple(_trail(sop, one, span, told) for one, span in shown)),) if shown else ()


def earlier(run: SopRun) -> int:
    """How many steps of the trail are not shown."""
    return max(0, len(run.trail) - _TRAIL_SHOWN)


def _trail(sop: Sop, entry: TrailEntry, lasted: timedelta | None, told: Told) -> Step:
    state = sop.states.get(entry.to_state)
    reason = f" · {entry.reason}" if entry.reason else ""
    span = f" · {length(lasted)} until the next step" if lasted is not None and lasted >= timedelta(seconds=1) else ""
    return Step(
        title=_transition(sop, entry.transition),
        status=Status(text=state.title if state else titled(entry.to_state)),
        evidence=f"{told.evidence(entry)}{reason}{span}",
    )


def _transition(sop: Sop, name: str) -> str:
    declared = sop.transitions.get(name)
    return declared.title if declared else _OF_THE_HOUSE.get(name, titled(name))
