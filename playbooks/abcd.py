"""Foreign procedures: a flow of the ABCD guidelines (asappresearch/abcd) as one of ours, and what could not be carried over.

A flow becomes a procedure, a sub-flow a way through it that the agent chooses, an action a state with its instructions.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from playbooks.abcd_actions import Action, Extent, Mapped, mapped, name_of
from playbooks.domain.base import Frozen
from playbooks.domain.sop import Sop

_ANY_ORDER = re.compile(r"\bany order\b|\bshuffle\b", re.IGNORECASE)
_REMIND = {"unattended": {"after": "10 minutes", "then": "remind_owner"}}
_CHOOSING, _SETTLED, _UNSUCCESSFUL, _LEFT = "choosing", "settled", "unsuccessful", "left"
Flow = Mapping[str, Any]


class Carried(Frozen):
    """What became of one action."""

    flow: str
    subflow: str
    number: int
    button: str
    kind: str
    extent: Extent
    how: str
    why: str = ""


class Imported(Frozen):
    sop: Sop
    actions: tuple[Carried, ...]


def imported(name: str, flow: Flow) -> Imported:
    """*Errors:* KeyError or TypeError where it is no flow, pydantic.ValidationError where a name cannot be one of ours."""
    built = _Builder(name, flow)
    return Imported(sop=Sop.model_validate(built.whole()), actions=tuple(built.carried))


class _Builder:
    def __init__(self, name: str, flow: Flow) -> None:
        self._name, self._flow = name, flow
        self.carried: list[Carried] = []
        self._states: dict[str, Any] = {}
        self._transitions: dict[str, Any] = {}
        self._milestones: dict[str, Any] = {}
        self._ways_out: dict[str, Any] = {}

    def whole(self) -> dict[str, Any]:
        starts = {subflow: self._subflow(subflow, one) for subflow, one in self._flow["subflows"].items()}
        chosen = {f"choose_{name_of(subflow)}": {"to": first} for subflow, first in starts.items()}
        self._transitions |= {f"choose_{name_of(one)}": {"title": one, "permission": "reply"} for one in starts}
        choosing = {
            "title": f"Which case of “{self._name}” is it?",
            "waits_for": "owner",
            "instructions": f"Find out what it is about: {self._flow['description']}.",
            "offers": list(chosen),
            "includes": ["always"],
            "timers": _REMIND,
            "on": chosen,
        }
        return {
            "sop_id": name_of(self._name),
            "title": self._name,
            "version": "abcd-1",
            "purpose": f"{self._name}: {self._flow['description']}.",
            "start": _CHOOSING,
            "states": {_CHOOSING: choosing, **self._states, **self._ends()},
            "shared": {"always": _ALWAYS},
            "transitions": {**self._transitions, **self._common()},
            "milestones": self._milestones,
            "ways_out": self._ways_out,
            "closing": {
                "states": [_SETTLED, _UNSUCCESSFUL],
                "explained": "A chat ends helped or not helped, never in between.",
            },
            "notes": {"collected": "Collected by {{ agent.name }}:"},
        }

    def _subflow(self, subflow: str, guideline: Mapping[str, Any]) -> str:
        """The name of its first state."""
        actions: list[Action] = guideline["actions"]
        begin, *end = guideline["instructions"] or [""]
        prefix = name_of(subflow, 30)
        names = [f"{prefix}_{number}_{name_of(one['button'], 24)}" for number, one in enumerate(actions, 1)]
        wrap_up = f"{prefix}_wrap_up"
        free = _ANY_ORDER.search(" ".join(guideline["instructions"])) is not None
        for number, (state, action, following) in enumerate(zip(names, actions, [*names[1:], wrap_up], strict=True), 1):
            step = mapped(action)
            step = step.model_copy(update={"optional": True}) if free else step
            self._action(state, following, action, step, subflow, begin if number == 1 else "")
            self.carried.append(_carried(self._name, subflow, number, action, step))
        self._states[wrap_up] = self._wrap_up(subflow, " ".join(end), names if free else [])
        return names[0] if names else wrap_up

    def _action(self, state: str, following: str, action: Action, step: Mapped, subflow: str, begin: str) -> None:
        row = dict(self._row(state, following, step))
        if step.optional:
            row["pass_over"] = {"to": following, "because": "The agent passed the step over."}
        self._states[state] = {
            "title": f"{subflow}: {_shown(action)}",
            "waits_for": "owner",
            "instructions": "\n".join(
                one for one in (begin, action["text"], *(f"- {line}" for line in action["subtext"])) if one
            ),
            "offers": list(row),
            "includes": ["always"],
            "timers": _REMIND,
            "on": row,
        }
        done_by = [one for one in row if one != "pass_over"]
        self._milestones[state] = {
            "title": f"{subflow}: {_shown(action)}",
            "done_by": done_by,
            "before": [following],
            "skipped_because": "Not needed in this case, as the agent judged.",
        }

    def _row(self, state: str, following: str, step: Mapped) -> Iterator[tuple[str, Any]]:
        does = {"does": list(step.effects)} if step.effects else {}
        for way in step.ways or ("",):
            name = f"{state}_{way}".rstrip("_")
            title = f"{self._title(state)}{': ' + way.replace('_', ' ') if way else ''}"
            self._transitions[name] = {"title": title, "permission": "reply"}
            if step.answered:
                self._transitions[name]["triggers"] = ["agent_replied"]
            if step.ends and way == "end":
                self._transitions[name]["permission"] = "close"
                yield name, {"to": _UNSUCCESSFUL, "does": [{"add_tag": "not-solved"}, "close"]}
            else:
                yield name, {"to": following, **does, **({"because": f"The answer was {way}."} if way in {"yes", "no"} else {})}
        if step.needs:
            self._ways_out[state] = {
                "title": self._title(state),
                "transition": state,
                "permission": "reply",
                "use_when": "The customer has told you.",
                "needs": step.needs,
                "writes_back": list(step.effects),
            }

    @staticmethod
    def _title(state: str) -> str:
        return state.replace("_", " ").capitalize()

    def _wrap_up(self, subflow: str, end: str, again: list[str]) -> dict[str, Any]:
        """Where the order is free, every step may still be taken from here."""
        back = {f"back_to_{one}"[:60]: {"to": one} for one in again}
        self._transitions |= {
            name: {"title": f"Try: {self._title(one['to'])}", "permission": "reply"} for name, one in back.items()
        }
        closing = {
            "settle": {"to": _SETTLED, "does": [{"add_tag": "resolved"}, "close"]},
            "give_up": {"to": _UNSUCCESSFUL, "does": [{"add_tag": "not-solved"}, "close"]},
        }
        return {
            "title": f"{subflow}: wrap up",
            "waits_for": "owner",
            "instructions": end,
            "offers": [*closing, *back],
            "includes": ["always"],
            "timers": _REMIND,
            "on": {**closing, **back},
        }

    @staticmethod
    def _ends() -> dict[str, Any]:
        final = {"waits_for": "nobody", "final": True}
        return {
            _SETTLED: {"title": "Ended, the customer is helped", **final},
            _UNSUCCESSFUL: {"title": "Ended, not solved", **final},
            _LEFT: {"title": "Closed in the inbox", **final},
        }

    def _common(self) -> dict[str, Any]:
        optional = any("pass_over" in one["on"] for one in self._states.values())
        passing = {"pass_over": {"title": "Pass this step over", "permission": "reply"}} if optional else {}
        return {
            **passing,
            "settle": {"title": "Helped", "permission": "close"},
            "give_up": {"title": "Not solved", "permission": "close"},
            "customer_writes": {"title": "The customer writes", "triggers": ["customer_replied"]},
            "close_seen": {"title": "Closed in the inbox", "triggers": ["closed"]},
            "remind_owner": {"title": "Remind the owner"},
        }


_ALWAYS = {
    "customer_writes": {"to": "same", "does": ["update_alert"]},
    "close_seen": {"to": _LEFT, "because": "Closed in the inbox before the procedure had ended."},
    "remind_owner": {"to": "same", "again": True, "because": "Nothing has happened for ten minutes.", "does": ["nudge_owner"]},
}


def _shown(action: Action) -> str:
    return "Tell the customer" if action["button"] == "N/A" else str(action["button"])


def _carried(flow: str, subflow: str, number: int, action: Action, step: Mapped) -> Carried:
    return Carried(
        flow=flow,
        subflow=subflow,
        number=number,
        button=action["button"],
        kind=action["type"],
        extent=step.extent,
        how=step.how,
        why=step.why,
    )
