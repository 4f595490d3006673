"""When an invoice is due, and when those who pay are reminded of it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.calendars import calendar_of
from storage import offices

AT = time(9)
# Working days before it is due: enough for a bank transfer.
BEFORE = 3


def due_on(day: date, terms: int) -> date:
    return day + timedelta(days=terms)


def next_reminder(session: Session, due: date) -> datetime | None:
    """Three working days before it is due, then on the last working day that is not after it, then each working day."""
    calendar = calendar_of(offices.first_place(session))
    now = clock.now()
    last = due
    while not calendar.works_on(last):
        last -= timedelta(days=1)
    first, left = last, BEFORE
    while left:
        first -= timedelta(days=1)
        left -= calendar.works_on(first)
    moments = [datetime.combine(day, AT, ZoneInfo(calendar.zone)) for day in (first, last)]
    later = next((one for one in moments if one > now), None)
    if later is not None:
        return later
    # Overdue: on every working day.
    day = calendar.local(now).date()
    for _ in range(30):
        moment = datetime.combine(day, AT, ZoneInfo(calendar.zone))
        if moment > now and calendar.works_on(day):
            return moment
        day += timedelta(days=1)
    return None
