"""Every lesson is a promise, and every promise names tests that exist (docs/lessons.md)."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.shared_files import ROOT

LESSONS, DURABLE = 25, 16
TOLD = (ROOT / "docs" / "lessons.md").read_text(encoding="utf-8")
ROWS = {
    cells[1]: cells[3]
    for line in TOLD.splitlines()
    if re.match(r"\| [LJ]\d+ \|", line)
    for cells in [re.split(r" ?\| ?", line)]
}


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_lesson_has_its_row() -> None:
    assert list(ROWS) == [
        *(f"L{number}" for number in range(1, LESSONS + 1)),
        *(f"J{number}" for number in range(1, DURABLE + 1)),
    ]


@pytest.mark.parametrize("lesson", ROWS)
def test_every_test_that_keeps_a_promise_exists(lesson: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", ROWS[lesson])
    assert named, f"{lesson} is kept by no test"
    for path, name in named:
        assert name in names_in(ROOT / path), f"{lesson}: {path} has no {name}"
