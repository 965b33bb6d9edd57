"""Words for what can go wrong under any command; the traceback goes to a file, never to the person."""

import errno
import tempfile
import traceback
from pathlib import Path
from uuid import uuid4

_REMEDIES = {
    errno.ENOENT: "Name a file or folder that exists, on a file system that can be written to.",
    errno.EACCES: "Name another place, or give the user that runs this the right to read and write there.",
    errno.EPERM: "Name another place, or give the user that runs this the right to read and write there.",
    errno.EROFS: "Name a place that can be written to.",
    errno.ENOSPC: "Make room on the disk, or name a place that has some.",
    errno.ENOTDIR: "Name a folder, not a file.",
    errno.EEXIST: "Name a folder, not a file.",
    errno.EISDIR: "Name a file, not a folder.",
}


def told(error: Exception) -> list[tuple[str, str]]:
    """(what happened, what to do) for each problem. An error that knows its problems or its remedy says them itself; any
    other gets a reference and a file."""
    problems = getattr(error, "problems", ())
    if problems:
        return [(str(one).removesuffix(one.remedy).strip(), one.remedy) for one in problems]
    remedy = getattr(error, "remedy", None)
    if remedy:
        return [(str(error).removesuffix(str(remedy)).strip(), str(remedy))]
    if isinstance(error, OSError) and error.filename and error.errno in _REMEDIES:
        return [(f"{error.filename}: {(error.strerror or '').lower()}.", _REMEDIES[error.errno])]
    reference = uuid4().hex[:8]
    path = Path(tempfile.gettempdir()) / f"deskside-{reference}.log"
    path.write_text("".join(traceback.format_exception(error)))
    return [(f"Something went wrong on our side (reference {reference}).", f"The details are in {path}.")]
