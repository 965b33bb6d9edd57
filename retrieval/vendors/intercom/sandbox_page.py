"""Where links into the Intercom inbox lead in the sandbox: a bare page of one conversation or contact, everything escaped."""

from datetime import UTC, datetime
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from retrieval.vendors.intercom.sandbox_state import ContactRecord, ConversationRecord, State, as_plain

STYLE = (
    "body{font:16px/1.5 system-ui;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "article{border-left:3px solid #9aa4b2;margin:1rem 0;padding:.2rem 1rem;white-space:pre-wrap}"
    "article.admin{border-color:#2457d6}article.note{background:#fff6d6}small{color:#57606a}"
)


class Pages:
    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        return [
            Route("/a/inbox/{app}/inbox/shared/all/conversation/{id}", self._conversation),
            Route("/a/apps/{app}/users/{id}", self._contact),
        ]

    async def _conversation(self, request: Request) -> Response:
        record = self._state.conversations.get(request.path_params["id"])
        if record is None:
            return _page("No such conversation", [], 404)
        return _page(f"Conversation {record.id}", self._told(record))

    def _told(self, record: ConversationRecord) -> list[str]:
        contact = self._state.contacts[record.contact_id]
        tags = ", ".join(self._state.tags[one] for one in record.tags) or "no tags"
        assigned = self._state.admins.get(str(record.admin_assignee_id), {}).get("name", "nobody")
        inbox = self._state.teams.get(str(record.team_assignee_id), {}).get("name", "no inbox")
        rating = f" · rated {record.rating['rating']} of 5" if record.rating else ""
        head = f"{contact.name or contact.email} · {record.state} · {inbox} · assigned to {assigned} · {tags}{rating}"
        opening = _message("comment", record.author, record.body, record.created_at)
        later = [_message(one.part_type, one.author, one.body, one.created_at) for one in record.parts]
        return [f"<p>{escape(head)}</p>", opening, *later]

    async def _contact(self, request: Request) -> Response:
        contact = self._state.contacts.get(request.path_params["id"])
        if contact is None:
            return _page("No such contact", [], 404)
        return _page(contact.name or contact.email, self._known(contact))

    def _known(self, contact: ContactRecord) -> list[str]:
        facts = {"e-mail": contact.email, "phone": contact.phone, "role": contact.role} | contact.custom_attributes
        theirs = [one for one in self._state.conversations.values() if one.contact_id == contact.id]
        links = [f'<li><a href="/a/inbox/-/inbox/shared/all/conversation/{one.id}">{one.id}</a> {one.state}' for one in theirs]
        told = [f"<p>{escape(str(key))}: {escape(str(value))}</p>" for key, value in facts.items() if value not in (None, "")]
        return [*told, "<ul>", *links, "</ul>"]


def _message(kind: str, author: dict[str, str], body: str | None, at: int) -> str:
    when = datetime.fromtimestamp(at, UTC).strftime("%d %b %Y %H:%M UTC")
    head = f"<small>{escape(author.get('name') or author['type'])} · {escape(kind)} · {when}</small>"
    return f'<article class="{escape(author["type"])} {escape(kind)}">{head}\n{escape(as_plain(body) or "")}</article>'


def _page(title: str, body: list[str], status: int = 200) -> Response:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return HTMLResponse(f"{head}<h1>{escape(title)}</h1>{''.join(body)}", status)
