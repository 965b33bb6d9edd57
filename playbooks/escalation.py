"""Writes the Salesforce case that a chat becomes: everything the second line needs, masked, within Salesforce's limits.

It opens nothing. The external id derives from the conversation and its escalation's number, so the same escalation is the
same case however often it is asked for.
"""

from collections.abc import Mapping
from datetime import datetime

from playbooks.case_text import customer_lines, fitted, procedure_lines, transcript
from playbooks.domain.case import CaseDraft
from playbooks.domain.conversation import AuthorKind, Conversation
from playbooks.domain.facts import Customer360
from playbooks.domain.policy import Urgency
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop, WaitsFor
from playbooks.domain.triage import Triage
from playbooks.privacy import masked
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
    account = customer.account if customer else None
    contacts = customer.identity.salesforce_contact_ids if customer else ()
    return CaseDraft(
        external_id=external_id(conversation.conversation_id, run),
        subject=subject(conversation, triage),
        description=description(conversation, customer, run, triage, note, now, sop=sop, names=names or {}, zone=zone),
        priority=_PRIORITIES[triage.urgency],
        origin=origin,
        contact_id=contacts[0] if len(contacts) == 1 else None,
        account_id=account.account_id if account else customer.identity.salesforce_account_id if customer else None,
        intercom_conversation_id=conversation.conversation_id,
        intercom_conversation_url=conversation.url,
    )


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


def _titled(title: str, lines: list[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def case_comment(conversation: Conversation, note: str, since: datetime | None = None, zone: str = "UTC") -> str:
    """For a chat whose case exists already: the note, and what was said since."""
    lines = transcript(conversation, zone, since=since)
    head = [masked(note.strip())] if note.strip() else []
    text = "\n".join([*head, f"Live chat {conversation.url or conversation.conversation_id}:", ""])
    return text[:LONGEST_COMMENT] if len(text) >= LONGEST_COMMENT else text + fitted(lines, LONGEST_COMMENT - len(text))
