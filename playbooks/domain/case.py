"""A CRM case: what we ask to be opened, what was opened, its fields as the CRM words them, and the person it is about."""

from typing import Literal

from playbooks.domain.base import Frozen, Instant


class CaseDraft(Frozen):
    """A case to be opened exactly once: `external_id` derives from its cause (conversation and escalation), never random."""

    external_id: str
    subject: str
    description: str
    priority: str
    origin: str = "Chat"
    status: str = "New"
    contact_id: str | None = None
    account_id: str | None = None
    product: str = ""
    entitlement: str = ""
    intercom_conversation_id: str | None = None
    intercom_conversation_url: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


class Case(Frozen):
    case_id: str
    number: str
    status: str
    external_id: str | None = None
    url: str | None = None
    updated_at: Instant | None = None
    closed: bool = False

    @property
    def is_closed(self) -> bool:
        """As the CRM says, whatever it calls its closed statuses."""
        return self.closed or self.status.lower() == "closed"


class CaseField(Frozen):
    """A field of a case in the CRM's own words: its label, and what it may hold."""

    name: str
    label: str
    kind: Literal["text", "long_text", "choice", "yes_no", "date", "number"] = "text"
    choices: tuple[str, ...] = ()
    max_length: int = 3000


class ContactDraft(Frozen):
    """A person to be made in the CRM on request. A CRM wants a last name at least."""

    last_name: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    account_id: str | None = None


class ContactChoice(Frozen):
    """A person in the CRM whose case it may be; `why` says what speaks for it."""

    contact_id: str
    label: str
    why: str = ""
