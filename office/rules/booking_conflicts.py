"""Whether a room can be had: opening hours, closed periods, limits, and what holds it. End to start is no conflict."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from office.rules.working_time import Calendar

# Longer than this is no meeting.
LONGEST = timedelta(days=14)


class Trouble(StrEnum):
    """Why a room can't be had."""

    TAKEN = "taken"
    SHUT = "shut"  # outside its opening hours
    CLOSED = "closed"  # in a closed period
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    TOO_LONG = "too_long"
    NOT_FOR_YOU = "not_for_you"


@dataclass(frozen=True)
class Closed:
    """A room is closed from one day to another, both of them included."""

    first: date
    last: date
    why: str = ""


@dataclass(frozen=True)
class Terms:
    """On what terms a room is had. `calendar`: when it is open, in its place's time; None: always."""

    calendar: Calendar | None
    zone: str
    closed: Sequence[Closed] = ()
    notice: timedelta = timedelta()
    ahead: timedelta = timedelta()
    longest: timedelta = timedelta()
    buffer: timedelta = timedelta()


def held(terms: Terms, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """From when to when a booking keeps a room: what comes after it needs the buffer."""
    return start, end + terms.buffer


def trouble(terms: Terms, start: datetime, end: datetime, now: datetime) -> tuple[Trouble, object] | None:
    """What stands against a booking besides others, with what the person is told of it; None: nothing."""
    if terms.longest and end - start > terms.longest:
        return Trouble.TOO_LONG, int(terms.longest.total_seconds() // 60)
    if terms.notice and start - now < terms.notice:
        return Trouble.TOO_SOON, int(terms.notice.total_seconds() // 60)
    if terms.ahead and start - now > terms.ahead:
        return Trouble.TOO_FAR, terms.ahead.days
    local = Calendar(terms.zone, ((),) * 7)
    first, last = local.local(start).date(), local.local(end - timedelta(seconds=1)).date()
    period = next((one for one in terms.closed if one.first <= last and one.last >= first), None)
    if period is not None:
        return Trouble.CLOSED, period.why
    if terms.calendar is not None and not is_open(terms.calendar, start, end):
        return Trouble.SHUT, ""
    return None


def is_open(calendar: Calendar, start: datetime, end: datetime) -> bool:
    """Whether all of a span lies within the opening hours of one day."""
    day = calendar.local(start).date()
    return any(first <= start and end <= last for first, last in opening(calendar, day))


def opening(calendar: Calendar, day: date) -> Iterable[tuple[datetime, datetime]]:
    """The opening hours of a day: rooms are open on holidays, too."""
    for begins, ends in calendar.hours[day.weekday()]:
        yield calendar.at(day, begins), calendar.at(day, ends)


def overlap(one: tuple[datetime, datetime], other: tuple[datetime, datetime]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
