"""Days and spans of days: "next Tuesday", "the 27th", "8-12 March", "in 2 weeks", "end of month"."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from office.rules import working_time
from office.when.clocks import amount_at, ends_at, number_at
from office.when.feasts import next_one
from office.when.periods import coming_weekday, end_or_start, period, span_of
from office.when.spoken import Clock, Found, Here, Tokens, kind_at, skip

_RELATIVE = {"yesterday": -1, "today": 0, "tomorrow": 1, "overmorrow": 2}
_LONG_UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
_ARTICLES = ("the", "on", "of", "comma", "in_or_for")


def day(tokens: Tokens, at: int, here: Here) -> Found | None:
    """One day, or a span of days."""
    begins = skip(tokens, at, "from")
    first = _one_day(tokens, begins, here)
    span = _short_span(tokens, begins, here)
    if span is not None and (first is None or span.end > first.end):
        return span
    if first is None or "day" not in first.says:
        return first if begins == at else None
    joined = kind_at(tokens, first.end) in ("to", "until", "dash") or (
        begins > at and kind_at(tokens, first.end) == "and"
    )
    last = _one_day(tokens, first.end + 1, here) if joined else None
    if last is not None and "day" in last.says:
        said = {**first.says, "last_day": _not_before(last, first.says["day"])}
        ends = ends_at(tokens, last.end, here)
        if ends is not None and first.says["kind"] != "weekday":  # "25 March to 29 March 12:00"
            return Found(ends[0], {**said, "clock": Clock(0, exact=True), "clock_end": ends[1]})
        return Found(last.end, said)
    return first if begins == at else None


def ends_on(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "(Thursday 1pm) to Friday noon": a span's end, after a day and a time."""
    if kind_at(tokens, at) not in ("to", "until", "dash"):
        return None
    last = _one_day(tokens, at + 1, here)
    if last is None or "day" not in last.says:
        return None
    says = {"last_day": last.says["day"], "kind": "date"}
    ends = ends_at(tokens, last.end, here)
    return Found(ends[0], {**says, "clock_end": ends[1]}) if ends else Found(last.end, says)


def weekdays(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "Tuesday and Thursday": several weekdays, once each."""
    listed = weekday_list(tokens, skip(tokens, at, *_ARTICLES))
    if listed is None or len(listed[1]) < 2:
        return None
    return Found(listed[0], {"once_each": listed[1]})


def weekday_list(tokens: Tokens, at: int, kind: str = "weekday") -> tuple[int, tuple[int, ...]] | None:
    """Weekdays with commas and "and" between them: where the list ends, and their numbers."""
    found: list[int] = []
    end = at
    while True:
        here = skip(tokens, end, "comma", "and", "on", "the", "the_plural") if found else end
        if kind_at(tokens, here) != kind:
            return (end, tuple(sorted(set(found)))) if found else None
        found.append(tokens[here].value)
        end = here + 1


def later_on(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "in 2 weeks", "om en kvart", "in 3 Arbeitstagen", "dentro de un mes", "2 weeks from now"."""
    marked = kind_at(tokens, at) == "in"
    start = skip(tokens, at, "in", "at")
    amount = amount_at(tokens, start)
    number = number_at(tokens, start)
    unit = tokens[number[0]].name if number and kind_at(tokens, number[0]) in ("unit", "workdays") else ""
    if number and kind_at(tokens, number[0]) == "workdays":
        unit = "workday"
    end = number[0] + 1 if unit and number else amount[0] if amount else at
    from_now = kind_at(tokens, end) == "from_now"
    if not (marked or from_now):
        return None
    if unit == "workday" and number:
        return Found(end + from_now, {"day": _workdays_later(here, int(number[1])), "kind": "relative"})
    if unit in _LONG_UNITS and number and number[1] == int(number[1]) and number[1] < 1000:
        moved = here.today + relativedelta(**{_LONG_UNITS[unit]: int(number[1])})  # type: ignore[arg-type]
        return Found(end + from_now, {"day": moved, "kind": "relative"})
    if unit == "workhour" and number and number[1] < 1000:
        worked = working_time.after(here.speaker.calendar, here.now, int(number[1] * 60))
        return Found(end + from_now, {"offset": worked - here.now})
    if amount:
        from_now = kind_at(tokens, amount[0]) == "from_now"
        return Found(amount[0] + from_now, {"offset": timedelta(minutes=amount[1])})
    return None


def until(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "until 30 June", of a repetition."""
    if kind_at(tokens, at) not in ("until", "to", "by", "before_hour"):
        return None
    found = _one_day(tokens, at + 1, here)
    return Found(found.end, {"until": found.says["day"]}) if found and "day" in found.says else None


def since(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "starting 7 December", of a repetition."""
    if kind_at(tokens, at) != "from":
        return None
    found = _one_day(tokens, skip(tokens, at, "from"), here)
    return Found(found.end, {"since": found.says["day"]}) if found and "day" in found.says else None


def _one_day(tokens: Tokens, at: int, here: Here) -> Found | None:
    articled = (at < len(tokens) and skip(tokens, at, *_ARTICLES) > at) or kind_at(tokens, at - 1) == "by"
    at = skip(tokens, at, *_ARTICLES)
    kind = kind_at(tokens, at)
    if kind in _RELATIVE:
        return Found(at + 1, {"day": here.today + timedelta(days=_RELATIVE[kind]), "kind": "relative"})
    if kind == "feast":
        return Found(at + 1, {"day": next_one(tokens[at].name, here.today), "kind": "date"})
    for clause in (_weekday, _written, end_or_start, period):
        found = clause(tokens, at, here)
        if found is not None:
            return found
    return _month_day(tokens, at, here, articled)


def _weekday(tokens: Tokens, at: int, here: Here) -> Found | None:
    which = kind_at(tokens, at)
    if which in ("this", "next", "coming", "coming_after", "after_next", "last"):
        at += 1
    if kind_at(tokens, at) != "weekday":
        return None
    weekday, end = tokens[at].value, at + 1
    if which == "last":  # the one before today: nothing can be due then, but it is no other day either
        before = here.today - timedelta(days=(here.today.weekday() - weekday - 1) % 7 + 1)
        return Found(end, {"day": before, "kind": "past"})
    in_week = _in_a_week(tokens, end, here, weekday)
    if in_week is not None:
        return in_week
    if kind_at(tokens, end) in ("coming_after", "next") and here.speaker.language == "es":  # "el viernes próximo"
        which, end = "coming", end + 1
    if which == "next" and here.speaker.lexicon.next_is_next_week:
        found = coming_weekday(here, weekday, next_week=True)
    elif which in ("next", "coming", "coming_after"):
        found = coming_weekday(here, weekday)
        found += timedelta(days=7 if found == here.today else 0)
    elif which == "after_next":
        found = coming_weekday(here, weekday) + timedelta(days=7 if coming_weekday(here, weekday) > here.today else 14)
    else:
        after = skip(tokens, end, "comma", "the")
        dated = (
            _written(tokens, after, here)
            or _month_day(tokens, after, here, articled=True)
            or _numbered(tokens, after, here, weekday)
        )
        if dated is not None:  # "Friday, 19 March": the date says it
            return dated
        found = coming_weekday(here, weekday)
    return Found(end, {"day": found, "kind": "weekday"})


def _numbered(tokens: Tokens, at: int, here: Here, weekday: int) -> Found | None:
    """ "Thursday 25 at 12": a bare number is the day's where it falls on that weekday, and no hour can be meant."""
    if kind_at(tokens, at) != "number" or not 1 <= (number := tokens[at].value) <= 31:
        return None
    if number <= 24 and kind_at(tokens, skip(tokens, at + 1, "comma")) not in ("at", "clock"):
        return None
    first = here.today.replace(day=1)
    months = ((first + relativedelta(months=ahead)) for ahead in range(14))
    days = (_date(month.year, month.month, number) for month in months)
    day = next((day for day in days if day is not None and day >= here.today), None)
    if day is None or day.weekday() != weekday:
        return None
    return Found(at + 1, {"day": day, "kind": "month_day"})


def _in_a_week(tokens: Tokens, at: int, here: Here, weekday: int) -> Found | None:
    """ "Tuesday next week", "tisdag v 50", "el martes de la semana que viene": a weekday of a week that is named."""
    begins = skip(tokens, at, "of", "the", "in_or_for", "comma", "in")
    week = period(tokens, begins, here)
    if week is None or not any(one.kind == "unit" and one.name == "week" for one in tokens[begins : week.end]):
        return None
    day: date = week.says["last_day"] - timedelta(days=6 - weekday)
    return Found(week.end, {"day": day, "kind": "date"})


def anchored(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "a week from Monday", "two days from tomorrow"."""
    number = number_at(tokens, at)
    if number is None or kind_at(tokens, number[0]) != "unit" or kind_at(tokens, number[0] + 1) != "from":
        return None
    step = _step(tokens[number[0]].name, number[1])
    base = _one_day(tokens, number[0] + 2, here)
    if step is None or base is None or "day" not in base.says:
        return None
    return Found(base.end, {"day": base.says["day"] + step, "kind": "date"})


def in_addition(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "Montag in einer Woche", "måndag om två veckor": so much after a day that was said."""
    if kind_at(tokens, at) != "in":
        return None
    number = number_at(tokens, at + 1)
    if number is None or kind_at(tokens, number[0]) != "unit":
        return None
    step = _step(tokens[number[0]].name, number[1])
    return Found(number[0] + 1, {"further": step}) if step is not None else None


def _step(unit: str, number: float) -> relativedelta | None:
    if unit not in _LONG_UNITS or number != int(number) or number > 1000:
        return None
    return relativedelta(**{_LONG_UNITS[unit]: int(number)})  # type: ignore[arg-type]


def _written(tokens: Tokens, at: int, here: Here) -> Found | None:
    """A date in numbers or with its month's name."""
    kind = kind_at(tokens, at)
    if kind == "date":
        return _dated(at + 1, here, tokens[at].third, tokens[at].other, tokens[at].value)
    if kind in ("slash", "day_month") or (kind == "dot" and here.speaker.lexicon.ordinal_dot):
        return _in_numbers(tokens, at, here)
    if kind in ("number", "ordinal") and (tokens[at].name or kind == "ordinal"):  # "a March" is no date
        named = skip(tokens, at + 1, "of", "the")
        if kind_at(tokens, named) == "month":
            end, year = _year(tokens, named + 1)
            return _dated(end, here, tokens[at].value, tokens[named].value, year)
    if kind == "month" and kind_at(tokens, skip(tokens, at + 1, "the")) in ("number", "ordinal"):
        number = skip(tokens, at + 1, "the")
        if kind_at(tokens, number + 1) != "unit" and tokens[number].value <= 31:
            end, year = _year(tokens, skip(tokens, number + 1, "comma"))
            return _dated(end, here, tokens[number].value, tokens[at].value, year)
    return None


def _in_numbers(tokens: Tokens, at: int, here: Here) -> Found | None:
    first, second = tokens[at].value, tokens[at].other
    year = tokens[at].third if kind_at(tokens, at) != "dot" else 0
    month_first = here.speaker.month_first and kind_at(tokens, at) == "slash"
    for swapped in (month_first, not month_first):
        number, month = (second, first) if swapped else (first, second)
        found = _dated(at + 1, here, number, month, year)
        if found is not None:
            return found
    return None


def _dated(end: int, here: Here, number: int, month: int, year: int) -> Found | None:
    """A day and month in the year that was said, else the next time they come."""
    if year:
        day = _date(year, month, number)
        return Found(end, {"day": day, "kind": "full_date"}) if day else None
    for ahead in range(9):  # 29 February comes every four years, or eight
        day = _date(here.today.year + ahead, month, number)
        if day is not None and day >= here.today:
            return Found(end, {"day": day, "kind": "next_year" if ahead else "date"})
    return None


def _year(tokens: Tokens, at: int) -> tuple[int, int]:
    number = skip(tokens, at, "of", "comma")
    if kind_at(tokens, number) == "number" and 1900 <= tokens[number].value <= 2999:
        return number + 1, tokens[number].value
    return at, 0


def _month_day(tokens: Tokens, at: int, here: Here, articled: bool) -> Found | None:
    """ "the 27th", "den 27", "am 27.", "el 27"; after "in", a month by itself."""
    kind = kind_at(tokens, at)
    if kind == "month" and kind_at(tokens, at - 1) in ("in", "in_or_for", "on"):
        month = tokens[at].value
        first = date(here.today.year + (month < here.today.month), month, 1)
        return span_of(at + 1, max(first, here.today), first + relativedelta(months=1, days=-1))
    said = kind == "ordinal" or (kind == "number" and articled and kind_at(tokens, at - 1) in ("the", "by"))
    if (
        not said
        or not 1 <= tokens[at].value <= 31
        or kind_at(tokens, at + 1) in ("unit", "weekday", "workdays", "oclock")
    ):
        return None
    if kind == "ordinal" and not tokens[at].name and not articled:
        return None  # "first" and "second" are other things too
    number = tokens[at].value
    end = at + 1
    after = skip(tokens, end, "of", "this", "the", "in")
    if after > end and kind_at(tokens, after) == "unit" and tokens[after].name == "month":
        end = after + 1
    first = here.today.replace(day=1)
    for ahead in range(14):
        day = _date((first + relativedelta(months=ahead)).year, (first + relativedelta(months=ahead)).month, number)
        if day is not None and day >= here.today:
            return Found(end, {"day": day, "kind": "month_day"})
    return None


def _short_span(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "8-12 March", "vom 8. bis 12. März", "del 8 al 12 de marzo": the month is said once."""
    at = skip(tokens, at, *_ARTICLES)
    if kind_at(tokens, at) not in ("number", "ordinal") or kind_at(tokens, at + 1) not in ("dash", "to", "until"):
        return None
    last = _written(tokens, skip(tokens, at + 2, "the"), here)
    if last is None or kind_at(tokens, skip(tokens, at + 2, "the")) == "date":
        return None
    last_day: date = last.says["day"]
    first = _date(last_day.year, last_day.month, tokens[at].value)
    if first is None or first > last_day:
        return None
    return Found(last.end, {"day": first, "last_day": last_day, "kind": last.says["kind"]})


def _not_before(last: Found, first: date) -> date:
    """The end of a span: "Friday to Monday" ends on the Monday after that Friday, "28 Dec to 3 Jan" in the new year."""
    day: date = last.says["day"]
    step = {"weekday": relativedelta(weeks=1), "month_day": relativedelta(months=1), "date": relativedelta(years=1),
            "next_year": relativedelta(years=1)}.get(last.says["kind"])  # fmt: skip
    while step is not None and day < first:
        day += step
    return day


def _workdays_later(here: Here, number: int) -> date:
    day, left = here.today, min(number, 400)
    for _ in range(900):
        if left <= 0:
            break
        day += timedelta(days=1)
        left -= here.speaker.calendar.works_on(day)
    return day


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
