"""What a conversation is about and how pressing it is, from its own words, its customer and the company's policies.

It reads what customers wrote as data: no wording makes it do more than count words. It answers nothing and tells nobody.
"""

from datetime import datetime

from playbooks.domain.conversation import AuthorKind, Conversation, ConversationState
from playbooks.domain.facts import Customer360, FlagKind
from playbooks.domain.policy import Policies, Urgency
from playbooks.domain.sop import Sop
from playbooks.domain.triage import Sentiment, Triage
from playbooks.flags import flags
from playbooks.language import Guess, language
from playbooks.sentiment import Reader, sentiment
from playbooks.standing import customer_waits, entitled
from playbooks.topics import topics

# Topics that do not wait, whatever the customer's tone; a company that names its topics otherwise names these alike.
_CRITICAL_TOPICS = frozenset({"safety"})
_PRESSING_TOPICS = frozenset({"dispute", "compliance"})
# Mission P9's threshold where the alert policy names none.
_UPSET_BELOW = 0.3
_LEVELS: tuple[Urgency, ...] = ("low", "normal", "high", "critical")


def triage(
    conversation: Conversation,
    customer: Customer360 | None,
    policies: Policies,
    now: datetime,
    sop: Sop | None = None,
    zone: str = "UTC",
    reader: Reader | None = None,
    guess: Guess | None = None,
) -> Triage:
    """`customer` None: nobody is known. `sop`: whose eligibility is judged, where the conversation's inbox has one.

    `reader` hears moods and `guess` knows languages better than the word lists do, where they are handed in.
    """
    ignored = ignored_because(conversation, policies)
    if ignored:
        return Triage(conversation_id=conversation.conversation_id, ours=False, ignored_because=ignored)
    said = [one.text for one in conversation.public_parts if one.author.kind is AuthorKind.CONTACT and one.text.strip()]
    felt, about = sentiment(said, reader), topics("\n".join([conversation.subject, *said]), policies.routing.topics)
    found = {one.kind: one.reason for one in flags(customer, now, zone=zone)} if customer else {}
    waits = customer_waits(conversation) and conversation.state is not ConversationState.CLOSED
    urgency, reasons = _urgency(conversation, felt, about, found, _upset_below(policies))
    refused = _not_eligible(conversation, customer, sop)
    return Triage(
        conversation_id=conversation.conversation_id,
        ours=True,
        urgency=urgency,
        sentiment=felt,
        language=language(" ".join(said[-3:]), guess),
        topics=about,
        tags=_tags(conversation, about, found),
        vip=FlagKind.VIP in found,
        eligible=None if sop is None else not refused,
        not_eligible_because=refused,
        customer_waits=waits,
        needs_alert=waits,
        reasons=reasons,
        written_for_part_id=next(
            (one.part_id for one in reversed(conversation.public_parts) if one.author.kind is AuthorKind.CONTACT), None
        ),
    )


def ignored_because(conversation: Conversation, policies: Policies) -> str:
    """Why a conversation is none of ours; "" where it is (P2, L11)."""
    if not policies.inboxes.is_ours(conversation.inbox_id):
        inbox = policies.inboxes.inbox(conversation.inbox_id)
        return f"It is in the inbox {inbox.name} of another brand." if inbox else "It is in an inbox that is not ours."
    spoken = conversation.public_parts
    if spoken and all(one.author.kind in {AuthorKind.BOT, AuthorKind.APP} for one in spoken):
        return "Only a bot or an app has written in it."
    return ""


def _upset_below(policies: Policies) -> float:
    rule = next((one for one in policies.alerts.rules if one.signal == "negative_sentiment"), None)
    return rule.below if rule and rule.below is not None else _UPSET_BELOW


def _urgency(
    conversation: Conversation, felt: Sentiment | None, about: tuple[str, ...], found: dict[FlagKind, str], upset_below: float
) -> tuple[Urgency, tuple[str, ...]]:
    """The highest level that any reason calls for; the reasons of all levels are told, the most pressing first."""
    told: list[tuple[int, str]] = []
    told += [(3, f"speaks of {one}") for one in about if one in _CRITICAL_TOPICS]
    told += [(2, f"speaks of {one}") for one in about if one in _PRESSING_TOPICS]
    if felt and felt.score < upset_below:
        told.append((2, f"upset: {', '.join(felt.why[:3])}"))
    elif felt and felt.trend == "falling" and felt.score < 0.5:
        told.append((2, "getting more upset"))
    told += [(2, found[kind]) for kind in (FlagKind.VIP, FlagKind.OPEN_DISPUTE, FlagKind.AT_RISK) if kind in found]
    told += [(1, found[kind]) for kind in (FlagKind.LATE_PARCEL, FlagKind.REPEAT_CONTACT, FlagKind.LOW_RATING) if kind in found]
    if conversation.priority:
        told.append((2, "marked as priority"))
    if felt and felt.score > 0.7 and not told:
        return "low", ("in a good mood",)
    told.sort(key=lambda one: -one[0])
    return _LEVELS[max((level for level, _ in told), default=1)], tuple(dict.fromkeys(reason for _, reason in told))


def _tags(conversation: Conversation, about: tuple[str, ...], found: dict[FlagKind, str]) -> tuple[str, ...]:
    """Suggested, without those it has."""
    wanted = [*(one.replace("_", "-") for one in about), *(["vip"] if FlagKind.VIP in found else [])]
    wanted += ["dispute"] if FlagKind.OPEN_DISPUTE in found else []
    return tuple(one for one in dict.fromkeys(wanted) if one not in conversation.tags)


def _not_eligible(conversation: Conversation, customer: Customer360 | None, sop: Sop | None) -> tuple[str, ...]:
    if sop is None or sop.eligibility is None:
        return ()
    contact = conversation.contact
    known = contact is not None and (
        contact.signed_in or contact.external_id is not None or bool(customer and customer.account)
    )
    holds = {
        "registered": known,
        "signed_in": contact is not None and contact.signed_in,
        "entitled": customer is not None and entitled(conversation, customer, sop),
    }
    words = {
        "registered": "has no account",
        "signed_in": "is not signed in",
        "entitled": "no plan, tier or role includes live chat",
    }
    return tuple(words[one] for one in sop.eligibility.guards if one in words and not holds[one])
