"""Reads one YAML file of the content; a missing or unreadable one is a problem of that file, not an exception."""

from pathlib import Path

from retrieval.content_yaml import Document, document


def read_file(path: Path, root: Path) -> Document:
    """Its name in problems is the path below `root`."""
    name = path.relative_to(root).as_posix()
    try:
        return document(path.read_text(encoding="utf-8-sig"), name)
    except FileNotFoundError:
        return _broken(name, "is missing", "Write it, or copy the one that came with Deskside.")
    except UnicodeDecodeError:
        return _broken(name, "is not UTF-8 text", "Save it as UTF-8.")


def _broken(name: str, message: str, remedy: str) -> Document:
    read = Document(file=name)
    read.problems.append(read.problem((), message, remedy))
    return read
