"""Who a customer is: what somebody asked for, what is known of the person, and how each record was linked to them."""

from enum import StrEnum

from playbooks.domain.base import Frozen


class LookupKind(StrEnum):
    """By what a customer may be asked for (mission.md C1)."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    ORDER = "order"
    TRACKING = "tracking"
    INTERCOM_CONVERSATION = "intercom_conversation"
    INTERCOM_CONTACT = "intercom_contact"
    SALESFORCE = "salesforce"
    STRIPE = "stripe"


class Lookup(Frozen):
    """One question "who is …?", e.g. kind=email value=ada@example.com."""

    kind: LookupKind
    value: str


class Identity(Frozen):
    """What is known of who somebody is. Grows as sources answer; every e-mail is in lower case."""

    name: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    intercom_contact_ids: tuple[str, ...] = ()
    salesforce_contact_ids: tuple[str, ...] = ()
    salesforce_account_id: str | None = None
    stripe_customer_ids: tuple[str, ...] = ()
    order_numbers: tuple[str, ...] = ()
    tracking_numbers: tuple[str, ...] = ()

    def joined(self, other: "Identity") -> "Identity":
        """Both together, ours first; a single-valued field keeps what it already says."""
        merged: dict[str, object] = {}
        for field in type(self).model_fields:
            mine, theirs = getattr(self, field), getattr(other, field)
            merged[field] = tuple(dict.fromkeys((*mine, *theirs))) if isinstance(mine, tuple) else mine or theirs
        return Identity.model_validate(merged)


class Link(Frozen):
    """One vendor record that belongs to the customer, and why we think so."""

    source: str
    record_id: str
    label: str
    evidence: str
    url: str | None = None


class Candidate(Frozen):
    """One person a look-up may have meant; `detail` tells candidates of the same name apart."""

    source: str
    identity: Identity
    detail: str = ""
    evidence: str = ""


class Resolved(Frozen):
    """The look-up means exactly one person."""

    identity: Identity
    links: tuple[Link, ...] = ()


class Ambiguous(Frozen):
    """The look-up means several people: ask back, never guess."""

    lookup: Lookup
    candidates: tuple[Candidate, ...]


class Unknown(Frozen):
    """Nobody was found; `unasked` names the sources that could not be asked, so "nobody" is not claimed too widely."""

    lookup: Lookup
    unasked: tuple[str, ...] = ()


Resolution = Resolved | Ambiguous | Unknown
