"""Words for what can go wrong under any command; the traceback goes to a file, never to the person."""

import tempfile
import traceback
from pathlib import Path
from uuid import uuid4


def told(error: Exception) -> list[tuple[str, str]]:
    """(what happened, what to do) for each problem. An error that knows its problems or its remedy says them itself; any
    other gets a reference and a file."""
    problems = getattr(error, "problems", ())
    if problems:
        return [(str(one).removesuffix(one.remedy).strip(), one.remedy) for one in problems]
    remedy = getattr(error, "remedy", None)
    if remedy:
        return [(str(error), str(remedy))]
    reference = uuid4().hex[:8]
    path = Path(tempfile.gettempdir()) / f"deskside-{reference}.log"
    path.write_text("".join(traceback.format_exception(error)))
    return [(f"Something went wrong on our side (reference {reference}).", f"The details are in {path}.")]
