"""The course of an alert from raised to over: when it is told, told again, acknowledged, ended; pure, it tells nobody."""

from datetime import datetime, timedelta
from typing import Literal

from playbooks.domain.alert import Alert, Happening, RaisedAlert
from playbooks.domain.base import Frozen
from playbooks.domain.policy import AlertRule
from playbooks.words import length

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
    if known.snoozed_until is not None:
        return _asleep(current, known.snoozed_until, now)
    if known.is_looked_after or known.told >= most or not _again(alert, known, now):
        return Course(alert=current, telling="nothing")
    told = current.model_copy(update={"told": known.told + 1, "told_at": now})
    return Course(alert=with_line(told, now, f"{alert.title}, again: {alert.cause}"), telling="again")


def _asleep(current: RaisedAlert, until: datetime, now: datetime) -> Course:
    """Nothing before its time, however it gets worse; then it is told whatever it was told before."""
    if now < until:
        return Course(alert=current, telling="nothing")
    woken = current.model_copy(update={"snoozed_until": None, "snoozed_by": None, "told": 1, "told_at": now})
    return Course(alert=with_line(woken, now, f"{current.title}, after the snooze: {current.cause}"), telling="again")


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
        lookup=known.lookup if known else None,
        remedy=known.remedy if known else "",
    )
    return with_line(raised, now, f"{alert.title}: {alert.cause}")


def _again(alert: Alert, known: RaisedAlert, now: datetime) -> bool:
    if alert.step != known.step:
        return True
    return alert.re_alert_after is not None and now - known.told_at >= alert.re_alert_after


def next_telling(known: RaisedAlert, re_alert_after: timedelta | None, most: int) -> datetime | None:
    """When it is to be told again if nothing changes; None: never."""
    if not known.is_open or known.snoozed_until is not None:
        return known.snoozed_until if known.is_open else None
    if known.is_looked_after or known.told >= most or re_alert_after is None:
        return None
    return known.told_at + re_alert_after


def held(alert: Alert, known: RaisedAlert | None, *, about: str, until: str, now: datetime) -> RaisedAlert:
    """Kept through quiet hours that end at `until`, in words; an episode that is open stays as it is."""
    if known is not None and known.state != "over":
        return known
    kept = _raised(alert, known, about, now).model_copy(update={"state": "held", "told": 0})
    return with_line(kept, now, f"Quiet hours: kept until {until}")


def as_alert(known: RaisedAlert, rule: AlertRule) -> Alert:
    """What it was raised for, so that it can be told when nothing but the time has changed."""
    return Alert(
        key=known.key,
        rule=rule.name,
        signal=rule.signal,
        title=rule.title,
        urgency=rule.urgency,
        cause=known.cause,
        step=known.step,
        tells=rule.tells,
        destination=rule.destination,
        conversation_id=known.conversation_id or "",
        re_alert_after=rule.re_alert_after,
        does=rule.does,
    )


def acknowledged(known: RaisedAlert, by: str, now: datetime) -> RaisedAlert:
    """Seen: it is not told again. The first to have seen it stands there."""
    if not known.is_open or known.acknowledged_by:
        return known
    return with_line(_awake(known, acknowledged_by=by), now, f"Seen by {by}: {_low(known.title)}")


def snoozed(known: RaisedAlert, by: str, until: datetime, words: str, now: datetime) -> RaisedAlert:
    """Not told again before then; `words` say when that is. Whoever looked after it does so no longer."""
    if not known.is_open:
        return known
    asleep = {"snoozed_by": by, "snoozed_until": until, "acknowledged_by": None, "handed_to": None}
    return with_line(known.model_copy(update=asleep), now, f"Snoozed until {words} by {by}: {_low(known.title)}")


def taken(known: RaisedAlert, by: str, now: datetime) -> RaisedAlert:
    """First come: who has taken it keeps it until they hand it over."""
    if not known.is_open or known.handed_to:
        return known
    return with_line(_awake(known, handed_to=by), now, f"Taken by {by}: {_low(known.title)}")


def handed(known: RaisedAlert, by: str, to: str, now: datetime) -> RaisedAlert:
    if not known.is_open:
        return known
    return with_line(_awake(known, handed_to=to), now, f"Handed to {to} by {by}: {_low(known.title)}")


def _awake(known: RaisedAlert, **changed: str) -> RaisedAlert:
    return known.model_copy(update={"snoozed_by": None, "snoozed_until": None, **changed})


def ended(known: RaisedAlert, why: str, now: datetime) -> RaisedAlert:
    """What quiet hours kept and nobody was told ends without a word."""
    if known.state == "held":
        return known.model_copy(update={"state": "over"})
    if not known.is_open:
        return known
    lasted = f" after {length(now - known.raised_at)}"
    return with_line(known.model_copy(update={"state": "over"}), now, f"Over{lasted}: {_low(known.title)}{why}")


def _low(title: str) -> str:
    return title[:1].lower() + title[1:]


def with_line(known: RaisedAlert, now: datetime, words: str) -> RaisedAlert:
    return known.model_copy(update={"history": (*known.history, Happening(at=now, words=words))[-_HISTORY_KEPT:]})
