"""The instructions to the model, one file each; the file's first line is its version. It adds nothing to them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "prompts"


@dataclass(frozen=True)
class Prompt:
    """`version` is recorded with every draft, so that a change of wording can be told from a change of the model."""

    name: str
    version: str
    text: str


@cache
def prompt(name: str) -> Prompt:
    first, _, text = (_FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    return Prompt(name, f"{name}-{first.removeprefix('version:').strip()}", text.strip())
