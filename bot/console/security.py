"""What every answer of the console carries, so that no other site's page or script gets at it; it signs nobody in."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https:",  # customers' portraits; sent without a referrer
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def secured(endpoint: Endpoint) -> Endpoint:
    """Nothing is stored by browsers or proxies unless the endpoint said so (our own style and script)."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except HTTPException as error:
            response = PlainTextResponse(error.detail, error.status_code)
        response.headers.setdefault("cache-control", "no-store")
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return answered


def from_our_own_page(request: Request) -> None:
    """*Errors:* HTTPException 403 for a form that another site's page sent. Old browsers say neither: the cookie is Strict."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    same = origin in (None, "null") or origin == f"{request.url.scheme}://{request.headers.get('host')}"
    if site not in ("same-origin", "none") or not same:
        raise HTTPException(403, "This form must be sent from Deskside's own page.")
