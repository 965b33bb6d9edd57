"""Macros from YAML: shared ones and personal ones, their placeholders checked; it fills none of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from playbooks.domain.base import Frozen
from playbooks.domain.content import Macro, MacroAction, MacroInput
from playbooks.domain.sop import Name
from playbooks.domain.span import span
from retrieval.content_file import read_file
from retrieval.content_model import fitted
from retrieval.content_yaml import ContentProblem, Document

# What can be filled in: the attributes that a customer card and a conversation give.
ATTRIBUTES = (
    "contact.first_name",
    "contact.name",
    "contact.email",
    "contact.company",
    "contact.tier",
    "account.name",
    "account.tier",
    "order.number",
    "order.placed_on",
    "order.amount",
    "parcel.carrier",
    "parcel.tracking_number",
    "parcel.status",
    "parcel.promised_on",
    "parcel.last_event",
    "charge.amount",
    "charge.payment_method",
    "dispute.amount",
    "dispute.respond_by",
    "invoice.number",
    "invoice.amount_due",
    "subscription.plan",
    "subscription.renews_on",
    "case.number",
    "agent.first_name",
    "agent.name",
)
PLACEHOLDER = re.compile(r'\{\{\s*([a-z_]+\.[a-z_]+)\s*(?:\|\s*fallback:\s*"([^"]*)"\s*)?\}\}')
PART = re.compile(
    r"\{%-?\s*(?P<word>if|unless)\s+([a-z_]+(?:\.[a-z_]+)+)\s*(?:(?:==|!=)\s*(?:\"[^\"]*\"|'[^']*'|blank)\s*)?-?%\}"
    r"(?:(?!\{%).)*(?:\{%-?\s*else\s*-?%\}(?:(?!\{%).)*)?\{%-?\s*end(?P=word)\s*-?%\}",
    re.DOTALL,
)
_BRACES = re.compile(r"\{\{.*?(?:\}\}|$)|\}\}", re.DOTALL)
_MARKS = re.compile(r"\{%.*?(?:%\}|$)", re.DOTALL)


class MacroText(Frozen):
    """One macro as it is written; `examples` are things customers say when it fits, and they are used for matching."""

    name: str
    body: str = Field(min_length=1)
    owner: str | None = None
    intents: tuple[str, ...] = ()
    examples: tuple[str, ...] = Field(min_length=1)
    tags: tuple[str, ...] = ()
    actions: tuple[MacroAction, ...] = ()
    inputs: tuple[MacroInput, ...] = ()


class MacroFile(Frozen):
    """A file of macros, by id."""

    macros: Mapping[Name, MacroText] = Field(min_length=1)


def read_macros(root: Path) -> tuple[list[tuple[Macro, Document]], list[ContentProblem]]:
    """All of macros/**/*.yaml, shared before personal (K5). *Empty:* no macros, where there is no such folder."""
    macros: dict[str, tuple[Macro, Document]] = {}
    problems: list[ContentProblem] = []
    for file in sorted((root / "macros").rglob("*.yaml")):
        read = read_file(file, root)
        found, wrong = fitted(MacroFile, read)
        problems += wrong
        for macro_id, text in found.macros.items() if found else ():
            if macro_id in macros:
                problems.append(read.problem(("macros", macro_id), "another macro has this id", "Give it another id."))
            macros.setdefault(macro_id, (Macro(macro_id=macro_id, **text.model_dump()), read))
            problems += _wrong_text(read, macro_id, text)
    return sorted(macros.values(), key=lambda one: one[0].owner is not None), problems


def _wrong_text(read: Document, macro_id: str, text: MacroText) -> Iterator[ContentProblem]:
    path = ("macros", macro_id, "body")
    asked = [f"input.{one.input_id}" for one in text.inputs]
    for message, remedy in wrong_placeholders(text.body, asked):
        yield read.problem(path, message, remedy)
    yield from _wrong_inputs(read, macro_id, text)
    for index, action in enumerate(text.actions):
        yield from _wrong_action(read, ("macros", macro_id, "actions", index), action)


def _wrong_inputs(read: Document, macro_id: str, text: MacroText) -> Iterator[ContentProblem]:
    for index, one in enumerate(text.inputs):
        path = ("macros", macro_id, "inputs", index)
        if re.fullmatch(r"[a-z_]+", one.input_id) is None:
            yield read.problem(path, f"{one.input_id[:40]} is no name of an input", "Use small letters and _ only.")
        elif f"input.{one.input_id}" not in text.body:
            yield read.problem(path, f"the body does not use {one.input_id}", f"Write {{{{ input.{one.input_id} }}}} in it.")


def wrong_placeholders(body: str, inputs: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """What is wrong with a template's `{{ … }}` and `{% … %}`, with a remedy. `inputs` are names it may use besides."""
    known = (*ATTRIBUTES, *inputs)
    for braces in _BRACES.findall(body):
        found = PLACEHOLDER.fullmatch(braces)
        if found is None:
            yield f"{braces[:60]} is not a placeholder", 'Write {{ contact.first_name | fallback: "there" }}.'
        elif found[1] not in known:
            yield f"there is no attribute {found[1]}", f"Known are: {', '.join(known)}."
    for part in PART.finditer(body):
        if part[2] not in known:
            yield f"there is no attribute {part[2]}", f"Known are: {', '.join(known)}."
    if mark := _MARKS.search(PART.sub("", body)):
        yield (
            f"{mark[0][:60]} belongs to no part",
            "Write {% if order.number %} … {% else %} … {% endif %}, never nested.",
        )


def _wrong_action(read: Document, path: tuple[str | int, ...], action: MacroAction) -> Iterator[ContentProblem]:
    if action.do in ("tag", "snooze", "assign", "note") and not action.value:
        yield read.problem(path, f"{action.do} needs a value", "Add `value:`.")
    elif action.do == "snooze":
        try:
            span(action.value)
        except ValueError as error:
            yield read.problem(path, str(error), "Correct the value.")
