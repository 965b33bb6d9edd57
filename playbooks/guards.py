"""The guards that procedures name: each a plain question about a few given facts; none looks anything up."""

from collections.abc import Callable, Mapping
from typing import Literal

from playbooks.domain.base import Frozen
from playbooks.domain.policy import HoursPolicy, Permission


class GuardFacts(Frozen):
    """What guards may ask about. The desk fills it; unknown means False, so that a missing fact opens no door.

    `pressed`: a person asks for the transition (then `permissions` are theirs and `inputs` what they filled in).
    What the run itself knows (owner, case) is filled in by the machine. `hours` are for timers that run in opening hours.
    """

    pressed: bool = False
    permissions: frozenset[Permission] = frozenset()
    inputs: frozenset[str] = frozenset()
    inbox_is_ours: bool = False
    registered: bool = False
    signed_in: bool = False
    entitled: bool = False
    bot_goes_first: bool = False
    bot_finished: bool = False
    inside_hours: bool = False
    operators_on_shift: bool = False
    customer_waits: bool = False
    has_owner: bool = False
    by_owner: bool = False
    by_agent: bool = False
    has_case: bool = False
    case_is_open: bool = False
    expectations_set: bool = False
    documents_complete: bool = False
    score_band: Literal["fast_track", "standard", "detailed"] | None = None
    decision: Literal["approved", "declined"] | None = None
    amount_above_limit: bool = False
    hours: HoursPolicy | None = None


Guard = Callable[[GuardFacts], bool]

GUARDS: Mapping[str, Guard] = {
    "inbox_is_ours": lambda facts: facts.inbox_is_ours,
    "registered": lambda facts: facts.registered,
    "signed_in": lambda facts: facts.signed_in,
    "entitled": lambda facts: facts.entitled,
    "bot_goes_first": lambda facts: facts.bot_goes_first and not facts.bot_finished,
    "bot_finished": lambda facts: facts.bot_finished,
    "inside_hours": lambda facts: facts.inside_hours,
    "operators_on_shift": lambda facts: facts.operators_on_shift,
    "customer_waits": lambda facts: facts.customer_waits,
    "has_owner": lambda facts: facts.has_owner,
    "by_owner": lambda facts: facts.by_owner,
    "by_agent": lambda facts: facts.by_agent,
    "has_case": lambda facts: facts.has_case,
    "case_is_open": lambda facts: facts.case_is_open,
    "expectations_set": lambda facts: facts.expectations_set,
    "documents_complete": lambda facts: facts.documents_complete,
    "score_fast_track": lambda facts: facts.score_band == "fast_track",
    "score_standard": lambda facts: facts.score_band == "standard",
    "score_detailed": lambda facts: facts.score_band == "detailed",
    "approved": lambda facts: facts.decision == "approved",
    "declined": lambda facts: facts.decision == "declined",
    "amount_above_limit": lambda facts: facts.amount_above_limit,
}

MEANINGS: Mapping[str, str] = {
    "inbox_is_ours": "the chat is in one of our team's inboxes",
    "registered": "the customer has an account",
    "signed_in": "the customer is signed in",
    "entitled": "the customer's role or plan includes live chat",
    "bot_goes_first": "the inbox's own bot answers first and has not finished",
    "bot_finished": "the inbox's own bot has handed over",
    "inside_hours": "we are within opening hours",
    "operators_on_shift": "somebody is on shift",
    "customer_waits": "the customer wrote last",
    "has_owner": "somebody owns the chat",
    "by_owner": "it is the owner who acts",
    "by_agent": "it is a colleague on the roster who acts",
    "has_case": "a case exists for this chat",
    "case_is_open": "the case is still open",
    "expectations_set": "the customer was told what happens next and when",
    "documents_complete": "all documents asked for have arrived and are valid",
    "score_fast_track": "the score is in the fast-track band",
    "score_standard": "the score is in the standard band",
    "score_detailed": "the score is in the detailed-review band",
    "approved": "the recorded decision is an approval",
    "declined": "the recorded decision is a decline",
    "amount_above_limit": "the amount is above the limit for one officer",
}
"""In words, for refusals and for the diagram."""


def holds(name: str, facts: GuardFacts) -> bool:
    """Raises KeyError for a guard that does not exist; `playbooks.proof` rules that out before a procedure runs."""
    return GUARDS[name](facts)


def failing(when: tuple[str, ...], unless: tuple[str, ...], facts: GuardFacts) -> tuple[str, ...]:
    """The guards that stand in the way, in words; () where the way is free."""
    missing = tuple(MEANINGS[one] for one in when if not holds(one, facts))
    present = tuple(f"not: {MEANINGS[one]}" for one in unless if holds(one, facts))
    return missing + present
