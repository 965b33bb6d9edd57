"""Looks at what a model wrote before anybody else sees it: each sentence rests on a verbatim excerpt, and says no number,
date, amount, name, address or promise that its sources or the customer's own facts do not. It removes; it rewrites nothing.
"""

import re
from collections.abc import Mapping, Sequence

from playbooks.domain.base import Frozen
from playbooks.domain.content import Citation, Passage, Sentence
from playbooks.domain.policy import VoiceRule
from playbooks.domain.writing import WrittenSentence
from playbooks.stems import stems
from playbooks.support import unsupported_claim
from playbooks.voice import blocks, lint

# An excerpt of two words would "prove" anything.
SHORTEST_EXCERPT = 12
# A sentence may be worded freely, but half of its words have to come from somewhere.
SUPPORTED = 0.5
_NOT = re.compile(r"\b(?:not|no|never|none|nor|neither|cannot|\w+n't)\b", re.IGNORECASE)
_PROMISES = (
    "refund", "reimburse", "compensat", "credit", "replac", "discount", "free", "guarante", "waiv", "voucher", "gift", "cancel",
    "exchang", "upgrad", "bonus", "coupon", "promis", "warrant", "insur", "liab", "apolog",
)  # fmt: skip
_LEANS_BACK = re.compile(r"(?:it|they|this|that|these|those|then|otherwise|however|in that case|after that)\b", re.IGNORECASE)


class Known(Frozen):
    """What a sentence may draw on. `facts` are ours about this customer, `question` is what they wrote. Words can be compared
    only where the reply is in the passages' language; figures, dates and addresses always."""

    passages: Mapping[int, Passage]
    facts: tuple[str, ...] = ()
    question: str = ""
    same_language: bool = True


class Dropped(Frozen):
    """A sentence that was removed, by rule; `because` names the rule and no customer's words."""

    place: int
    because: str


class Verified(Frozen):
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    dropped: tuple[Dropped, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Half of what was written has to stand, or what is left is not the answer that was meant."""
        return bool(self.sentences) and len(self.sentences) >= len(self.dropped)


def verified(written: Sequence[WrittenSentence], known: Known, rules: Sequence[VoiceRule]) -> Verified:
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    dropped: list[Dropped] = []
    for place, one in enumerate(written):
        excerpt = located(one.excerpt, known.passages[one.marker].text) if one.marker in known.passages else None
        because = _fault(one, excerpt, known, rules) or _hangs(one, place, dropped)
        if because or excerpt is None:
            dropped.append(Dropped(place=place, because=because))
            continue
        marker = _cited(citations, known.passages[one.marker], excerpt)
        role = "step" if one.is_step else "answer"
        sentences.append(Sentence(text=one.text.strip(), markers=(marker,), role=role))
    return Verified(sentences=tuple(sentences), citations=tuple(citations), dropped=tuple(dropped))


def located(excerpt: str, text: str) -> str | None:
    """The stretch of `text` that the excerpt copies: every sign the same, but for how the white space is broken."""
    words = excerpt.split()
    if sum(len(one) for one in words) < SHORTEST_EXCERPT:
        return None
    found = re.search(r"\s+".join(re.escape(one) for one in words), text)
    return found.group() if found else None


def _cited(citations: list[Citation], passage: Passage, excerpt: str) -> int:
    for one in citations:
        if (one.passage_id, one.excerpt) == (passage.passage_id, excerpt):
            return one.marker
    citations.append(
        Citation(
            marker=len(citations) + 1,
            passage_id=passage.passage_id,
            article_id=passage.article_id,
            title=passage.title,
            excerpt=excerpt,
            version=passage.version,
            url=passage.url,
            updated_at=passage.updated_at,
        )
    )
    return len(citations)


def _fault(one: WrittenSentence, excerpt: str | None, known: Known, rules: Sequence[VoiceRule]) -> str:
    """The first rule it breaks; "" where it may stand."""
    if one.marker not in known.passages:
        return "no such source"
    if excerpt is None:
        return "excerpt is not in the source"
    passage = known.passages[one.marker]
    whole = "\n".join((passage.title, passage.breadcrumb, passage.text, *known.facts))
    context = _lines_around(excerpt, passage.text)
    near = "\n".join((passage.title, passage.breadcrumb, context, *known.facts))
    if unsupported := unsupported_claim(one.text, near, whole, known.question, words=known.same_language):
        return f"{unsupported.kind} is in no source"
    if known.same_language and (because := _said_otherwise(one.text, context, whole, known)):
        return because
    return "breaks a voice rule" if blocks(lint(one.text, rules)) else ""


def _lines_around(excerpt: str, text: str) -> str:
    """The excerpt with the rest of the lines it begins and ends in: its paragraph, its step, its row; what it leads to too."""
    start = text.index(excerpt)
    first = text.rfind("\n", 0, start) + 1
    last = _line_end(text, start + len(excerpt))
    if text[first:last].rstrip(" *").endswith(":"):
        listed = re.compile(r"\n\s*\n").search(text, _line_end(text, last + 2))
        last = listed.start() if listed else len(text)
    return text[first:last]


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return found if found >= 0 else len(text)


def _hangs(one: WrittenSentence, place: int, dropped: Sequence[Dropped]) -> str:
    before_is_gone = bool(dropped) and dropped[-1].place == place - 1
    return "leans on a removed sentence" if before_is_gone and _LEANS_BACK.match(one.text.strip()) else ""


def _said_otherwise(text: str, context: str, whole: str, known: Known) -> str:
    """Words: a promise that the source does not make, a "not" that one of them lacks, or mostly words from nowhere."""
    told, source = text.lower(), whole.lower()
    if any(one in told and one not in source for one in _PROMISES):
        return "promises what the source does not"
    if bool(_NOT.search(text)) != bool(_NOT.search(_nearest(text, context))):
        return "says the opposite of the source"
    own, support = set(stems(text)), set(stems(f"{source} {known.question}"))
    return "" if len(own & support) >= SUPPORTED * len(own) else "is not what the source says"


def _nearest(text: str, context: str) -> str:
    """Of the sentences and list items around the excerpt, the one that the sentence is about."""
    wanted = set(stems(text))
    return max(re.split(r"(?<=[.!?;])\s+|\n+", context), key=lambda one: len(wanted & set(stems(one))))
