"""Reads a YAML file with the line of every key, so that a mistake can be shown where it is; knows nothing of its content."""

from pathlib import Path

import yaml


class CastError(Exception):
    """`str(error)` is "file:line: key: what is wrong"."""

    remedy = "Correct the line; knowledge/demo/cast.yaml shows the layout."

    def __init__(self, file: Path, line: int, key: str, message: str) -> None:
        super().__init__(f"{file}:{line}: {key or 'file'}: {message}")


def why_unreadable(error: OSError | ValueError | yaml.YAMLError) -> str:
    """In words, after "FILE: ": what a person can do something about."""
    return (
        f"cannot be read: {(error.strerror or 'unknown').lower()}"
        if isinstance(error, OSError)
        else "cannot be read: not UTF-8 text"
    )


def read(file: Path) -> tuple[object, yaml.Node]:
    """The content and the tree that knows the lines. *Errors:* CastError for a missing, unreadable or empty file."""
    try:
        text = file.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CastError(file, line, "", f"not YAML: {error.problem}") from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise CastError(file, 1, "", why_unreadable(error)) from None
    if root is None:
        raise CastError(file, 1, "", "is empty")
    _refuse_repeated_keys(file, root, ())
    return content, root


def at_line(file: Path, root: yaml.Node, location: tuple[int | str, ...], message: str) -> CastError:
    """The error with the line of the deepest key of `location` that is in the file."""
    node = root
    for step in location:
        below = _child(node, step)
        if below is None:
            break
        node = below
    return CastError(file, node.start_mark.line + 1, ".".join(str(step) for step in location), message)


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        found: yaml.Node = node.value[step]
        return found
    return None


def _refuse_repeated_keys(file: Path, node: yaml.Node, path: tuple[int | str, ...]) -> None:
    """YAML silently keeps the last of two equal keys; a customer's orders would vanish."""
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _refuse_repeated_keys(file, item, (*path, index))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*path, str(key.value))
            if key.value in seen:
                raise CastError(file, key.start_mark.line + 1, ".".join(map(str, here)), "is given twice")
            seen.add(key.value)
            _refuse_repeated_keys(file, value, here)
