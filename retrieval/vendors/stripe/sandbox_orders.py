"""What a person may order to happen in the sandbox account: a dispute, its end, a failed payment; endpoints are told."""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from retrieval.vendors.stripe.sandbox_gate import Handler, refused
from retrieval.vendors.stripe.sandbox_hooks import Endpoint, Hooks
from retrieval.vendors.stripe.sandbox_ledger import Ledger, Refusal
from retrieval.vendors.stripe.sandbox_shapes import Shape

Order = dict[str, str]


class Orders:
    """The routes under /_sandbox."""

    def __init__(self, ledger: Ledger, hooks: Hooks) -> None:
        self.ledger, self.hooks = ledger, hooks

    def routes(self) -> list[Route]:
        return [
            Route("/_sandbox/webhooks", self._webhooks, methods=["GET", "POST", "DELETE"]),
            Route("/_sandbox/dispute", self._ordered(self._open_dispute), methods=["POST"]),
            Route("/_sandbox/dispute/close", self._ordered(self._close_dispute), methods=["POST"]),
            Route("/_sandbox/payment_failed", self._ordered(self._fail_payment), methods=["POST"]),
        ]

    def _ordered(self, order: Callable[[Order], tuple[str, Shape]]) -> Handler:
        """An order from outside the API: something happens in the account, and the endpoints are told before the answer."""

        async def ordered(request: Request) -> Response:
            try:
                kind, about = order(json.loads(await request.body()))
            except Refusal as error:
                return refused(error)
            except (ValueError, KeyError, TypeError) as error:
                return JSONResponse({"error": f"not an order: {error}"}, 400)
            event = self.ledger.event(kind, about)
            told = await self.hooks.send(event, self.ledger.seconds())
            return JSONResponse({"object": about, "event": event["id"], "deliveries": told})

        return ordered

    def _open_dispute(self, order: Order) -> tuple[str, Shape]:
        charge = self.ledger.get("charges", order["charge"])
        return "charge.dispute.created", self.ledger.dispute(charge, order.get("reason", "product_not_received"))

    def _close_dispute(self, order: Order) -> tuple[str, Shape]:
        dispute = self.ledger.get("disputes", order["dispute"])
        dispute["status"] = order["status"]
        return "charge.dispute.closed", dispute

    def _fail_payment(self, order: Order) -> tuple[str, Shape]:
        invoice = self.ledger.get("invoices", order["invoice"])
        invoice["attempt_count"] += 1
        return "invoice.payment_failed", invoice

    async def _webhooks(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.hooks.endpoints.clear()
        elif request.method == "POST":
            try:
                self.hooks.endpoints.append(Endpoint(**json.loads(await request.body())))
            except (TypeError, ValueError) as error:
                return JSONResponse({"error": f"not an endpoint: {error}"}, 400)
        return JSONResponse({"endpoints": [one.url for one in self.hooks.endpoints], "deliveries": self.hooks.deliveries})
