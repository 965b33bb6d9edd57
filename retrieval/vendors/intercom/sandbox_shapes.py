"""How the Intercom sandbox's records look in API answers, after the 2.16 specification; pure: it changes no record."""

from retrieval.vendors.intercom.sandbox_state import (
    WORKSPACE,
    ContactRecord,
    ConversationRecord,
    Json,
    PartRecord,
    State,
    as_plain,
)

MOST_PARTS = 500


def listed_conversation(state: State, record: ConversationRecord) -> Json:
    contact = state.contacts[record.contact_id]
    reference = {"type": "contact", "id": contact.id, "external_id": contact.external_id}
    rating = record.rating and record.rating | {
        "contact": reference,
        "teammate": {"type": "admin", "id": str(record.admin_assignee_id)},
    }
    customer_wrote = record.delivered_as == "customer_initiated"
    return {
        "type": "conversation",
        "id": record.id,
        "title": record.title,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "waiting_since": record.waiting_since,
        "snoozed_until": record.snoozed_until,
        "open": record.state != "closed",
        "state": record.state,
        "read": record.read,
        "priority": "none",
        "admin_assignee_id": record.admin_assignee_id,
        "team_assignee_id": record.team_assignee_id,
        "tags": {"type": "tag.list", "tags": [tag(state, one) | more for one, more in record.tags.items()]},
        "conversation_rating": rating,
        "source": _source(record),
        "contacts": {"type": "contact.list", "contacts": [reference]},
        "teammates": {"type": "admin.list", "teammates": _teammates(record)},
        "custom_attributes": record.custom_attributes,
        "first_contact_reply": {"created_at": record.created_at, "type": "conversation", "url": None}
        if customer_wrote
        else None,
        "sla_applied": None,
        "statistics": {"type": "conversation_statistics", "count_conversation_parts": len(record.parts) + 1},
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": False},
        "ai_agent_participated": False,
        "ai_agent": None,
    }


def _source(record: ConversationRecord) -> Json:
    return {
        "type": "conversation",
        "id": record.source_id,
        "delivered_as": record.delivered_as,
        "subject": "",
        "body": record.body,
        "author": record.author,
        "attachments": [],
        "url": None,
        "redacted": False,
    }


def _teammates(record: ConversationRecord) -> list[Json]:
    wrote = dict.fromkeys(one.author["id"] for one in record.parts if one.author["type"] == "admin")
    return [{"type": "admin", "id": one} for one in wrote]


def conversation(state: State, record: ConversationRecord, *, hide_newest_part: bool = False) -> Json:
    """Whole, with the newest 500 parts. `hide_newest_part` is the lie "missing_part"."""
    shown = record.parts[:-1] if hide_newest_part else record.parts
    parts = [part(one) for one in shown[-MOST_PARTS:]]
    return listed_conversation(state, record) | {
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": parts, "total_count": len(shown)}
    }


def part(one: PartRecord) -> Json:
    return {
        "type": "conversation_part",
        "id": one.id,
        "part_type": one.part_type,
        "body": one.body,
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "notified_at": one.created_at,
        "assigned_to": one.assigned_to,
        "author": one.author | {"from_ai_agent": False, "is_ai_answer": False},
        "attachments": [],
        "external_id": None,
        "redacted": False,
        "metadata": {},
        "email_message_metadata": None,
        "state": one.state,
        "tags": [],
        "event_details": {},
        "app_package_code": one.app_package_code,
    }


def notified_conversation(state: State, record: ConversationRecord, parts: list[PartRecord]) -> Json:
    """A webhook's item: the conversation with only the parts it is about, bodies in plain text, nobody as null (as seen)."""
    item = conversation(state, record)
    item["source"]["body"] = as_plain(record.body)
    told = [part(one) | {"body": as_plain(one.body)} for one in parts]
    item["conversation_parts"] = {
        "type": "conversation_part.list",
        "conversation_parts": told,
        "total_count": len(told),
    }
    return item | {key: item[key] or None for key in ("admin_assignee_id", "team_assignee_id")}


def tag(state: State, tag_id: str) -> Json:
    return {"type": "tag", "id": tag_id, "name": state.tags[tag_id]}


def contact(one: ContactRecord) -> Json:
    def addressed(kind: str, ids: list[str]) -> Json:
        url = f"/contacts/{one.id}/{kind}"
        data = [{"type": kind.rstrip("s"), "id": each, "url": f"/{kind}/{each}"} for each in ids[:10]]
        return {"type": "list", "data": data, "url": url, "total_count": len(ids), "has_more": len(ids) > 10}

    companies = addressed("companies", one.company_ids)
    companies["data"] = [{"type": "company", "id": each, "url": f"/companies/{each}"} for each in one.company_ids[:10]]
    return {
        "type": "contact",
        "id": one.id,
        "workspace_id": WORKSPACE,
        "external_id": one.external_id,
        "role": one.role,
        "email": one.email,
        "phone": one.phone,
        "name": one.name,
        "avatar": None,
        "owner_id": None,
        "social_profiles": {"type": "list", "data": []},
        "has_hard_bounced": False,
        "marked_email_as_spam": False,
        "unsubscribed_from_emails": False,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "signed_up_at": one.created_at if one.role == "user" else None,
        "last_seen_at": one.last_replied_at,
        "last_replied_at": one.last_replied_at,
        "last_contacted_at": None,
        "location": {"type": "location", "country": one.country, "region": None, "city": one.city},
        "custom_attributes": one.custom_attributes,
        "tags": addressed("tags", list(one.tags)),
        "notes": addressed("notes", [note["id"] for note in one.notes]),
        "companies": companies,
    }


def admin(one: Json) -> Json:
    rest = {"away_mode_enabled": False, "away_mode_reassign": False, "has_inbox_seat": True}
    return {"type": "admin", **rest, **one, "job_title": "Support"}


def team(one: Json) -> Json:
    return {"type": "team", **one}


def company(one: Json) -> Json:
    return {"type": "company", "app_id": WORKSPACE, "custom_attributes": {}, "user_count": 1, **one}
