"""A local stand-in for a Salesforce org: OAuth token, SOQL query, records and upsert over HTTP, with state. No client code.

*Source:* REST API Developer Guide v62 and simple-salesforce's expectations (read 2026-11-22); not checked against a live org.
Beyond the common control routes: POST /_sandbox/rules (required fields, validation, duplicates, daily limit) and POST
/_sandbox/expire (ends all sessions) · POST /_sandbox/clock {skip_seconds}.
The lie it knows: contradict "lagging_index", queries do not see records made since.
"""

import base64
import html
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from retrieval.connection import Sandbox
from retrieval.sandbox import Control, sandbox_app
from retrieval.vendors.salesforce.sandbox_answers import BASE, brief, described, error_array, refused, selected, whole
from retrieval.vendors.salesforce.sandbox_objects import OBJECTS, ObjectShape
from retrieval.vendors.salesforce.sandbox_records import Org, Record, Refusal, Rules, known_shape
from retrieval.vendors.salesforce.sandbox_seed import seed
from retrieval.vendors.salesforce.sandbox_soql import parsed
from retrieval.world import World

CLIENT_ID, CLIENT_SECRET = "sandbox-consumer-key", "sandbox-consumer-secret"
PAGE = 2000
Handler = Callable[[Request], Awaitable[Response]]


def sandbox(world: World) -> Sandbox:
    org = Org()
    seed(org, world)
    return Sandbox(app=Salesforce(org).app(), settings_at=settings_at)


def settings_at(url: str) -> dict[str, str]:
    return {
        "login_url": url,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "conversation_field": "Deskside_Conversation__c",
        "conversation_url_field": "Deskside_Conversation_Url__c",
        "product_field": "Product__c",
        "entitlement_field": "Entitlement__c",
        "tier_field": "Tier__c",
        "vip_field": "VIP__c",
        "order_number_field": "OrderReferenceNumber",
        "settle_seconds": "1",
    }


class Salesforce:
    """The HTTP face of an `Org`."""

    def __init__(self, org: Org) -> None:
        self.org, self.control = org, Control(error_array)
        self._sessions: set[str] = set()
        self._issued, self._used = 0, 0
        self._cursors: dict[str, tuple[list[dict[str, Any]], int]] = {}

    def app(self) -> Any:
        routes = [
            Route("/services/oauth2/token", self._token, methods=["POST"]),
            *self._both(f"{BASE}/query", self._query, ["GET"]),
            Route(f"{BASE}/query/{{locator}}", self._guarded(self._query_more), methods=["GET"]),
            *self._both(f"{BASE}/sobjects", self._global_describe, ["GET"]),
            *self._both(f"{BASE}/sobjects/{{kind}}", self._of_kind, ["GET", "POST"]),
            Route(f"{BASE}/sobjects/{{kind}}/describe", self._guarded(self._describe), methods=["GET"]),
            *self._both(f"{BASE}/sobjects/{{kind}}/{{id}}", self._one, ["GET", "PATCH", "DELETE"]),
            Route(f"{BASE}/sobjects/{{kind}}/{{field}}/{{value:path}}", self._guarded(self._keyed), methods=["GET", "PATCH"]),
            *self._both(f"{BASE}/limits", self._limits, ["GET"]),
            Route("/lightning/r/{kind}/{id}/view", self._page, methods=["GET"]),
            Route("/_sandbox/rules", self._rules, methods=["GET", "POST", "DELETE"]),
            Route("/_sandbox/expire", self._expire, methods=["POST"]),
            Route("/_sandbox/clock", self._skip, methods=["POST"]),
        ]
        return sandbox_app(routes, self.control, self._state)

    def _both(self, path: str, handler: Handler, methods: list[str]) -> list[Route]:
        """Salesforce takes these with and without a slash at the end."""
        return [Route(path + end, self._guarded(handler), methods=methods) for end in ("", "/")]

    def _guarded(self, handler: Handler) -> Handler:
        """Session, daily limit, usage header, and errors as Salesforce's array."""

        async def guarded(request: Request) -> Response:
            try:
                self._admit(request)
                response = await handler(request)
            except Refusal as error:
                response = refused(error)
            response.headers["Date"] = format_datetime(self.org.clock(), usegmt=True)
            response.headers["Sforce-Limit-Info"] = f"api-usage={self._used}/{self.org.rules.daily_limit}"
            return response

        return guarded

    def _admit(self, request: Request) -> None:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._sessions:
            raise Refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if self._used >= self.org.rules.daily_limit:
            raise Refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self._used += 1

    async def _token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        wrong = _wrong_credentials(_basic(request.headers.get("Authorization", "")) | form)
        if wrong:
            return JSONResponse({"error": wrong[0], "error_description": wrong[1]}, 400)
        self._issued += 1
        token = f"00D5g0000000001!SANDBOX.{self._issued:06d}"
        self._sessions.add(token)
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "access_token": token,
                "signature": "c2FuZGJveA==",
                "scope": "api",
                "instance_url": base,
                "id": f"{base}/id/00D5g0000000001EAA/0055g00000000001AAA",
                "token_type": "Bearer",
                "issued_at": str(int(datetime.now(UTC).timestamp() * 1000)),
            }
        )

    async def _query(self, request: Request) -> Response:
        query = parsed(request.query_params.get("q", ""))
        lagging = self.control.contradicts("lagging_index")
        rows = query.run(self.org, lambda one: not (lagging and one["Id"] in self.org.fresh))
        if not query.fields:
            return JSONResponse({"totalSize": len(rows), "done": True, "records": []})
        return self._page_of([selected(self.org, query, one) for one in rows], 0, len(rows), _batch_size(request), "")

    async def _query_more(self, request: Request) -> Response:
        name, _, start = request.path_params["locator"].partition("-")
        if name not in self._cursors or not start.isdigit():
            raise Refusal(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        rows, size = self._cursors[name]
        return self._page_of(rows, int(start), len(rows), size, name)

    def _page_of(self, rows: list[dict[str, Any]], start: int, total: int, size: int, name: str) -> Response:
        end = start + size
        body: dict[str, Any] = {"totalSize": total, "done": end >= total}
        if end < total:
            if not name:
                name = f"01g5g{len(self._cursors):013d}"
                self._cursors[name] = (rows, size)
            body["nextRecordsUrl"] = f"{BASE}/query/{name}-{end}"
        return JSONResponse(body | {"records": rows[start:end]})

    async def _of_kind(self, request: Request) -> Response:
        shape = known_shape(request.path_params["kind"])
        if request.method == "GET":
            return JSONResponse({"objectDescribe": brief(shape), "recentItems": []})
        insists = "allowsave=true" in request.headers.get("Sforce-Duplicate-Rule-Header", "").replace(" ", "").lower()
        record = self.org.insert(shape, await _fields(request), insists=insists)
        location = f"{BASE}/sobjects/{shape.name}/{record['Id']}"
        return JSONResponse({"id": record["Id"], "success": True, "errors": []}, 201, headers={"Location": location})

    async def _one(self, request: Request) -> Response:
        shape = known_shape(request.path_params["kind"])
        values = await _fields(request) if request.method == "PATCH" else {}
        record = self.org.find(shape, request.path_params["id"])
        if record is None:
            raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
        return self._did(request, shape, record, values)

    def _did(self, request: Request, shape: ObjectShape, record: Record, values: Record) -> Response:
        if request.method == "GET":
            return JSONResponse(whole(shape, record, request.query_params.get("fields", "")))
        if request.method == "DELETE":
            self.org.delete(shape, record)
        else:
            self.org.update(shape, record, values)
        return Response(status_code=204)

    async def _keyed(self, request: Request) -> Response:
        """By external id. The body is read first: from the look-up to the write nothing else can run (the row lock)."""
        shape, name = known_shape(request.path_params["kind"]), request.path_params["field"]
        values = await _fields(request) if request.method == "PATCH" else {}
        known = shape.field(name)
        if known is None or not (known.external_id or known.kind == "id"):
            raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
        found = self.org.by_field(shape, known.name, request.path_params["value"])
        if len(found) > 1:
            return JSONResponse([f"{BASE}/sobjects/{shape.name}/{one['Id']}" for one in found], 300)
        if request.method == "PATCH":
            return self._upserted(shape, found[0] if found else None, {known.name: request.path_params["value"]} | values)
        if not found:
            raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
        return JSONResponse(whole(shape, found[0], request.query_params.get("fields", "")))

    def _upserted(self, shape: ObjectShape, record: Record | None, values: Record) -> Response:
        created = record is None
        if record is None:
            record = self.org.insert(shape, values)
        else:
            self.org.update(shape, record, values)
        body = {"id": record["Id"], "success": True, "errors": [], "created": created}
        return JSONResponse(body, 201 if created else 200)

    async def _global_describe(self, _: Request) -> Response:
        return JSONResponse({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": [brief(one) for one in OBJECTS.values()]})

    async def _describe(self, request: Request) -> Response:
        shape = known_shape(request.path_params["kind"])
        return JSONResponse(brief(shape) | {"fields": [described(self.org.rules, shape, one) for one in shape.fields.values()]})

    async def _limits(self, _: Request) -> Response:
        limit = self.org.rules.daily_limit
        return JSONResponse({"DailyApiRequests": {"Max": limit, "Remaining": max(0, limit - self._used)}})

    async def _page(self, request: Request) -> Response:
        """So that a link on a card leads somewhere in the demo."""
        record = self.org.find(known_shape(request.path_params["kind"]), request.path_params["id"])
        shown = html.escape(json.dumps(record, indent=1, ensure_ascii=False))
        title = html.escape(request.path_params["kind"])
        return HTMLResponse(f"<title>{title} (sandbox)</title><h1>{title}</h1><pre>{shown}</pre>", 200 if record else 404)

    async def _rules(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.org.rules = Rules()
        elif request.method == "POST":
            try:
                self.org.rules = Rules(**(vars(self.org.rules) | json.loads(await request.body())))
            except (TypeError, ValueError) as error:
                return JSONResponse({"error": f"not rules: {error}"}, 400)
        return JSONResponse(vars(self.org.rules))

    async def _expire(self, _: Request) -> Response:
        self._sessions.clear()
        return Response(status_code=204)

    async def _skip(self, request: Request) -> Response:
        self.org.skipped += timedelta(seconds=float(json.loads(await request.body())["skip_seconds"]))
        return JSONResponse({"now": self.org.clock().isoformat()})

    def _state(self) -> object:
        return {name: list(rows.values()) for name, rows in self.org.records.items()}


def _basic(header: str) -> dict[str, str]:
    """Client id and secret may also come as user name and password."""
    scheme, _, value = header.partition(" ")
    if scheme != "Basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _wrong_credentials(form: dict[str, str]) -> tuple[str, str] | None:
    if form.get("grant_type") != "client_credentials":
        return "unsupported_grant_type", "grant type not supported"
    if form.get("client_id") != CLIENT_ID:
        return "invalid_client_id", "client identifier invalid"
    if form.get("client_secret") != CLIENT_SECRET:
        return "invalid_client", "invalid client credentials"
    return None


async def _fields(request: Request) -> Record:
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "JSON_PARSER_ERROR", "Unexpected character at [line:1, column:1]")
    return body


def _batch_size(request: Request) -> int:
    """Salesforce takes 200 to 2,000 as a wish; the sandbox takes any, so that paging can be seen with few records."""
    wish = request.headers.get("Sforce-Query-Options", "").replace(" ", "").lower().partition("batchsize=")[2]
    return min(PAGE, max(1, int(wish))) if wish.isdigit() else PAGE
