"""When an approver is reminded, and when their time is over: on their own working days."""

from datetime import datetime, timedelta

from office.rules.working_time import HORIZON, Calendar, after, days_after

# The working days after being asked on which somebody is reminded.
CHASED_ON = (1, 3, 5)


def due(calendar: Calendar, asked: datetime, hours: int | None) -> datetime:
    """When a step's time is over for somebody who works in this calendar: after some working hours, else at the end of
    the working day of the last reminder."""
    return after(calendar, asked, hours * 60) if hours else days_after(calendar, asked, CHASED_ON[-1])


def following(calendar: Calendar, asked: datetime, due_at: datetime, chased: int) -> datetime:
    """The next moment of a seat: the morning of the next day for a reminder, or `due_at`, when its time is over."""
    if chased < len(CHASED_ON):
        morning = morning_of(calendar, asked, CHASED_ON[chased])
        if morning < due_at:
            return morning
    return due_at


def morning_of(calendar: Calendar, start: datetime, days: int) -> datetime:
    """When work begins on the working day that many working days after `start`'s day."""
    day = calendar.local(start).date()
    for _ in range(HORIZON.days):
        day += timedelta(days=1)
        first = next(calendar.spans(day), None)
        if first is not None:
            days -= 1
            if days <= 0:
                return first[0]
    return start + HORIZON
