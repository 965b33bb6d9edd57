"""The Intercom sandbox's contacts, companies, teammates, teams, tags and data events."""

from starlette.responses import Response

from retrieval.vendors.intercom import sandbox_shapes as shapes
from retrieval.vendors.intercom.sandbox_gate import ApiError, Call, missing
from retrieval.vendors.intercom.sandbox_paging import paged, size
from retrieval.vendors.intercom.sandbox_search import CONTACT, matching
from retrieval.vendors.intercom.sandbox_seed import BOT_ADMIN_ID
from retrieval.vendors.intercom.sandbox_state import WORKSPACE, ContactRecord, Json, State, as_markup, contact_id_of
from retrieval.vendors.intercom.sandbox_webhooks import Emitter

WRITABLE = ("role", "email", "name", "phone", "external_id")


class People:
    def __init__(self, state: State, emitter: Emitter) -> None:
        self._state, self._emitter = state, emitter

    # contacts

    def found(self, contact_id: str) -> ContactRecord:
        contact = self._state.contacts.get(contact_id)
        if contact is None:
            raise ApiError(404, "not_found", "User Not Found")
        if contact.merged_into:
            link = f'</contacts/{contact.merged_into}>; rel="canonical"'
            raise ApiError(410, "contact_merged", "This contact has been merged. See the 'Link' header.", link=link)
        return contact

    def read(self, call: Call) -> object:
        return shapes.contact(self.found(call.path["id"]))

    def read_by_external_id(self, call: Call) -> object:
        return shapes.contact(self._by("external_id", call.path["external_id"], role="user"))

    def _by(self, field: str, value: str, **more: str) -> ContactRecord:
        wanted = more | {field: value}
        fits = [one for one in self._state.contacts.values() if all(getattr(one, key) == wanted[key] for key in wanted)]
        if not fits:
            raise ApiError(404, "not_found", "User Not Found")
        return self.found(fits[0].id)

    def listed(self, call: Call) -> object:
        return self._page(self._items(), size(call.query.get("per_page"), 50), call.query.get("starting_after"))

    def search(self, call: Call) -> object:
        if "query" not in call.body:
            raise missing("query")
        pagination = call.body.get("pagination") or {}
        found = matching(self._items(), call.body["query"], CONTACT)
        return self._page(found, size(pagination.get("per_page"), 50), pagination.get("starting_after"))

    def _items(self) -> list[Json]:
        return [shapes.contact(one) for one in self._state.contacts.values() if not one.merged_into]

    def _page(self, items: list[Json], per_page: int, cursor: str | None) -> Json:
        shown, pages = paged(items, per_page, cursor)
        return {"type": "list", "data": shown, "total_count": len(items), "pages": pages}

    def create(self, call: Call) -> object:
        email = str(call.body.get("email", "")).lower()
        if not any(call.body.get(one) for one in ("email", "external_id", "role")):
            raise missing("email")
        taken = self._state.contact_by_email(email) if email else None
        if taken and call.body.get("role", "user") == "user" and taken.role == "user":
            raise ApiError(409, "conflict", f"A contact matching those details already exists with id={taken.id}")
        return shapes.contact(self.made(call.body | {"email": email}))

    def made(self, given: Json) -> ContactRecord:
        now = self._state.now()
        key = f"{given.get('email') or given.get('external_id')}:{len(self._state.contacts)}"
        contact = ContactRecord(
            id=contact_id_of(key),
            role=given.get("role") or "user",
            email=given.get("email") or "",
            name=given.get("name"),
            phone=given.get("phone"),
            created_at=now,
            updated_at=now,
            external_id=given.get("external_id"),
            custom_attributes=given.get("custom_attributes") or {},
        )
        self._state.contacts[contact.id] = contact
        self._tell(contact, "created")
        return contact

    def update(self, call: Call) -> object:
        contact = self.found(call.path["id"])
        for name in WRITABLE:
            if name in call.body:
                setattr(contact, name, call.body[name])
        contact.custom_attributes |= call.body.get("custom_attributes") or {}
        contact.updated_at = self._state.now()
        self._tell(contact, "updated")
        return shapes.contact(contact)

    def merge(self, call: Call) -> object:
        lead, user = self.found(call.text("from")), self.found(call.text("into"))
        if lead.role != "lead" or user.role != "user":
            raise ApiError(400, "parameter_invalid", "A lead merges into a user", field="from")
        lead.merged_into = user.id
        for one in self._state.conversations.values():
            one.contact_id = user.id if one.contact_id == lead.id else one.contact_id
        item = shapes.contact(user) | {"merged_from": {"type": "contact", "id": lead.id}}
        self._emitter.emit("contact.merged", item, self._state.now())
        return shapes.contact(user)

    def _tell(self, contact: ContactRecord, what: str) -> None:
        self._emitter.emit(f"contact.{contact.role}.{what}", shapes.contact(contact), self._state.now())

    # what hangs on a contact

    def notes(self, call: Call) -> object:
        contact = self.found(call.path["id"])
        newest = list(reversed(contact.notes))
        per_page, number = size(call.query.get("per_page"), 50), int(call.query.get("page") or 1)
        shown = newest[(number - 1) * per_page : number * per_page]
        pages = {
            "type": "pages",
            "page": number,
            "per_page": per_page,
            "total_pages": -(-len(newest) // per_page),
            "next": None,
        }
        return {"type": "list", "data": shown, "total_count": len(newest), "pages": pages}

    def add_note(self, call: Call) -> object:
        contact = self.found(call.path["id"])
        admin = self._state.admins.get(str(call.body.get("admin_id", BOT_ADMIN_ID)))
        if admin is None:
            raise ApiError(404, "not_found", "Resource Not Found")
        note = {
            "type": "note",
            "id": self._state.number("note", 30_001),
            "created_at": self._state.now(),
            "contact": {"type": "contact", "id": contact.id},
            "author": {"type": "admin", **{key: admin[key] for key in ("id", "name", "email")}},
            "body": as_markup(call.text("body")),
        }
        contact.notes.append(note)
        return note

    def tags_of(self, call: Call) -> object:
        contact = self.found(call.path["id"])
        return {"type": "list", "data": [shapes.tag(self._state, one) | more for one, more in contact.tags.items()]}

    def tag(self, call: Call) -> object:
        contact, tag_id = self.found(call.path["id"]), call.text("id")
        if tag_id not in self._state.tags:
            raise ApiError(404, "not_found", "Resource Not Found")
        contact.tags.setdefault(tag_id, {"applied_at": self._state.now(), "applied_by": {"type": "admin", "id": BOT_ADMIN_ID}})
        return shapes.tag(self._state, tag_id) | contact.tags[tag_id]

    def untag(self, call: Call) -> object:
        contact, tag_id = self.found(call.path["id"]), call.path["tag_id"]
        if tag_id not in contact.tags:
            raise ApiError(404, "not_found", "Resource Not Found")
        return shapes.tag(self._state, tag_id) | contact.tags.pop(tag_id)

    def companies_of(self, call: Call) -> object:
        companies = [shapes.company(self._state.companies[one]) for one in self.found(call.path["id"]).company_ids]
        pages = {"type": "pages", "page": 1, "per_page": 50, "total_pages": 1, "next": None}
        return {"type": "list", "data": companies, "companies": companies, "total_count": len(companies), "pages": pages}

    # the workspace

    def me(self, _: Call) -> object:
        app = {
            "type": "app",
            "id_code": WORKSPACE,
            "name": "Sandbox",
            "region": "US",
            "timezone": "UTC",
            "created_at": self._state.now(),
            "identity_verification": False,
        }
        avatar = {"type": "avatar", "image_url": None}
        return shapes.admin(self._state.admins[BOT_ADMIN_ID]) | {"app": app, "avatar": avatar, "email_verified": True}

    def admins(self, _: Call) -> object:
        return {"type": "admin.list", "admins": [shapes.admin(one) for one in self._state.admins.values()]}

    def admin(self, call: Call) -> object:
        if call.path["id"] not in self._state.admins:
            raise ApiError(404, "admin_not_found", "Admin not found")
        return shapes.admin(self._state.admins[call.path["id"]])

    def teams(self, _: Call) -> object:
        return {"type": "team.list", "teams": [shapes.team(one) for one in self._state.teams.values()]}

    def team(self, call: Call) -> object:
        if call.path["id"] not in self._state.teams:
            raise ApiError(404, "team_not_found", "Team not found")
        return shapes.team(self._state.teams[call.path["id"]])

    def tags(self, _: Call) -> object:
        return {"type": "list", "data": [shapes.tag(self._state, one) for one in self._state.tags]}

    def make_tag(self, call: Call) -> object:
        if not isinstance(call.body.get("name"), str) or not call.body["name"]:
            raise ApiError(400, "parameter_invalid", "invalid tag parameters")
        return shapes.tag(self._state, self._state.tag_id(call.body["name"]))

    def data_event(self, call: Call) -> object:
        """Recorded once for the same person, name and second, as documented."""
        event = {"event_name": call.text("event_name"), "created_at": int(call.text("created_at"))}
        key = next((call.body[one] for one in ("id", "user_id", "email") if call.body.get(one)), None)
        if key is None:
            raise missing("id")
        whole = event | {"contact": key, "metadata": call.body.get("metadata") or {}}
        if not any(
            all(one[name] == whole[name] for name in ("event_name", "created_at", "contact")) for one in self._state.data_events
        ):
            self._state.data_events.append(whole)
        return Response(status_code=202)
