"""A Salesforce case: the form before it is opened, and the case once it is."""

from collections.abc import Mapping
from datetime import datetime

from playbooks.cards.parts import buttons, customer_button, fact, facts, section
from playbooks.domain.card import Button, Card, Choice, ChoiceInput, Element, LinkButton, Quote, Status, TextInput, Tone
from playbooks.domain.case import Case, CaseDraft, CaseField
from playbooks.domain.press import Escalate
from playbooks.privacy import masked
from playbooks.words import moment, shortened

PRIORITIES = ("Low", "Medium", "High")
"""Salesforce's standard picklist; a company that changed it sets its own."""


CASE_FIELD = "case_field."
"""Begins the id of an input for a field of the company's own; the field's name follows."""
_OURS = {"Subject": "case_subject", "Priority": "case_priority"}


def case_form_card(
    draft: CaseDraft,
    conversation_id: str,
    *,
    note: str = "",
    wanted: Mapping[str, str] | None = None,
    fields: Mapping[str, CaseField] | None = None,
    priorities: tuple[str, ...] = PRIORITIES,
) -> Card:
    """What would be opened. The inputs are those of `press.Escalate`; `wanted` are further fields Salesforce asked for, and
    `fields` says how Salesforce words them."""
    asked = {name: value for name, value in (wanted or {}).items() if name not in _OURS}
    inputs: list[Element] = [
        TextInput(input_id="case_subject", label="Subject", value=draft.subject, required=True, max_length=255),
        ChoiceInput(
            input_id="case_priority",
            label="Priority",
            choices=tuple(Choice(label=one, value=one) for one in priorities),
            value=draft.priority if draft.priority in priorities else priorities[0],
        ),
        TextInput(input_id="case_note", label="What the second line should know", value=shortened(note, 2000), multiline=True),
        *(_asked(name, value, (fields or {}).get(name)) for name, value in asked.items()),
        *buttons(
            Button(label="Open the case", press=Escalate(conversation_id=conversation_id), style="primary", needs_inputs=True)
        ),
    ]
    return Card(
        title="Open a Salesforce case",
        summary=f"Open a case: {draft.subject}",
        sections=(
            *section("", inputs),
            *section("Goes with it", [Quote(text=shortened(draft.description, 1500))], collapsed=True),
        ),
        footer="The chat is tagged, noted and closed once the case exists.",
    )


def _asked(name: str, value: str, field: CaseField | None) -> Element:
    """By the vendor's own label; what only holds certain values is chosen, not typed."""
    input_id = f"{CASE_FIELD}{name}"
    if field is None:
        return TextInput(input_id=input_id, label=name, value=value, required=True)
    if field.kind in {"choice", "yes_no"}:
        values = field.choices if field.kind == "choice" else ("Yes", "No")
        choices = tuple(Choice(label=one, value=one) for one in values)
        chosen = value if value in values else ""
        return ChoiceInput(input_id=input_id, label=field.label, choices=choices, value=chosen, required=True)
    return TextInput(
        input_id=input_id,
        label=field.label,
        value=value,
        placeholder={"date": "2026-11-30", "number": "12.5"}.get(field.kind, ""),
        multiline=field.kind == "long_text",
        required=True,
        max_length=min(3000, field.max_length),
    )


def case_card(
    case: Case, *, conversation_id: str | None = None, subject: str = "", by: str | None = None, zone: str = "UTC"
) -> Card:
    updated = moment(case.updated_at, zone) if case.updated_at else None
    link: list[Element] = [LinkButton(label="Open the case", url=case.url)] if case.url else []
    return Card(
        title=f"Case {case.number}",
        subtitle=shortened(subject, 120),
        summary=f"Case {case.number} is {case.status}.",
        status=Status(text=case.status, tone=Tone.GOOD if case.is_closed else Tone.INFO),
        sections=(
            *section("", facts(fact("Opened by", by), fact("Updated", updated))),
            *section("", [*(buttons(customer_button(conversation_id)) if conversation_id else ()), *link]),
        ),
    )


def case_news_card(case: Case, comment: str, *, conversation_id: str, at: datetime, zone: str = "UTC") -> Card:
    """What the second line did: its words are quoted, masked like every text from outside."""
    said: list[Element] = [Quote(text=shortened(masked(comment), 1500), source=f"Case {case.number}", at=at)] if comment else []
    title = f"Case {case.number}: new comment" if comment else f"Case {case.number} is now {case.status}"
    link: list[Element] = [LinkButton(label="Open the case", url=case.url)] if case.url else []
    return Card(
        title=title,
        summary=title,
        status=Status(text=case.status, tone=Tone.GOOD if case.is_closed else Tone.INFO),
        sections=(
            *section("", said),
            *section("", facts(fact("Updated", moment(at, zone)))),
            *section("", [*buttons(customer_button(conversation_id)), *link]),
        ),
    )
