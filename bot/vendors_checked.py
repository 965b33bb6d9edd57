"""Asks each connected system whether it accepts us, before a customer depends on it; it reads, and changes nothing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from bot.settings import vendor_folders
from playbooks.words import source_name
from retrieval.connection import Connection
from retrieval.errors import VendorError
from retrieval.http import Calls

PATIENCE_SECONDS = 10
"""A person waits for the command; whoever answers does so within one or two."""


@dataclass(frozen=True)
class Answer:
    """How one system failed us; `passes` where it may be well again by itself."""

    vendor: str
    message: str
    remedy: str
    passes: bool


async def failing(settings: Mapping[str, BaseModel]) -> tuple[Answer, ...]:
    """All at once. () where each accepts us, or none is connected."""
    connections = [
        folder.connect(settings[folder.name], Calls(), None) for folder in vendor_folders() if folder.name in settings
    ]
    answers = await asyncio.gather(*map(_asked, connections))
    return tuple(one for one in answers if one is not None)


async def _asked(connection: Connection) -> Answer | None:
    name = source_name(connection.vendor)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            if connection.check is not None:
                await connection.check()
    except TimeoutError:
        return Answer(connection.vendor, f"{name} does not answer.", "Run it again later.", passes=True)
    except VendorError as error:
        return Answer(connection.vendor, _worded(name, connection.vendor, error), error.remedy, passes=error.passes)
    finally:
        if connection.close is not None:
            await connection.close()
    return None


def _worded(name: str, vendor: str, error: VendorError) -> str:
    said = str(error).removeprefix(f"{vendor}: ")
    if error.passes:
        return f"{name} does not answer ({said})."
    return f"{name} does not accept our credentials ({said})." if said[:1].isdigit() else f"{name}: {said}."
