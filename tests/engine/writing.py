"""A write by itself or gathered with whatever is written at the same time: what both ways of the door must keep alike."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.memory.database import Database

T = TypeVar("T")


async def written(database: Database, work: Callable[[Connection], T], gathered: bool = True) -> T:
    return await (database.gathered(_each, work) if gathered else database.transact(work))


def _each(conn: Connection, works: Sequence[Callable[[Connection], Any]]) -> list[Any]:
    return [work(conn) for work in works]
