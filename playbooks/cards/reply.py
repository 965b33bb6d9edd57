"""A suggested reply with what it rests on, ready to be edited and sent by a person; the card sends nothing by itself."""

from datetime import datetime

from playbooks.cards.feedback import verdict
from playbooks.cards.macros import doing, macro_elements
from playbooks.cards.parts import button, buttons, citation_facts, fact, facts, finding_facts, reply_button, section, small
from playbooks.domain.card import Button, Card, Choice, ChoiceInput, Element, Paragraph, Quote, Status, TextInput, Tone
from playbooks.domain.content import Draft, DraftKind, MacroChoice, Sentence
from playbooks.domain.finding import Finding
from playbooks.domain.press import SendDraft, SuggestReply
from playbooks.language import LANGUAGES
from playbooks.words import shortened

REPLY_TEXT = "reply_text"
"""The input's id; a press with inputs brings the edited text under it."""

TRANSLATED = "translated"
"""The style of a draft in the customer's language."""

MACRO_ACTIONS, ONLY_SEND = "macro_actions", "only_send"
"""The input that says whether a macro's actions follow the sending, and its value where they do not."""

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
    title: str = "",
    held_back: bool = False,
) -> Card:
    """Without a conversation (an agent only asks the knowledge base) there is nothing to send. `language` is the customer's,
    where a draft can be put into it; `held_back`: it was to be sent and breaks a rule."""
    whom = f" to {customer_name}" if customer_name else ""
    named = f": {title}" if title else ""
    return Card(
        title=f"Suggested reply{whom}{named}",
        summary=shortened(f"Suggested reply{whom}: {draft.text}".replace("\n", " "), 250),
        status=Status(text="Not sent: change what is named below", tone=Tone.DANGER) if held_back else _KINDS[draft.kind],
        sections=(
            *section("", _notice(draft)),
            *section("What it rests on" if draft.citations else "", _grounds(draft, zone)),
            *section("Before you send", finding_facts(findings)),
            *section("", _sending(draft, language)),
            *section("Macros", macro_elements(macros, draft.conversation_id)),
            *section("", verdict(draft.draft_id)),
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
        *_besides(draft),
        *buttons(
            _send(draft, draft.conversation_id), _send(draft, draft.conversation_id, as_note=True), *_restyle(draft, language)
        ),
    ]


def _besides(draft: Draft) -> list[Element]:
    """What a macro does once its text is sent: shown before, and the agent may leave it."""
    if not draft.actions:
        return []
    yes, no = Choice(label="Do it too", value="all"), Choice(label="Only send the text", value=ONLY_SEND)
    choice = ChoiceInput(input_id=MACRO_ACTIONS, label="After sending", choices=(yes, no), value=yes.value)
    return [*facts(fact("Then", doing(draft.actions))), choice]


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
    """A macro or a holding reply has one wording; any draft can be put into the customer's language."""
    key, has_styles = draft.conversation_id or "", draft.kind in {DraftKind.EXTRACTIVE, DraftKind.LLM}
    styles = ("shorter", "friendlier", "plainer") if has_styles else ()
    found = [button(one.capitalize(), SuggestReply(conversation_id=key, style=one)) for one in styles]
    if language and language != "en":
        turn = SuggestReply(conversation_id=key, style=TRANSLATED, draft_id=draft.draft_id)
        found.append(button(f"In {LANGUAGES.get(language, language)}", turn))
    return found


def sent_card(
    text: str,
    *,
    by: str,
    at: datetime,
    customer_name: str | None = None,
    as_note: bool = False,
    then: str = "",
    findings: tuple[Finding, ...] = (),
) -> Card:
    """What was sent, in the words that were sent; `then` is what the macro does now, `findings` are for the next time."""
    what = "Note added" if as_note else "Reply sent"
    whom = f" to {customer_name}" if customer_name and not as_note else ""
    return Card(
        title=f"{what}{whom}",
        summary=f"{what}{whom} by {by}.",
        status=Status(text="Sent", tone=Tone.GOOD),
        sections=(
            *section("", [Quote(text=text, source=by, at=at)]),
            *section("", facts(fact("Then", then))),
            *section("For the next time" if findings else "", finding_facts(findings)),
        ),
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
