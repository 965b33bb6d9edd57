"""Drafts without a language model: the sentences and steps of found passages that answer, word for word, with sources.

It never adds a statement of its own, never quotes an internal article, and sends nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from playbooks.domain.content import Audience, Citation, Draft, DraftKind, Passage, SearchResult, Sentence
from playbooks.domain.policy import VoicePolicy
from playbooks.excerpts import picked
from playbooks.template import filled
from playbooks.thoughts import Picked
from playbooks.verify import Verified
from playbooks.words import plural

NO_ANSWER = "The knowledge base has no answer to this, so this is a holding reply."


def extractive(
    question: str,
    result: SearchResult,
    *,
    contact_first_name: str | None,
    voice: VoicePolicy,
    draft_id: str,
    conversation_id: str | None,
    written_for_part_id: str | None,
    now: datetime,
    vip: bool = False,
    style: str = "",
) -> Draft:
    """Falls back to a holding reply where the result has no answer, or none that a customer may read."""
    hits = tuple(one for one in result.hits if one.passage.audience is Audience.PUBLIC)
    chosen = picked(question, hits, style) if result.has_answer else ()
    if not chosen:
        return holding(
            "",
            contact_first_name=contact_first_name,
            voice=voice,
            draft_id=draft_id,
            conversation_id=conversation_id,
            written_for_part_id=written_for_part_id,
            now=now,
            vip=vip,
            notice=f"{NO_ANSWER} {result.why_not or ''}".strip(),
        )
    citations, sentences = _cited(chosen)
    return Draft(
        draft_id=draft_id,
        conversation_id=conversation_id,
        kind=DraftKind.EXTRACTIVE,
        sentences=_framed(sentences, voice, contact_first_name, vip=vip, style=style),
        citations=citations,
        written_for_part_id=written_for_part_id,
    )


def worded(
    base: Draft, checked: Verified, *, voice: VoicePolicy, contact_first_name: str | None, vip: bool, style: str
) -> Draft:
    """The extractive draft with what a model wrote, as far as it stood up to its sources, in place of the quotations."""
    gone = f"Checked against the articles; {plural(len(checked.dropped), 'sentence')} removed." if checked.dropped else None
    sentences = _framed(checked.sentences, voice, contact_first_name, vip=vip, style=style)
    return base.model_copy(
        update={"kind": DraftKind.LLM, "sentences": sentences, "citations": checked.citations, "notice": gone}
    )


def translated(base: Draft, lines: Sequence[str], notice: str) -> Draft:
    """The same draft sentence by sentence in other words; citations stay, they are what it rests on."""
    sentences = tuple(one.model_copy(update={"text": line}) for one, line in zip(base.sentences, lines, strict=True))
    kind = base.kind if base.kind is DraftKind.MACRO else DraftKind.LLM
    return base.model_copy(update={"kind": kind, "sentences": sentences, "notice": notice})


def in_paragraphs(base: Draft) -> Draft:
    """A macro's text, which is one sentence as far as a draft knows, as its paragraphs; any other draft as it is."""
    if base.kind is not DraftKind.MACRO:
        return base
    paragraphs = [one.strip() for one in base.text.split("\n\n") if one.strip()]
    return base.model_copy(update={"sentences": tuple(Sentence(text=one, role="holding") for one in paragraphs)})


def _framed(
    said: Sequence[Sentence], voice: VoicePolicy, first_name: str | None, *, vip: bool, style: str
) -> tuple[Sentence, ...]:
    """Between greeting and closing; the short form has no closing."""
    closing = () if style == "shorter" else (Sentence(text=voice.closing, role="closing"),)
    return (_greeting(voice, first_name, warm=vip or style == "friendlier"), *said, *closing)


def holding(
    situation: str,
    *,
    contact_first_name: str | None,
    voice: VoicePolicy,
    draft_id: str,
    conversation_id: str | None,
    written_for_part_id: str | None,
    now: datetime,
    vip: bool = False,
    notice: str | None = None,
) -> Draft:
    """The voice's text for the situation; for one it does not name, the text for when there is no answer."""
    text = voice.holding.get(situation, voice.no_answer)
    return Draft(
        draft_id=draft_id,
        conversation_id=conversation_id,
        kind=DraftKind.HOLDING,
        sentences=(_greeting(voice, contact_first_name, warm=vip), Sentence(text=text.strip(), role="holding")),
        written_for_part_id=written_for_part_id,
        notice=notice,
    )


def _greeting(voice: VoicePolicy, first_name: str | None, *, warm: bool) -> Sentence:
    template = voice.greeting_vip if warm else voice.greeting
    return Sentence(text=filled(template, {"contact.first_name": first_name or ""}).text, role="greeting")


def _cited(chosen: Sequence[Picked]) -> tuple[tuple[Citation, ...], tuple[Sentence, ...]]:
    """Neighbouring units of one passage share a citation, whose excerpt then runs from the first to the last of them."""
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    for run in _runs(chosen):
        marker = len(citations) + 1
        citations.append(_citation(marker, run[0].passage, run[0].unit.start, run[-1].unit.end))
        sentences += [_sentence(one, marker) for one in run]
    return tuple(citations), tuple(sentences)


def _runs(chosen: Sequence[Picked]) -> list[list[Picked]]:
    runs: list[list[Picked]] = []
    for one in chosen:
        if runs and runs[-1][-1].is_followed_by(one):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _citation(marker: int, passage: Passage, start: int, end: int) -> Citation:
    return Citation(
        marker=marker,
        passage_id=passage.passage_id,
        article_id=passage.article_id,
        title=passage.title,
        excerpt=passage.text[start:end],
        version=passage.version,
        url=passage.url,
        updated_at=passage.updated_at,
    )


def _sentence(one: Picked, marker: int) -> Sentence:
    is_listed = one.unit.kind in {"step", "item", "row"}
    text = f"- {one.unit.shown}" if one.unit.kind == "item" else one.unit.shown
    return Sentence(text=text, markers=(marker,), role="step" if is_listed else "answer")
