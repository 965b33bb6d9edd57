"""Passages and voice that the tests of replies are about."""

from functools import cache

from playbooks.domain.content import Article, Audience, Hit, Passage, SearchResult
from playbooks.domain.policy import VoicePolicy
from playbooks.domain.writing import WrittenSentence
from playbooks.verify import Known
from retrieval.content import knowledge
from retrieval.content_articles import version_of
from retrieval.index.chunk import passages_of
from retrieval.index.shelving import passage
from tests.shared_files import ROOT


@cache
def voice() -> VoicePolicy:
    return knowledge(ROOT / "knowledge").voice


def article(article_id: str) -> Article:
    return next(one for one in knowledge(ROOT / "knowledge").articles if one.article_id == article_id)


def made(body: str, title: str = "Gateway", audience: Audience = Audience.PUBLIC) -> Article:
    return Article(article_id=title.lower(), title=title, body=body, version=version_of(title, body), audience=audience)


def found(*articles: Article, question: str = "q", best: str = "") -> SearchResult:
    """As the index answers: one hit an article, its others beside; `best` is in the passage found."""
    return SearchResult(
        question=question,
        hits=tuple(_hit(one, 1.0 - 0.2 * place, best) for place, one in enumerate(articles)),
        answerable=0.9,
        has_answer=True,
    )


def _hit(one: Article, score: float, best: str) -> Hit:
    passages = [passage(one, piece) for piece in passages_of(one.body)]
    hit = next((one for one in passages if best in one.text), passages[0])
    return Hit(passage=hit, score=score, beside=tuple(one for one in passages if one != hit))


DHL = """We open an investigation with DHL after **three working days** without a scan. You do not need to contact DHL yourself.

| You paid by | You see it within |
|---|---|
| Visa, Mastercard | 5–10 working days |
| PayNow | 1–2 working days |

Delivery to an upper floor costs S$80. Orders above S$1,000 are insured up to 30 %. The chat opens at 14:00 on 22 November 2026.
Write to support@solvane.example or call +65 6800 1190. Forms are at https://help.solvane.example/forms.
Firmware 2.14 is needed."""


def known(text: str = DHL, facts: tuple[str, ...] = (), question: str = "Where is my parcel?") -> Known:
    whole = Passage(
        passage_id="p1",
        article_id="dhl",
        title="Parcels",
        breadcrumb="Parcels",
        text=text,
        start=0,
        end=len(text),
        version="v1",
        audience=Audience.PUBLIC,
    )
    return Known(passages={1: whole}, facts=facts, question=question)


def wrote(text: str, excerpt: str, marker: int = 1) -> WrittenSentence:
    return WrittenSentence(text=text, marker=marker, excerpt=excerpt)
