"""Repetitions: no day skipped or doubled, whatever the clocks and the holidays do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from office.rules.repetition import (
    OnHolidays,
    Repetition,
    days_from,
    next_moment,
    shifted,
    taken,
    wall,
    working_day_before,
)
from office.rules.working_time import Calendar

SWEDEN = Calendar(
    "Europe/Stockholm", tuple(((time(8), time(17)),) if day < 5 else () for day in range(7)), country="SE"
)
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)


def moments(repetition: Repetition, number: int, after: datetime) -> Iterator[datetime]:
    for _ in range(number):
        found = next_moment(repetition, after, SWEDEN)
        if found is None:
            return
        yield found
        after = found


def changes(zone: ZoneInfo) -> list[date]:
    """The days of 2024 to 2030 on which the clocks of a zone change."""
    found = []
    day = FIRST
    while day <= LAST:
        noon = datetime.combine(day, time(12), UTC)
        if noon.astimezone(zone).utcoffset() != (noon + timedelta(days=1)).astimezone(zone).utcoffset():
            found.append(day)
        day += timedelta(days=1)
    return found


def rule_sets() -> Iterator[tuple[str, list[date]]]:
    """Zones whose clocks change differently, with the days on which they do."""
    seen = set()
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        found = changes(ZoneInfo(name))
        offset = datetime(2024, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(name)).utcoffset()
        if found and (offset, tuple(found)) not in seen:
            seen.add((offset, tuple(found)))
            yield name, found


def test_no_day_is_skipped_or_doubled_by_a_clock_change() -> None:
    """Every distinct set of rules, every change from 2024 to 2030, every half hour: one moment a day, in order.

    Where the clocks are put forward over midnight, the first moment after 23:30 is on the day after.
    """
    number = 0
    for name, found in rule_sets():
        zone = ZoneInfo(name)
        for change in found:
            for half_hours in range(48):
                clock = time(half_hours // 2, half_hours % 2 * 30)
                days = [change + timedelta(days=offset) for offset in (-1, 0, 1, 2)]
                fired = [wall(day, clock, name) for day in days]
                assert fired == sorted(set(fired))
                for moment, day in zip(fired, days, strict=True):
                    local = moment.astimezone(zone)
                    assert local.date() == day or local.time() == time(), (name, day, clock)
                number += 1
    assert number > 10_000


@pytest.mark.parametrize(
    ("day", "clock", "zone", "moment"),
    [
        (date(2027, 3, 28), time(2, 30), "Europe/Stockholm", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2027, 10, 31), time(2, 30), "Europe/Stockholm", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (date(2027, 3, 14), time(2, 15), "America/New_York", datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        (date(2027, 6, 1), time(9), "Europe/Madrid", datetime(2027, 6, 1, 7, 0, tzinfo=UTC)),
    ],
)
def test_a_wall_time_that_is_left_out_is_the_first_after_it(
    day: date, clock: time, zone: str, moment: datetime
) -> None:
    assert wall(day, clock, zone) == moment


def test_nine_stays_nine_over_the_clock_change() -> None:
    daily = Repetition("FREQ=DAILY", date(2027, 3, 26), time(9), "Europe/Stockholm")
    fired = list(moments(daily, 5, datetime(2027, 3, 26, 0, 0, tzinfo=UTC)))
    assert [one.astimezone(ZoneInfo("Europe/Stockholm")).hour for one in fired] == [9] * 5
    assert [one.hour for one in fired] == [8, 8, 7, 7, 7]


def test_every_other_week_counts_from_its_first() -> None:
    rule = Repetition("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 12, 7), time(9), "Europe/Stockholm")
    fired = [one.date() for one in moments(rule, 3, datetime(2026, 12, 20, tzinfo=UTC))]
    assert fired == [date(2026, 12, 21), date(2027, 1, 4), date(2027, 1, 18)]


@pytest.mark.parametrize(
    ("on_holidays", "days"),
    [
        (OnHolidays.KEEP, [date(2026, 12, 24), date(2026, 12, 31)]),
        (OnHolidays.SKIP, [date(2027, 1, 7), date(2027, 1, 14)]),
        (OnHolidays.BEFORE, [date(2026, 12, 23), date(2026, 12, 30)]),
        (OnHolidays.AFTER, [date(2026, 12, 28), date(2027, 1, 4)]),
    ],
)
def test_holidays_are_kept_skipped_or_shifted(on_holidays: OnHolidays, days: list[date]) -> None:
    """Thursdays over Christmas in Sweden, where offices close on the eves."""
    rule = Repetition("FREQ=WEEKLY;BYDAY=TH", date(2026, 12, 3), time(9), "Europe/Stockholm", on_holidays)
    assert [one.date() for one in moments(rule, 2, datetime(2026, 12, 18, tzinfo=UTC))] == days


def test_single_days_are_moved_and_left_out() -> None:
    changed = {date(2026, 12, 8): date(2026, 12, 9), date(2026, 12, 15): None}
    rule = Repetition("FREQ=WEEKLY;BYDAY=TU", date(2026, 12, 1), time(9), "Europe/Stockholm", changed=changed)
    fired = [one.date() for one in moments(rule, 3, datetime(2026, 12, 2, tzinfo=UTC))]
    assert fired == [date(2026, 12, 9), date(2026, 12, 22), date(2026, 12, 29)]


def test_the_last_of_a_short_month_is_its_last_day() -> None:
    rule = "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"
    days = list(days_from(rule, date(2027, 1, 31), date(2027, 1, 1), date(2027, 4, 30)))
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


@pytest.mark.parametrize("rule", ["FREQ=DAILY;UNTIL=20261125", "FREQ=DAILY;COUNT=3"])
def test_an_end_counts(rule: str) -> None:
    ending = Repetition(rule, date(2026, 11, 23), time(9), "Europe/Stockholm")
    assert len(list(moments(ending, 9, datetime(2026, 11, 22, tzinfo=UTC)))) == 3


def test_the_working_day_before() -> None:
    assert working_day_before(SWEDEN, date(2026, 12, 28)) == date(2026, 12, 23)
    assert working_day_before(SWEDEN, date(2026, 11, 25), days=2) == date(2026, 11, 23)
    assert shifted(SWEDEN, date(2026, 11, 28), 1) == date(2026, 11, 30)


def test_a_changed_day_is_taken_whatever_the_calendar_says() -> None:
    rule = Repetition(
        "FREQ=DAILY", FIRST, time(9), "UTC", OnHolidays.SKIP, changed={date(2026, 11, 24): date(2026, 11, 28)}
    )
    assert taken(rule, date(2026, 11, 24), SWEDEN) == date(2026, 11, 28)
    assert taken(rule, date(2026, 11, 28), SWEDEN) is None
