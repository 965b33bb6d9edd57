"""What a changed procedure would have done differently in past conversations: counted and worded, never judged."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from playbooks.domain.base import Frozen
from playbooks.domain.policy import Policies
from playbooks.domain.recorded import Recorded
from playbooks.domain.sop import EffectName, Sop
from playbooks.domain.span import spoken
from playbooks.replay import Replayed, Signal, replay
from playbooks.replay_breaches import Breach, breaches

Aspect = Literal["states", "alerts", "escalations", "times", "timers", "presses", "sla", "writes", "drafts"]

_ASPECTS: dict[str, Aspect] = {
    EffectName.TELL_OPERATORS.value: "alerts",
    EffectName.NUDGE_OWNER.value: "alerts",
    EffectName.NOTIFY_ROLE.value: "alerts",
    EffectName.OPEN_CASE.value: "escalations",
    EffectName.COMMENT_CASE.value: "escalations",
    EffectName.SUGGEST_REPLY.value: "drafts",
    EffectName.SHOW_FORM.value: "presses",
    "refused": "presses",
    "asked": "presses",
}
_SHOWN_ONLY = frozenset({"update_alert", "show_customer", "show_case", "set_owner", "clear_owner"})
_ALARMS = frozenset(kind for kind, aspect in _ASPECTS.items() if aspect == "alerts")


class Difference(Frozen):
    """In one conversation, one aspect, both ways in words."""

    aspect: Aspect
    what: str
    current: str
    changed: str


class Compared(Frozen):
    conversation_id: str
    differences: tuple[Difference, ...]


class Total(Frozen):
    what: str
    current: int
    changed: int


class Report(Frozen):
    """`differing` are the conversations in which anything differs; `presses_known` how many records tell the presses.

    `cut_off` are conversations whose timers never came to rest; they were compared as far as they got.
    """

    conversations: int
    presses_known: int
    differing: tuple[Compared, ...]
    totals: tuple[Total, ...]
    cut_off: tuple[str, ...] = ()


def report(several: Sequence[Recorded], current: Sop, changed: Sop, policies: Policies) -> Report:
    both = [
        (one, replay(one, current, policies, basis=current), replay(one, changed, policies, basis=current)) for one in several
    ]
    broken = [breaches(one.conversation, policies) for one in several]
    compared = [
        Compared(
            conversation_id=one.conversation.conversation_id,
            differences=tuple(_differences(one, before, after, (current, changed), late)),
        )
        for (one, before, after), late in zip(both, broken, strict=True)
    ]
    return Report(
        conversations=len(several),
        presses_known=sum(bool(one.trail) for one in several),
        differing=tuple(one for one in compared if one.differences),
        totals=tuple(_totals([one for _, one, _ in both], [one for _, _, one in both], broken)),
        cut_off=tuple(one.conversation.conversation_id for one, before, after in both if before.cut_off or after.cut_off),
    )


def _differences(
    recorded: Recorded, before: Replayed, after: Replayed, sops: tuple[Sop, Sop], late: tuple[Breach, ...]
) -> Iterator[Difference]:
    begun = recorded.conversation.created_at
    yield from _pair("states", "states passed", _path(before, sops[0]), _path(after, sops[1]))
    yield from _pair("states", "ends in", _title(before, sops[0]), _title(after, sops[1]))
    yield from _counted(before, after)
    yield from _refusals(before, after)
    for name, kinds in _MARKS.items():
        yield from _pair("times", name, _first(before, kinds, begun), _first(after, kinds, begun))
    yield from _pair("times", "owned after", _owned(before, begun), _owned(after, begun))
    yield from _pair("timers", "timers fired", _fired(before, begun), _fired(after, begun))
    for one in late:
        what = f"{one.clock.replace('_', ' ')} broken {spoken(one.at - begun)} after the start; somebody was told before"
        yield from _pair("sla", what, _yes(_foretold(before, one)), _yes(_foretold(after, one)))


_MARKS = {
    "operators told after": frozenset({"tell_operators"}),
    "owner nudged after": frozenset({"nudge_owner"}),
    "role told after": frozenset({"notify_role"}),
    "case asked for after": frozenset({"open_case"}),
    "closed after": frozenset({"close"}),
}


def _pair(aspect: Aspect, what: str, current: str, changed: str) -> Iterator[Difference]:
    if current != changed:
        yield Difference(aspect=aspect, what=what, current=current, changed=changed)


def _path(one: Replayed, sop: Sop) -> str:
    states = [one.run.trail[0].to_state]
    states += [entry.to_state for entry in one.run.trail[1:] if entry.to_state != entry.from_state]
    return " → ".join(states)


def _title(one: Replayed, sop: Sop) -> str:
    return sop.states[one.run.state].title


def _counted(before: Replayed, after: Replayed) -> Iterator[Difference]:
    """Each thing the procedure asks for, by how often."""
    was, will = Counter(map(_named, before.signals)), Counter(map(_named, after.signals))
    for kind, value in dict.fromkeys([*was, *will]):
        if kind in _SHOWN_ONLY or kind in {"refused", "asked"}:
            continue
        name = f"{kind.replace('_', ' ')} {value}".strip()
        yield from _pair(_ASPECTS.get(kind, "writes"), name, f"{was[kind, value]}×", f"{will[kind, value]}×")


def _named(signal: Signal) -> tuple[str, str]:
    return signal.kind, signal.value


def _refusals(before: Replayed, after: Replayed) -> Iterator[Difference]:
    """What an agent pressed and would be refused, or be asked more for."""
    for kind, words in (("refused", "refused"), ("asked", "would first ask for")):
        was, will = _presses(before, kind), _presses(after, kind)
        for place in dict.fromkeys([*was, *will]):
            what = f"press on {place[1]} at {place[0]:%H:%M:%S} UTC"
            yield from _pair("presses", what, _worded(was.get(place), words), _worded(will.get(place), words))


def _presses(one: Replayed, kind: str) -> dict[tuple[datetime, str], str]:
    found = [signal for signal in one.signals if signal.kind == kind]
    if kind == "asked":
        return {(signal.at, signal.because): signal.value for signal in found}
    return {(signal.at, signal.value): signal.because for signal in found}


def _worded(reason: str | None, words: str) -> str:
    return "taken" if reason is None else f"{words}: {reason}"


def _first(one: Replayed, kinds: frozenset[str], begun: datetime) -> str:
    at = next((signal.at for signal in one.signals if signal.kind in kinds), None)
    return _after(at, begun)


def _owned(one: Replayed, begun: datetime) -> str:
    return _after(next((signal.at for signal in one.signals if signal.kind == "set_owner"), None), begun)


def _after(at: datetime | None, begun: datetime) -> str:
    return "never" if at is None else spoken(at - begun)


def _fired(one: Replayed, begun: datetime) -> str:
    return ", ".join(f"{entry.transition} at {spoken(entry.at - begun)}" for entry in one.timed) or "none"


def _foretold(one: Replayed, late: Breach) -> bool:
    return any(signal.kind in _ALARMS and late.started_at <= signal.at < late.at for signal in one.signals)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _totals(before: list[Replayed], after: list[Replayed], late: list[tuple[Breach, ...]]) -> Iterator[Total]:
    wanted = {
        "operators told": "tell_operators",
        "owners nudged": "nudge_owner",
        "roles told": "notify_role",
        "cases asked for": "open_case",
        "chats closed": "close",
        "presses refused": "refused",
        "forms asked for": "asked",
    }
    for what, kind in wanted.items():
        yield Total(what=what, current=_sum(before, kind), changed=_sum(after, kind))
    yield Total(
        what="timers fired", current=sum(len(one.timed) for one in before), changed=sum(len(one.timed) for one in after)
    )
    untold = [
        [sum(not _foretold(one, broken) for broken in many) for one, many in zip(side, late, strict=True)]
        for side in (before, after)
    ]
    yield Total(what="promises broken with nobody told", current=sum(untold[0]), changed=sum(untold[1]))


def _sum(several: list[Replayed], kind: str) -> int:
    return sum(signal.kind == kind for one in several for signal in one.signals)
