"""Repetitions: "every other Monday", "första tisdagen i varje månad", "werktags", "cada dos semanas"."""

from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

from office.when.days import weekday_list
from office.when.spoken import Every, Found, Here, Tokens, kind_at, skip

LAST = -1
_WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
_FREQ = {"day": "day", "week": "week", "month": "month", "year": "year"}


def repeat(tokens: Tokens, at: int, here: Here) -> Found | None:
    at = skip(tokens, at, "on", "the", "in_or_for")
    return (
        _named(tokens, at, here)
        or _every_month_on(tokens, at, here)
        or _each(tokens, at, here)
        or _weekday_of_every_month(tokens, at, here)
    )


def times(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "10 times" """
    if kind_at(tokens, at) == "number" and kind_at(tokens, skip(tokens, at + 1, "dash")) == "times":
        return Found(skip(tokens, at + 1, "dash") + 1, {"count": tokens[at].value})
    return None


def holidays(tokens: Tokens, at: int, here: Here) -> Found | None:
    return Found(at + 1, {"on_holidays": "skip"}) if kind_at(tokens, at) == "skip_holidays" else None


def _named(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "daily", "weekdays", "Mondays", "los lunes"."""
    kind = kind_at(tokens, at)
    if kind == "freq":
        if tokens[at].name in ("quarter", "half"):
            return _found(at + 1, Every("month", 3 if tokens[at].name == "quarter" else 6))
        return _units(tokens, at, 1, here)  # "weekly on Thursday" is "every week on Thursday"
    if kind == "workdays":
        return _found(at + 1, Every("week", weekdays=_worked(here)), "skip")
    listed = weekday_list(tokens, at, "weekdays")
    if listed is not None:
        return _found(listed[0], Every("week", weekdays=listed[1]))
    if kind == "the_plural":
        listed = weekday_list(tokens, at + 1) or weekday_list(tokens, at + 1, "weekdays")
        return _found(listed[0], Every("week", weekdays=listed[1])) if listed else None
    return None


def _each(tokens: Tokens, at: int, here: Here) -> Found | None:
    """What follows "every": a unit, weekdays, or a number of either."""
    if kind_at(tokens, at) != "every":
        return None
    monthly = _every_nth(tokens, at + 1)
    if monthly is not None:
        return monthly
    interval, at = _interval(tokens, at + 1)
    kind = kind_at(tokens, at)
    if kind == "tomorrow" and here.speaker.language in ("de", "es"):  # "jeden Morgen", "cada mañana"
        return Found(at + 1, {"every": Every("day", interval), "part": "morning"})
    if kind == "unit":
        return _units(tokens, at, interval, here)
    if kind == "workdays":
        return _found(at + 1, Every("week", interval, _worked(here)), "skip")
    if kind == "weekend":
        return _found(at + 1, Every("week", interval, (5,)))
    if kind == "part":
        return Found(at + 1, {"every": Every("day", interval), "part": tokens[at].name})
    if kind == "quarter":
        return _found(at + 1, Every("month", 3 * interval))
    listed = weekday_list(tokens, at) or weekday_list(tokens, at, "weekdays")
    return _found(listed[0], Every("week", interval, listed[1])) if listed else None


def _every_nth(tokens: Tokens, at: int) -> Found | None:
    """ "every first Monday", "jeden zweiten Freitag im Monat". Without a month, the first and the last are of one, and
    "every second Friday" is every other."""
    nth = _nth_weekday(tokens, at)
    if nth is None:
        return None
    after = skip(tokens, nth[0], "of", "in_or_for", "on", "in", "the", "every")
    of_month = after > nth[0] and kind_at(tokens, after) == "unit" and tokens[after].name == "month"
    if not nth[2] or not (of_month or nth[1] in (1, LAST)):
        return None
    return _found(after + 1 if of_month else nth[0], Every("month", weekdays=nth[2], nth=nth[1]))


def _interval(tokens: Tokens, at: int) -> tuple[int, int]:
    """How often: every, every other, every third, every 3."""
    kind = kind_at(tokens, at)
    if kind == "other":
        return 2, at + 1
    if kind in ("number", "ordinal") and kind_at(tokens, at + 1) in (
        "unit",
        "weekday",
        "weekdays",
        "workdays",
        "quarter",
    ):
        return max(1, tokens[at].value), at + 1
    return 1, at


def _units(tokens: Tokens, at: int, interval: int, here: Here) -> Found | None:
    unit = tokens[at].name
    if unit == "workday":
        return _found(at + 1, Every("week", interval, _worked(here)), "skip")
    if unit not in _FREQ or (unit == "day" and interval > 366):
        return None
    after = skip(tokens, at + 1, "on", "the", "comma", "in_or_for", "the_plural")
    if unit == "day" and _is_day_of_month(tokens, at + 1, here):
        return _found(at + 2, Every("month", month_day=tokens[at + 1].value))
    if unit == "week":
        listed = weekday_list(tokens, after) or weekday_list(tokens, after, "weekdays")
        if listed is not None:
            return _found(listed[0], Every("week", interval, listed[1]))
    on_a_day = _day_in_month(tokens, after, interval) if unit == "month" and after > at + 1 else None
    return on_a_day or _found(at + 1, Every(_FREQ[unit], interval))


def _is_day_of_month(tokens: Tokens, at: int, here: Here) -> bool:
    """ "todos los días 1", "cada día 15": in Spanish, of every month."""
    numbered = here.speaker.language == "es" and kind_at(tokens, at) == "number" and 1 <= tokens[at].value <= 31
    return numbered and kind_at(tokens, at + 1) not in ("unit", "oclock", "times")


def _day_in_month(tokens: Tokens, at: int, interval: int) -> Found | None:
    """ "every month on the 15th", "every month on the first Monday"."""
    nth = _nth_weekday(tokens, at)
    if nth is not None and nth[2]:
        return _found(nth[0], Every("month", interval, nth[2], nth[1]))
    numbered = kind_at(tokens, at) in ("ordinal", "number") and 1 <= tokens[at].value <= 31
    if numbered and kind_at(tokens, at + 1) not in ("unit", "weekday", "oclock", "month"):
        return _found(at + 1, Every("month", interval, month_day=tokens[at].value))
    return None


def _every_month_on(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "every 15th", "jeden 15.", "den 15:e varje månad", "the 15th of every month", "el 15 de cada mes"."""
    first = skip(tokens, at, "every", "the")
    if kind_at(tokens, first) not in ("ordinal", "number") or not 1 <= tokens[first].value <= 31:
        return None
    after = skip(tokens, first + 1, "of", "in", "in_or_for", "the")
    if kind_at(tokens, after) == "every" and kind_at(tokens, after + 1) == "unit" and tokens[after + 1].name == "month":
        return _found(after + 2, Every("month", month_day=tokens[first].value))
    alone = kind_at(tokens, at) == "every" and kind_at(tokens, first) == "ordinal"
    if alone and kind_at(tokens, first + 1) not in ("unit", "weekday", "weekdays", "workdays", "month"):
        after = skip(tokens, first + 1, "of", "in", "on", "the")
        monthly = kind_at(tokens, after) == "unit" and tokens[after].name == "month"
        return _found(after + 1 if monthly else first + 1, Every("month", month_day=tokens[first].value))
    return None


def _weekday_of_every_month(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "first Tuesday of every month", "last working day of each month"; without "every", the next such day alone."""
    edge = _edge_of_every_month(tokens, skip(tokens, at, "the"))
    if edge is not None:
        return edge
    nth = _nth_weekday(tokens, skip(tokens, at, "the"))
    if nth is None:
        return None
    after = skip(tokens, nth[0], "of", "in", "on", "in_or_for", "the", "every", "this", "next", "coming")
    if kind_at(tokens, after) != "unit" or tokens[after].name != "month":
        return None
    if nth[2] and any(one.kind in ("next", "coming") for one in tokens[nth[0] : after]):
        return _next_months(after + 1, here, nth[1], nth[2][0])
    every = Every("month", weekdays=nth[2] or _worked(here), nth=nth[1])
    if not any(one.kind == "every" for one in tokens[nth[0] : after]):
        return Found(after + 1, {"every": every, "count": 1})
    on_holidays = "" if nth[2] else "before" if nth[1] == LAST else "after"
    return _found(after + 1, every, on_holidays)


def _next_months(end: int, here: Here, nth: int, weekday: int) -> Found:
    """ "first Monday of next month": one day."""
    first = here.today.replace(day=1) + relativedelta(months=1)
    day = first + relativedelta(day=31 if nth == LAST else 1, weekday=_WEEKDAYS[weekday](nth))
    return Found(end, {"day": day, "kind": "date"})


def _edge_of_every_month(tokens: Tokens, at: int) -> Found | None:
    """ "the last day of every month", "den sista varje månad", "el primer día de cada mes"."""
    which = (
        31 if kind_at(tokens, at) == "last" else 1 if kind_at(tokens, at) == "ordinal" and tokens[at].value == 1 else 0
    )
    if not which:
        return None
    after = at + 1
    is_day = kind_at(tokens, after) == "unit" and tokens[after].name == "day"
    every = skip(tokens, after + is_day, "of", "in", "on", "in_or_for", "the")
    repeats = kind_at(tokens, every) == "every"
    unit = every + repeats
    if not (is_day or repeats) or kind_at(tokens, unit) != "unit" or tokens[unit].name != "month":
        return None
    says = {"every": Every("month", month_day=which)}
    return Found(unit + 1, says if repeats else {**says, "count": 1})


def _nth_weekday(tokens: Tokens, at: int) -> tuple[int, int, tuple[int, ...]] | None:
    """Where it ends, which one, and the weekday; no weekday stands for a working day."""
    kind = kind_at(tokens, at)
    which = LAST if kind == "last" else tokens[at].value if kind == "ordinal" else 0
    if not which or abs(which) > 5:
        return None
    if kind_at(tokens, at + 1) == "weekday":
        return at + 2, which, (tokens[at + 1].value,)
    if kind_at(tokens, at + 1) == "unit" and tokens[at + 1].name == "workday":
        return at + 2, which, ()
    return None


def _worked(here: Here) -> tuple[int, ...]:
    """The weekdays that are worked at the speaker's place."""
    return tuple(day for day in range(7) if here.speaker.calendar.hours[day]) or (0, 1, 2, 3, 4)


def _found(end: int, every: Every, on_holidays: str = "") -> Found:
    return Found(end, {"every": every} | ({"on_holidays": on_holidays} if on_holidays else {}))
