"""What is due in a state and what happens when its time has come, in words; it sets no timer and fires none."""

from playbooks.cards.parts import fact
from playbooks.cards.sop_steps import Told
from playbooks.domain.card import Fact, Tone
from playbooks.domain.run import SopRun, Timer
from playbooks.domain.sop import Effect, EffectName, Sop
from playbooks.words import length, listed, titled

_WORDS = {
    EffectName.TELL_OPERATORS: "the operators are told",
    EffectName.NUDGE_OWNER: "the owner is reminded",
    EffectName.SUGGEST_REPLY: "a reply is drafted",
    EffectName.CLEAR_OWNER: "the chat is given back",
    EffectName.OPEN_CASE: "a case is opened",
    EffectName.CLOSE: "the chat is closed",
    EffectName.SNOOZE: "the chat is snoozed",
    EffectName.REOPEN: "the chat is reopened",
}


def due_facts(sop: Sop, run: SopRun, told: Told) -> tuple[Fact | None, ...]:
    """The soonest first."""
    timers = sorted(run.timers, key=lambda one: one.due_at)
    return tuple(
        fact(
            f"Due: {_title(sop, run, one)}",
            f"{_when(one, told)}{_then(sop, run, one)}",
            tone=Tone.NEUTRAL if one.due_at > told.now else Tone.DANGER,
        )
        for one in timers
    )


def _transition(sop: Sop, run: SopRun, timer: Timer) -> str | None:
    state = sop.states.get(run.state)
    declared = state.timers.get(timer.name) if state else None
    return declared.then if declared else None


def _title(sop: Sop, run: SopRun, timer: Timer) -> str:
    declared = sop.transitions.get(_transition(sop, run, timer) or "")
    return declared.title if declared else titled(timer.name)


def _then(sop: Sop, run: SopRun, timer: Timer) -> str:
    cells = sop.cells(run.state, _transition(sop, run, timer) or "")
    words = list(dict.fromkeys(filter(None, map(_word, cells[0].does)))) if cells else []
    return f". Then {listed(words)}" if words else ""


def _word(effect: Effect) -> str:
    if effect.do is EffectName.NOTIFY_ROLE:
        return f"the {effect.value.replace('_', ' ')} is told"
    return _WORDS.get(effect.do, "")


def _when(timer: Timer, told: Told) -> str:
    at = told.time(timer.due_at)
    return f"in {length(timer.due_at - told.now)}, at {at}" if timer.due_at > told.now else f"overdue since {at}"
