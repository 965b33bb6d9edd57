"""Reads the project's own source as syntax trees, for the tests that enforce design.md."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.shared_files import ROOT

HOUSES = ("bot", "retrieval", "playbooks")


@dataclass(frozen=True)
class Import:
    module: str
    line: int


@dataclass(frozen=True)
class Source:
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def imports(self) -> Iterator[Import]:
        """Every import, wherever it stands (a lazy one in a function counts too)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(one.name, node.lineno) for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from self._imported_from(node)

    def _imported_from(self, node: ast.ImportFrom) -> Iterator[Import]:
        if node.level:
            package = self.module.split(".") if self.path.name == "__init__.py" else self.module.split(".")[:-1]
            base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
        else:
            base = node.module or ""
        yield Import(base, node.lineno)
        yield from (Import(f"{base}.{one.name}", node.lineno) for one in node.names)


def sources(*houses: str) -> list[Source]:
    return [Source(path) for house in houses or HOUSES for path in sorted((ROOT / house).rglob("*.py"))]
