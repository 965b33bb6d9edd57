"""What the knowledge base says to a question, passage by passage, or plainly that it says nothing."""

from playbooks.cards.feedback import verdict
from playbooks.cards.parts import citation_facts, fact, facts, section, small
from playbooks.domain.card import Card, Element, Quote, Status, Tone
from playbooks.domain.content import Audience, Draft, Hit, SearchResult
from playbooks.plain_text import readable
from playbooks.words import day, listed, shortened

_PASSAGES_SHOWN = 5


def article_card(result: SearchResult, *, draft: Draft | None = None, kept: bool = False, zone: str = "UTC") -> Card:
    """`draft` is an extractive answer made of the same passages, shown above them; `kept` where the question and its draft are,
    so that the draft can be judged, or the missing article written.
    """
    titles = list(dict.fromkeys(hit.passage.title for hit in result.hits))
    question = shortened(result.question, 120)
    if not result.has_answer:
        return Card(
            title="The knowledge base has no answer",
            subtitle=question,
            summary=f"The knowledge base has no answer to “{question}”.",
            status=Status(text="No answer", tone=Tone.WARNING),
            sections=(
                *section("", [*_answerable(result), *_gap(kept)]),
                *section(
                    "Nearest passages, which do not answer it", _passages(result.hits[:_PASSAGES_SHOWN], zone), collapsed=True
                ),
            ),
        )
    return Card(
        title=titles[0] if titles else "Knowledge base",
        subtitle=question,
        summary=shortened(f"“{question}”: {listed(titles[:3])}.", 250),
        status=Status(text="Answer found", tone=Tone.GOOD),
        sections=(
            *section("Answer", [Quote(text=draft.marked_text), *citation_facts(draft.citations, zone)] if draft else []),
            *section("Passages", _passages(result.hits[:_PASSAGES_SHOWN], zone)),
            *section("", _answerable(result)),
            *section("", verdict(draft.draft_id) if draft and kept else ()),
        ),
    )


def _gap(kept: bool) -> tuple[Element, ...]:
    return (small("The question is kept as a gap, so that somebody can write the article."),) if kept else ()


def _answerable(result: SearchResult) -> tuple[Element, ...]:
    return facts(fact("Likely answered", f"{result.answerable:.0%}"), fact("Why not", result.why_not))


def _passages(hits: tuple[Hit, ...], zone: str) -> list[Element]:
    return [element for number, hit in enumerate(hits, 1) for element in _passage(number, hit, zone)]


def _passage(number: int, hit: Hit, zone: str) -> list[Element]:
    passage = hit.passage
    parts = [f"match {hit.score:.2f}", f"words {hit.lexical:.2f}", f"meaning {hit.dense:.2f}"]
    parts += [f"updated {day(passage.updated_at, zone)}"] if passage.updated_at else []
    internal = (
        fact("Internal", "Not to be quoted to a customer.", tone=Tone.WARNING)
        if passage.audience is Audience.INTERNAL
        else None
    )
    return [
        Quote(text=shortened(readable(passage.text), 700), source=passage.breadcrumb or passage.title, url=passage.url),
        *facts(fact(f"Passage {number}", " · ".join(parts), url=passage.url), internal),
    ]
