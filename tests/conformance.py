"""Loads the shared conformance check (tools/conform.py) by its path: bodies against a vendor's OpenAPI file."""

import importlib.util
from functools import cache
from typing import Protocol, cast

from tests.shared_files import shared


class Checker(Protocol):
    """Faults of a body, one line each; empty where it conforms. Raises LookupError for an operation the file lacks."""

    def response(self, method: str, path: str, status: int, body: object) -> list[str]: ...

    def request(self, method: str, path: str, body: object) -> list[str]: ...


@cache
def checker(spec: str) -> Checker:
    """`spec` is relative to the shared folder, e.g. specs/intercom-2.16.yaml; skips the test where it is absent."""
    tool, path = shared("tools/conform.py"), shared(spec)
    found = importlib.util.spec_from_file_location("deskside_conform", tool)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return cast(Checker, module.checker(str(path)))
