"""What stands before every handler of the Intercom sandbox: credentials, API version, rate window, JSON, and its error list."""

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from retrieval.vendors.intercom.sandbox_state import Json

ACCESS_TOKEN = "sandbox-intercom-token"  # noqa: S105  it opens nothing but the sandbox
VERSIONS = tuple(f"2.{minor}" for minor in range(17))
APP_VERSION = "2.15"
"""What a call without the header gets, the app's own default: a client that forgets the header finds no macros."""
WINDOW_SECONDS = 10
CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 429: "rate_limit_exceeded", 500: "server_error"}


class ApiError(Exception):
    def __init__(self, status: int, code: str, message: str, *, field: str | None = None, link: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field, self.link = status, code, message, field, link


def error_list(code: str, message: str, at: str | None = None) -> Json:
    one = {"code": code, "message": message} | ({"field": at} if at else {})
    return {"type": "error.list", "request_id": str(uuid.uuid4()), "errors": [one]}


def error_body(status: int) -> object:
    """For ordered faults of the shell."""
    return error_list(CODES.get(status, "server_error"), "Ordered by a person")


def missing(field_name: str) -> ApiError:
    return ApiError(400, "parameter_not_found", f"{field_name} is required", field=field_name)


def invalid(field_name: str, why: str) -> ApiError:
    return ApiError(400, "parameter_invalid", why, field=field_name)


@dataclass(frozen=True)
class Call:
    path: dict[str, str]
    query: dict[str, str]
    body: Json

    def text(self, name: str) -> str:
        """A required string, or a number where Intercom takes both (its own examples send ids as numbers)."""
        value = self.body.get(name)
        if value in (None, ""):
            raise missing(name)
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise invalid(name, f"{name} must be a string")
        return str(value)


Endpoint = Callable[[Call], object]


@dataclass
class Gate:
    """`per_window` calls in each window of ten seconds: 1,666 is Intercom's default of 10,000 a minute."""

    per_window: int = 1_666
    window: int = 0
    used: int = 0
    tokens: set[str] = field(default_factory=lambda: {ACCESS_TOKEN})

    def passed(self, endpoint: Endpoint, since: str = "2.0") -> Callable[[Request], Any]:
        """The endpoint behind the gate. `since` is the first API version that has it."""

        async def answered(request: Request) -> Response:
            if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
                return JSONResponse(error_list("unauthorized", "Access Token Invalid"), 401)
            headers = self._counted()
            try:
                if int(headers["X-RateLimit-Remaining"]) < 0:
                    raise _exceeded(self.per_window)
                _version(request.headers.get("intercom-version", APP_VERSION), since)
                body = _body(await request.body())
                made = endpoint(Call(dict(request.path_params), dict(request.query_params), body))
            except ApiError as error:
                headers |= {"Link": error.link} if error.link else {}
                made = JSONResponse(error_list(error.code, error.message, error.field), error.status)
            response = made if isinstance(made, Response) else JSONResponse(made)
            headers["X-RateLimit-Remaining"] = str(max(0, int(headers["X-RateLimit-Remaining"])))
            response.headers.update(headers)
            return response

        return answered

    def _counted(self) -> dict[str, str]:
        window = int(time.time()) // WINDOW_SECONDS
        self.window, self.used = window, self.used + 1 if window == self.window else 1
        return {
            "X-RateLimit-Limit": str(self.per_window),
            "X-RateLimit-Remaining": str(self.per_window - self.used),
            "X-RateLimit-Reset": str((window + 1) * WINDOW_SECONDS),
        }


def _exceeded(limit: int) -> ApiError:
    return ApiError(429, "rate_limit_exceeded", f"Exceeded rate limit of {limit} in {WINDOW_SECONDS}_seconds")


def _version(version: str, since: str) -> None:
    """The code for an unknown version is assumed; an end point of a later version simply is not there."""
    if version not in VERSIONS:
        raise ApiError(400, "intercom_version_invalid", "The requested version could not be found")
    if VERSIONS.index(version) < VERSIONS.index(since):
        raise ApiError(404, "not_found", "The requested resource was not found")


def _body(raw: bytes) -> Json:
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, "parameter_invalid", "JSON Body could not be parsed")
    return body


def unknown(_: Call) -> object:
    raise ApiError(404, "not_found", "The requested resource was not found")
