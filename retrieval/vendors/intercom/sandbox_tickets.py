"""The Intercom sandbox's tickets: the kinds there are, and conversations that become one; it answers no customer.

*Assumed:* a converted conversation is the ticket of the same id, and converting it again is refused.
"""

from retrieval.vendors.intercom.sandbox_gate import ApiError, Call
from retrieval.vendors.intercom.sandbox_inbox import Inbox
from retrieval.vendors.intercom.sandbox_state import WORKSPACE, ConversationRecord, Json, State

TYPES = (
    ("53", "Return", "Customer", False),
    ("54", "Field visit", "Customer", False),
    ("55", "Stock count", "Back-office", False),
)


class Tickets:
    def __init__(self, state: State, inbox: Inbox) -> None:
        self._state, self._inbox = state, inbox
        for type_id, name, category, archived in TYPES:
            state.ticket_types[type_id] = self._type(type_id, name, category, archived)

    def types(self, _: Call) -> object:
        return {"type": "list", "data": list(self._state.ticket_types.values())}

    def read(self, call: Call) -> object:
        found = self._state.tickets.get(call.path["id"])
        if found is None:
            raise ApiError(404, "ticket_not_found", "Ticket not found")
        return found

    def convert(self, call: Call) -> object:
        record = self._inbox.found(call.path["id"])
        kind = self._state.ticket_types.get(call.text("ticket_type_id"))
        if kind is None:
            raise ApiError(404, "ticket_type_not_found", "Ticket type not found")
        if kind["category"] != "Customer":
            raise ApiError(400, "parameter_invalid", "Ticket type is not a customer ticket type")
        if record.id in self._state.tickets:
            raise ApiError(400, "parameter_invalid", "Conversation is a ticket already")
        self._state.tickets[record.id] = self._ticket(record, kind)
        return self._state.tickets[record.id]

    def _ticket(self, record: ConversationRecord, kind: Json) -> Json:
        now = self._state.now()
        submitted = {"id": "7493", "category": "submitted", "internal_label": "Submitted", "external_label": "Submitted"}
        contact = {"type": "contact", "id": record.contact_id}
        return {
            "type": "ticket",
            "id": record.id,
            "ticket_id": self._state.number("ticket", 22),
            "category": "Customer",
            "ticket_attributes": {},
            "ticket_state": {"type": "ticket_state", **submitted},
            "ticket_type": kind,
            "contacts": {"type": "contact.list", "contacts": [contact]},
            "admin_assignee_id": record.admin_assignee_id,
            "team_assignee_id": record.team_assignee_id,
            "created_at": now,
            "updated_at": now,
            "open": True,
            "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        }

    def _type(self, type_id: str, name: str, category: str, archived: bool) -> Json:
        now = self._state.now()
        return {
            "type": "ticket_type",
            "id": type_id,
            "name": name,
            "description": "",
            "icon": "",
            "workspace_id": WORKSPACE,
            "ticket_type_attributes": {"type": "list", "data": []},
            "category": category,
            "archived": archived,
            "created_at": now,
            "updated_at": now,
        }
