"""The Intercom sandbox's conversations: reading, searching, answering, managing; each change is told to the emitter."""

from collections.abc import Callable
from typing import Any

from retrieval.sandbox import Control
from retrieval.vendors.intercom import sandbox_shapes as shapes
from retrieval.vendors.intercom.sandbox_gate import ApiError, Call, invalid, missing
from retrieval.vendors.intercom.sandbox_paging import paged, size
from retrieval.vendors.intercom.sandbox_search import CONVERSATION, matching
from retrieval.vendors.intercom.sandbox_state import (
    OPERATOR,
    ContactRecord,
    ConversationRecord,
    Json,
    PartRecord,
    State,
    admin_author,
    as_html,
    as_markup,
    contact_author,
)
from retrieval.vendors.intercom.sandbox_webhooks import Emitter

CREATED_BY = "deskside-sandbox-app"


class Inbox:
    """`stale_search`: searches list each conversation as it was before its latest change. `missing_part`: reading one leaves
    out its newest part. `ignores_attributes`: updating one answers as if all was well and keeps none of its attributes."""

    def __init__(self, state: State, emitter: Emitter, control: Control) -> None:
        self._state, self._emitter, self._control = state, emitter, control

    # reading

    def found(self, conversation_id: str) -> ConversationRecord:
        record = self._state.conversations.get(conversation_id)
        if record is None:
            raise ApiError(404, "not_found", "Resource Not Found")
        self._wake(record)
        return record

    def read(self, call: Call) -> object:
        return self._whole(self.found(call.path["id"]))

    def _whole(self, record: ConversationRecord) -> Json:
        return shapes.conversation(self._state, record, hide_newest_part=self._control.contradicts("missing_part"))

    def listed(self, call: Call) -> object:
        return self._page(self._items(), size(call.query.get("per_page"), 20), call.query.get("starting_after"))

    def search(self, call: Call) -> object:
        if "query" not in call.body:
            raise missing("query")
        pagination = call.body.get("pagination") or {}
        found = matching(self._items(), call.body["query"], CONVERSATION)
        return self._page(found, size(pagination.get("per_page"), 20), pagination.get("starting_after"))

    def _items(self) -> list[Json]:
        stale = self._control.contradicts("stale_search")
        records = self._state.conversations.values()
        return [(stale and one.earlier) or shapes.listed_conversation(self._state, one) for one in records]

    def _page(self, items: list[Json], per_page: int, cursor: str | None) -> Json:
        shown, pages = paged(items, per_page, cursor)
        return {"type": "conversation.list", "conversations": shown, "total_count": len(items), "pages": pages}

    # writing

    def create(self, call: Call) -> object:
        sender = call.body.get("from") or {}
        contact = self._state.contacts.get(str(sender.get("id", "")))
        if contact is None:
            raise ApiError(404, "not_found", "User Not Found")
        record = self.started(contact, call.text("body"), 0)
        return {
            "type": "user_message",
            "id": record.source_id,
            "created_at": record.created_at,
            "body": call.text("body"),
            "message_type": "inapp",
            "conversation_id": record.id,
        }

    def started(self, contact: ContactRecord, text: str, team_id: int) -> ConversationRecord:
        now = self._state.now()
        record = ConversationRecord(
            id=self._state.number("conversation", 21_547_001),
            contact_id=contact.id,
            source_id=self._state.number("message", 40_391_001),
            body=as_html(text),
            author=contact_author(contact),
            created_at=now,
            updated_at=now,
            waiting_since=now,
            team_assignee_id=team_id,
        )
        contact.last_replied_at = now
        self._state.conversations[record.id] = record
        self._tell("conversation.user.created", record)
        return record

    def update(self, call: Call) -> object:
        record = self._changing(call.path["id"])
        record.read = bool(call.body.get("read", record.read))
        record.title = call.body.get("title", record.title)
        if not self._control.contradicts("ignores_attributes"):
            record.custom_attributes |= call.body.get("custom_attributes") or {}
        record.updated_at = self._state.now()
        return self._whole(record)

    def delete(self, call: Call) -> object:
        record = self.found(call.path["id"])
        del self._state.conversations[record.id]
        item = {"type": "conversation", "conversation_id": record.id}
        self._emitter.emit("conversation.deleted", item, self._state.now())
        return {"id": record.id, "object": "conversation", "deleted": True}

    def reply(self, call: Call) -> object:
        record = self._changing(call.path["id"])
        kind = call.text("message_type")
        if call.body.get("type") == "user":
            contact = self._writer(call)
            self.customer_wrote(record, contact, as_markup(call.text("body")))
        elif kind in ("comment", "note", "quick_reply"):
            self._admin_wrote(record, kind, self._admin(call), call)
        else:
            raise invalid("message_type", "message_type must be comment, note or quick_reply")
        return self._whole(record)

    def _admin_wrote(self, record: ConversationRecord, kind: str, admin: Json, call: Call) -> None:
        body = None if kind == "quick_reply" else as_markup(call.text("body"))
        part = self._add(record, kind, admin_author(admin), body=body)
        if kind == "note":
            self._tell("conversation.admin.noted", record, part)
            return
        record.waiting_since = None
        self._tell("conversation.admin.replied", record, part)

    def customer_wrote(self, record: ConversationRecord, contact: ContactRecord, body: str) -> PartRecord:
        """A closed or snoozed conversation opens with the message itself, in a part of type "open"."""
        self._keep_earlier(record)
        kind = "comment" if record.state == "open" else "open"
        record.state, record.snoozed_until, record.read = "open", None, False
        part = self._add(record, kind, contact_author(contact), body=body, by_api=False)
        record.waiting_since = record.waiting_since or part.created_at
        contact.last_replied_at = part.created_at
        self._tell("conversation.user.replied", record, part)
        return part

    def bot_did(self, record: ConversationRecord, does: str, body: str) -> PartRecord:
        """The inbox's own bot, Fin. *Assumed:* it hands over and closes under the topics of admins, as the part's author."""
        self._keep_earlier(record)
        match does:
            case "says":
                kind, topic = "comment", "operator.replied"
            case "hands_over":
                kind, topic = "assignment", "admin.assigned"
            case "resolves":
                kind, topic = "close", "admin.closed"
                record.state, record.waiting_since = "closed", None
            case _:
                raise ValueError("the bot says, hands_over or resolves")
        to = {"type": "team", "id": str(record.team_assignee_id)} if does == "hands_over" else None
        part = self._add(record, kind, OPERATOR, by_api=False, body=as_html(body) if body else None, assigned_to=to)
        self._tell(f"conversation.{topic}", record, part)
        return part

    def manage(self, call: Call) -> object:
        record = self._changing(call.path["id"])
        kinds: dict[str, Callable[[ConversationRecord, Json, Call], None]] = {
            "close": self._close,
            "open": self._open,
            "snoozed": self._snooze,
            "assignment": self._assign,
        }
        manage = kinds.get(call.text("message_type"))
        if manage is None:
            raise invalid("message_type", "message_type must be close, open, snoozed or assignment")
        manage(record, self._admin(call), call)
        return self._whole(record)

    def _close(self, record: ConversationRecord, admin: Json, call: Call) -> None:
        record.state, record.snoozed_until, record.waiting_since = "closed", None, None
        body = as_markup(str(call.body["body"])) if call.body.get("body") else None
        self._tell("conversation.admin.closed", record, self._add(record, "close", admin_author(admin), body=body))

    def _open(self, record: ConversationRecord, admin: Json, _: Call) -> None:
        was, record.state, record.snoozed_until = record.state, "open", None
        kind, topic = ("unsnoozed", "unsnoozed") if was == "snoozed" else ("open", "opened")
        self._tell(f"conversation.admin.{topic}", record, self._add(record, kind, admin_author(admin)))

    def _snooze(self, record: ConversationRecord, admin: Json, call: Call) -> None:
        until = call.text("snoozed_until")
        if not until.isdigit() or int(until) <= self._state.now():
            raise invalid("snoozed_until", "snoozed_until must be a moment in the future")
        record.state, record.snoozed_until = "snoozed", int(until)
        self._tell("conversation.admin.snoozed", record, self._add(record, "snoozed", admin_author(admin)))

    def _assign(self, record: ConversationRecord, admin: Json, call: Call) -> None:
        kind, assignee = call.text("type"), call.text("assignee_id")
        known = self._state.teams if kind == "team" else self._state.admins
        if assignee != "0" and assignee not in known:
            raise ApiError(404, "assignee_not_found", "Assignee not found", field="assignee_id")
        if kind == "team":
            record.team_assignee_id = int(assignee)
        else:
            record.admin_assignee_id = int(assignee)
        to = {"type": kind, "id": assignee} if assignee != "0" else None
        part = self._add(record, "assignment", admin_author(admin), assigned_to=to)
        self._tell("conversation.admin.assigned", record, part)

    def tag(self, call: Call) -> object:
        record = self.found(call.path["id"])
        tag_id, admin = call.text("id"), self._admin(call)
        if tag_id not in self._state.tags:
            raise ApiError(404, "tag_not_found", "Tag not found")
        applied = {"applied_at": self._state.now(), "applied_by": {"type": "admin", "id": admin["id"]}}
        if tag_id not in record.tags:
            self._keep_earlier(record)
            record.tags[tag_id] = applied
            record.updated_at = self._state.now()
            added = {"type": "tag.list", "tags": [shapes.tag(self._state, tag_id)]}
            self._tell("conversation_part.tag.created", record, *record.parts[-1:], tags_added=added)
        return shapes.tag(self._state, tag_id) | applied

    def untag(self, call: Call) -> object:
        record = self._changing(call.path["id"])
        self._admin(call)
        tag_id = call.path["tag_id"]
        if tag_id not in record.tags:
            raise ApiError(404, "tag_not_found", "Tag not found")
        applied = record.tags.pop(tag_id)
        record.updated_at = self._state.now()
        return shapes.tag(self._state, tag_id) | applied

    def rated(self, conversation_id: str, score: int, remark: str) -> ConversationRecord:
        record = self._changing(conversation_id)
        now = self._state.now()
        record.rating = {"rating": score, "remark": remark, "created_at": now, "updated_at": now}
        record.updated_at = now
        self._tell("conversation.rating.added", record)
        return record

    # common steps

    def _wake(self, record: ConversationRecord) -> None:
        """A snooze that has run out ends when somebody looks."""
        if record.state == "snoozed" and (record.snoozed_until or 0) <= self._state.now():
            record.state, record.snoozed_until = "open", None
            part = self._state.add_part(record, "timer_unsnooze", OPERATOR)
            self._tell("conversation.admin.unsnoozed", record, part)

    def _changing(self, conversation_id: str) -> ConversationRecord:
        record = self.found(conversation_id)
        self._keep_earlier(record)
        return record

    def _keep_earlier(self, record: ConversationRecord) -> None:
        record.earlier = shapes.listed_conversation(self._state, record)

    def _admin(self, call: Call) -> Json:
        admin = self._state.admins.get(call.text("admin_id"))
        if admin is None:
            raise ApiError(404, "admin_not_found", "Admin not found", field="admin_id")
        return admin

    def _writer(self, call: Call) -> ContactRecord:
        by_email = self._state.contact_by_email(str(call.body.get("email", "")))
        contact = self._state.contacts.get(str(call.body.get("intercom_user_id", ""))) or by_email
        if contact is None:
            raise ApiError(404, "not_found", "User Not Found")
        return contact

    def _add(self, record: ConversationRecord, kind: str, author: Json, *, by_api: bool = True, **more: Any) -> PartRecord:
        return self._state.add_part(record, kind, author, app_package_code=CREATED_BY if by_api else None, **more)

    def _tell(self, topic: str, record: ConversationRecord, *parts: PartRecord, **more: Json) -> None:
        item = shapes.notified_conversation(self._state, record, list(parts)) | more
        self._emitter.emit(topic, item, self._state.now())
