"""What a person (a test, the demo) tells the Intercom sandbox: write as the customer, rate, seed, and where to send webhooks.

POST /_sandbox/webhooks {url, client_secret?, topics?, retry_seconds?} · GET /_sandbox/webhooks · POST
/_sandbox/webhooks/redeliver {id} · POST /_sandbox/customer/messages {email|contact_id, conversation_id?, body, inbox_id?} ·
POST /_sandbox/customer/rating {conversation_id, rating, remark?} · POST /_sandbox/bot {conversation_id, does: says|hands_over|
resolves, body?} · POST /_sandbox/clock {skip_seconds} · POST /_sandbox/seed {macros?, articles?} · POST
/_sandbox/limits {per_window} · POST /_sandbox/admins/away {admin_id, away} · GET /_sandbox/conversations/{id}.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from retrieval.vendors.intercom import sandbox_shapes as shapes
from retrieval.vendors.intercom.sandbox_gate import ApiError, Gate
from retrieval.vendors.intercom.sandbox_inbox import Inbox
from retrieval.vendors.intercom.sandbox_library import Library
from retrieval.vendors.intercom.sandbox_people import People
from retrieval.vendors.intercom.sandbox_state import ContactRecord, Json, State, as_html
from retrieval.vendors.intercom.sandbox_webhooks import Emitter, Target

CLIENT_SECRET = "sandbox-intercom-client-secret"  # noqa: S105  it signs nothing but the sandbox's own webhooks


@dataclass(frozen=True)
class Steering:
    _state: State
    _inbox: Inbox
    _people: People
    _library: Library
    _emitter: Emitter
    _gate: Gate

    def routes(self) -> list[Route]:
        return [
            Route("/_sandbox/webhooks", _steered(lambda _: self._emitter.summary()), methods=["GET"]),
            Route("/_sandbox/webhooks", _steered(self._subscribe), methods=["POST"]),
            Route("/_sandbox/webhooks/redeliver", _steered(self._redeliver), methods=["POST"]),
            Route("/_sandbox/webhooks/ping", _steered(self._ping), methods=["POST"]),
            Route("/_sandbox/customer/messages", _steered(self._customer_message), methods=["POST"]),
            Route("/_sandbox/customer/rating", _steered(self._rating), methods=["POST"]),
            Route("/_sandbox/bot", _steered(self._bot), methods=["POST"]),
            Route("/_sandbox/clock", _steered(self._clock), methods=["POST"]),
            Route("/_sandbox/seed", _steered(self._seed), methods=["POST"]),
            Route("/_sandbox/admins/away", _steered(self._away), methods=["POST"]),
            Route("/_sandbox/limits", _steered(self._limits), methods=["POST"]),
            Route("/_sandbox/conversations/{id}", _steered(self._raw), methods=["GET"]),
        ]

    def _subscribe(self, given: Json) -> object:
        topics = tuple(given.get("topics") or ())
        target = Target(
            given["url"], given.get("client_secret") or CLIENT_SECRET, topics, float(given.get("retry_seconds", 60))
        )
        self._emitter.targets[:] = [one for one in self._emitter.targets if one.url != target.url]
        self._emitter.targets.append(target)
        return {"targets": [one.url for one in self._emitter.targets]}

    def _redeliver(self, given: Json) -> object:
        return {"redelivered": self._emitter.redeliver(str(given["id"]))}

    def _ping(self, _: Json) -> object:
        self._emitter.emit("ping", {"type": "ping", "message": "something something interzen"}, self._state.now())
        return self._emitter.summary()

    def _customer_message(self, given: Json) -> object:
        contact = self._customer(given)
        if given.get("conversation_id"):
            record = self._inbox.found(str(given["conversation_id"]))
            part = self._inbox.customer_wrote(record, contact, as_html(given["body"]))
            return {"conversation_id": record.id, "part_id": part.id, "contact_id": contact.id}
        inbox_id = str(given.get("inbox_id") or next(iter(self._state.teams), "0"))
        record = self._inbox.started(contact, given["body"], int(inbox_id))
        return {"conversation_id": record.id, "part_id": record.source_id, "contact_id": contact.id}

    def _customer(self, given: Json) -> ContactRecord:
        """A known contact, or a new visitor who becomes a lead with that address."""
        if given.get("contact_id"):
            return self._people.found(str(given["contact_id"]))
        email = str(given["email"]).lower()
        return self._state.contact_by_email(email) or self._people.made(
            {"email": email, "role": "lead", "name": given.get("name")}
        )

    def _rating(self, given: Json) -> object:
        score = int(given["rating"])
        if not 1 <= score <= 5:
            raise ValueError("rating is 1 to 5")
        record = self._inbox.rated(str(given["conversation_id"]), score, str(given.get("remark") or ""))
        return shapes.listed_conversation(self._state, record)["conversation_rating"]

    def _bot(self, given: Json) -> object:
        record = self._inbox.found(str(given["conversation_id"]))
        part = self._inbox.bot_did(record, str(given["does"]), str(given.get("body") or ""))
        return {"conversation_id": record.id, "part_id": part.id}

    def _clock(self, given: Json) -> object:
        self._state.skipped_seconds += float(given["skip_seconds"])
        return {"now": self._state.now()}

    def _seed(self, given: Json) -> object:
        macros = [self._library.add_macro(one) for one in given.get("macros") or []]
        return {"macros": macros, "articles": [self._library.add_article(one) for one in given.get("articles") or []]}

    def _away(self, given: Json) -> object:
        admin = self._state.admins[str(given["admin_id"])]
        admin["away_mode_enabled"] = bool(given["away"])
        return {"admin_id": admin["id"], "away": admin["away_mode_enabled"]}

    def _limits(self, given: Json) -> object:
        self._gate.per_window = int(given["per_window"])
        return {"per_window": self._gate.per_window}

    def _names(self, contact: ContactRecord) -> list[str]:
        return [self._state.tags[tag_id] for tag_id in contact.tags]

    def _raw(self, given: Json) -> object:
        return asdict(self._inbox.found(given["id"]))

    def state(self) -> Json:
        """For `/_sandbox/state`: counts, every conversation in short, and the webhooks' fate."""
        conversations = {
            one.id: {
                "state": one.state,
                "admin_assignee_id": one.admin_assignee_id,
                "team_assignee_id": one.team_assignee_id,
                "tags": [self._state.tags[tag_id] for tag_id in one.tags],
                "parts": len(one.parts),
                "rating": (one.rating or {}).get("rating"),
            }
            for one in self._state.conversations.values()
        }
        counts = {name: len(getattr(self._state, name)) for name in ("contacts", "companies", "macros", "articles", "tags")}
        return counts | {
            "internal_articles": len(self._state.internal_articles),
            "conversations": conversations,
            "data_events": self._state.data_events,
            "tickets": self._state.tickets,
            "people": {one.email: {"notes": one.notes, "tags": self._names(one)} for one in self._state.contacts.values()},
            "webhooks": self._emitter.summary(),
        }


def _steered(act: Callable[[Json], object]) -> Callable[[Request], Any]:
    async def answered(request: Request) -> Response:
        try:
            given = json.loads(await request.body() or b"{}") | dict(request.path_params)
            return JSONResponse(act(given))
        except ApiError as error:
            return JSONResponse({"error": error.message}, error.status)
        except KeyError as error:
            return JSONResponse({"error": f"{error.args[0]} is missing"}, 400)
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return answered
