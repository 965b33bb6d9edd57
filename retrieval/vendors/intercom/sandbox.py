"""Intercom's stand-in: a workspace with state, behind the documented addresses; it never imports the client it stands in for.

Checked against specs/intercom-2.16.yaml and driven by python-intercom in the tests. Its lies (`contradict` faults):
`stale_search` (searches list a conversation as it was before its latest change) and `missing_part` (reading a conversation
leaves out its newest part), both as a lagging replica would.
"""

from starlette.routing import Route

from retrieval.connection import Sandbox
from retrieval.sandbox import Control, sandbox_app
from retrieval.vendors.intercom.sandbox_gate import ACCESS_TOKEN, Endpoint, Gate, error_body, unknown
from retrieval.vendors.intercom.sandbox_inbox import Inbox
from retrieval.vendors.intercom.sandbox_library import Library
from retrieval.vendors.intercom.sandbox_page import Pages
from retrieval.vendors.intercom.sandbox_people import People
from retrieval.vendors.intercom.sandbox_seed import BOT_ADMIN_ID, ORDER_ATTRIBUTE, TRACKING_ATTRIBUTE, seeded
from retrieval.vendors.intercom.sandbox_state import WORKSPACE
from retrieval.vendors.intercom.sandbox_steering import CLIENT_SECRET, Steering
from retrieval.vendors.intercom.sandbox_tickets import Tickets
from retrieval.vendors.intercom.sandbox_webhooks import Emitter
from retrieval.world import World

Row = tuple[str, str, Endpoint, str]


def sandbox(world: World) -> Sandbox:
    control, emitter, gate = Control(error_body), Emitter(), Gate()
    state = seeded(world)
    inbox, people, library = Inbox(state, emitter, control), People(state, emitter), Library(state)
    tickets = Tickets(state, inbox)
    steering = Steering(state, inbox, people, library, emitter, gate)
    rows = [*_inbox(inbox), *_tickets(tickets), *_people(people), *_library(library)]
    routes = [Route(path, gate.passed(endpoint, since), methods=[method]) for method, path, endpoint, since in rows]
    routes += [*steering.routes(), *Pages(state).routes()]
    routes.append(Route("/{rest:path}", gate.passed(unknown), methods=["GET", "POST", "PUT", "DELETE"]))
    ours = ",".join(one.inbox_id for one in world.inboxes if one.ours)

    def settings_at(url: str) -> dict[str, str]:
        return {
            "access_token": ACCESS_TOKEN,
            "client_secret": CLIENT_SECRET,
            "bot_admin_id": BOT_ADMIN_ID,
            "base_url": url,
            "inbox_ids": ours,
            "workspace_id": WORKSPACE,
            "app_url": url,
            "order_attribute": ORDER_ATTRIBUTE,
            "tracking_attribute": TRACKING_ATTRIBUTE,
        }

    return Sandbox(app=sandbox_app(routes, control, steering.state), settings_at=settings_at)


def _inbox(inbox: Inbox) -> list[Row]:
    one = "/conversations/{id}"
    return [
        ("GET", "/conversations", inbox.listed, "2.0"),
        ("POST", "/conversations", inbox.create, "2.0"),
        ("POST", "/conversations/search", inbox.search, "2.0"),
        ("GET", one, inbox.read, "2.0"),
        ("PUT", one, inbox.update, "2.0"),
        ("DELETE", one, inbox.delete, "2.11"),
        ("POST", f"{one}/reply", inbox.reply, "2.0"),
        ("POST", f"{one}/parts", inbox.manage, "2.0"),
        ("POST", f"{one}/tags", inbox.tag, "2.0"),
        ("DELETE", f"{one}/tags/{{tag_id}}", inbox.untag, "2.0"),
    ]


def _tickets(tickets: Tickets) -> list[Row]:
    return [
        ("POST", "/conversations/{id}/convert", tickets.convert, "2.11"),
        ("GET", "/tickets/{id}", tickets.read, "2.11"),
        ("GET", "/ticket_types", tickets.types, "2.11"),
    ]


def _people(people: People) -> list[Row]:
    one = "/contacts/{id}"
    return [
        ("GET", "/me", people.me, "2.0"),
        ("GET", "/admins", people.admins, "2.0"),
        ("GET", "/admins/{id}", people.admin, "2.0"),
        ("GET", "/teams", people.teams, "2.0"),
        ("GET", "/teams/{id}", people.team, "2.0"),
        ("GET", "/tags", people.tags, "2.0"),
        ("POST", "/tags", people.make_tag, "2.0"),
        ("POST", "/events", people.data_event, "2.0"),
        ("GET", "/contacts", people.listed, "2.0"),
        ("POST", "/contacts", people.create, "2.0"),
        ("POST", "/contacts/search", people.search, "2.0"),
        ("POST", "/contacts/merge", people.merge, "2.0"),
        ("GET", "/contacts/find_by_external_id/{external_id}", people.read_by_external_id, "2.11"),
        ("GET", one, people.read, "2.0"),
        ("PUT", one, people.update, "2.0"),
        ("GET", f"{one}/notes", people.notes, "2.0"),
        ("POST", f"{one}/notes", people.add_note, "2.0"),
        ("GET", f"{one}/tags", people.tags_of, "2.0"),
        ("POST", f"{one}/tags", people.tag, "2.0"),
        ("DELETE", f"{one}/tags/{{tag_id}}", people.untag, "2.0"),
        ("GET", f"{one}/companies", people.companies_of, "2.0"),
    ]


def _library(library: Library) -> list[Row]:
    return [
        ("GET", "/macros", library.macros, "2.16"),
        ("GET", "/macros/{id}", library.macro, "2.16"),
        ("GET", "/articles", library.articles, "2.0"),
        ("GET", "/articles/{id}", library.article, "2.0"),
        ("GET", "/internal_articles", library.internal_articles, "2.14"),
        ("GET", "/internal_articles/{id}", library.internal_article, "2.14"),
    ]
