"""When an invoice is due, and when those who pay are reminded of it."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties.people import office_calendar
from office.duties.supplies.habits import remind_before

AT = time(9)


def due_on(day: date, terms: int) -> date:
    return day + timedelta(days=terms)


def next_reminder(session: Session, due: date) -> datetime:
    """So many working days before it is due as the office has chosen, then on the last working day that is not after
    it, then each working day."""
    calendar, now = office_calendar(session), clock.now()
    last = calendar.nearest(due, -1)
    today = calendar.nearest(calendar.local(now).date())
    # Overdue: on every working day.
    days = (calendar.shifted(last, -remind_before(session)), last, today, calendar.shifted(today, 1))
    return next(moment for day in days if (moment := calendar.at(day, AT)) > now)
