"""The text of a conversation note that a procedure asks for: its template with the run's facts and what was filled in."""

from collections.abc import Mapping

from playbooks.domain.run import SopRun
from playbooks.domain.sop import Need, Sop
from playbooks.template import filled
from playbooks.words import titled


def note_text(sop: Sop | None, name: str, run: SopRun, inputs: Mapping[str, str], *, agent: str | None = None) -> str:
    """Links go with the case; a way out's answers are listed under the text by their labels."""
    template = sop.notes.get(name, "") if sop else ""
    text = filled(template, _values(run, inputs, agent)).text if template else titled(name)
    told = [f"{label}: {value}" for label, value in answers(sop, inputs)]
    link = [f"Case: {run.case.url}"] if run.case and run.case.url and run.case.url not in text else []
    return "\n".join([text, *told, *link])


def answers(sop: Sop | None, inputs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What was filled in for a way out, by its labels."""
    labels = {key: need.label for key, need in _needs(sop).items()}
    return tuple((labels[key], value.strip()) for key, value in inputs.items() if key in labels and value.strip())


def _needs(sop: Sop | None) -> dict[str, Need]:
    """Subject and priority are the case's own fields and are not repeated."""
    needs = {key: need for one in (sop.ways_out.values() if sop else ()) for key, need in one.needs.items()}
    return {key: need for key, need in needs.items() if key not in {"case_subject", "case_priority"}}


def _values(run: SopRun, inputs: Mapping[str, str], agent: str | None) -> dict[str, str]:
    case = run.case
    known = {
        "agent.name": agent or "the team",
        "case.number": case.number if case else "",
        "case.status": case.status if case else "",
        "case.url": (case.url if case else None) or "",
        "conversation.id": run.conversation_id,
    }
    return {**{f"input.{key}": value for key, value in inputs.items()}, **known}
