"""Which promises to the customer a past conversation broke, and when; no procedure changes that, only who was told before."""

from datetime import datetime

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import AuthorKind, Conversation, ConversationState
from playbooks.domain.policy import Policies
from playbooks.domain.policy_hours import Clock
from playbooks.sla import clocks
from playbooks.triage import triage


class Breach(Frozen):
    """A promise to the customer that was broken, whatever the procedure says: the words were as late as they were."""

    clock: Clock
    started_at: Instant
    at: Instant


def breaches(conversation: Conversation, policies: Policies) -> tuple[Breach, ...]:
    """As of each of our answers, since a next response that was given is no longer listed, and as of the end.

    Judged by the rule for the channel and the urgency of the words; who is a VIP is not recorded.
    """
    answers = [one for one in conversation.public_parts if one.author.kind is AuthorKind.AGENT]
    stands = [(_before(conversation, one.at), one.at) for one in answers]
    stands.append((conversation, max([conversation.updated_at, *(one.at for one in conversation.parts)])))
    found: dict[tuple[Clock, datetime], Breach] = {}
    for seen, end in stands:
        for clock in _clocks(seen, policies, end):
            at = clock.due_at or clock.started_at + clock.within
            if clock.breached:
                found.setdefault((clock.clock, clock.started_at), Breach(clock=clock.clock, started_at=clock.started_at, at=at))
    return tuple(found.values())


def _clocks(seen: Conversation, policies: Policies, end: datetime) -> tuple[ClockFact, ...]:
    inbox = policies.inboxes.inbox(seen.inbox_id)
    urgency = triage(seen, None, policies, end).urgency
    return clocks(seen, policies.sla, policies.hours, end, channel=inbox.channel if inbox else "", priority=urgency)


def _before(conversation: Conversation, end: datetime) -> Conversation:
    """As it stood when something was about to be said: still open, that word not yet there."""
    parts = tuple(one for one in conversation.parts if one.at < end)
    return conversation.model_copy(update={"parts": parts, "state": ConversationState.OPEN})
