"""Fills the Intercom sandbox from the made-up world; the only place where World's words become Intercom's."""

from retrieval.vendors.intercom.sandbox_state import (
    OPERATOR,
    ContactRecord,
    ConversationRecord,
    Json,
    State,
    admin_author,
    as_html,
    contact_author,
    contact_id_of,
)
from retrieval.world import World, WorldConversation, WorldPerson

BOT_ADMIN_ID = "5000"
ORDER_ATTRIBUTE, TRACKING_ATTRIBUTE = "order_numbers", "tracking_numbers"


def seeded(world: World) -> State:
    state = State(world.now)
    _staff(state, world)
    for name in world.tags:
        state.tag_id(name)
    for person in world.people:
        _person(state, world, person)
    for one in sorted(world.conversations, key=lambda one: one.messages[0].at):
        _conversation(state, world, one)
    return state


def _staff(state: State, world: World) -> None:
    bot = f"bot@{world.agents[0].email.partition('@')[2]}" if world.agents else "bot@example.com"
    people = [(one.intercom_admin_id, one.name, one.email) for one in world.agents]
    for admin_id, name, email in [(BOT_ADMIN_ID, "Deskside", bot), *people]:
        ours = [int(one.inbox_id) for one in world.inboxes if one.ours]
        state.admins[admin_id] = {"id": admin_id, "name": name, "email": email, "team_ids": ours}
    for inbox in world.inboxes:
        members = [int(one) for one in state.admins] if inbox.ours else []
        state.teams[inbox.inbox_id] = {"id": inbox.inbox_id, "name": inbox.name, "admin_ids": members}


def _person(state: State, world: World, person: WorldPerson) -> None:
    orders = [one for one in world.orders if one.person == person.key]
    since = int((person.customer_since or world.now).timestamp())
    attributes: Json = {
        "tier": person.tier,
        "vip": person.vip,
        "entitlement": person.entitlement,
        ORDER_ATTRIBUTE: ", ".join(one.number for one in orders),
        TRACKING_ATTRIBUTE: ", ".join(one.tracking_number for one in orders if one.tracking_number),
    }
    company_id = _company(state, person.company, since) if person.company else ""
    for email in (person.email, *person.other_emails):
        first = email == person.email
        contact = ContactRecord(
            id=contact_id_of(email.lower()),
            role="user" if person.signed_in and first else "lead",
            email=email.lower(),
            name=person.name,
            phone=person.phone.replace(" ", "") or None,
            created_at=since,
            updated_at=since,
            external_id=person.key if first else None,
            country=person.country,
            city=person.city or None,
            company_ids=[company_id] if company_id and first else [],
            custom_attributes=attributes if first else {},
        )
        state.contacts[contact.id] = contact


def _company(state: State, name: str, since: int) -> str:
    company_id = contact_id_of(f"company:{name}")
    state.companies.setdefault(
        company_id, {"id": company_id, "name": name, "company_id": name.lower().replace(" ", "-"), "created_at": since}
    )
    return company_id


def _conversation(state: State, world: World, one: WorldConversation) -> None:
    person = next(person for person in world.people if person.key == one.person)
    contact = state.contacts[contact_id_of(person.email.lower())]
    admins = {admin["email"].lower(): admin for admin in state.admins.values()}
    first, *later = one.messages
    at = int(first.at.timestamp())
    team = next((inbox.inbox_id for inbox in world.inboxes if one.inbox in (inbox.inbox_id, inbox.name)), "0")

    def author(name: str) -> Json:
        if name == "customer":
            return contact_author(contact)
        return admin_author(admins[name.lower()]) if name.lower() in admins else OPERATOR

    record = ConversationRecord(
        id=state.number("conversation", 21_547_001),
        contact_id=contact.id,
        source_id=state.number("message", 40_391_001),
        body=as_html(first.text),
        author=author(first.author),
        created_at=at,
        updated_at=at,
        delivered_as="customer_initiated" if first.author == "customer" else "admin_initiated",
        team_assignee_id=int(team),
    )
    state.conversations[record.id] = record
    for message in later:
        part = state.add_part(
            record, "comment", author(message.author), body=as_html(message.text), at=int(message.at.timestamp())
        )
        if part.author["type"] == "admin":
            record.admin_assignee_id = record.admin_assignee_id or int(part.author["id"])
    _ending(state, record, one)


def _ending(state: State, record: ConversationRecord, one: WorldConversation) -> None:
    """Tags, rating and how it stands; a closed one got its closing part from whoever wrote last for us."""
    for name in one.tags:
        tag_id = state.tag_id(name)
        record.tags[tag_id] = {"applied_at": record.updated_at, "applied_by": {"type": "admin", "id": BOT_ADMIN_ID}}
    record.state = one.state
    if one.state == "closed":
        closer = state.admins.get(str(record.admin_assignee_id)) or state.admins[BOT_ADMIN_ID]
        state.add_part(record, "close", admin_author(closer), at=record.updated_at)
    elif one.state == "open" and (record.parts[-1].author if record.parts else record.author)["type"] in ("user", "lead"):
        record.waiting_since = record.updated_at
    if one.rating is not None:
        record.rating = {
            "rating": one.rating,
            "remark": one.rating_remark,
            "created_at": record.updated_at,
            "updated_at": record.updated_at,
        }
