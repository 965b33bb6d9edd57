"""The course of an alert from raised to over: when it is told, told again, acknowledged, ended; pure, it tells nobody."""

from datetime import datetime, timedelta
from typing import Literal

from playbooks.domain.alert import Alert, Happening, RaisedAlert
from playbooks.domain.base import Frozen

# As many lines as an agent reads before opening the chat itself.
_HISTORY_KEPT = 20

Telling = Literal["first", "again", "nothing"]


class Course(Frozen):
    """The alert as it is to be remembered now, and whether somebody is to be told."""

    alert: RaisedAlert
    telling: Telling


def considered(alert: Alert, known: RaisedAlert | None, *, about: str, most: int, now: datetime) -> Course:
    """What an active alert comes to. `most`: so often it is told in one episode, then it only stands there."""
    if known is None or not known.is_open:
        return Course(alert=_raised(alert, known, about, now), telling="first")
    current = known.model_copy(update={"cause": alert.cause, "step": alert.step})
    if known.acknowledged_by or known.told >= most or not _again(alert, known, now):
        return Course(alert=current, telling="nothing")
    told = current.model_copy(update={"told": known.told + 1, "told_at": now})
    return Course(alert=with_line(told, now, f"{alert.title}, again: {alert.cause}"), telling="again")


def _raised(alert: Alert, known: RaisedAlert | None, about: str, now: datetime) -> RaisedAlert:
    raised = RaisedAlert(
        key=alert.key,
        rule=alert.rule,
        title=alert.title,
        urgency=alert.urgency,
        destination=alert.destination,
        cause=alert.cause,
        step=alert.step,
        about=about,
        conversation_id=alert.conversation_id or None,
        raised_at=now,
        told_at=now,
        history=known.history if known else (),
    )
    return with_line(raised, now, f"{alert.title}: {alert.cause}")


def _again(alert: Alert, known: RaisedAlert, now: datetime) -> bool:
    if alert.step != known.step:
        return True
    return alert.re_alert_after is not None and now - known.told_at >= alert.re_alert_after


def next_telling(known: RaisedAlert, re_alert_after: timedelta | None, most: int) -> datetime | None:
    """When it is to be told again if nothing changes; None: never."""
    if not known.is_open or known.acknowledged_by or known.told >= most or re_alert_after is None:
        return None
    return known.told_at + re_alert_after


def acknowledged(known: RaisedAlert, by: str, now: datetime) -> RaisedAlert:
    """Seen: it is not told again. The first to have seen it stands there."""
    if not known.is_open or known.acknowledged_by:
        return known
    return with_line(known.model_copy(update={"acknowledged_by": by}), now, f"Seen by {by}: {known.title.lower()}")


def ended(known: RaisedAlert, why: str, now: datetime) -> RaisedAlert:
    if not known.is_open:
        return known
    return with_line(known.model_copy(update={"state": "over"}), now, f"Over: {known.title.lower()}{why}")


def with_line(known: RaisedAlert, now: datetime, words: str) -> RaisedAlert:
    return known.model_copy(update={"history": (*known.history, Happening(at=now, words=words))[-_HISTORY_KEPT:]})
