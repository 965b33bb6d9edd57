"""What the company wrote: articles, passages, macros, drafts made of them, with every citation traceable."""

from enum import StrEnum
from typing import Literal

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.writing import Usage


class Audience(StrEnum):
    """Who may read: an internal article is never quoted to a customer (K1)."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Article(Frozen):
    """One help-centre article; `body` is Markdown, `version` a hash of title and body (first 16 hex of sha256)."""

    article_id: str
    title: str
    body: str
    version: str
    audience: Audience = Audience.PUBLIC
    product: str | None = None
    brand: str | None = None
    locale: str = "en"
    tags: tuple[str, ...] = ()
    updated_at: Instant | None = None
    url: str | None = None
    source: str = "files"


class Passage(Frozen):
    """A verbatim stretch of an article: `body[start:end] == text` of that article's `version`."""

    passage_id: str
    article_id: str
    title: str
    breadcrumb: str
    text: str
    start: int
    end: int
    version: str
    audience: Audience
    updated_at: Instant | None = None
    url: str | None = None


class Hit(Frozen):
    """A passage found. `score` is the fused rank score 0–1 within this result; the parts are shown for explanation.

    `beside` are the same article's other passages in reading order, where somebody laid them there: a draft may quote them.
    """

    passage: Passage
    score: float
    lexical: float = 0.0
    dense: float = 0.0
    beside: tuple[Passage, ...] = ()


class SearchResult(Frozen):
    """`answerable` is the calibrated chance 0–1 that the passages answer the question; `why_not` says it in words."""

    question: str
    hits: tuple[Hit, ...]
    answerable: float
    has_answer: bool
    why_not: str | None = None


class Citation(Frozen):
    """`excerpt` is a verbatim part of the passage's text (L7); `marker` is what the draft shows, e.g. 1 for [1]."""

    marker: int
    passage_id: str
    article_id: str
    title: str
    excerpt: str
    version: str
    url: str | None = None
    updated_at: Instant | None = None


class Sentence(Frozen):
    """A sentence or step of a draft with the markers it rests on; greeting, closing and holding lines rest on none."""

    text: str
    markers: tuple[int, ...] = ()
    role: Literal["greeting", "answer", "step", "closing", "holding"] = "answer"


class MacroAction(Frozen):
    """What a macro does besides its text; shown before it runs. `assign` names an agent or one of our inboxes."""

    do: Literal["tag", "snooze", "assign", "close", "note"]
    value: str = ""


class DraftKind(StrEnum):
    EXTRACTIVE = "extractive"
    LLM = "llm"
    MACRO = "macro"
    HOLDING = "holding"


class Draft(Frozen):
    """A suggested reply. `text` is what would be sent (no markers); `written_for_part_id` makes staleness visible (L10).

    `actions` are a macro's, done once the text is sent; `asked` what the macro was used for, masked: macro choice learns from
    it. `usage` is what a model's part in it cost, also where nothing of the model's is left.
    """

    draft_id: str
    conversation_id: str | None
    kind: DraftKind
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...] = ()
    written_for_part_id: str | None = None
    notice: str | None = None
    macro_id: str | None = None
    actions: tuple[MacroAction, ...] = ()
    asked: str = ""
    usage: Usage | None = None

    @property
    def text(self) -> str:
        """What would be sent."""
        return self._run_together([one.text for one in self.sentences])

    @property
    def marked_text(self) -> str:
        """The same with each sentence's markers, for the agent's eyes."""
        return self._run_together([one.text + "".join(f" [{marker}]" for marker in one.markers) for one in self.sentences])

    def _run_together(self, texts: list[str]) -> str:
        """Sentences of one paragraph run on; greeting, steps and closing stand alone."""
        lines: list[str] = []
        previous = ""
        for one, text in zip(self.sentences, texts, strict=True):
            if one.role == previous == "answer":
                lines[-1] += f" {text}"
            elif one.role == previous == "step":
                lines[-1] += f"\n{text}"
            else:
                lines.append(text)
            previous = one.role
        return "\n\n".join(lines)


class MacroInput(Frozen):
    """What the agent is asked before the macro is filled; its body names it as `{{ input.<input_id> }}`."""

    input_id: str
    label: str
    hint: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()


class Macro(Frozen):
    """A saved reply. `body` may hold `{{ contact.first_name | fallback: "there" }}` and parts that stand only where something
    is known, `{% if order.number %} … {% else %} … {% endif %}`; personal macros name their owner."""

    macro_id: str
    name: str
    body: str
    owner: str | None = None
    intents: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    actions: tuple[MacroAction, ...] = ()
    inputs: tuple[MacroInput, ...] = ()
    source: str = "files"


class MacroChoice(Frozen):
    """A macro proposed for a conversation, filled; `missing` names attributes that must be completed before sending (K5)."""

    macro: Macro
    text: str
    missing: tuple[str, ...] = ()
    score: float = 0.0
