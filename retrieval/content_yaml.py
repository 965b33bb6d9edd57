"""YAML with line numbers, read safely: plain values only, nothing repeated, nothing executed; it knows no schema.

Differs from YAML 1.1 on purpose: only `true` and `false` are booleans (`on:` is a key, `no` a word) and only decimal
numbers are numbers (12:30 is a word), because people who edit policies are not YAML lawyers.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from playbooks.domain.base import Frozen

_STRING_TAG, _COLLECTION_TAGS = "tag:yaml.org,2002:str", ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_INT, _FLOAT = re.compile(r"[-+]?(0|[1-9]\d*)"), re.compile(r"[-+]?\d+\.\d+")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}

Path = tuple[str | int, ...]
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster where PyYAML has it


class _PlainLoader(_Base):  # type: ignore[misc]
    """Resolves nothing by itself: every untagged scalar stays a string and is read here."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


class ContentProblem(Frozen):
    """What is wrong in the content, where (file, line, key), and what to do about it."""

    file: str
    line: int
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key or '(whole file)'}: {self.message}. {self.remedy}"


@dataclass
class Document:
    """A file's value with the lines of its keys. `problems` found while reading; then `value` is what could be read."""

    file: str
    value: object = None
    root: Node | None = None
    first_line: int = 1
    problems: list[ContentProblem] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def line(self, path: Path) -> int:
        """The line of the key at `path`, or of the deepest part of the path that is in the file."""
        node, line = self.root, self.first_line
        for step in path:
            key, child = _child(node, step)
            if child is None:
                continue
            node, line = child, self.line_of(key or child)
        return line

    def line_of(self, node: Node) -> int:
        return int(node.start_mark.line) + self.first_line

    def problem(self, path: Path, message: str, remedy: str, line: int | None = None) -> ContentProblem:
        return ContentProblem(file=self.file, line=line or self.line(path), key=dotted(path), message=message, remedy=remedy)


def dotted(path: Path) -> str:
    """("states", "arrived", "does", 0) as states.arrived.does[0]."""
    words = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return words.removeprefix(".")


def _child(node: Node | None, step: str | int) -> tuple[Node | None, Node | None]:
    """A number on a mapping is an item of a one-or-many field written as one: the mapping itself."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), (None, None))
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None, None


def document(text: str, file: str, first_line: int = 1) -> Document:
    """Reads one YAML document; an empty one has the value None."""
    read = Document(file=file, first_line=first_line)
    try:
        read.root = yaml.compose(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        what = (error.problem or error.context or "not YAML").rstrip(".")
        read.problems.append(read.problem((), f"not readable as YAML: {what}", "Check indentation, quotes and colons.", line))
    except yaml.YAMLError as error:
        read.problems.append(read.problem((), f"not readable as YAML: {type(error).__name__}", "Save it as UTF-8 text.", 1))
    else:
        read.value = _value(read, read.root, ()) if read.root else None
    return read


def _value(read: Document, node: Node, path: Path) -> object:
    if id(node) in read._seen:
        _refused(read, node, path, "anchors and aliases are not used here", "Write the value out.")
        return None
    read._seen.add(id(node))
    if isinstance(node, ScalarNode):
        if node.tag != _STRING_TAG:
            _refused(read, node, path, f"the tag {node.tag} is not allowed", "Write a plain value.")
        return _scalar(node)
    if node.tag not in _COLLECTION_TAGS:
        _refused(read, node, path, f"the tag {node.tag} is not allowed", "Write a plain list or mapping.")
        return None
    if isinstance(node, SequenceNode):
        return [_value(read, one, (*path, index)) for index, one in enumerate(node.value)]
    return _mapping(read, node, path)


def _refused(read: Document, node: Node, path: Path, message: str, remedy: str) -> None:
    read.problems.append(read.problem(path, message, remedy, read.line_of(node)))


def _mapping(read: Document, node: Node, path: Path) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, one in node.value:
        if not isinstance(key, ScalarNode):
            _refused(read, key, path, "a key must be a plain word", "Write a word before the colon.")
        elif key.value in result:
            _refused(read, key, (*path, key.value), f"{key.value} is given twice", "Keep one of them.")
        else:
            result[key.value] = _value(read, one, (*path, key.value))
    return result


def _scalar(node: ScalarNode) -> object:
    text = str(node.value)
    if node.style:  # quoted or a block; the C parser calls plain "", the other one None
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
