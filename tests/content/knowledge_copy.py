"""A copy of knowledge/ that a test may break, and the real one read once."""

import shutil
from functools import cache
from pathlib import Path

from playbooks.proof import proved
from retrieval.content import Knowledge, knowledge
from tests.shared_files import ROOT

KNOWLEDGE = ROOT / "knowledge"


@cache
def real() -> Knowledge:
    return knowledge(KNOWLEDGE, proved)


def copied(to: Path) -> Path:
    target = to / "knowledge"
    shutil.copytree(KNOWLEDGE, target, ignore=shutil.ignore_patterns("demo"))
    return target


def replaced(root: Path, file: str, old: str, new: str) -> int:
    """Breaks one place and tells the line on which it is; the place must exist, or the test would prove nothing."""
    path = root / file
    text = path.read_text()
    assert old in text, f"{file} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1
