"""The company's own words, `knowledge/`, as typed content; strict, complete in its complaints, and never half-loaded."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter

from playbooks.domain.base import Frozen
from playbooks.domain.content import Article, Macro
from playbooks.domain.policy import (
    AlertsPolicy,
    HoursPolicy,
    InboxesPolicy,
    Policies,
    RolesPolicy,
    RoutingPolicy,
    SlaPolicy,
    TeamPolicy,
    VoicePolicy,
)
from playbooks.domain.sop import Sop
from retrieval.cast_layout import Cast
from retrieval.content_articles import read_articles
from retrieval.content_file import read_file
from retrieval.content_links import broken_links
from retrieval.content_macros import MacroFile, read_macros
from retrieval.content_model import fitted
from retrieval.content_names import dangling_names
from retrieval.content_rules import broken_rules
from retrieval.content_yaml import ContentProblem, Document

POLICY_FILES: dict[str, tuple[str, type[BaseModel]]] = {
    "hours": ("policies/hours.yaml", HoursPolicy),
    "sla": ("policies/sla.yaml", SlaPolicy),
    "routing": ("policies/routing.yaml", RoutingPolicy),
    "roles": ("policies/roles.yaml", RolesPolicy),
    "alerts": ("policies/alerts.yaml", AlertsPolicy),
    "inboxes": ("policies/inboxes.yaml", InboxesPolicy),
    "team": ("policies/team.yaml", TeamPolicy),
    "voice": ("voice/voice.yaml", VoicePolicy),
}
SCHEMAS: dict[str, type[BaseModel]] = {
    "sop": Sop,
    "macros": MacroFile,
    **{name: model for name, (_, model) in POLICY_FILES.items()},
    "cast": Cast,
}


class Knowledge(Frozen):
    """Everything in knowledge/, valid."""

    articles: tuple[Article, ...]
    macros: tuple[Macro, ...]
    sops: tuple[Sop, ...]
    policies: Policies

    @property
    def voice(self) -> VoicePolicy:
        return self.policies.voice

    def sop(self, sop_id: str) -> Sop | None:
        return next((one for one in self.sops if one.sop_id == sop_id), None)


class ContentInvalid(Exception):
    """The content cannot be used; `problems` says everything that is wrong with it."""

    def __init__(self, problems: Sequence[ContentProblem]) -> None:
        super().__init__("\n".join(str(one) for one in problems))
        self.problems = tuple(problems)


class Finding(Protocol):
    """What a proof of procedures reports: a place in the file by keys, and words."""

    @property
    def path(self) -> tuple[str | int, ...]: ...
    @property
    def message(self) -> str: ...
    @property
    def remedy(self) -> str: ...


Proof = Callable[[Sop], Iterable[Finding]]
"""Proves a procedure's logic. It is an argument because decisions live in playbooks/, which this room does not know."""


def _unproved(_: Sop) -> tuple[Finding, ...]:
    return ()


def knowledge(path: Path, prove: Proof = _unproved) -> Knowledge:
    """All of it. *Errors:* ContentInvalid with every problem, where there is one."""
    found, problems = _read(path, prove)
    if found is None or problems:
        raise ContentInvalid(problems)
    return found


def check(path: Path, prove: Proof = _unproved) -> tuple[ContentProblem, ...]:
    """Every problem of the content, by file and line; () is well."""
    return tuple(sorted(_read(path, prove)[1], key=lambda one: (one.file, one.line)))


def procedure(file: Path, prove: Proof = _unproved) -> Sop:
    """One procedure's file, wherever it lies. *Errors:* ContentInvalid with every problem."""
    read = read_file(file, file.parent)
    sop, problems = fitted(Sop, read)
    if sop is None or problems:
        raise ContentInvalid(problems)
    unproved = [read.problem(one.path, one.message, one.remedy) for one in prove(sop)]
    if unproved:
        raise ContentInvalid(unproved)
    return sop


def articles_of(path: Path) -> tuple[Article, ...]:
    """The articles of a foreign help centre. *Errors:* ContentInvalid."""
    read = read_articles(path)
    if read.problems:
        raise ContentInvalid(read.problems)
    return tuple(read.articles)


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a kind of file: a key of SCHEMAS. Raises KeyError for any other."""
    described = TypeAdapter(SCHEMAS[kind]).json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described, "title": f"Deskside {kind}"}


def schema_text(kind: str) -> str:
    """As it is published in docs/schemas."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def _read(path: Path, prove: Proof) -> tuple[Knowledge | None, list[ContentProblem]]:
    read = read_articles(path)
    problems = [*read.problems, *broken_links(path, read.articles, read.files)]
    macros, wrong = read_macros(path)
    problems += wrong
    sops, wrong = _sops(path, prove)
    problems += wrong
    policies, documents, wrong = _policies(path)
    problems += wrong
    if policies is None:
        return None, problems
    found = Knowledge(
        articles=tuple(read.articles),
        macros=tuple(one for one, _ in macros),
        sops=tuple(one for one, _ in sops),
        policies=policies,
    )
    problems += [*dangling_names(policies, documents, sops, macros), *broken_rules(policies, documents)]
    return found, problems


def _sops(path: Path, prove: Proof) -> tuple[list[tuple[Sop, Document]], list[ContentProblem]]:
    found: list[tuple[Sop, Document]] = []
    problems: list[ContentProblem] = []
    for file in sorted((path / "sops").glob("*.yaml")):
        read = read_file(file, path)
        sop, wrong = fitted(Sop, read)
        problems += wrong
        if sop is not None:
            problems += [read.problem(one.path, one.message, one.remedy) for one in prove(sop)]
            found.append((sop, read))
    return found, problems


def _policies(path: Path) -> tuple[Policies | None, dict[str, Document], list[ContentProblem]]:
    documents = {name: read_file(path / file, path) for name, (file, _) in POLICY_FILES.items()}
    models: dict[str, BaseModel] = {}
    problems: list[ContentProblem] = []
    for name, (_, model) in POLICY_FILES.items():
        one, wrong = fitted(model, documents[name])
        problems += wrong
        if one is not None:
            models[name] = one
    policies = Policies.model_validate(models) if len(models) == len(POLICY_FILES) else None
    return policies, documents, problems
