"""The published JSON Schemas: they accept our own files and refuse what the loader refuses."""

from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from retrieval.content import POLICY_FILES, SCHEMAS, schema
from retrieval.content_file import read_file
from tests.content.knowledge_copy import KNOWLEDGE

FILES = [
    *(("sop", path) for path in sorted((KNOWLEDGE / "sops").glob("*.yaml"))),
    *(("macros", path) for path in sorted((KNOWLEDGE / "macros").rglob("*.yaml"))),
    *((kind, KNOWLEDGE / file) for kind, (file, _) in POLICY_FILES.items()),
]


def value(path: Path) -> object:
    return read_file(path, KNOWLEDGE).value


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_a_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize(("kind", "path"), [pytest.param(*one, id=f"{one[0]}-{one[1].stem}") for one in FILES])
def test_our_own_files_fit_their_schema(kind: str, path: Path) -> None:
    jsonschema.validate(value(path), schema(kind), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(("kind", "path"), [pytest.param(*one, id=f"{one[0]}-{one[1].stem}") for one in FILES])
def test_a_schema_refuses_an_unknown_key(kind: str, path: Path) -> None:
    given = value(path)
    assert isinstance(given, dict)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**given, "surprise": 1}, schema(kind), cls=jsonschema.Draft202012Validator)
