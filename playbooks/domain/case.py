"""A CRM case: what we ask to be opened, and what was opened."""

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
