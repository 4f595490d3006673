"""Working time of one place: hours a weekday, days off, and arithmetic with both."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Hours = tuple[tuple[time, time], ...]

# How far a search for working time looks; a place without any working hour must not hang us.
HORIZON = timedelta(days=800)


@dataclass(frozen=True)
class Calendar:
    """`hours`: seven entries, Monday first, spans of wall time. `days_off`: the place's own. `country`: ISO 3166."""

    zone: str
    hours: tuple[Hours, ...]
    days_off: frozenset[date] = frozenset()
    country: str = ""

    def works_on(self, day: date) -> bool:
        return bool(self.hours[day.weekday()]) and day not in self.days_off and day not in self._holidays(day.year)

    def spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The working spans of one day as moments in UTC; a clock change makes one shorter or longer."""
        if not self.works_on(day):
            return
        zone = ZoneInfo(self.zone)
        for start, end in self.hours[day.weekday()]:
            first = datetime.combine(day, start, zone).astimezone(UTC)
            last = datetime.combine(day, end, zone).astimezone(UTC)
            if first < last:
                yield first, last

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))

    def at(self, day: date, clock: time) -> datetime:
        """That time on that day, in the place's zone."""
        return datetime.combine(day, clock, ZoneInfo(self.zone))

    def nearest(self, day: date, step: int = 1) -> date:
        """The first working day from a day on; with -1 the last one until it. The day itself where there is none."""
        days = (day + timedelta(days=step * n) for n in range(HORIZON.days))
        return next((one for one in days if self.works_on(one)), day)

    def shifted(self, day: date, count: int) -> date:
        """So many working days later; earlier where `count` is negative."""
        step = 1 if count > 0 else -1
        for _ in range(abs(count)):
            day = self.nearest(day + timedelta(days=step), step)
        return day

    def _holidays(self, year: int) -> frozenset[date]:
        return public_holidays(self.country, year) if self.country else frozenset()


STANDARD = Calendar("UTC", tuple(((time(8), time(17)),) if day < 5 else () for day in range(7)))


@lru_cache(maxsize=256)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of a country, by the holidays library; Sweden's eves count, as its offices close on them."""
    import holidays

    # Categories differ by country; where "de facto" ones are known, offices are closed on them.
    of_country = getattr(holidays, country, None)
    if of_country is None:
        return frozenset()
    wanted = {"public", "de_facto"} & set(of_country.supported_categories) or None
    return frozenset(holidays.country_holidays(country, years=year, categories=wanted))


def after(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """The moment when that many working minutes have passed since `start`."""
    left = timedelta(minutes=minutes)
    for first, last in _from(calendar, start):
        if last - first >= left:
            return first + left
        left -= last - first
    return start + HORIZON


def between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Working minutes from `start` to `end`, rounded down; 0 when `end` is not after `start`."""
    total = timedelta()
    for first, last in _from(calendar, start):
        if first >= end:
            break
        total += min(last, end) - first
    return int(total.total_seconds() // 60)


def before(calendar: Calendar, end: datetime, minutes: int) -> datetime:
    """The moment from which that many working minutes pass until `end`: "two working hours before"."""
    left = timedelta(minutes=minutes)
    day = calendar.local(end).date() + timedelta(days=1)
    for _ in range(HORIZON.days):
        for first, last in reversed(list(calendar.spans(day))):
            last = min(last, end)
            if last <= first:
                continue
            if last - first >= left:
                return last - left
            left -= last - first
        day -= timedelta(days=1)
    return end - HORIZON


def days_after(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The end of the working day that many working days after `start`'s day."""
    day = calendar.local(start).date()
    end = start
    for _ in range(HORIZON.days):
        day += timedelta(days=1)
        spans = list(calendar.spans(day))
        if spans:
            days -= 1
            end = spans[-1][1]
            if days <= 0:
                return end
    return end


def _from(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    # A day early: in zones west of UTC the local day of `start` may be the one before.
    day = calendar.local(start).date() - timedelta(days=1)
    last_day = day + HORIZON
    while day <= last_day:
        for first, last in calendar.spans(day):
            if last > start:
                yield max(first, start), last
        day += timedelta(days=1)
