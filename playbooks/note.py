"""The words of notes that a procedure asks for: its own templates, filled with what the run and the form know."""

import re

from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop

_BLANK = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")


def note_text(sop: Sop | None, name: str, run: SopRun, inputs: dict[str, str], agent: str | None = None) -> str:
    """The template's `{{ case.number }}`, `{{ agent }}` and form inputs filled in; what is not known is marked, never blank."""
    template = sop.notes.get(name) if sop else None
    known = {**inputs, **_run_words(run), "agent": agent or "Deskside", "agent.name": agent or "Deskside"}
    if template is None:
        return f"{name.replace('_', ' ').capitalize()}."
    return _BLANK.sub(lambda found: known.get(found[1]) or f"[{found[1].replace('_', ' ')} not given]", template).strip()


def _run_words(run: SopRun) -> dict[str, str]:
    case = run.case
    if case is None:
        return {}
    return {
        "case.number": case.number,
        "case.status": case.status,
        "case.url": case.url or "no link",
        "case_number": case.number,
        "case_url": case.url or "no link",
    }
