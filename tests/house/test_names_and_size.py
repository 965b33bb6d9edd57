"""File names, module docstrings, sizes and unfinished marks (design.md, Style guide)."""

import ast
import re

import pytest

from tests.house.source_tree import HOUSES, Source, sources
from tests.shared_files import ROOT

VAGUE = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
TOP_LEVEL = {
    ".ci", ".git", ".github", ".gitignore", ".dockerignore", ".env.example", "CHANGELOG.md", "CONTRIBUTING.md", "Containerfile",
    "LICENSE", "Makefile", "README.md", "bot", "deploy", "docs", "knowledge", "model.lock", "playbooks", "pyproject.toml",
    "requirements.lock", "retrieval", "tests",
}  # fmt: skip


@pytest.mark.parametrize("source", [pytest.param(one, id=one.name) for one in sources()])
def test_a_module_says_what_it_is_for(source: Source) -> None:
    if source.text.strip():
        assert ast.get_docstring(source.tree), f"{source.name} has no module docstring"


@pytest.mark.parametrize("source", [pytest.param(one, id=one.name) for one in sources()])
def test_no_vague_names(source: Source) -> None:
    assert source.path.stem not in VAGUE, f"{source.name}: the folder is part of the name; say what it is"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert not node.name.lstrip("_").startswith("handle_"), f"{source.name}:{node.lineno} {node.name}"


@pytest.mark.parametrize("source", [pytest.param(one, id=one.name) for one in sources(*HOUSES, "tests")])
def test_no_file_is_longer_than_300_lines(source: Source) -> None:
    lines = source.text.count("\n")
    assert lines <= 300, f"{source.name} has {lines} lines: where is the seam?"


@pytest.mark.parametrize("source", [pytest.param(one, id=one.name) for one in sources()])
def test_nothing_is_unfinished(source: Source) -> None:
    marks = [name for name in ("NotImplementedError", "TODO", "FIXME", "XXX") if re.search(rf"\b{name}\b", source.text)]
    assert not marks, f"{source.name} holds {', '.join(marks)}"


def test_the_top_level_is_the_one_the_user_fixed() -> None:
    tracked = {
        path.name for path in ROOT.iterdir() if not path.name.startswith((".venv", ".mypy", ".ruff", ".hypo", ".pytest"))
    }
    strangers = tracked - TOP_LEVEL - {"var", "data", "__pycache__", "node_modules", ".env"}
    assert not strangers, f"unexpected at the top level: {sorted(strangers)}"


def test_locks_name_no_registry_and_pin_with_hashes() -> None:
    for name in ("requirements.lock", "model.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text, f"{name} records an address"
        pins = re.findall(r"^[a-z0-9][^\s=]*==", text, re.M)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)
