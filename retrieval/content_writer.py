"""Words a procedure as the YAML that people write: bare effects, single cells unwrapped, the schema named for editors."""

from typing import Any

import yaml

from playbooks.domain.sop import Sop


class _Dumper(yaml.SafeDumper):
    """Lists are indented under their key, long texts folded."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Our reader knows no anchors."""
        return True


def procedure_text(sop: Sop, schema: str, about: str = "") -> str:
    """Reads back as the same procedure. `schema` is the path to the published one; `about` becomes the first comment."""
    shape = _plain(sop.model_dump(mode="json", exclude_defaults=True))
    body = yaml.dump(shape, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    comment = "".join(f"# {line}\n" for line in about.splitlines())
    return f"# yaml-language-server: $schema={schema}\n{comment}\n{body}"


def _plain(value: Any) -> Any:
    match value:
        case {"does": effects, **others}:
            return {**_plain(others), "does": [_effect(one) for one in effects]}
        case {"writes_back": effects, **others}:
            return {**_plain(others), "writes_back": [_effect(one) for one in effects]}
        case {"on": rows, **others}:
            return {**_plain(others), "on": _rows(rows)}
        case {"shared": several, **others}:
            return {**_plain(others), "shared": {name: _rows(rows) for name, rows in several.items()}}
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case _:
            return value


def _rows(rows: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(cells[0] if len(cells) == 1 else cells) for name, cells in rows.items()}


def _effect(effect: dict[str, str]) -> Any:
    return {effect["do"]: effect["value"]} if effect.get("value") else effect["do"]
