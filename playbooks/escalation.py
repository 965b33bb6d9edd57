"""Writes the Salesforce case that a chat becomes: everything the second line needs, masked, within Salesforce's limits.

It opens nothing. The external id derives from the conversation and its escalation's number, so the same escalation is the
same case however often it is asked for.
"""

from collections.abc import Mapping
from datetime import datetime

from playbooks.case_text import customer_lines, fitted, procedure_lines, transcript
from playbooks.domain.case import CaseDraft, ContactChoice
from playbooks.domain.conversation import AuthorKind, Conversation
from playbooks.domain.facts import Customer360
from playbooks.domain.policy import Urgency
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop, WaitsFor
from playbooks.domain.triage import Triage
from playbooks.privacy import masked
from playbooks.standing import entitlement
from playbooks.words import moment, shortened

# Salesforce's standard fields: Case.Subject 255, Case.Description 32,000, CaseComment.CommentBody 4,000 characters.
LONGEST_SUBJECT, LONGEST_DESCRIPTION, LONGEST_COMMENT = 255, 32_000, 4_000

_PRIORITIES: dict[Urgency, str] = {"low": "Low", "normal": "Medium", "high": "High", "critical": "Critical"}


def case_draft(
    conversation: Conversation,
    customer: Customer360 | None,
    run: SopRun | None,
    triage: Triage,
    note: str,
    now: datetime,
    *,
    sop: Sop | None = None,
    names: Mapping[str, str] | None = None,
    zone: str = "UTC",
    origin: str = "Chat",
) -> CaseDraft:
    """`names` tells the agents' names by agent_id; times in the text are in `zone`."""
    contact_id = matched_contact(conversation, customer)
    return CaseDraft(
        external_id=external_id(conversation.conversation_id, run),
        subject=subject(conversation, triage),
        description=description(conversation, customer, run, triage, note, now, sop=sop, names=names or {}, zone=zone),
        priority=_PRIORITIES[triage.urgency],
        origin=origin,
        contact_id=contact_id,
        account_id=_account_id(customer, contact_id),
        product=product(conversation),
        entitlement=entitlement(conversation, customer, sop) if customer else "",
        intercom_conversation_id=conversation.conversation_id,
        intercom_conversation_url=conversation.url,
    )


def contacts_of(customer: Customer360 | None) -> tuple[ContactChoice, ...]:
    """The person's records in the CRM, each with the evidence for it."""
    links = (one for one in (customer.links if customer else ()) if one.source == "salesforce")
    return tuple(ContactChoice(contact_id=one.record_id, label=one.label, why=one.evidence) for one in links)


def matched_contact(conversation: Conversation, customer: Customer360 | None) -> str | None:
    """The one record there is, or the one with the very e-mail of the chat; among doubles nothing is guessed."""
    ids = customer.identity.salesforce_contact_ids if customer else ()
    if len(ids) == 1:
        return ids[0]
    email = conversation.contact.email if conversation.contact else None
    same = [one for one in contacts_of(customer) if email and one.why == f"e-mail {email.lower()}"]
    return same[0].contact_id if len(same) == 1 else None


def _account_id(customer: Customer360 | None, contact_id: str | None) -> str | None:
    """Doubles may belong to different accounts: without a contact that is sure, no account of theirs is."""
    if customer is None or (contact_id is None and customer.identity.salesforce_contact_ids):
        return None
    return customer.account.account_id if customer.account else customer.identity.salesforce_account_id


def product(conversation: Conversation) -> str:
    """What the chat, or else the person, has as its attribute “product”."""
    contact = conversation.contact
    pairs = (*conversation.attributes, *(contact.attributes if contact else ()))
    return next((masked(value) for name, value in pairs if name.lower() == "product" and value.strip()), "")


def expects_a_case(sop: Sop, state: str) -> bool:
    """A state that nothing but a case, or its refusal, is to end: who waits there without one was forgotten."""
    opens = [name for name, one in sop.transitions.items() if "case_opened" in one.triggers]
    leads = any(cell.to is not None for name in opens for cell in sop.cells(state, name))
    return leads and sop.states[state].waits_for is WaitsFor.SYSTEM


def external_id(conversation_id: str, run: SopRun | None) -> str:
    """ "intercom:<conversation>:<escalation>": the first escalation is 1; one after a closed case is the next."""
    opened = sum(one.transition == "case_opened" for one in run.trail) if run else 0
    return f"intercom:{conversation_id}:{opened + 1}"


def subject(conversation: Conversation, triage: Triage) -> str:
    """The chat's own subject, else the customer's first words; who it is about, and what about."""
    first = next(
        (one.text for one in conversation.public_parts if one.author.kind is AuthorKind.CONTACT and one.text.strip()), ""
    )
    about = " ".join(masked(conversation.subject or first).split()) or "Live chat"
    name = conversation.contact.name if conversation.contact and conversation.contact.name else ""
    topic = f"[{triage.topics[0].replace('_', ' ')}] " if triage.topics else ""
    return shortened(f"{topic}{about}" + (f" ({name})" if name else ""), LONGEST_SUBJECT)


def description(
    conversation: Conversation,
    customer: Customer360 | None,
    run: SopRun | None,
    triage: Triage,
    note: str,
    now: datetime,
    *,
    sop: Sop | None,
    names: Mapping[str, str],
    zone: str,
) -> str:
    """Note, reasons, customer, procedure, transcript. Only the transcript is shortened, in its middle, and says so."""
    head = [
        f"Escalated from live chat on {moment(now, zone)} ({zone}).",
        f"Conversation: {conversation.url or conversation.conversation_id}",
        *(["", "WHAT THE SECOND LINE SHOULD KNOW", masked(note.strip())] if note.strip() else []),
        *(["", "WHY IT IS PRESSING", *(f"- {masked(one)}" for one in triage.reasons)] if triage.reasons else []),
        *_titled("PRODUCT AND ENTITLEMENT", _entitled_lines(conversation, customer, sop)),
        *_titled("CUSTOMER", customer_lines(customer, now, zone)),
        *_titled("WHAT HAPPENED IN THE CHAT", procedure_lines(run, sop, names, zone)),
        "",
        "TRANSCRIPT",
    ]
    text = "\n".join(head) + "\n"
    return (
        text[:LONGEST_DESCRIPTION]
        if len(text) >= LONGEST_DESCRIPTION
        else text + fitted(transcript(conversation, zone), LONGEST_DESCRIPTION - len(text))
    )


def _entitled_lines(conversation: Conversation, customer: Customer360 | None, sop: Sop | None) -> list[str]:
    held = entitlement(conversation, customer, sop) if customer else ""
    lines = [("Product", product(conversation)), ("Entitlement", held)]
    return [f"{label}: {value}" for label, value in lines if value]


def _titled(title: str, lines: list[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def case_comment(conversation: Conversation, note: str, since: datetime | None = None, zone: str = "UTC") -> str:
    """For a chat whose case exists already: the note, and what was said since."""
    lines = transcript(conversation, zone, since=since)
    head = [masked(note.strip())] if note.strip() else []
    text = "\n".join([*head, f"Live chat {conversation.url or conversation.conversation_id}:", ""])
    return text[:LONGEST_COMMENT] if len(text) >= LONGEST_COMMENT else text + fitted(lines, LONGEST_COMMENT - len(text))
