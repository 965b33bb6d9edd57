"""What a conversation is about and how pressing it is, with the reasons in words."""

from typing import Literal

from playbooks.domain.base import Frozen
from playbooks.domain.policy_rules import Urgency

Trend = Literal["falling", "steady", "rising"]


class Sentiment(Frozen):
    """`score` 0 (very negative) to 1 (very positive), .5 neutral, of the customer's last words; `why` are the words counted."""

    score: float
    trend: Trend = "steady"
    why: tuple[str, ...] = ()


class Triage(Frozen):
    """`ignored_because` is set where the conversation is none of ours; then nothing else is to be done with it.

    `sentiment` and `language` are None where the customer has not said enough; `eligible` None where nothing demands it.
    `written_for_part_id` is the customer's last part that was taken into account.
    """

    conversation_id: str
    ours: bool
    ignored_because: str = ""
    urgency: Urgency = "normal"
    sentiment: Sentiment | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    vip: bool = False
    eligible: bool | None = None
    not_eligible_because: tuple[str, ...] = ()
    customer_waits: bool = False
    needs_alert: bool = False
    reasons: tuple[str, ...] = ()
    written_for_part_id: str | None = None
