"""Repetitions by RFC 5545, in wall time: their days, and the moments that these are in a zone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

from office.rules.working_time import Calendar

# A rule that has had no day for so long has none any more.
HORIZON_DAYS = 366 * 9


class OnHolidays(StrEnum):
    """What happens to a day of a repetition that is a holiday or not worked."""

    KEEP = "keep"
    SKIP = "skip"
    BEFORE = "before"  # the working day before
    AFTER = "after"  # the working day after


@dataclass(frozen=True)
class Repetition:
    """`rule` as in RFC 5545 without DTSTART, counted from `first`; UNTIL is a date and counts. `changed`: a day of the
    rule -> the day that takes its place, or None where it is left out."""

    rule: str
    first: date
    clock: time
    zone: str
    on_holidays: OnHolidays = OnHolidays.KEEP
    changed: Mapping[date, date | None] = field(default_factory=dict)


def next_moment(repetition: Repetition, after: datetime, calendar: Calendar) -> datetime | None:
    """The first moment of a repetition after another one, in UTC; None when it has ended."""
    local = after.astimezone(ZoneInfo(repetition.zone)).date()
    # A day early for zones, and as far as a holiday may push a day.
    start = max(repetition.first, local - timedelta(days=15))
    until = local + timedelta(days=HORIZON_DAYS)
    best: datetime | None = None
    for day in days_from(repetition.rule, repetition.first, start, until):
        shown = taken(repetition, day, calendar)
        if shown is None:
            continue
        moment = wall(shown, repetition.clock, repetition.zone)
        if moment > after and (best is None or moment < best):
            best = moment
        if best is not None and day > shown + timedelta(days=15):
            break
        if best is not None and day >= local + timedelta(days=16):
            break
        if best is not None and repetition.on_holidays is OnHolidays.KEEP and not repetition.changed:
            break
    return best


def taken(repetition: Repetition, day: date, calendar: Calendar) -> date | None:
    """The day on which an occurrence happens: changed by hand, left out or shifted on a holiday."""
    if day in repetition.changed:
        return repetition.changed[day]
    if repetition.on_holidays is OnHolidays.KEEP or calendar.works_on(day):
        return day
    if repetition.on_holidays is OnHolidays.SKIP:
        return None
    return shifted(calendar, day, -1 if repetition.on_holidays is OnHolidays.BEFORE else 1)


def shifted(calendar: Calendar, day: date, step: int) -> date:
    """The nearest working day in one direction, the day itself included."""
    for distance in range(60):
        near = day + timedelta(days=step * distance)
        if calendar.works_on(near):
            return near
    return day


def working_day_before(calendar: Calendar, day: date, days: int = 1) -> date:
    """So many working days before a day."""
    for _ in range(days):
        day = shifted(calendar, day - timedelta(days=1), -1)
    return day


def wall(day: date, clock: time, zone: str) -> datetime:
    """A wall time as a moment in UTC. One that the clock change leaves out is the first that there is after it; one
    that comes twice is the first of the two."""
    tz = ZoneInfo(zone)
    moment = datetime.combine(day, clock, tz).astimezone(UTC)
    if moment.astimezone(tz).replace(tzinfo=None) == datetime.combine(day, clock):
        return moment
    # In the gap: the moment at which the clocks are put forward, found to the minute.
    before = datetime.combine(day, clock, tz).replace(fold=1).astimezone(UTC)
    low, high = sorted((before, moment))
    offset = low.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return (
        (high + timedelta(seconds=1)).replace(second=0, microsecond=0) if high.second else high.replace(microsecond=0)
    )


def days_from(rule: str, first: date, start: date, until: date | None = None) -> Iterator[date]:
    """The days of a rule that was begun on `first`, from `start` on; at most nine years ahead."""
    ends = until or start + timedelta(days=HORIZON_DAYS)
    found = _rule(rule, first).xafter(datetime.combine(start, time()), inc=True)
    return (moment.date() for moment in takewhile(lambda moment: moment.date() <= ends, found))


@lru_cache(maxsize=2048)
def _rule(rule: str, first: date) -> rrule:
    made = rrulestr(f"RRULE:{rule}", dtstart=datetime.combine(first, time()), ignoretz=True)
    assert isinstance(made, rrule)
    return made
