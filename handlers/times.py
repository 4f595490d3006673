"""Times as people say them and as they read them: who speaks, what was understood, in full and in their language."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handlers.i18n import Reader
from office import clock
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules.repetition import OnHolidays
from office.when import Moved, Speaker, Stretch, When, existing, find, place_of, read
from storage.tables import Person
from storage.text import fold

_TODAY = fold("today idag heute hoy").split()
_YESTERDAY = fold("yesterday igår gestern ayer").split()
_NEXT = re.compile(r"\b(?:next|nasta|nachst|kommend|proxim|que viene)")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS = ["MO", "TU", "WE", "TH", "FR"]


def speaker_of(session: Session, person: Person, reader: Reader) -> Speaker:
    """How somebody's words for times are read."""
    month_first = reader.locale_name.endswith("_US")
    return Speaker(reader.language, reader.zone, calendar_of_person(session, person), month_first)


def understood(session: Session, person: Person, reader: Reader, text: str) -> When:
    """A text that is nothing but a time. Raises Refusal, naming what is not understood."""
    return read(text, speaker_of(session, person, reader), clock.now())


def found_in(session: Session, person: Person, reader: Reader, text: str) -> Stretch | None:
    return find(text, speaker_of(session, person, reader), clock.now())


def past_day(session: Session, person: Person, reader: Reader, text: str) -> date:
    """The last such day: "yesterday", "Friday", "3 March"; one to come where nothing else is meant. Raises Refusal."""
    folded = fold(text.strip())
    if folded in _TODAY or folded in _YESTERDAY:
        return reader.today() - timedelta(days=folded in _YESTERDAY)
    speaker, today = speaker_of(session, person, reader), reader.today()
    try:
        coming = read(text, speaker, clock.now()).day or today
    except Refusal as refusal:
        # "last Friday": what is refused elsewhere because it is over.
        if isinstance(day := refusal.facts.get("day"), date):
            return day
        raise
    # The same words on earlier days: "Monday" was another day then, "tomorrow" as far away as it is now.
    seen = [read(text, speaker, clock.now() - timedelta(days=back)).day or today for back in (7, 8, 32, 366)]
    if coming > today and (coming - seen[1] == timedelta(days=8) or _NEXT.search(fold(text))):
        return coming
    return max([one for one in (coming, *seen) if one <= today], default=coming)


def picked(day: date | None, at: str | None, zone: str) -> When | None:
    """A day and a time from the pickers of a form. Raises Refusal as for words."""
    if day is None:
        return None
    if at is None:
        return When(day, None, zone)
    clock_time = time.fromisoformat(at)
    return When(day, clock_time, zone, start=existing(day, clock_time, zone))


def said(reader: Reader, when: When) -> str:
    """A reading in full: "Mon 8 Mar 2027, 10:00 (Stockholm)", or a repetition with its next day."""
    if when.day is None:
        return ""
    if when.rule:
        return rule_said(reader, when.rule, when.day, when.clock, when.zone, when.on_holidays)
    if when.last_day is not None and when.last_day != when.day:
        return reader.say("{first} to {last}", first=reader.full_day(when.day), last=reader.full_day(when.last_day))
    return day_said(reader, when.day, when.clock, when.zone)


def day_said(reader: Reader, day: date, at: time | None, zone: str) -> str:
    if at is None:
        return reader.full_day(day)
    return f"{reader.full_day(day)}, {reader.clock(at)} ({place_of(zone)})"


def moment_said(reader: Reader, moment: datetime) -> str:
    """A moment in full, in the reader's zone."""
    local = moment.astimezone(ZoneInfo(reader.zone))
    return day_said(reader, local.date(), local.time(), reader.zone)


def minutes_said(reader: Reader, minutes: object) -> str:
    """How long something takes."""
    whole = int(str(minutes))
    if whole and whole % 1440 == 0:
        return reader.count("{count} day", "{count} days", whole // 1440)
    if whole and whole % 60 == 0:
        return reader.count("{count} hour", "{count} hours", whole // 60)
    return reader.count("{count} minute", "{count} minutes", whole)


def moved_said(reader: Reader, moved: Moved | None) -> str:
    """In what a reading differs from the barest sense of the words."""
    texts = {
        Moved.TO_TOMORROW: reader.say("That time is over today, so it is tomorrow."),
        Moved.TO_NEXT_WEEK: reader.say("That time is over this week, so it is next week."),
        Moved.TO_NEXT_YEAR: reader.say("That day is over this year, so it is next year."),
    }
    return texts[moved] if moved else ""


def rule_said(
    reader: Reader, rule: str, day: date, at: time | None, zone: str, on_holidays: OnHolidays = OnHolidays.KEEP
) -> str:
    """A repetition in words: "every other week on Monday at 09:00 (Stockholm), until …, first Mon 7 Dec 2026"."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    words = _rhythm(reader, parts, day)
    if at is not None:
        words = reader.say("{rhythm} at {time} ({place})", rhythm=words, time=reader.clock(at), place=place_of(zone))
    if on_holidays is OnHolidays.SKIP:
        words = reader.say("{rhythm}, not on holidays", rhythm=words)
    if "UNTIL" in parts:
        ends = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()  # noqa: DTZ007
        words = reader.say("{rhythm}, until {day}", rhythm=words, day=reader.full_day(ends))
    elif "COUNT" in parts:
        times = reader.count("{count} time", "{count} times", int(parts["COUNT"]))
        words = f"{words}, {times}"
    return reader.say("{rhythm}; next {day}", rhythm=words, day=reader.full_day(day))


def _rhythm(reader: Reader, parts: dict[str, str], day: date) -> str:
    every = int(parts.get("INTERVAL", "1"))
    match parts["FREQ"]:
        case "DAILY":
            return reader.say("every day") if every == 1 else reader.say("every {number} days", number=every)
        case "WEEKLY":
            return _weekly(reader, every, parts.get("BYDAY", _DAYS[day.weekday()]).split(","))
        case "YEARLY":
            return reader.say("every year on {day}", day=reader.day_and_month(day))
        case _:
            return _monthly(reader, every, parts)


def _weekly(reader: Reader, every: int, days: list[str]) -> str:
    if days == _WORKDAYS and every == 1:
        return reader.say("every working day")
    names = [_weekday(reader, one) for one in days]
    if every == 1:
        return reader.say("every {weekdays}", weekdays=names)
    if every == 2:
        return reader.say("every other week on {weekdays}", weekdays=names)
    return reader.say("every {number} weeks on {weekdays}", number=every, weekdays=names)


def _monthly(reader: Reader, every: int, parts: dict[str, str]) -> str:
    if "BYMONTHDAY" in parts:
        number = parts["BYMONTHDAY"].split(",")[-1]
        which = reader.say("on day {number}", number=number)
        if "," in parts["BYMONTHDAY"]:
            which = reader.say("on day {number}, or the last one", number=number)
    else:
        named = parts["BYDAY"].split(",")
        nth = int(parts.get("BYSETPOS") or named[0][:-2])
        workdays = len(named) > 1
        which = _nth(reader, nth, reader.say("working day") if workdays else _weekday(reader, named[0][-2:]))
    if every == 1:
        return reader.say("every month {which}", which=which)
    return reader.say("every {number} months {which}", number=every, which=which)


def _nth(reader: Reader, nth: int, weekday: str) -> str:
    texts = {
        1: reader.say("on the first {weekday}", weekday=weekday),
        2: reader.say("on the second {weekday}", weekday=weekday),
        3: reader.say("on the third {weekday}", weekday=weekday),
        4: reader.say("on the fourth {weekday}", weekday=weekday),
        5: reader.say("on the fifth {weekday}", weekday=weekday),
        -1: reader.say("on the last {weekday}", weekday=weekday),
    }
    return texts[nth]


def _weekday(reader: Reader, short: str) -> str:
    return str(reader.locale.days["format"]["wide"][_DAYS.index(short)])
