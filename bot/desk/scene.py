"""The facts around one conversation, gathered before anything is decided: the conversation whole, its customer, its run."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.desk.office import Office, Remembered
from bot.desk.procedure import procedure_of
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import AuthorKind, Conversation
from playbooks.domain.customer import Identity
from playbooks.domain.facts import Customer360, Flag, Gap
from playbooks.domain.people import Agent
from playbooks.domain.policy import Inbox, Policies
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.domain.triage import Triage
from playbooks.flags import flags
from playbooks.guards import GuardFacts
from playbooks.sla import clocks
from playbooks.standing import guard_facts
from playbooks.topics import topics
from playbooks.triage import triage
from retrieval.customer360 import gather


@dataclass(frozen=True)
class Scene:
    """One conversation as it stands now. `run` is None before the procedure began."""

    conversation: Conversation
    customer: Customer360
    flags: tuple[Flag, ...]
    triage: Triage
    clocks: tuple[ClockFact, ...]
    question: str
    inbox: Inbox | None
    sop: Sop | None
    remembered: Remembered

    @property
    def conversation_id(self) -> str:
        return self.conversation.conversation_id

    @property
    def run(self) -> SopRun | None:
        return self.remembered.run

    @property
    def customer_name(self) -> str | None:
        contact = self.conversation.contact
        return self.customer.identity.name or (contact.name if contact else None)

    @property
    def last_public_part_id(self) -> str | None:
        part = self.conversation.last_public_part
        return part.part_id if part else None

    def guards(
        self, office: Office, agent: Agent | None = None, pressed: bool = False, inputs: Mapping[str, str] | None = None
    ) -> GuardFacts:
        assert self.sop is not None
        return guard_facts(
            self.conversation,
            self.customer,
            self.sop,
            self.run,
            office.policies,
            now=office.now,
            agent=agent,
            pressed=pressed,
            inputs=inputs,
        )


async def scene(office: Office, conversation_id: str) -> Scene | None:
    """None: the conversation does not exist (any more), or no inbox is connected."""
    if office.inbox is None:
        return None
    conversation, remembered = await asyncio.gather(
        office.inbox.conversation(conversation_id), office.memory.run(conversation_id)
    )
    if conversation is None:
        return None
    inbox = office.policies.inboxes.inbox(conversation.inbox_id)
    ours = inbox is not None and inbox.ours
    customer = await recent_customer(office, identity_of(conversation)) if ours else Customer360(identity=Identity())
    sop = await procedure_of(office, inbox, remembered.run)
    judged = triage(conversation, customer, office.policies, office.now, sop, office.zone, office.reader, office.guess)
    return Scene(
        conversation=conversation,
        customer=customer,
        flags=flags(customer, office.now, zone=office.zone),
        triage=judged,
        question=question_of(conversation, office.policies.routing.topics),
        clocks=clocks_of(conversation, customer, judged, inbox, office.policies, office.now, remembered.run),
        inbox=inbox,
        sop=sop,
        remembered=remembered,
    )


def question_of(conversation: Conversation, topic_words: Mapping[str, tuple[str, ...]]) -> str:
    """What the customer wrote since somebody of us answered; their last words where all is answered.

    Words that name no topic ("this is not good enough") ask what the chat asked at its beginning.
    """
    said: list[str] = []
    for part in reversed(conversation.public_parts):
        if part.author.kind is AuthorKind.AGENT and said:
            break
        if part.author.kind is AuthorKind.CONTACT and part.text.strip():
            said.append(part.text.strip())
    words = "\n".join(reversed(said))
    opening = next((one.text.strip() for one in conversation.public_parts if one.author.kind is AuthorKind.CONTACT), "")
    return words if opening in said or topics(words, topic_words) else f"{opening}\n{words}".strip()


def clocks_of(
    conversation: Conversation,
    customer: Customer360,
    judged: Triage,
    inbox: Inbox | None,
    policies: Policies,
    now: datetime,
    run: SopRun | None = None,
) -> tuple[ClockFact, ...]:
    known = {**customer.attributes, **dict(conversation.attributes)}
    return clocks(
        conversation,
        policies.sla,
        policies.hours,
        now,
        vip=judged.vip,
        tier=(customer.account.tier if customer.account else None) or "",
        channel=inbox.channel if inbox else "",
        priority=judged.urgency,
        segment=known.get("segment", ""),
        run=run,
    )


def identity_of(conversation: Conversation) -> Identity:
    contact = conversation.contact
    if contact is None:
        return Identity()
    return Identity(
        name=contact.name,
        emails=(contact.email.lower(),) if contact.email else (),
        phones=(contact.phone,) if contact.phone else (),
        intercom_contact_ids=(contact.contact_id,),
    )


async def recent_customer(office: Office, identity: Identity) -> Customer360:
    """As `customer_of`, but a whole picture of a moment ago will do: one chat causes a dozen events in a minute, and each
    asking every vendor again would spend their limits (DHL's is 250 a day). Its as-of times are shown as they are."""
    known = office.recent.get(identity, office.now)
    if known is not None:
        return known
    gathered = await customer_of(office, identity)
    office.recent.put(identity, gathered, office.now)
    return gathered


async def customer_of(office: Office, identity: Identity) -> Customer360:
    """Everything known of them under one deadline; sources nobody connected are gaps like any other (design.md D8)."""
    gathered = await gather(
        office.sources, identity, deadline_seconds=office.deadline_seconds, now=office.now, cache=office.facts_cache
    )
    return gathered.model_copy(update={"gaps": (*gathered.gaps, *_unconnected(office.unconnected, gathered))})


def _unconnected(gaps: tuple[Gap, ...], gathered: Customer360) -> tuple[Gap, ...]:
    named = {gap.source for gap in gathered.gaps} | {one.source for one in gathered.sources}
    return tuple(gap for gap in gaps if gap.source not in named)
