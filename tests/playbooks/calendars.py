"""Opening hours in three places, and moments in their local time. Test material."""

from datetime import datetime
from zoneinfo import ZoneInfo

from playbooks.domain.policy import Calendar, Holiday

WEEK = ("mon", "tue", "wed", "thu", "fri")


def calendar(
    *hours: str, zone: str = "Asia/Singapore", days: tuple[str, ...] = WEEK, holidays: tuple[Holiday, ...] = ()
) -> Calendar:
    shifts = [{"days": days, "hours": hours or ("09:00-17:00",)}]
    return Calendar.model_validate({"title": "t", "time_zone": zone, "open": shifts, "holidays": holidays})


OFFICE = calendar()
SPLIT = calendar("08:30-12:30", "13:30-17:30", zone="Australia/Sydney")
NIGHT = calendar("22:00-06:00", zone="America/New_York", days=(*WEEK, "sat", "sun"))


def local(text: str, zone: str = "Asia/Singapore") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
