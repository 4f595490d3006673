"""Times of day, spans between two of them, and lengths: "half past three", "14-15:30", "for 45m"."""

from datetime import timedelta

from office.when.spoken import Clock, Found, Here, Tokens, kind_at, skip

# What a part of the day means by itself.
PARTS = {"morning": Clock(9), "forenoon": Clock(10), "noon": Clock(12), "afternoon": Clock(14), "evening": Clock(18),
         "tonight": Clock(18), "night": Clock(21), "midnight": Clock(24, exact=True)}  # fmt: skip
_LATE = ("afternoon", "evening", "tonight", "night")
_AFTER_A_DAY = ("weekday", "tomorrow", "today", "overmorrow", "date", "month", "slash", "day_month", "weekdays")
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 7 * 1440}


def clock(tokens: Tokens, at: int, here: Here) -> Found | None:
    """A time, or a span of two, that is said as one: with "at", a colon, or a word such as "noon"."""
    return _span(tokens, at, here, plain=False)


def bare_clock(tokens: Tokens, at: int, here: Here) -> Found | None:
    """A bare number as an hour: only after a day, as in "Friday 3" or "tomorrow 14-15:30"."""
    return _span(tokens, at, here, plain=True)


def ends_at(tokens: Tokens, at: int, here: Here) -> tuple[int, Clock] | None:
    """The time at the end of a span of days, and where it stops."""
    return _time(tokens, skip(tokens, at, "comma"), here, plain=False)


def part_of_day(tokens: Tokens, at: int, here: Here) -> Found | None:
    if kind_at(tokens, at) == "eod":
        return Found(at + 1, {"part": "eod"})
    if kind_at(tokens, at) != "part":
        return None
    return Found(at + 1, {"part": tokens[at].name})


def length(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "for 45m", "i en timme", "45 Minuten lang", "durante media hora", or a bare "90 min"."""
    start = skip(tokens, at, "for", "in_or_for")
    amount = amount_at(tokens, start)
    if amount is None:
        return None
    end, minutes = amount
    if kind_at(tokens, end) == "ago" or kind_at(tokens, end) == "from_now" or kind_at(tokens, end) == "before_hour":
        return None
    return Found(skip(tokens, end, "lang"), {"length": timedelta(minutes=minutes)})


def amount_at(tokens: Tokens, at: int) -> tuple[int, float] | None:
    """An amount of minutes, hours, days or weeks: where it ends, and the minutes. "1 h 30 min" is one amount."""
    total, end = 0.0, at
    while True:
        one = _one_amount(tokens, skip(tokens, end, "and") if total else end)
        if one is None:
            return (end, total) if total else None
        end, minutes = one
        total += minutes


def number_at(tokens: Tokens, at: int) -> tuple[int, float] | None:
    """A number, whole or with a part: where it ends, and its value."""
    kind = kind_at(tokens, at)
    if kind == "number":
        if kind_at(tokens, at + 1) == "and" and kind_at(tokens, at + 2) == "half" and tokens[at].value == 1:
            return at + 3, 1.5
        return at + 1, tokens[at].value
    if kind in ("dot", "decimal"):
        return at + 1, tokens[at].value + tokens[at].other / 10 ** tokens[at].third
    return None


def _one_amount(tokens: Tokens, at: int) -> tuple[int, float] | None:
    kind = kind_at(tokens, at)
    if kind == "length":
        return at + 1, tokens[at].value
    if kind == "number" and tokens[at].value == 1 and kind_at(tokens, at + 1) == "length":
        return at + 2, tokens[at + 1].value
    number = number_at(tokens, at)
    if number is None or kind_at(tokens, number[0]) != "unit":
        return None
    minutes = _MINUTES.get(tokens[number[0]].name)
    return (number[0] + 1, number[1] * minutes) if minutes else None


def _span(tokens: Tokens, at: int, here: Here, plain: bool) -> Found | None:
    begins = skip(tokens, at, "from", "of")
    opened = begins > at
    dashed = kind_at(tokens, begins + 1) == "dash" and kind_at(tokens, begins + 2) == "clock"
    first = _time(tokens, begins, here, plain or opened or dashed)
    if first is None:
        return None
    end, start_clock = first
    joined = kind_at(tokens, end) in ("dash", "to", "until") or (opened and kind_at(tokens, end) == "and")
    if joined:
        last = _time(tokens, skip(tokens, end + 1, "the"), here, plain=True)
        if last is not None:
            return Found(last[0], {"clock": _same_half(start_clock, last[1]), "clock_end": last[1]})
    if (opened or dashed) and not plain:
        return None  # "from 3" alone begins something else
    return Found(end, {"clock": start_clock})


def _same_half(start: Clock, end: Clock) -> Clock:
    """ "3-4pm": what half of the day the second is in, the first is in too."""
    if end.exact and not start.exact and start.hour + 12 < end.hour:
        return Clock(start.hour + 12, start.minute, True)
    return start


def _time(tokens: Tokens, at: int, here: Here, plain: bool) -> tuple[int, Clock] | None:
    marked = kind_at(tokens, at) == "at"
    at = skip(tokens, at, "at")
    found = _relative(tokens, at, here) or _written(tokens, at, here, plain or marked)
    if found is None:
        return None
    end, said = found
    if kind_at(tokens, at) == "clock" and kind_at(tokens, end) == "unit" and tokens[end].name == "hour":
        end += 1  # "14:30h"
    if kind_at(tokens, end) == "oclock":
        end += 1
        minutes = kind_at(tokens, end) == "number" and not said.minute and 0 < tokens[end].value < 60
        if minutes and here.speaker.language == "de":  # "10 Uhr 30"
            end, said = end + 1, Clock(said.hour, tokens[end].value, said.exact)
    if kind_at(tokens, end) in ("am", "pm") and 1 <= said.hour <= 12:
        said = Clock(said.hour % 12 + (12 if kind_at(tokens, end) == "pm" else 0), said.minute, True)
        end += 1
    return _in_part(tokens, end, said)


def _in_part(tokens: Tokens, end: int, said: Clock) -> tuple[int, Clock]:
    """ "3 in the afternoon", "8 Uhr abends", "las 3 de la tarde"."""
    if kind_at(tokens, end) == "part" and said.hour <= 12:
        part = tokens[end].name
        if part in ("morning", "forenoon") and said.hour < 12:
            return end + 1, Clock(said.hour, said.minute, True)
        if part in _LATE:
            return end + 1, Clock(later_half(said.hour), said.minute, True)
    return end, said


def later_half(hour: int) -> int:
    return hour + 12 if hour < 12 else hour


def is_late(part: str) -> bool:
    return part in _LATE


def _relative(tokens: Tokens, at: int, here: Here) -> tuple[int, Clock] | None:
    """Times said by halves, quarters and minutes: "half past three", "halv tre", "fünf nach halb drei"."""
    kind = kind_at(tokens, at)
    if kind == "half":
        past = kind_at(tokens, at + 1) == "past"
        hour = _hour(tokens, at + 1 + past)
        if hour is None:
            return None
        to = here.speaker.lexicon.half_is_to and not past
        return at + 2 + past, _shifted(hour, -30 if to else 30)
    minutes, end = _minutes_said(tokens, at)
    if not minutes:
        return None
    if kind == "three_quarters" or (
        kind == "quarter" and kind_at(tokens, end) == "number" and here.speaker.language == "de"
    ):
        hour = _hour(tokens, end)  # "dreiviertel drei", "viertel drei": quarters of the hour before
        return (end + 1, _shifted(hour, minutes - 60)) if hour is not None else None
    sign = {"past": 1, "to": -1, "before_hour": -1, "in_or_for": -1}.get(kind_at(tokens, end))
    # "from 10 to 12" is a span, and in Spanish any "10 a 12" is.
    spans = kind_at(tokens, end) == "to" and (
        here.speaker.language == "es" or kind_at(tokens, at - 1) in ("from", "of")
    )
    # "Friday 9 to 17": after a day two whole hours are a span, and not nine minutes to five.
    hours = (
        kind_at(tokens, end) == "to" and kind == "number" and end == at + 1 and kind_at(tokens, at - 1) in _AFTER_A_DAY
        and kind_at(tokens, end + 1) == "number" and tokens[at].value not in (20, 25)
    )  # fmt: skip
    if sign is None or spans or hours:
        return None
    half = kind_at(tokens, end + 1) == "half"
    hour = _hour(tokens, end + 1 + half)
    if hour is None:
        return None
    middle = (-30 if here.speaker.lexicon.half_is_to else 30) if half else 0
    return end + 2 + half, _shifted(hour, middle + sign * minutes)


def _minutes_said(tokens: Tokens, at: int) -> tuple[int, int]:
    kind = kind_at(tokens, at)
    if kind == "number" and tokens[at].value == 1 and kind_at(tokens, at + 1) == "quarter":
        return 15, at + 2
    if kind == "length" and tokens[at].value == 15:  # "en kvart över tre"
        return 15, at + 1
    if kind in ("quarter", "three_quarters"):
        return (15 if kind == "quarter" else 45), at + 1
    if kind == "number" and 0 < tokens[at].value < 30:
        unit = kind_at(tokens, at + 1) == "unit" and tokens[at + 1].name == "minute"
        return tokens[at].value, at + 1 + unit
    return 0, at


def _written(tokens: Tokens, at: int, here: Here, marked: bool) -> tuple[int, Clock] | None:
    kind = kind_at(tokens, at)
    if kind == "clock":
        said = tokens[at]
        return at + 1, Clock(said.value, said.other, bool(said.third) or said.value > 12)
    if kind == "part" and tokens[at].name in ("noon", "midnight") and kind_at(tokens, at + 1) not in ("number", "at"):
        return at + 1, PARTS[tokens[at].name]
    if kind == "dot":
        uhr = kind_at(tokens, at + 1) == "oclock"
        if (marked or uhr or tokens[at].other > 12) and _is_time(tokens[at].value, tokens[at].other):
            # "02.30" is at night, "2.30" may be either.
            exact = tokens[at].value > 12 or bool(tokens[at].name)
            return at + 1, Clock(tokens[at].value, tokens[at].other, exact)
        return None
    if kind != "number":
        return None
    return _numbered(tokens, at, here, marked)


def _numbered(tokens: Tokens, at: int, here: Here, marked: bool) -> tuple[int, Clock] | None:
    """A number as an hour: "at 5", "10 Uhr", "las 15 y media", "at 1430"."""
    value = tokens[at].value
    following = kind_at(tokens, at + 1)
    minutes = {"and_half": 30, "and_quarter": 15, "minus_quarter": -15}.get(following)
    if minutes is not None and value <= 24:
        return at + 2, _shifted(value, minutes)
    if following == "minus" and kind_at(tokens, at + 2) == "number":
        return at + 3, _shifted(value, -tokens[at + 2].value)
    minutes_follow = here.speaker.language == "es" and following == "and"
    if marked and minutes_follow and kind_at(tokens, at + 2) == "number" and 0 < tokens[at + 2].value < 60:
        return at + 3, Clock(value, tokens[at + 2].value, value > 12)
    if following == "unit" and tokens[at + 1].name == "hour" and marked:
        return at + 2, Clock(value, 0, value > 12)  # "a las 15 h"
    if following in ("unit", "month", "times"):
        return None
    if marked and 100 <= value <= 2400 and _is_time(value // 100, value % 100):
        return at + 1, Clock(value // 100, value % 100, True)
    in_half = following in ("am", "pm", "oclock") or (following == "part" and tokens[at + 1].name != "noon")
    # "a" and "en" are the number one, but no hour.
    if value <= 24 and (marked or in_half) and (tokens[at].name or value > 1 or kind_at(tokens, at - 1) == "at"):
        return at + 1, Clock(value, 0, value > 12 or value == 0)
    return None


def _hour(tokens: Tokens, at: int) -> int | None:
    # "kl 10 i en timme" is a length, and not ten to one.
    is_hour = kind_at(tokens, at) == "number" and tokens[at].value <= 24 and kind_at(tokens, at + 1) != "unit"
    return tokens[at].value if is_hour else None


def _shifted(hour: int, minutes: int) -> Clock:
    """A spoken time: an hour with minutes before or after it; which half of the day is meant stays open until noon."""
    total = (hour * 60 + minutes) % 1440
    if 1 <= hour <= 12 and total < 60:
        total += 720  # "halb eins" is half past twelve
    return Clock(total // 60, total % 60, hour > 12)


def _is_time(hour: int, minute: int) -> bool:
    return 0 <= hour <= 24 and 0 <= minute < 60
