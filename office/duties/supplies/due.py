"""When an invoice is due, and when those who pay are reminded of it."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties.people import office_calendar

AT = time(9)
# Working days before it is due: enough for a bank transfer.
BEFORE = 3


def due_on(day: date, terms: int) -> date:
    return day + timedelta(days=terms)


def next_reminder(session: Session, due: date) -> datetime:
    """Three working days before it is due, then on the last working day that is not after it, then each working day."""
    calendar, now = office_calendar(session), clock.now()
    last = calendar.nearest(due, -1)
    today = calendar.nearest(calendar.local(now).date())
    # Overdue: on every working day.
    days = (calendar.shifted(last, -BEFORE), last, today, calendar.shifted(today, 1))
    return next(moment for day in days if (moment := calendar.at(day, AT)) > now)
