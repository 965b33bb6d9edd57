"""What the knowledge base lacks: questions without an answer, by likeness and volume, each with an article to be written.

It writes no answers: a stub holds the questions and the places to fill. Which questions are alike is told to it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from json import dumps

from playbooks.domain.content import SearchResult
from playbooks.domain.unanswered import KnowledgeGap, Unanswered
from playbooks.privacy import masked
from playbooks.words import plural, shortened

# Enough to tell what was asked; a pasted log is no question.
_LONGEST_QUESTION = 500
_QUESTIONS_SHOWN = 8


def unanswered(result: SearchResult, conversation_id: str | None, now: datetime) -> Unanswered | None:
    """None where there was an answer, or nothing asked. The same question of the same chat has the same key."""
    question = shortened(" ".join(masked(result.question).split()), _LONGEST_QUESTION)
    if result.has_answer or not question:
        return None
    nearest = result.hits[0].passage if result.hits else None
    key = sha256(f"{conversation_id or ''}\n{question.casefold()}".encode()).hexdigest()[:16]
    return Unanswered(
        question_key=key,
        question=question,
        asked_at=now,
        conversation_id=conversation_id,
        why_not=result.why_not or "",
        nearest_article_id=nearest.article_id if nearest else None,
        nearest_title=nearest.title if nearest else None,
    )


def gaps(asked: Sequence[Unanswered], groups: Sequence[Sequence[int]]) -> tuple[KnowledgeGap, ...]:
    """`groups` are places in `asked`, the most typical of each first. The most asked gap first, then the newest."""
    found = [_gap([asked[place] for place in group]) for group in groups if group]
    return tuple(sorted(found, key=lambda one: (-one.volume, -one.last_asked_at.timestamp(), one.gap_id)))


def _gap(alike: list[Unanswered]) -> KnowledgeGap:
    nearest = Counter((one.nearest_article_id, one.nearest_title) for one in alike).most_common(1)[0][0]
    bare = KnowledgeGap(
        gap_id=f"gap-{_slug(alike[0].question)}-{alike[0].question_key[:6]}",
        volume=len(alike),
        example=alike[0].question,
        questions=tuple(dict.fromkeys(one.question for one in alike)),
        first_asked_at=min(one.asked_at for one in alike),
        last_asked_at=max(one.asked_at for one in alike),
        nearest_article_id=nearest[0],
        nearest_title=nearest[1],
    )
    return bare.model_copy(update={"stub": stub(bare)})


def stub(gap: KnowledgeGap) -> str:
    """Internal until a human has written it: an unfinished article is never quoted to a customer (K1)."""
    asked = "\n".join(f"> - {_one_line(one)}" for one in gap.questions[:_QUESTIONS_SHOWN])
    nearest = (
        f"The nearest article is “{_one_line(gap.nearest_title)}” (`{gap.nearest_article_id}`)." if gap.nearest_title else ""
    )
    return f"""---
id: {gap.gap_id}
title: {dumps(shortened(gap.example, 90), ensure_ascii=False)}
audience: internal
tags: [gap]
---

Asked {plural(gap.volume, "time")}, {gap.first_asked_at:%Y-%m-%d} to {gap.last_asked_at:%Y-%m-%d}. No article answers it.
{nearest}

> Customers asked:
>
{asked}

## Short answer

One or two sentences that answer the question above.

## Steps

1. What the customer does first.
2. How they see that it worked.

## When this does not help

Whom to contact, and what to have at hand.

*Before publishing: check the facts with their owner, remove the quoted questions, set the audience to public.*
"""


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:6])[:48] or "question"


def _one_line(text: str | None) -> str:
    """Customers' words stay words: no line of theirs becomes a heading, and no mark of theirs a link."""
    return re.sub(r"([\\`*_\[\]<>#|!])", r"\\\1", " ".join((text or "").split()))
