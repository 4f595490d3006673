"""Putting something off: "tonight", "tomorrow", "next week" as moments."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from office.rules.repetition import wall

MORNING, EVENING, NIGHT = time(9), time(18), time(21)


class Later(StrEnum):
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"


def later(choice: Later, zone: str, now: datetime) -> datetime:
    """The moment that a choice means in somebody's zone: always after `now`."""
    local = now.astimezone(ZoneInfo(zone))
    if choice is Later.TONIGHT:
        for at in (EVENING, NIGHT):
            if local.time() < at:
                return wall(local.date(), at, zone)
        return now + timedelta(hours=1)
    days = 1 if choice is Later.TOMORROW else 7 - local.weekday()
    return wall(local.date() + timedelta(days=days), MORNING, zone)
