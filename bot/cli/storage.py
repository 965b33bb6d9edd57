"""The service's database for a command that reads or repairs it; a missing one is said, never made."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.terminal import refuse

if TYPE_CHECKING:
    from bot.memory.database import Database


@contextlib.asynccontextmanager
async def storage(data: Path | None = None) -> AsyncIterator["Database"]:
    """`data` is a data folder to use instead of the configured database."""
    from bot.memory.database import StorageUnavailable, open_database  # noqa: PLC0415
    from bot.memory.schema import migrate  # noqa: PLC0415

    url = _url(data)
    try:
        migrate(url)
        database = await open_database(url)
    except StorageUnavailable as error:
        refuse(str(error), error.remedy)
    try:
        yield database
    finally:
        await database.close()


def _url(data: Path | None) -> str:
    from bot.settings import BadSettings, read_settings  # noqa: PLC0415

    try:
        service = read_settings().service
    except BadSettings as error:
        refuse(str(error), "`deskside settings` lists them all.")
    if data is None and service.database_url:
        return service.database_url
    file = (data or service.data_dir).resolve() / "deskside.db"
    if not file.is_file():
        refuse(f"There is no database at {file}.", "Name the data folder of `deskside run` or `deskside demo` with --data.")
    return f"sqlite:///{file}"
