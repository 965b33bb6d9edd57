"""The console's one Jinja environment: every value is escaped, an unknown name is an error; it decides nothing."""

import hashlib
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent
STATIC = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
}
"""What the browser may fetch by name, with its type; nothing else is served from the folder."""


@cache
def static_bytes(name: str) -> bytes:
    return (FOLDER / "static" / name).read_bytes()


@cache
def static_url(name: str) -> str:
    """The address changes with the content, so that a browser may keep it for good."""
    return f"/console/static/{name}?v={hashlib.sha256(static_bytes(name)).hexdigest()[:12]}"


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static_url"] = static_url
    made.filters["pretty"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    return made
