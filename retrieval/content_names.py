"""Names that one file uses and another declares: calendars, destinations, people, macros, procedures, holding texts."""

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence

from playbooks.domain.content import Macro
from playbooks.domain.policy import Policies
from playbooks.domain.sop import Cells, Effect, EffectName, Sop
from retrieval.content_macros import wrong_placeholders
from retrieval.content_yaml import ContentProblem, Document, Path

Documents = Mapping[str, Document]


def dangling_names(
    policies: Policies,
    documents: Documents,
    sops: Sequence[tuple[Sop, Document]],
    macros: Sequence[tuple[Macro, Document]],
) -> Iterator[ContentProblem]:
    """Every name that leads nowhere, at the place where it is used."""
    yield from _calendars(policies, documents)
    yield from _second_line(policies, documents, [sop for sop, _ in sops])
    yield from _destinations(policies, documents)
    yield from _people(policies, documents)
    yield from _owners(policies, macros)
    yield from _assignees(policies, macros)
    yield from _procedures(policies, documents, [one.sop_id for one, _ in sops])
    yield from _templates(policies, documents)
    for sop, read in sops:
        yield from _texts(sop, read, policies, [one.macro_id for one, _ in macros])


def _unless_known(read: Document, path: Path, what: str, name: str | None, known: Collection[str]) -> Iterator[ContentProblem]:
    if name is not None and name not in known:
        yield read.problem(path, f"there is no {what} {name}", among(name, known))


def among(name: str, known: Collection[str]) -> str:
    """The nearest name first: a slip of the keyboard is the likeliest."""
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return f"{meant}Known are: {', '.join(sorted(known)) or 'none'}."


def _calendars(policies: Policies, documents: Documents) -> Iterator[ContentProblem]:
    known = policies.hours.calendars
    for number, rule in enumerate(policies.sla.rules):
        for index, target in enumerate(rule.targets):
            path: Path = ("rules", number, "targets", index, "calendar")
            yield from _unless_known(documents["sla"], path, "calendar", target.calendar, known)
    for number, shift in enumerate(policies.team.shifts):
        yield from _unless_known(documents["team"], ("shifts", number, "calendar"), "calendar", shift.calendar, known)
    for number, alert in enumerate(policies.alerts.rules):
        path = ("rules", number, "quiet_outside")
        yield from _unless_known(documents["alerts"], path, "calendar", alert.quiet_outside, known)


def _second_line(policies: Policies, documents: Documents, sops: Sequence[Sop]) -> Iterator[ContentProblem]:
    """What starts and stops a second line's clock are transitions of some procedure."""
    known = sorted({name for sop in sops for name in sop.transitions})
    for number, rule in enumerate(policies.sla.rules):
        for index, target in enumerate(rule.targets):
            for key in ("starts_with", "stops_with"):
                for at, name in enumerate(getattr(target, key)):
                    path: Path = ("rules", number, "targets", index, key, at)
                    yield from _unless_known(documents["sla"], path, "transition", name, known)


def _destinations(policies: Policies, documents: Documents) -> Iterator[ContentProblem]:
    known = policies.team.destinations
    for number, alert in enumerate(policies.alerts.rules):
        path: Path = ("rules", number, "destination")
        yield from _unless_known(documents["alerts"], path, "destination", alert.destination, known)
    for number, inbox in enumerate(policies.inboxes.inboxes):
        path = ("inboxes", number, "destination")
        yield from _unless_known(documents["inboxes"], path, "destination", inbox.destination, known)
    for name, one in known.items():
        path = ("destinations", name, "fallback")
        yield from _unless_known(documents["team"], path, "destination", one.fallback, known)


def _people(policies: Policies, documents: Documents) -> Iterator[ContentProblem]:
    known = {one.agent_id for one in policies.team.agents}
    team = documents["team"]
    for number, shift in enumerate(policies.team.shifts):
        for index, agent in enumerate(shift.agents):
            yield from _unless_known(team, ("shifts", number, "agents", index), "agent", agent, known)
        shifts = {one.name for one in policies.team.shifts}
        yield from _unless_known(team, ("shifts", number, "hands_over_to"), "shift", shift.hands_over_to, shifts)
    for number, one in enumerate(policies.team.skills):
        yield from _unless_known(team, ("skills", number, "agent"), "agent", one.agent, known)
    for number, inbox in enumerate(policies.inboxes.inboxes):
        for index, reader in enumerate(inbox.readers):
            path: Path = ("inboxes", number, "readers", index)
            yield from _unless_known(documents["inboxes"], path, "agent", reader, known)


def _owners(policies: Policies, macros: Sequence[tuple[Macro, Document]]) -> Iterator[ContentProblem]:
    known = {one.agent_id for one in policies.team.agents}
    for macro, read in macros:
        yield from _unless_known(read, ("macros", macro.macro_id, "owner"), "agent", macro.owner, known)


def _assignees(policies: Policies, macros: Sequence[tuple[Macro, Document]]) -> Iterator[ContentProblem]:
    """A macro assigns to an agent, or to one of our inboxes by its name or id."""
    ours = [one for one in policies.inboxes.inboxes if one.ours]
    known = {one.agent_id for one in policies.team.agents} | {one.name for one in ours} | {one.inbox_id for one in ours}
    for macro, read in macros:
        for index, action in enumerate(macro.actions):
            if action.do == "assign" and action.value:
                path: Path = ("macros", macro.macro_id, "actions", index)
                yield from _unless_known(read, path, "agent or inbox", action.value, known)


def _procedures(policies: Policies, documents: Documents, sops: Collection[str]) -> Iterator[ContentProblem]:
    for number, inbox in enumerate(policies.inboxes.inboxes):
        yield from _unless_known(documents["inboxes"], ("inboxes", number, "sop"), "procedure", inbox.sop, sops)


def _templates(policies: Policies, documents: Documents) -> Iterator[ContentProblem]:
    voice = policies.voice
    named = {"greeting": voice.greeting, "greeting_vip": voice.greeting_vip, "closing": voice.closing}
    paths: dict[Path, str] = {**{(name,): text for name, text in named.items()}, ("no_answer",): voice.no_answer}
    paths |= {("holding", name): text for name, text in voice.holding.items()}
    for path, text in paths.items():
        for message, remedy in wrong_placeholders(text):
            yield documents["voice"].problem(path, message, remedy)


def _texts(sop: Sop, read: Document, policies: Policies, macros: Collection[str]) -> Iterator[ContentProblem]:
    for name, one in sop.expectations.items():
        yield from _unless_known(read, ("expectations", name, "macro"), "macro", one.macro, macros)
    for state, row in sop.states.items():
        for name, timer in row.timers.items():
            place: Path = ("states", state, "timers", name, "calendar")
            yield from _unless_known(read, place, "calendar", timer.calendar, policies.hours.calendars)
    for path, effect in _effects(sop):
        if effect.do is EffectName.SUGGEST_REPLY:
            yield from _unless_known(read, path, "holding text", effect.value or None, policies.voice.holding)


def _effects(sop: Sop) -> Iterator[tuple[Path, Effect]]:
    rows: dict[Path, Mapping[str, Cells]] = {("states", name, "on"): state.on for name, state in sop.states.items()}
    rows |= {("shared", name): row for name, row in sop.shared.items()}
    for path, row in rows.items():
        for transition, cells in row.items():
            for number, cell in enumerate(cells):
                for index, effect in enumerate(cell.does):
                    yield (*path, transition, number, "does", index), effect
