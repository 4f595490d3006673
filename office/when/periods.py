"""Weeks, months and years, and where they begin and end: "next week", "week 12", "the weekend", "end of March"."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from office.when.spoken import Found, Here, Tokens, kind_at, skip


def coming_weekday(here: Here, weekday: int, next_week: bool = False) -> date:
    """The next day with this name, today included; or that of next week."""
    if next_week:
        return here.today + timedelta(days=7 - here.today.weekday() + weekday)
    return here.today + timedelta(days=(weekday - here.today.weekday()) % 7)


def end_or_start(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "end of month", "Ende März", "början av nästa vecka"."""
    edge = kind_at(tokens, at)
    if edge not in ("end", "start"):
        return None
    at = skip(tokens, at + 1, "the", "of", "this")
    further = kind_at(tokens, at) in ("next", "coming")
    at += further
    after = kind_at(tokens, at + 1) == "coming_after"
    today = here.today
    if kind_at(tokens, at) == "month":
        first = date(today.year + (tokens[at].value < today.month), tokens[at].value, 1)
        return _edge(at + 1, edge, first, first + relativedelta(months=1, days=-1))
    unit = tokens[at].name if kind_at(tokens, at) == "unit" else ""
    ahead = 1 if further or after else 0
    if unit == "month":
        first = today.replace(day=1) + relativedelta(months=ahead)
        return _edge(at + 1 + after, edge, first, first + relativedelta(months=1, days=-1))
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        worked = [n for n in range(7) if here.speaker.calendar.hours[n]] or [4]
        return _edge(at + 1 + after, edge, monday, monday + timedelta(days=worked[-1]))
    if unit == "year":
        return _edge(at + 1 + after, edge, date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31))
    return None


def _edge(end: int, edge: str, first: date, last: date) -> Found:
    return Found(end, {"day": last if edge == "end" else first, "kind": "date"})


def period(tokens: Tokens, at: int, here: Here) -> Found | None:
    """ "next week", "this month", "the weekend", "week 12": a span of days."""
    which = kind_at(tokens, at)
    if kind_at(tokens, skip(tokens, at, "this", "next", "coming")) == "weekend":
        saturday = coming_weekday(here, 5) + timedelta(weeks=which == "next" and here.speaker.lexicon.next_is_next_week)
        return span_of(skip(tokens, at, "this", "next", "coming") + 1, saturday, saturday + timedelta(days=1))
    if which == "unit" and tokens[at].name == "week" and kind_at(tokens, at + 1) in ("number", "ordinal"):
        return _numbered_week(at + 2, here, tokens[at + 1].value)
    after = kind_at(tokens, at + 1) == "coming_after" and which == "unit"
    if which not in ("this", "next", "coming", "after_next") and not after:
        return None
    unit_at = at if after else at + 1
    ahead = {"this": 0, "after_next": 2}.get(which, 1)
    unit = tokens[unit_at].name if kind_at(tokens, unit_at) == "unit" else ""
    today = here.today
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
        return span_of(unit_at + 1 + after, max(monday, today), monday + timedelta(days=6))
    if unit == "month":
        first = today.replace(day=1) + relativedelta(months=ahead)
        return span_of(unit_at + 1 + after, max(first, today), first + relativedelta(months=1, days=-1))
    if unit == "year":
        first = date(today.year + ahead, 1, 1)
        return span_of(unit_at + 1 + after, max(first, today), date(first.year, 12, 31))
    return None


def _numbered_week(end: int, here: Here, week: int) -> Found | None:
    """An ISO week, as Swedish and German offices count them; one that is over is that of next year."""
    if not 1 <= week <= 53:
        return None
    year = here.today.isocalendar().year
    for ahead in range(7):
        try:
            monday = date.fromisocalendar(year + ahead, week, 1)
        except ValueError:
            continue
        if monday + timedelta(days=6) >= here.today:
            return span_of(end, max(monday, here.today), monday + timedelta(days=6))
    return None


def span_of(end: int, first: date, last: date) -> Found:
    return Found(end, {"day": first, "last_day": last, "kind": "period"})
