"""The end of a shift: every open chat of those who leave, in a few lines each, with a button for whoever carries on."""

from collections.abc import Sequence
from datetime import datetime

from playbooks.cards.parts import button, buttons, customer_button, fact, facts, section, small, who
from playbooks.domain.card import Card, Element, LinkButton, Quote, Section, Status, Tone
from playbooks.domain.conversation import AuthorKind, Conversation, Part
from playbooks.domain.press import TakeConversation
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.privacy import masked
from playbooks.words import ago, listed, moment, plural, shortened

_LONGEST_QUOTE = 280


def hand_over_card(
    shift: str,
    next_shift: str,
    chats: Sequence[tuple[Conversation, SopRun, Sop]],
    *,
    names: dict[str, str],
    taking_over: Sequence[str],
    more: int,
    now: datetime,
    zone: str = "UTC",
) -> Card:
    """`names` tells people's names by agent_id; `more` chats are open that are not listed."""
    count = len(chats) + more
    people = listed([names.get(one, one) for one in taking_over])
    return Card(
        title=f"Hand-over: {shift} to {next_shift} shift",
        summary=f"The {shift} shift ends with {plural(count, 'open chat')} for {people}.",
        status=Status(text=plural(count, "open chat"), tone=Tone.WARNING if count else Tone.GOOD),
        sections=(
            *section("", facts(fact("Takes over", people))),
            *(part for chat in chats for part in _chat(*chat, names=names, now=now, zone=zone)),
            *section("", [small(f"and {plural(more, 'chat')} more.")] if more else []),
        ),
        footer=f"As of {moment(now, zone)}",
    )


def _chat(
    conversation: Conversation, run: SopRun, sop: Sop, *, names: dict[str, str], now: datetime, zone: str
) -> tuple[Section, ...]:
    state, key = sop.states.get(run.state), conversation.conversation_id
    due = min((one.due_at for one in run.timers), default=None)
    link: list[Element] = [LinkButton(label="Open in Intercom", url=conversation.url)] if conversation.url else []
    elements: list[Element] = [
        *_last_words(conversation),
        *facts(
            fact("Stands at", f"{state.title if state else run.state}, {ago(run.entered_at, now)}"),
            fact("Was with", names.get(run.owner, run.owner) if run.owner else "nobody"),
            fact("Next due", moment(due, zone) if due else None),
            fact("Case", f"{run.case.number}, {run.case.status}" if run.case else None),
        ),
        *buttons(button("Take", TakeConversation(conversation_id=key), primary=True), customer_button(key)),
        *link,
    ]
    return section(who(conversation), elements)


def _last_words(conversation: Conversation) -> list[Element]:
    """What the customer wants and what they were told: the last of each."""
    theirs = conversation.last_customer_part
    ours = next((one for one in reversed(conversation.public_parts) if one.author.kind is AuthorKind.AGENT), None)
    said = sorted((one for one in (theirs, ours) if one), key=lambda one: one.at)
    return [_quote(one) for one in said]


def _quote(part: Part) -> Quote:
    return Quote(text=shortened(masked(part.text), _LONGEST_QUOTE), source=part.author.name, at=part.at)
