"""Finds the test material beside the project; a test that needs an absent file skips and says which."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("DESKSIDE_SHARED", ROOT.parent / "shared"))


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not in {SHARED} (set DESKSIDE_SHARED to the folder of shared test material)")
    return path
