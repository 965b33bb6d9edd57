"""Every address of the console: its pages and its own requests."""

from starlette.routing import BaseRoute

from bot.console.api import Console, api_routes
from bot.desk.office import Office
from bot.health import Health


def console_routes(console: Console, office: Office, health: Health) -> list[BaseRoute]:
    return [*api_routes(console)]
