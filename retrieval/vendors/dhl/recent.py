"""What DHL said lately, so that its small quota lasts: 250 calls a day, and at most 10 a day for one shipment."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from playbooks.domain.facts import Parcel, ParcelStatus

PER_SHIPMENT = 10
"""DHL's knowledge base: up to 10 fetches per shipment per day, spread evenly."""

MOVING = timedelta(minutes=15)
"""New scans take DHL 10 to 30 minutes to show; asking more often tells nothing new."""

FINAL = timedelta(hours=12)
"""A delivered parcel seldom changes its mind; a proof of delivery may still come."""

LEFT_OVER = 1000


@dataclass(frozen=True)
class Answer:
    """() in `parcels`: DHL did not know the number."""

    parcels: tuple[Parcel, ...]
    at: datetime

    @property
    def keeps(self) -> timedelta:
        delivered = self.parcels and all(one.status is ParcelStatus.DELIVERED for one in self.parcels)
        return FINAL if delivered else MOVING


class Recent:
    def __init__(self, calls_per_day: int) -> None:
        self._calls_per_day = calls_per_day
        self._answers: dict[str, Answer] = {}
        self._day: date | None = None
        self._fetches: Counter[str] = Counter()

    def fresh(self, number: str, now: datetime) -> Answer | None:
        """The last answer while it is young enough, or while the number has used up its fetches of the day."""
        answer = self._answers.get(number)
        if answer is None:
            return None
        used_up = self._counted(now)[number] >= PER_SHIPMENT
        return answer if used_up or now - answer.at < answer.keeps else None

    def last(self, number: str) -> Answer | None:
        return self._answers.get(number)

    def may_fetch(self, number: str, now: datetime) -> bool:
        fetches = self._counted(now)
        return fetches.total() < self._calls_per_day and fetches[number] < PER_SHIPMENT

    def fetching(self, number: str, now: datetime) -> None:
        self._counted(now)[number] += 1

    def keep(self, number: str, answer: Answer) -> None:
        self._answers.pop(number, None)
        self._answers[number] = answer
        if len(self._answers) > LEFT_OVER:
            del self._answers[next(iter(self._answers))]

    def _counted(self, now: datetime) -> Counter[str]:
        """Today's fetches by number; DHL's day begins at 00:00 GMT."""
        today = now.astimezone(UTC).date()
        if today != self._day:
            self._day = today
            self._fetches.clear()
        return self._fetches
