"""The way in: the token leaves the address at once, then a colleague of the roster is chosen; without a token it stays shut."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.security import from_our_own_page
from bot.console.site import Site, page, role_titles
from bot.console.templating import STATIC, static_bytes
from bot.http import capped_body

SIGN_IN = "/console/sign-in"


async def enter(site: Site, request: Request) -> Response:
    """`/console/enter?token=…`: exchanged for a cookie, never shown again."""
    response = RedirectResponse(SIGN_IN, 303)
    if site.console.sessions.enter(request.query_params.get("token", ""), request, response, site.now):
        return response
    return _form(site, request, 401, problem="That address is not valid any more. Ask for a new one, or type the token below.")


async def sign_in(site: Site, request: Request) -> Response:
    return _form(site, request)


async def signed_in(site: Site, request: Request) -> Response:
    from_our_own_page(request)
    await capped_body_of_form(site, request)
    form = await request.form()
    agent_id, token = str(form.get("agent_id", "")), str(form.get("token", ""))
    response, sessions = RedirectResponse("/console", 303), site.console.sessions
    if token:
        agent = sessions.sign_in(agent_id, token, request, response, site.now)
    else:
        agent = sessions.choose(agent_id, request, response, site.now)
    return response if agent else _form(site, request, 401, problem="That colleague and that token do not go together.")


async def sign_out(site: Site, request: Request) -> Response:
    from_our_own_page(request)
    response = RedirectResponse(SIGN_IN, 303)
    site.console.sessions.sign_out(response)
    return response


async def static(site: Site, request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        return Response("Not found", 404)
    headers = {"content-type": STATIC[name], "cache-control": "public, max-age=31536000, immutable"}
    return Response(static_bytes(name), headers=headers)


async def capped_body_of_form(site: Site, request: Request) -> None:
    """Reads the body under the cap; Starlette then finds it read. *Errors:* HTTPException 413."""
    request._body = await capped_body(request, site.console.cap_bytes)


def _form(site: Site, request: Request, status: int = 200, problem: str = "") -> Response:
    sessions = site.console.sessions
    if not sessions.is_open:
        return page("closed.html", status=503)
    return page(
        "sign_in.html",
        status=status,
        agents=[(one, role_titles(one, site.office)) for one in sessions.team.agents],
        entered=sessions.entered(request, site.now),
        problem=problem,
    )
