"""A suggested reply with what it rests on, ready to be edited and sent by a person; the card sends nothing by itself."""

from datetime import datetime

from playbooks.cards.macros import macro_elements
from playbooks.cards.parts import button, buttons, citation_facts, finding_facts, reply_button, section, small
from playbooks.domain.card import Button, Card, Element, Paragraph, Quote, Status, TextInput, Tone
from playbooks.domain.content import Draft, DraftKind, MacroChoice, Sentence
from playbooks.domain.finding import Finding
from playbooks.domain.press import RateDraft, SendDraft, SuggestReply
from playbooks.language import LANGUAGES
from playbooks.words import shortened

REPLY_TEXT = "reply_text"
"""The input's id; a press with inputs brings the edited text under it."""

TRANSLATED = "translated"
"""The style of a draft in the customer's language."""

# What Slack's plain-text input takes.
_LONGEST_REPLY = 3000

_KINDS = {
    DraftKind.EXTRACTIVE: Status(text="From the knowledge base, word for word", tone=Tone.GOOD),
    DraftKind.LLM: Status(text="Written by the model, checked against the sources", tone=Tone.INFO),
    DraftKind.MACRO: Status(text="From a macro", tone=Tone.INFO),
    DraftKind.HOLDING: Status(text="Holding reply, no answer found", tone=Tone.WARNING),
}


def reply_card(
    draft: Draft,
    *,
    customer_name: str | None = None,
    macros: tuple[MacroChoice, ...] = (),
    findings: tuple[Finding, ...] = (),
    language: str | None = None,
    zone: str = "UTC",
) -> Card:
    """Without a conversation (an agent only asks the knowledge base) there is nothing to send. `language` is the customer's."""
    whom = f" to {customer_name}" if customer_name else ""
    return Card(
        title=f"Suggested reply{whom}",
        summary=shortened(f"Suggested reply{whom}: {draft.text}".replace("\n", " "), 250),
        status=_KINDS[draft.kind],
        sections=(
            *section("", _notice(draft)),
            *section("What it rests on" if draft.citations else "", _grounds(draft, zone)),
            *section("Before you send", finding_facts(findings)),
            *section("", _sending(draft, language)),
            *section("Macros", macro_elements(macros, draft.conversation_id)),
            *section("", _feedback(draft)),
        ),
        footer="Nothing is sent until you press Send." if draft.conversation_id else "",
    )


def _notice(draft: Draft) -> list[Element]:
    return [Paragraph(rich=draft.notice, tone=Tone.WARNING)] if draft.notice else []


def _grounds(draft: Draft, zone: str) -> list[Element]:
    if not draft.citations:
        return []
    return [Quote(text=_marked_text(draft.sentences)), *citation_facts(draft.citations, zone)]


def _marked_text(sentences: tuple[Sentence, ...]) -> str:
    said = [one for one in sentences if one.markers]
    return "\n".join(one.text + "".join(f" [{marker}]" for marker in one.markers) for one in said)


def _sending(draft: Draft, language: str | None) -> list[Element]:
    if draft.conversation_id is None:
        return [Quote(text=draft.text)]
    text = TextInput(
        input_id=REPLY_TEXT,
        label="Reply",
        value=draft.text,
        multiline=True,
        required=True,
        max_length=max(_LONGEST_REPLY, len(draft.text)),
    )
    return [
        text,
        *buttons(
            _send(draft, draft.conversation_id), _send(draft, draft.conversation_id, as_note=True), *_restyle(draft, language)
        ),
    ]


def _send(draft: Draft, conversation_id: str, *, as_note: bool = False) -> Button:
    press = SendDraft(
        conversation_id=conversation_id,
        draft_id=draft.draft_id,
        written_for_part_id=draft.written_for_part_id,
        as_note=as_note,
    )
    label = "Send as note" if as_note else "Send"
    return Button(label=label, press=press, style="default" if as_note else "primary", needs_inputs=True)


def _restyle(draft: Draft, language: str | None) -> list[Button]:
    key = draft.conversation_id or ""
    labels = {style: style.capitalize() for style in ("shorter", "friendlier", "plainer")}
    labels |= {TRANSLATED: f"In {LANGUAGES.get(language, language)}"} if language and language != "en" else {}
    return [button(label, SuggestReply(conversation_id=key, style=style)) for style, label in labels.items()]


def _feedback(draft: Draft) -> tuple[Element, ...]:
    return buttons(
        button("Useful", RateDraft(draft_id=draft.draft_id, useful=True)),
        button("Not useful", RateDraft(draft_id=draft.draft_id, useful=False)),
    )


def sent_card(text: str, *, by: str, at: datetime, customer_name: str | None = None, as_note: bool = False) -> Card:
    """What was sent, in the words that were sent."""
    what = "Note added" if as_note else "Reply sent"
    whom = f" to {customer_name}" if customer_name and not as_note else ""
    return Card(
        title=f"{what}{whom}",
        summary=f"{what}{whom} by {by}.",
        status=Status(text="Sent", tone=Tone.GOOD),
        sections=section("", [Quote(text=text, source=by, at=at)]),
    )


def stale_card(conversation_id: str, newer_text: str, *, customer_name: str | None = None, at: datetime | None = None) -> Card:
    """The customer wrote again before the draft was sent: it was not sent, and a new one is offered (L10)."""
    return Card(
        title="Not sent: there is a newer message",
        summary="The draft was written for an earlier message and was not sent.",
        status=Status(text="Not sent", tone=Tone.WARNING),
        sections=(
            *section("", [Quote(text=shortened(newer_text, 600), source=customer_name or "Customer", at=at)]),
            *section("", [small("The draft answers an earlier message. Read the new one, then draft again.")]),
            *section("", buttons(reply_button(conversation_id, primary=True))),
        ),
    )
