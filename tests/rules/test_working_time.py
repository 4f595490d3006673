"""Working time: hours, holidays, clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.rules.working_time import STANDARD, Calendar, after, before, between, days_after

WEEK = tuple(((time(8), time(17)),) if day < 5 else () for day in range(7))
STOCKHOLM = Calendar("Europe/Stockholm", WEEK, country="SE")
MADRID = Calendar(
    "Europe/Madrid", tuple(((time(9), time(14)), (time(15, 30), time(18, 30))) if d < 5 else () for d in range(7))
)


def at(text: str, zone: str = "Europe/Stockholm") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23 09:00", 60, "2026-11-23 10:00"),
        ("2026-11-23 16:30", 60, "2026-11-24 08:30"),  # over the night
        ("2026-11-27 16:00", 120, "2026-11-30 09:00"),  # over a weekend
        ("2026-11-22 12:00", 30, "2026-11-23 08:30"),  # begun on a Sunday
        ("2026-12-23 16:00", 120, "2026-12-28 09:00"),  # over Christmas Eve, which Swedish offices keep, and a weekend
        ("2026-11-23 08:00", 9 * 60, "2026-11-23 17:00"),  # a whole day ends with the day
        ("2027-03-26 00:00", 60, "2027-03-30 09:00"),  # Good Friday to Easter Monday, and the clock change between
    ],
)
def test_working_minutes_pass_only_in_working_time(start: str, minutes: int, end: str) -> None:
    assert after(STOCKHOLM, at(start), minutes) == at(end)


@pytest.mark.parametrize(
    ("end", "minutes", "start"),
    [
        ("2026-11-23 15:00", 120, "2026-11-23 13:00"),
        ("2026-11-23 09:00", 120, "2026-11-20 16:00"),  # over the weekend
        ("2026-12-28 09:00", 120, "2026-12-23 16:00"),  # over Christmas
        ("2026-11-23 22:00", 60, "2026-11-23 16:00"),  # from the end of the day
    ],
)
def test_working_time_is_counted_backwards_too(end: str, minutes: int, start: str) -> None:
    assert before(STOCKHOLM, at(end), minutes) == at(start)
    assert between(STOCKHOLM, at(start), at(end)) == minutes


def test_a_lunch_break_is_no_working_time() -> None:
    assert after(MADRID, at("2026-11-23 13:30", "Europe/Madrid"), 60) == at("2026-11-23 16:00", "Europe/Madrid")
    assert between(MADRID, at("2026-11-23 13:00", "Europe/Madrid"), at("2026-11-23 16:00", "Europe/Madrid")) == 90


def test_days_of_the_own_place_count() -> None:
    closed = Calendar("Europe/Stockholm", WEEK, days_off=frozenset({date(2026, 11, 24)}))
    assert after(closed, at("2026-11-23 16:30"), 60) == at("2026-11-25 08:30")


def test_a_day_is_working_time_as_long_as_its_clock_says() -> None:
    night = Calendar("Europe/Stockholm", tuple(((time(0), time(6)),) for _ in range(7)))
    spring, autumn = at("2027-03-28 00:00"), at("2027-10-31 00:00")
    assert between(night, spring, spring + timedelta(hours=20)) == 5 * 60
    assert between(night, autumn, autumn + timedelta(hours=20)) == 7 * 60


def test_working_days_are_counted_to_the_end_of_the_day() -> None:
    assert days_after(STOCKHOLM, at("2026-11-23 09:00"), 5) == at("2026-11-30 17:00")
    assert days_after(STOCKHOLM, at("2026-12-21 09:00"), 3) == at("2026-12-28 17:00")


def test_a_place_that_never_works_ends_the_search() -> None:
    never = Calendar("UTC", tuple(() for _ in range(7)))
    start = at("2026-11-23 09:00")
    assert after(never, start, 60) > start and between(never, start, start + timedelta(days=9)) == 0


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.sampled_from([STOCKHOLM, MADRID, STANDARD, Calendar("America/New_York", WEEK, country="US")]),
)
def test_time_passes_alike_in_one_step_or_two(start: datetime, one: int, two: int, calendar: Calendar) -> None:
    begun = start.replace(tzinfo=UTC)
    assert after(calendar, after(calendar, begun, one), two) == after(calendar, begun, one + two)
    assert between(calendar, begun, after(calendar, begun, one)) == one


def test_working_days_are_found_both_ways() -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    assert STANDARD.nearest(date(2026, 11, 28)) == monday
    assert STANDARD.nearest(date(2026, 11, 28), -1) == friday
    assert STANDARD.nearest(monday) == STANDARD.nearest(monday, -1) == monday
    assert STANDARD.shifted(friday, 1) == monday and STANDARD.shifted(monday, -1) == friday
    assert STANDARD.shifted(monday, 5) == date(2026, 12, 7) and STANDARD.shifted(monday, 0) == monday


def test_a_place_without_working_hours_hangs_nothing() -> None:
    closed = Calendar("UTC", ((),) * 7)
    assert closed.nearest(date(2026, 11, 27)) == date(2026, 11, 27)
    assert closed.shifted(date(2026, 11, 27), 3) == date(2026, 11, 30)
