"""Words for what can go wrong under any command; the traceback goes to a file, never to the person."""

import tempfile
import traceback
from pathlib import Path
from uuid import uuid4


def told(error: Exception) -> tuple[str, str]:
    """(what happened, what to do). An error with a `remedy` says both itself; any other gets a reference and a file."""
    remedy = getattr(error, "remedy", None)
    if remedy:
        return str(error), str(remedy)
    reference = uuid4().hex[:8]
    path = Path(tempfile.gettempdir()) / f"deskside-{reference}.log"
    path.write_text("".join(traceback.format_exception(error)))
    return f"Something went wrong on our side (reference {reference}).", f"The details are in {path}."
