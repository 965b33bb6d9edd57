"""Alerts that were raised, each cause once, with the course they took; it decides nothing about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from bot.memory.moments import stamp
from bot.memory.tables import alerts
from bot.memory.upsert import put
from playbooks.domain.alert import RaisedAlert


def save(conn: Connection, alert: RaisedAlert, at: datetime) -> None:
    put(
        conn,
        alerts,
        {
            "alert_key": alert.key,
            "rule": alert.rule,
            "conversation_id": alert.conversation_id,
            "state": alert.state,
            "rolled_up": alert.rolled_up,
            "raised_at": stamp(alert.raised_at),
            "alert": alert.model_dump_json(),
            "updated_at": stamp(at),
        },
    )


def find(conn: Connection, keys: Sequence[str]) -> Sequence[RaisedAlert]:
    return _read(conn, select(alerts).where(alerts.c.alert_key.in_(keys)))


def of_conversation(conn: Connection, conversation_id: str) -> Sequence[RaisedAlert]:
    """In the order they were raised."""
    return _read(conn, select(alerts).where(alerts.c.conversation_id == conversation_id).order_by(alerts.c.raised_at))


def count_since(conn: Connection, rule: str, since: datetime) -> int:
    """How many of a rule were raised since then; by this a storm is told."""
    query = select(func.count()).select_from(alerts).where(alerts.c.rule == rule, alerts.c.raised_at > stamp(since))
    return int(conn.execute(query).scalar_one())


def rolled_up(conn: Connection, rule: str, limit: int) -> tuple[int, Sequence[RaisedAlert]]:
    """How many of a storm are still open, and the ones that wait longest."""
    waiting = (alerts.c.rule == rule, alerts.c.rolled_up.is_(True), alerts.c.state == "open")
    count = int(conn.execute(select(func.count()).select_from(alerts).where(*waiting)).scalar_one())
    return count, _read(conn, select(alerts).where(*waiting).order_by(alerts.c.raised_at).limit(limit))


def _read(conn: Connection, query: Select[Any]) -> Sequence[RaisedAlert]:
    return [RaisedAlert.model_validate_json(one.alert) for one in conn.execute(query)]
