"""Where a chat stands in its procedure: each step with its evidence, what is due, what was skipped and why."""

from datetime import datetime

from playbooks.cards.parts import button, buttons, fact, facts, section, small
from playbooks.domain.card import Button, Card, Element, Status, Step, Steps, Tone
from playbooks.domain.press import Escalate, Press, Resolve, Snooze, TakeConversation, WayOut
from playbooks.domain.run import SopRun, TrailEntry
from playbooks.domain.sop import Sop, WaitsFor
from playbooks.progress import Progress, Standing, progress
from playbooks.words import length, moment, titled

_STANDINGS = {
    Standing.DONE: Status(text="done", tone=Tone.GOOD),
    Standing.NOW: Status(text="now", tone=Tone.INFO),
    Standing.AHEAD: Status(text="ahead", tone=Tone.NEUTRAL),
    Standing.SKIPPED: Status(text="skipped", tone=Tone.WARNING),
}
_WAITS = {
    WaitsFor.CUSTOMER: "Waiting for the customer",
    WaitsFor.OPERATORS: "Waiting for an operator",
    WaitsFor.OWNER: "Waiting for the owner",
    WaitsFor.COLLEAGUE: "Waiting for a colleague",
    WaitsFor.BOT: "With the inbox's bot",
    WaitsFor.SYSTEM: "Waiting for a system",
    WaitsFor.NOBODY: "Nothing is due",
}
_SNOOZE_MINUTES = 60


def sop_card(
    sop: Sop,
    run: SopRun,
    *,
    now: datetime,
    offers: tuple[str, ...] = (),
    names: dict[str, str] | None = None,
    zone: str = "UTC",
) -> Card:
    """`offers` are the transitions this reader may press now (`machine.offers`); `names` tells agent ids' names."""
    known = names or {}
    row = sop.states[run.state]
    steps = tuple(_step(one, known, zone) for one in progress(sop, run))
    return Card(
        title=sop.title,
        subtitle=row.title,
        summary=f"{sop.title}: {row.title}. {_WAITS[row.waits_for]}.",
        status=Status(text=_WAITS[row.waits_for], tone=Tone.GOOD if row.final else Tone.INFO),
        sections=(
            *section("Now", [*_now(sop, run, known, now, zone)]),
            *section("Steps", [Steps(items=steps)] if steps else []),
            *section("", buttons(*(_offer(sop, run, one) for one in offers))),
            *section("What happened", [Steps(items=tuple(_trail(sop, one, known, zone) for one in run.trail))], collapsed=True),
        ),
        footer=f"Procedure {sop.sop_id}, version {run.sop_version}",
    )


def _now(sop: Sop, run: SopRun, names: dict[str, str], now: datetime, zone: str) -> list[Element]:
    row = sop.states[run.state]
    timers = [
        fact(f"Due: {_timer_title(sop, run, one.name)}", _due(one.due_at, now, zone), tone=_due_tone(one.due_at, now))
        for one in run.timers
    ]
    owner = names.get(run.owner, run.owner) if run.owner else "nobody yet"
    case = fact("Case", f"{run.case.number}, {run.case.status}", url=run.case.url) if run.case else None
    instructions: list[Element] = [small(row.instructions)] if row.instructions else []
    return [*instructions, *facts(fact("Owner", owner), fact("Since", moment(run.entered_at, zone)), case, *timers)]


def _timer_title(sop: Sop, run: SopRun, timer: str) -> str:
    declared = sop.states[run.state].timers.get(timer)
    transition = sop.transitions.get(declared.then) if declared else None
    return transition.title if transition else titled(timer)


def _due(due_at: datetime, now: datetime, zone: str) -> str:
    return f"in {length(due_at - now)}, {moment(due_at, zone)}" if due_at > now else f"overdue since {moment(due_at, zone)}"


def _due_tone(due_at: datetime, now: datetime) -> Tone:
    return Tone.NEUTRAL if due_at > now else Tone.DANGER


def _step(one: Progress, names: dict[str, str], zone: str) -> Step:
    evidence = _evidence(one.evidence, names, zone) if one.evidence else one.instructions
    said = f"{one.reason} " if one.standing is Standing.SKIPPED and one.reason else ""
    return Step(title=one.title, status=_STANDINGS[one.standing], evidence=f"{said}{evidence}".strip())


def _evidence(entry: TrailEntry, names: dict[str, str], zone: str) -> str:
    who = names.get(entry.by, entry.by) if entry.by else ""
    part = f"message {entry.part_id}" if entry.part_id else ""
    return " · ".join(one for one in (moment(entry.at, zone), who, part) if one)


def _trail(sop: Sop, entry: TrailEntry, names: dict[str, str], zone: str) -> Step:
    declared = sop.transitions.get(entry.transition)
    state = sop.states.get(entry.to_state)
    reason = f" · {entry.reason}" if entry.reason else ""
    return Step(
        title=declared.title if declared else titled(entry.transition),
        status=Status(text=state.title if state else titled(entry.to_state)),
        evidence=f"{_evidence(entry, names, zone)}{reason}",
    )


def _offer(sop: Sop, run: SopRun, transition: str) -> Button:
    way_out, declared = sop.way_out(transition), sop.transitions.get(transition)
    label = way_out.title if way_out else declared.title if declared else titled(transition)
    pressed = button(label, _press(run.conversation_id, transition), primary=transition == "take")
    return pressed.model_copy(update={"confirm": way_out.confirm}) if way_out and way_out.confirm else pressed


def _press(conversation_id: str, transition: str) -> Press:
    """Moves that every surface knows have a press of their own, the rest goes by the transition's name."""
    match transition:
        case "take":
            return TakeConversation(conversation_id=conversation_id)
        case "escalate":
            return Escalate(conversation_id=conversation_id)
        case "resolve":
            return Resolve(conversation_id=conversation_id)
        case "snooze":
            return Snooze(conversation_id=conversation_id, minutes=_SNOOZE_MINUTES)
        case _:
            return WayOut(conversation_id=conversation_id, transition=transition)
