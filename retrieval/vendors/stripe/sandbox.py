"""A local stand-in for a Stripe account: objects, lists, search, expand, refunds, webhooks, with state. No client code.

*Source:* Stripe API 2026-10-28.endive; driven by the official SDK in tests; not checked against a live account.
Beyond the common control routes, POST: /_sandbox/webhooks {url, secret}; /_sandbox/dispute {charge, reason?};
/_sandbox/dispute/close {dispute, status}; /_sandbox/payment_failed {invoice}; /_sandbox/limits {per_second, denied}.
The lie it knows: contradict "lagging_index", searches do not see what was made since.
"""

import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from retrieval.connection import Sandbox
from retrieval.sandbox import Control, sandbox_app
from retrieval.vendors.stripe.sandbox_gate import KEYS, Gate
from retrieval.vendors.stripe.sandbox_hooks import Hooks
from retrieval.vendors.stripe.sandbox_ledger import REFUND_REASONS, Ledger, Refusal
from retrieval.vendors.stripe.sandbox_lists import KINDS, Query, expanded, listed, query_of, searched
from retrieval.vendors.stripe.sandbox_orders import Orders
from retrieval.vendors.stripe.sandbox_search import FIELDS
from retrieval.vendors.stripe.sandbox_seed import seed
from retrieval.vendors.stripe.sandbox_shapes import Shape
from retrieval.world import World

WEBHOOK_SECRET = "whsec_sandbox"  # noqa: S105 - opens nothing but the sandbox
CUSTOMER_FIELDS = ("email", "name", "phone", "description")


def sandbox(world: World) -> Sandbox:
    ledger = Ledger()
    seed(ledger, world)
    return Sandbox(app=Stripe(ledger).app(), settings_at=settings_at)


def settings_at(url: str) -> dict[str, str]:
    return {"api_key": KEYS[0], "webhook_secret": WEBHOOK_SECRET, "api_url": url, "dashboard_url": url}


def error_body(status: int) -> object:
    kinds = {401: "invalid_request_error", 402: "card_error", 429: "invalid_request_error", 400: "invalid_request_error"}
    error = {"type": kinds.get(status, "api_error"), "message": "An error ordered in the sandbox."}
    return {"error": error | ({"code": "rate_limit"} if status == 429 else {})}


class Stripe:
    """The HTTP face of a `Ledger`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.control, self.hooks = ledger, Control(error_body), Hooks()
        self._gate, self._orders = Gate(ledger), Orders(ledger, self.hooks)

    def app(self) -> Any:
        guarded = self._gate.guarded
        routes = [
            *(Route(f"/v1/{kind}/search", guarded(self._search), methods=["GET"]) for kind in FIELDS),
            Route("/v1/refunds", guarded(self._create_refund), methods=["POST"]),
            Route("/v1/customers", guarded(self._create_customer), methods=["POST"]),
            Route("/v1/customers/{id}", guarded(self._update_customer), methods=["POST"]),
            Route("/v1/customers/{id}", guarded(self._delete_customer), methods=["DELETE"]),
            Route("/v1/charges/{id}/refunds", guarded(self._refunds_of), methods=["GET"]),
            *(Route(f"/v1/{kind}", guarded(self._list), methods=["GET"]) for kind in KINDS),
            *(Route(f"/v1/{kind}/{{id}}", guarded(self._retrieve), methods=["GET"]) for kind in KINDS),
            Route("/v1/{path:path}", guarded(self._unknown), methods=["GET", "POST", "DELETE"]),
            Route("/test/{kind}/{id}", self._page, methods=["GET"]),
            *self._orders.routes(),
            Route("/_sandbox/limits", self._gate.set_limits, methods=["POST"]),
        ]
        return sandbox_app(routes, self.control, self._state)

    async def _list(self, request: Request) -> Response:
        return JSONResponse(listed(self.ledger, request.url.path.split("/")[2], _query(request)))

    async def _search(self, request: Request) -> Response:
        lagging = self.control.contradicts("lagging_index")
        kind = request.url.path.split("/")[2]
        visible: Callable[[Shape], bool] = lambda one: not (lagging and one["id"] in self.ledger.fresh)  # noqa: E731
        return JSONResponse(searched(self.ledger, kind, _query(request), visible))

    async def _retrieve(self, request: Request) -> Response:
        found = self.ledger.get(request.url.path.split("/")[2], request.path_params["id"])
        return JSONResponse(expanded(self.ledger, found, _query(request)))

    async def _refunds_of(self, request: Request) -> Response:
        charge = self.ledger.get("charges", request.path_params["id"])
        query = dict(_query(request)) | {"charge": [charge["id"]]}
        return JSONResponse(listed(self.ledger, "refunds", query) | {"url": request.url.path})

    async def _create_customer(self, request: Request) -> Response:
        return JSONResponse(self.ledger.customer(await _customer_form(request)))

    async def _update_customer(self, request: Request) -> Response:
        found = self.ledger.get("customers", request.path_params["id"])
        wished = await _customer_form(request)
        found |= wished | {"metadata": found["metadata"] | wished.get("metadata", {})}
        return JSONResponse(found)

    async def _delete_customer(self, request: Request) -> Response:
        found = self.ledger.get("customers", request.path_params["id"])
        self.ledger.objects["customers"][found["id"]] = gone = {"id": found["id"], "object": "customer", "deleted": True}
        return JSONResponse(gone)

    async def _create_refund(self, request: Request) -> Response:
        form = await _form(request)
        charge = self._charge_of(form)
        reason, amount = form.get("reason"), form.get("amount")
        if reason is not None and reason not in REFUND_REASONS:
            raise Refusal(400, f"Invalid reason: must be one of {', '.join(REFUND_REASONS)}", param="reason")
        if amount is not None and not amount.isdigit():
            raise Refusal(400, f"Invalid integer: {amount}", code="parameter_invalid_integer", param="amount")
        made = self.ledger.refund(charge, int(amount) if amount else None, reason, _metadata(form))
        event = self.ledger.event("charge.refunded", charge)
        sending = BackgroundTask(self.hooks.send, event, self.ledger.seconds())
        return JSONResponse(expanded(self.ledger, made, query_of(list(form.items()))), background=sending)

    def _charge_of(self, form: dict[str, str]) -> Shape:
        if "charge" in form:
            return self.ledger.get("charges", form["charge"], "charge")
        if "payment_intent" not in form:
            message = "One of the following params should be provided for this request: payment_intent or charge."
            raise Refusal(400, message, code="parameter_missing")
        intent = self.ledger.get("payment_intents", form["payment_intent"], "payment_intent")
        return self.ledger.get("charges", intent["latest_charge"])

    async def _unknown(self, request: Request) -> Response:
        raise Refusal(404, f"Unrecognized request URL ({request.method}: {request.url.path}).")

    async def _page(self, request: Request) -> Response:
        """So that a link on a card leads somewhere in the demo."""
        wanted = request.path_params["id"]
        found = next((things[wanted] for things in self.ledger.objects.values() if wanted in things), None)
        shown = html.escape(json.dumps(found, indent=1, ensure_ascii=False))
        return HTMLResponse(f"<title>Stripe (sandbox)</title><pre>{shown}</pre>", 200 if found else 404)

    def _state(self) -> object:
        return {kind: list(things.values()) for kind, things in self.ledger.objects.items()}


def _query(request: Request) -> Query:
    return query_of(list(request.query_params.multi_items()))


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))


def _metadata(form: dict[str, str]) -> Shape:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}


async def _customer_form(request: Request) -> Shape:
    form = await _form(request)
    unknown = [name for name in form if name not in CUSTOMER_FIELDS and not name.startswith(("metadata[", "expand["))]
    if unknown:
        raise Refusal(400, f"Received unknown parameter: {unknown[0]}", code="parameter_unknown", param=unknown[0])
    known: Shape = {name: form[name] or None for name in CUSTOMER_FIELDS if name in form}
    return known | ({"metadata": _metadata(form)} if _metadata(form) else {})
