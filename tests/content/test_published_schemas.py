"""docs/schemas is what the code says, and every YAML of the content names its schema for editors."""

import json
import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from retrieval.content import SCHEMAS, schema_text
from retrieval.content_file import read_file
from tests.content.knowledge_copy import KNOWLEDGE
from tests.shared_files import ROOT

PUBLISHED = ROOT / "docs" / "schemas"
NAMED = re.compile(r"# yaml-language-server: \$schema=(\S+)")
FILES = [pytest.param(one, id=one.relative_to(KNOWLEDGE).as_posix()) for one in sorted(KNOWLEDGE.rglob("*.yaml"))]
assert commands


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_published_schema_is_the_codes(kind: str) -> None:
    published = PUBLISHED / f"{kind}.json"
    assert published.is_file(), "run `deskside schema --to docs/schemas`"
    assert published.read_text() == schema_text(kind), "run `deskside schema --to docs/schemas`"


def test_nothing_else_is_published() -> None:
    assert {one.stem for one in PUBLISHED.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("file", FILES)
def test_a_content_file_names_the_schema_that_it_fits(file: Path) -> None:
    named = NAMED.match(file.read_text())
    assert named, f"{file.name} must begin with the line # yaml-language-server: $schema=…"
    schema = (file.parent / named[1]).resolve()
    assert schema.parent == PUBLISHED.resolve()
    jsonschema.validate(read_file(file, KNOWLEDGE).value, json.loads(schema.read_text()), cls=jsonschema.Draft202012Validator)


def test_the_command_writes_them_all(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["schema", "--to", str(tmp_path)])
    assert ran.exit_code == 0
    assert {one.name for one in tmp_path.iterdir()} == {one.name for one in PUBLISHED.iterdir()}


def test_the_command_prints_one_and_answers_an_unknown_kind_with_the_known_ones() -> None:
    assert json.loads(CliRunner().invoke(app, ["schema", "sla"]).stdout)["title"] == "Deskside sla"
    unknown = CliRunner().invoke(app, ["schema", "poem"])
    assert unknown.exit_code == 2
    assert "sop, macros" in " ".join(unknown.stderr.split())
