"""Every address of the console: its pages and its own requests."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.api import api_routes
from bot.console.feed import Pulse
from bot.console.pages import chat, customer, operations, sign_in
from bot.console.security import secured
from bot.console.site import Console, Page, Site, signed_in
from bot.desk.office import Office
from bot.health import Health
from bot.jobs import Jobs

Open = Callable[[Site, Request], Awaitable[Response]]


def console_routes(console: Console, office: Office, health: Health, jobs: Jobs) -> list[BaseRoute]:
    site = Site(console, office, health, jobs, Pulse(console.database))
    return [*_pages(site), *api_routes(site)]


def _pages(site: Site) -> list[BaseRoute]:
    def for_all(path: str, page: Open, method: str = "GET") -> Route:
        async def answered(request: Request) -> Response:
            return await page(site, request)

        return Route(path, secured(answered), methods=[method])

    def for_colleagues(path: str, page: Page, method: str = "GET") -> Route:
        return Route(path, secured(signed_in(site, page)), methods=[method])

    return [
        for_all("/console/enter", sign_in.enter),
        for_all("/console/sign-in", sign_in.sign_in),
        for_all("/console/sign-in", sign_in.signed_in, "POST"),
        for_all("/console/sign-out", sign_in.sign_out, "POST"),
        for_all("/console/static/{name}", sign_in.static),
        for_all("/console/", _home),
        for_colleagues("/console", chat.chat),
        for_colleagues("/console/customer", customer.customer),
        for_colleagues("/console/customer", customer.customer_asked, "POST"),
        for_colleagues("/console/operations", operations.operations),
        for_colleagues("/console/operations/jobs/{job_id:int}/retry", operations.retried, "POST"),
        for_colleagues("/console/operations/jobs/{job_id:int}/drop", operations.dropped, "POST"),
    ]


async def _home(site: Site, request: Request) -> Response:
    return RedirectResponse("/console", 303)
