"""What became of drafts, by article, macro and step of a procedure: sent as they were, edited, or written anew by the agent.

A row says which article to rewrite, which macro to drop and at which step drafting helps; it changes no draft.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.memory import Connection, draft_history, runs
from bot.memory.database import Database
from bot.memory.draft_history import PastDraft
from playbooks.domain.content import DraftKind
from playbooks.domain.run import SopRun

Of = Literal["all", "kind", "article", "macro", "step", "model"]


@dataclass
class OutcomeRow:
    """`drafts` counts all shown, decided on or not. A draft that rests on two articles counts for both.

    `reasons` why it was not useful, by id; `tokens` and `cost_usd` what the language model took, whatever was shown of it
    (0: none, or no prices are set).
    """

    of: Of
    name: str
    drafts: int = 0
    used: int = 0
    edited: int = 0
    ignored: int = 0
    useful: int = 0
    not_useful: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    tokens: int = 0
    cost_usd: float = 0.0


@dataclass
class _Tally:
    rows: dict[tuple[Of, str], OutcomeRow] = field(default_factory=dict)

    def add(self, of: Of, name: str, past: PastDraft) -> None:
        row = self.rows.setdefault((of, name), OutcomeRow(of, name))
        outcome, verdicts = past.saved.outcome, Counter(past.useful)
        row.drafts += 1
        row.used += outcome == "used"
        row.edited += outcome == "edited"
        row.ignored += outcome == "ignored"
        row.useful += verdicts[True]
        row.not_useful += verdicts[False]
        row.reasons = dict(Counter(row.reasons) + Counter(past.reasons))
        usage = past.saved.draft.usage
        if usage is not None:
            row.tokens += (usage.prompt_tokens or 0) + (usage.completion_tokens or 0)
            row.cost_usd = round(row.cost_usd + float(usage.cost_usd or 0), 6)


async def outcomes(database: Database, since: datetime) -> Sequence[OutcomeRow]:
    """Kinds of drafts first, then articles, macros and steps, each by how often it was shown. () where nothing was drafted."""
    return await database.read(lambda conn: _outcomes(conn, since))


def _outcomes(conn: Connection, since: datetime) -> Sequence[OutcomeRow]:
    tally, known = _Tally(), dict[str, SopRun | None]()
    for past in draft_history.since(conn, since):
        conversation_id = past.saved.draft.conversation_id
        if conversation_id and conversation_id not in known:
            loaded = runs.load(conn, conversation_id)
            known[conversation_id] = loaded.run if loaded else None
        for of, name in _belongs_to(past, known.get(conversation_id or "")):
            tally.add(of, name, past)
    order: tuple[Of, ...] = ("all", "kind", "article", "macro", "step", "model")
    return sorted(tally.rows.values(), key=lambda row: (order.index(row.of), -row.drafts, row.name))


def _belongs_to(past: PastDraft, run: SopRun | None) -> Iterator[tuple[Of, str]]:
    draft = past.saved.draft
    yield "all", "drafts"
    yield "kind", draft.kind.value
    if draft.usage is not None:
        yield "model", f"{draft.usage.model}, {draft.usage.prompt_version}"
    for title in dict.fromkeys(one.title for one in draft.citations):
        yield "article", title
    if draft.kind is DraftKind.MACRO:
        yield "macro", draft.macro_id or "not recorded"
    if run is not None:
        yield "step", f"{run.sop}: {_state_at(run, past.saved.created_at)}"


def _state_at(run: SopRun, at: datetime) -> str:
    """Where the procedure stood when the draft was shown."""
    before = [one for one in run.trail if one.at <= at]
    return before[-1].to_state if before else run.trail[0].from_state if run.trail else run.state
