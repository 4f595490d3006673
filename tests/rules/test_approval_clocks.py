"""Reminders on the approver's own working days, then the escalation."""

from datetime import UTC, date, datetime, time

from office.rules.approval_clocks import due, following
from office.rules.working_time import Calendar

WEEKDAYS = tuple(((time(8), time(17)),) if day < 5 else () for day in range(7))
STOCKHOLM = Calendar("Europe/Stockholm", WEEKDAYS, frozenset({date(2026, 11, 25)}))
MONDAY_NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)


def moments(hours: int) -> list[tuple[datetime, bool]]:
    due_at = due(STOCKHOLM, MONDAY_NINE, hours)
    found = []
    for chased in range(10):
        moment = following(STOCKHOLM, MONDAY_NINE, due_at, chased)
        found.append((moment, moment == due_at))
        if moment == due_at:
            return found
    raise AssertionError("it is never escalated")


def test_one_is_reminded_on_the_next_day_the_third_and_the_fifth_and_then_it_is_escalated() -> None:
    assert [(one.astimezone(UTC).strftime("%a %d %H:%M"), up) for one, up in moments(60)] == [
        ("Tue 24 07:00", False),
        ("Fri 27 07:00", False),  # Wednesday is a day off
        ("Tue 01 07:00", False),
        ("Wed 02 14:00", True),
    ]


def test_the_steps_own_time_comes_before_reminders_that_are_later() -> None:
    assert [(one.strftime("%a %H:%M"), up) for one, up in moments(4)] == [("Mon 12:00", True)]
    assert [up for _, up in moments(16)] == [False, True]
