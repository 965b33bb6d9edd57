"""Random walks through the real procedures: whatever happens, in whatever order, nothing undeclared comes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.domain.policy import Permission
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.guards import GuardFacts
from playbooks.machine import Moved, Outcome, Refused, Stayed, due, fire, start, step
from tests.content.knowledge_copy import real

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FLAGS = [name for name, field in GuardFacts.model_fields.items() if field.annotation is bool]
SOPS = list(real().sops)

FACTS = st.builds(
    lambda flags, band: GuardFacts.model_validate(
        {**dict.fromkeys(flags, True), "score_band": band, "permissions": frozenset(Permission)}
    ),
    st.sets(st.sampled_from(FLAGS)),
    st.sampled_from([None, "fast_track", "standard", "detailed"]),
)


def _moves(sop: Sop) -> st.SearchStrategy[tuple[str, GuardFacts, str | None, int]]:
    names = st.sampled_from([*sop.transitions, "no_such_transition"])
    return st.tuples(names, FACTS, st.sampled_from([None, "mei", "arjun"]), st.integers(0, 600))


@pytest.mark.parametrize("sop", SOPS, ids=lambda one: one.sop_id)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_walk_leaves_the_table(sop: Sop, data: st.DataObject) -> None:
    run, now = start(sop, "c1", NOW, "e0"), NOW
    for number, (transition, facts, by, seconds) in enumerate(data.draw(st.lists(_moves(sop), max_size=30))):
        now += timedelta(seconds=seconds)
        run = _fired(sop, run, facts, now, number)
        outcome = step(sop, run, transition, facts=facts, now=now, event_id=f"e{number}x", by=by)
        run = _judged(sop, run, outcome, transition)
    assert [one.at for one in run.trail] == sorted(one.at for one in run.trail)


def _fired(sop: Sop, run: SopRun, facts: GuardFacts, now: datetime, number: int) -> SopRun:
    for timer in due(run, now):
        outcome = fire(sop, run, timer.name, facts=facts, now=now, event_id=f"t{number}-{timer.name}")
        run = _judged(sop, run, outcome, None)
    assert all(one.due_at > now for one in due(run, now - timedelta(microseconds=1))) or not due(run, now)
    return run


def _judged(sop: Sop, run: SopRun, outcome: Outcome, transition: str | None) -> SopRun:
    match outcome:
        case Refused():
            assert outcome.state == run.state
            assert set(outcome.allowed) == set(sop.table[run.state])
            return run
        case Stayed():
            assert (outcome.run.state, outcome.run.trail) == (run.state, run.trail)
            return outcome.run
        case Moved():
            return _moved(sop, run, outcome, transition)


def _moved(sop: Sop, run: SopRun, outcome: Moved, transition: str | None) -> SopRun:
    entry = outcome.run.trail[-1]
    assert outcome.run.state in sop.states
    assert outcome.run.state in {cell.to for cell in sop.cells(run.state, entry.transition)}
    assert transition in (None, entry.transition)
    assert outcome.run.trail[:-1] == run.trail
    assert {one.name for one in outcome.run.timers} <= set(sop.states[outcome.run.state].timers)
    if not sop.states[outcome.run.state].final and outcome.run.state != run.state:
        assert outcome.run.timers, "a chat that waits must never be forgotten"
    return outcome.run


@pytest.mark.parametrize("sop", SOPS, ids=lambda one: one.sop_id)
@settings(max_examples=25, deadline=None)
@given(seed=st.lists(st.tuples(FACTS, st.integers(0, 10**6)), min_size=5, max_size=25))
def test_milestones_are_noted_as_skipped_once_at_most(sop: Sop, seed: list[tuple[GuardFacts, int]]) -> None:
    run = start(sop, "c1", NOW, "e0")
    for number, (facts, pick) in enumerate(seed):
        declared = list(sop.table[run.state]) or list(sop.transitions)
        outcome = step(sop, run, declared[pick % len(declared)], facts=facts, now=NOW, event_id=f"e{number}", by="mei")
        run = outcome.run if isinstance(outcome, Moved) else run
    skipped = [name for entry in run.trail for name in entry.skipped]
    assert len(skipped) == len(set(skipped))
    assert set(skipped) <= set(sop.milestones)
