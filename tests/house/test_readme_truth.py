"""README, docs and `--help` say what the code does: commands, variables, files and pictures that are named exist."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import app, commands
from bot.settings import sections
from tests.shared_files import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
GROUP = typer.main.get_command(app)
assert commands


def _subcommands(group: Any, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {words: group}
    for name, one in getattr(group, "commands", {}).items():
        found |= _subcommands(one, (*words, name))
    return found


KNOWN = _subcommands(GROUP)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_a_page_names_exists_with_its_options(page: Path) -> None:
    text = page.read_text()
    inline = re.findall(r"`(?:\.venv/bin/)?deskside ([^`\n]+)`", text)
    for line in inline + re.findall(r"^(?:\.venv/bin/)?deskside (\S.*)$", text, re.M):
        words = line.split()
        path = next((tuple(words[:n]) for n in (2, 1) if tuple(words[:n]) in KNOWN), None)
        assert path, f"{page.name}: `deskside {line}` does not exist"
        options = {name for one in KNOWN[path].params for name in one.opts}
        for option in (one.partition("=")[0] for one in words if one.startswith("--")):
            assert option in options, f"{page.name}: `deskside {' '.join(path)}` has no {option}"


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text()
    for name in GROUP.commands:  # type: ignore[attr-defined]
        assert f"`deskside {name}" in text, f"README.md does not mention deskside {name}"


@pytest.mark.parametrize("words", sorted(KNOWN), ids=" ".join)
def test_every_command_has_help_and_an_example(words: tuple[str, ...]) -> None:
    command = KNOWN[words]
    assert command.help, f"deskside {' '.join(words)} has no help"
    if not hasattr(command, "commands"):
        assert f"deskside {' '.join(words)}" in (command.epilog or ""), f"deskside {' '.join(words)} shows no example"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_variable_and_file_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    known = {section.variable(name) for section in sections() for name in section.model.model_fields}
    for name in re.findall(r"DESKSIDE_[A-Z_]+[A-Z]", text):
        assert name in known or name == "DESKSIDE_SHARED" or any(one.startswith(f"{name}_") for one in known), f"{name}"
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in link:
            assert (page.parent / link).exists(), f"{page.name} links {link}, which does not exist"


def test_the_makefile_lists_its_targets() -> None:
    text = (ROOT / "Makefile").read_text()
    for target in ("setup", "demo", "run", "test", "lint", "bench"):
        assert re.search(rf"^{target}:.*## ", text, re.M)
