"""The company's own procedures, put into a state and taken one step. Test material."""

from datetime import UTC, datetime

from playbooks.domain.policy import Permission
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.guards import GuardFacts
from playbooks.machine import Outcome, start, step
from tests.content.knowledge_copy import real

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MEI, ARJUN = "mei.tan@solvane.example", "arjun.rao@solvane.example"
EVERYTHING = frozenset(Permission)
ELIGIBLE = GuardFacts(
    inbox_is_ours=True, registered=True, signed_in=True, entitled=True, inside_hours=True, operators_on_shift=True
)
PRESSING = ELIGIBLE.model_copy(update={"pressed": True, "permissions": EVERYTHING})


def sop_named(name: str) -> Sop:
    found = real().sop(name)
    assert found is not None
    return found


CHAT = sop_named("live_chat")


def run_in(sop: Sop, state: str, owner: str | None = None) -> SopRun:
    return start(sop, "c1", NOW, "e0").model_copy(update={"state": state, "owner": owner, "timers": ()})


def stepped(sop: Sop, run: SopRun, transition: str, facts: GuardFacts = ELIGIBLE, by: str | None = MEI) -> Outcome:
    return step(sop, run, transition, facts=facts, now=NOW, event_id="e1", by=by, part_id="p1")
