"""What was said -> the moments that are meant, by the speaker's clock, working hours and zone."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from office.errors import Refusal
from office.rules.repetition import OnHolidays, days_from, wall
from office.when.clocks import PARTS, is_late, later_half
from office.when.spoken import Clock, Every, Here, Spoken

_WEEK = timedelta(days=7)
LONGEST_AHEAD = timedelta(days=366 * 20)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQ = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_ALL_DAY_ENDS = time(17)


class Moved(StrEnum):
    """In what a reading differs from the barest sense of the words; it is said with the echo."""

    TO_TOMORROW = "to_tomorrow"
    TO_NEXT_WEEK = "to_next_week"
    TO_NEXT_YEAR = "to_next_year"


@dataclass(frozen=True)
class When:
    """What words for a time mean.

    `day` and `clock` are wall time in `zone`; no clock is a whole day. `start` and `end` are the same as moments in UTC
    (of a whole day: None). `last_day` ends a span of days and counts. `length` stands alone in "45m". `rule` is a
    repetition by RFC 5545, without DTSTART, UNTIL as a date; it begins on `day`. `floats`: no zone and no distance from
    now was said, so that the time moves with the person's zone.
    """

    day: date | None
    clock: time | None
    zone: str
    start: datetime | None = None
    end: datetime | None = None
    last_day: date | None = None
    length: timedelta | None = None
    rule: str | None = None
    on_holidays: OnHolidays = OnHolidays.KEEP
    floats: bool = True
    moved: Moved | None = None

    @property
    def is_length(self) -> bool:
        return self.day is None and self.length is not None


def settled(said: Spoken, here: Here) -> When:
    """Raises Refusal for what is over, does not exist, exists twice, or ends before it begins."""
    zone = said.zone or here.speaker.zone
    if said.zone:
        here = Here(here.speaker, here.now.astimezone(ZoneInfo(zone)))
    if said.offset is not None:
        return _from_now(said, here, zone)
    if said.day and said.last_day and said.kind == "weekday" and said.clock and said.last_day - said.day < _WEEK:
        # "Mon-Fri 9:00", "de lunes a viernes a las 9": on each of these days
        between = tuple((said.day.weekday() + step) % 7 for step in range((said.last_day - said.day).days + 1))
        said = replace(said, every=Every("week", weekdays=tuple(sorted(between))), day=None, last_day=None, kind="")
    if said.every is not None or said.once_each:
        return _repeated(said, here, zone)
    if said.day is None and said.clock is None and not said.part:
        return When(None, None, zone, length=said.length)
    return _once(said, here, zone)


def existing(day: date, clock: time, zone: str) -> datetime:
    """The moment of a wall time. Raises Refusal when the clock change leaves it out, or brings it twice."""
    tz = ZoneInfo(zone)
    first, second = (datetime.combine(day, clock, tz).replace(fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(tz).time() != clock:
        after = wall(day, clock, zone).astimezone(tz)
        raise Refusal(
            "{time} does not exist on {day} in {place}: the clocks are put forward then. Write {after} instead, or "
            "another time.",
            time=f"{clock:%H:%M}",
            day=day,
            place=place_of(zone),
            after=f"{after:%H:%M}",
        )
    raise Refusal(
        "{time} comes twice on {day} in {place}: the clocks are put back then. Write “{time} {first}” for the first or "
        "“{time} {second}” for the second.",
        time=f"{clock:%H:%M}",
        day=day,
        place=place_of(zone),
        first=_zone_name(first),
        second=_zone_name(second),
    )


def place_of(zone: str) -> str:
    """A zone as people call it: "Europe/Stockholm" is Stockholm."""
    if zone.startswith("Etc/GMT"):
        return "UTC" + zone.removeprefix("Etc/GMT").translate(str.maketrans("+-", "-+"))
    return zone.rpartition("/")[2].replace("_", " ")


def _from_now(said: Spoken, here: Here, zone: str) -> When:
    offset = said.offset or timedelta()
    if offset > LONGEST_AHEAD:
        raise Refusal("That is too far away. Choose a time within the next twenty years.")
    start = (here.now.astimezone(UTC) + offset).replace(microsecond=0)
    local = start.astimezone(ZoneInfo(zone))
    end = start + said.length if said.length else None
    return When(local.date(), local.time().replace(second=0), zone, start, end, length=said.length, floats=False)


def _once(said: Spoken, here: Here, zone: str) -> When:
    day = said.day or here.today
    last_day = said.last_day
    if said.further is not None:
        day += said.further
    if said.length is not None and said.length >= timedelta(days=1) and said.clock is None and last_day is None:
        last_day = day + said.length - timedelta(days=1)  # "Monday for 3 days"
    said = replace(said, last_day=last_day)
    clock = _clock(said, here, day)
    moved = Moved.TO_NEXT_YEAR if said.kind == "next_year" else None
    begun = clock is not None and datetime.combine(day, _time(clock)) + _next_day(clock) <= here.now.replace(
        tzinfo=None
    )
    if begun and not (said.clock_end and said.last_day and day == here.today < said.last_day):
        later, moved = _later(said, here, day, moved)
        if said.last_day is not None:
            said = replace(said, last_day=said.last_day + (later - day))
        day = later
        clock = _clock(said, here, day)
    if day < here.today:
        raise Refusal("{day} is over. Choose today or a later day.", day=day)
    if day - here.today > LONGEST_AHEAD:
        raise Refusal("That is too far away. Choose a time within the next twenty years.")
    if said.last_day is not None and said.last_day < day:
        raise Refusal(
            "The end, {end}, lies before the beginning, {start}. Turn them round.", end=said.last_day, start=day
        )
    if clock is None:
        return When(day, None, zone, last_day=said.last_day, length=said.length, floats=not said.zone, moved=moved)
    day += _next_day(clock)
    start = existing(day, _time(clock), zone)
    end = _end(said, here, day, start, zone)
    return When(
        day, _time(clock), zone, start, end, said.last_day, said.length, floats=not said.zone, moved=moved
    )  # fmt: skip


def _later(said: Spoken, here: Here, day: date, moved: Moved | None) -> tuple[date, Moved | None]:
    """A time that is over: tomorrow's for a bare time, next week's for a weekday; a day that was named is refused."""
    if said.day is None:
        return day + timedelta(days=1), Moved.TO_TOMORROW
    if said.kind == "weekday":
        return day + timedelta(days=7), Moved.TO_NEXT_WEEK
    if day < here.today:
        raise Refusal("{day} is over. Choose today or a later day.", day=day)
    clock = _clock(said, here, day)
    raise Refusal(
        "{time} on {day} is over: it is {now} now. Choose a later time.",
        time=f"{_time(clock):%H:%M}" if clock else "",
        day=day,
        now=f"{here.now:%H:%M}",
    )


def _end(said: Spoken, here: Here, day: date, start: datetime, zone: str) -> datetime | None:
    if said.clock_end is None:
        return start + said.length if said.length else None
    ends = _half_of_day(said.clock_end, here, day, said.part)
    local = start.astimezone(ZoneInfo(zone))
    if not said.clock_end.exact and ends.hour < 12 and (ends.hour, ends.minute) <= (local.hour, local.minute):
        ends = Clock(later_half(ends.hour), ends.minute, True)
    last = (said.last_day or day) + _next_day(ends)
    end = existing(last, _time(ends), zone)
    if end <= start and local.hour >= 18 and said.last_day is None:  # an evening that goes on past midnight
        end = existing(last + timedelta(days=1), _time(ends), zone)
    if end <= start:
        raise Refusal(
            "The end, {end}, is not after the beginning, {start}. Choose a later end.",
            end=f"{_time(ends):%H:%M}",
            start=f"{local:%H:%M}",
        )
    return end


def _repeated(said: Spoken, here: Here, zone: str) -> When:
    every = said.every or Every("week", weekdays=said.once_each)
    # "tomorrow 14:00, every week" begins tomorrow
    first = max(said.since or said.day or here.today, here.today)
    clock = _clock(said, here, first)
    if said.day is not None and every.freq == "month" and not every.weekdays:
        every = replace(every, month_day=said.day.day)
    elif said.day is not None and every.freq == "year":
        every = replace(every, month=said.day.month, month_day=said.day.day)
    if every.freq == "month" and not every.weekdays and not every.month_day:
        every = replace(every, month_day=first.day)
    if every.freq == "week" and not every.weekdays:
        every = replace(every, weekdays=(first.weekday(),))
    count = said.count or len(said.once_each)
    if (every.nth or every.month_day) and count == 1 and said.count == 1:
        # "the last Friday of the month", once: a day like any other
        only = _first_day(_rule(every, None, 0), here.today)
        while only is not None and len(every.weekdays) > 1 and not here.speaker.calendar.works_on(only):
            only -= timedelta(days=1 if every.nth < 0 else -1)  # a working day that is a holiday is none
        return _once(replace(said, every=None, day=only, kind="relative"), here, zone)
    if count > 1000:
        raise Refusal("At most 1000 times. Leave the number out to repeat without an end.")
    rule = _rule(every, said.until, count)
    is_over = clock is not None and datetime.combine(first, _time(clock)) <= here.now.replace(tzinfo=None)
    # "every other Monday" begins on the next Monday, whichever day of the week this is said on
    begins = replace(every, interval=1) if said.once_each or (said.every and said.every.weekdays) else every
    day = _first_day(_rule(begins, said.until, count), first + timedelta(days=is_over))
    if day is None or (said.until is not None and said.until < day):
        raise Refusal("This repetition ends before it happens once. Choose a later end.")
    length = said.length
    if said.clock_end is not None and clock is not None:
        ends = _half_of_day(said.clock_end, here, day, said.part)
        minutes = (ends.hour - clock.hour) * 60 + ends.minute - clock.minute
        length = timedelta(minutes=minutes % 1440)
    return When(
        day,
        _time(clock) if clock else None,
        zone,
        length=length,
        rule=rule,
        on_holidays=OnHolidays(said.on_holidays or OnHolidays.KEEP),
        floats=not said.zone,
    )


def _rule(every: Every, until: date | None, count: int) -> str:
    parts = [f"FREQ={_FREQ[every.freq]}"]
    if every.interval > 1:
        parts.append(f"INTERVAL={every.interval}")
    if every.weekdays:
        days = ",".join(_DAYS[day] for day in every.weekdays)
        if every.nth and len(every.weekdays) == 1:
            days = f"{every.nth}{days}"
        parts.append(f"BYDAY={days}")
        if every.nth and len(every.weekdays) > 1:
            parts.append(f"BYSETPOS={every.nth}")
    if every.month:
        parts.append(f"BYMONTH={every.month}")
    if every.month_day:
        # A month without this day takes its last one: the last of those days up to it that the month has.
        if every.month_day > 28 and every.freq == "month":
            days = ",".join(str(day) for day in range(28, every.month_day + 1))
            parts.append(f"BYMONTHDAY={days};BYSETPOS=-1")
        else:
            parts.append(f"BYMONTHDAY={every.month_day}")
    if until:
        parts.append(f"UNTIL={until:%Y%m%d}")
    elif count:
        parts.append(f"COUNT={count}")
    return ";".join(parts)


def _first_day(rule: str, day: date) -> date | None:
    return next(days_from(rule, day, day), None)


def _clock(said: Spoken, here: Here, day: date) -> Clock | None:
    if said.clock is not None:
        return _half_of_day(said.clock, here, day, said.part)
    if said.part == "eod":
        spans = here.speaker.calendar.hours[day.weekday()]
        ends = spans[-1][1] if spans else _ALL_DAY_ENDS
        return Clock(ends.hour, ends.minute, True)
    if said.part == "tonight" and here.now.hour >= 18:
        return PARTS["night"] if here.now.hour < 21 else Clock(23, 30)
    return PARTS[said.part] if said.part else None


def _half_of_day(clock: Clock, here: Here, day: date, part: str) -> Clock:
    """An hour from 1 to 12 that can be meant twice: the one in the part of the day that was said, else the one in
    working hours."""
    if clock.exact or clock.hour > 12 or clock.hour == 0:
        return clock
    if part and part not in ("noon", "eod"):
        late = is_late(part) and clock.hour < 12
        return Clock(later_half(clock.hour) if late else clock.hour, clock.minute, True)
    spans = here.speaker.calendar.hours[day.weekday()] or ((time(8), _ALL_DAY_ENDS),)
    opens, closes = spans[0][0].hour, spans[-1][1]
    if clock.hour < opens and time(later_half(clock.hour) % 24, clock.minute) <= closes:
        return Clock(later_half(clock.hour), clock.minute, True)
    return clock


def _time(clock: Clock) -> time:
    return time(clock.hour % 24, clock.minute)


def _next_day(clock: Clock) -> timedelta:
    """Midnight at the end of a day is the first moment of the next."""
    return timedelta(days=1 if clock.hour == 24 else 0)


def _zone_name(moment: datetime) -> str:
    name = moment.tzname() or ""
    if name.isalpha():
        return name
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    return f"UTC{minutes // 60:+d}"
