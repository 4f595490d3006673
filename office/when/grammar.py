"""Tokens -> what was said: clauses in any order, the longest at each place; what no clause takes is left over."""

from collections.abc import Mapping, Sequence
from typing import Any

from office.when import clocks, days, repeats
from office.when.scan import Token
from office.when.spoken import Clause, Every, Found, Here, Spoken, Tokens, kind_at

# Words that hold a sentence together and say nothing about time by themselves.
_GLUE = (
    "the",
    "on",
    "of",
    "comma",
    "and",
    "at",
    "in_or_for",
    "lang",
    "from",
    "by",
    "in",
    "until",
    "before_hour",
    "for",
)


def all_day(tokens: Tokens, at: int, here: Here) -> Found | None:
    return Found(at + 1, {"all_day": True}) if kind_at(tokens, at) == "all_day" else None


_ALWAYS: tuple[Clause, ...] = (
    repeats.repeat,
    repeats.times,
    repeats.holidays,
    days.day,
    days.weekdays,
    days.anchored,
    days.later_on,
    all_day,
    clocks.clock,
    clocks.length,
    clocks.part_of_day,
)
_DATES = ("month_day", "date", "next_year", "full_date")
_SLOTS_OF_A_DAY = ("day", "every", "once_each", "offset")


def understood(tokens: Sequence[Token], here: Here) -> tuple[Spoken, list[Token]]:
    """What the tokens say, and those that say nothing that is understood."""
    said, left = Spoken(), list[Token]()
    at = 0
    while at < len(tokens):
        found = _next(tokens, at, here, said)
        if found is not None:
            for name, value in found.says.items():
                setattr(said, name, value)
            at = found.end
            continue
        if not _is_glue(tokens, at):
            left.append(tokens[at])
        at += 1
    return said, left


def says_something(said: Spoken) -> bool:
    """Whether a moment, a span, a length or a repetition was named at all."""
    return any((said.day, said.clock, said.part, said.offset, said.length, said.every, said.once_each))


def _next(tokens: Tokens, at: int, here: Here, said: Spoken) -> Found | None:
    """The longest clause that begins here and does not contradict what was said before."""
    best: Found | None = None
    for clause in (*_ALWAYS, *_in_place(said)):
        found = clause(tokens, at, here)
        if found is None or found.end <= at or not _fits(found.says, said, tokens, at):
            continue
        # In Spanish and German "14h" after a day is a time, and not so many hours.
        hour = (
            clause is clocks.bare_clock and here.speaker.language in ("es", "de") and "length" in (best or found).says
        )
        if best is None or found.end > best.end or (found.end == best.end and hour):
            best = found
    return best


def _in_place(said: Spoken) -> tuple[Clause, ...]:
    """Clauses that count only after others: an end for a repetition, a bare hour for a day."""
    more: tuple[Clause, ...] = ()
    if said.every is not None:
        more += (days.until, days.since)
    if said.day is not None and said.further is None:
        more += (days.in_addition,)
    if said.day is not None and said.clock is not None and said.clock_end is None:
        more += (days.ends_on,)
    if (said.day or said.every or said.once_each or said.part) and said.clock is None:
        more += (clocks.bare_clock,)
    return more


def _fits(says: Mapping[str, Any], said: Spoken, tokens: Tokens, at: int) -> bool:
    if any(getattr(said, name) for name in says if name not in ("kind", "on_holidays")):
        return False
    if "day" in says and said.every is not None:
        # "every month on the 15th", "every year on 24 December": the day belongs to the repetition.
        of_rule = says.get("kind") in _DATES and said.every.freq in ("month", "year")
        return of_rule or _begins(said.every, says.get("kind"), says.get("last_day"))
    if any(name in says for name in _SLOTS_OF_A_DAY) and any(getattr(said, name) for name in _SLOTS_OF_A_DAY):
        if "every" not in says or said.day is None:
            return False
        return said.kind in _DATES or _begins(says["every"], said.kind, said.last_day)
    return not ("offset" in says and said.clock is not None)


def _begins(every: Every, kind: object, last_day: object) -> bool:
    """Whether a day is the first of a repetition that names none itself: "tomorrow 14:00, every week"."""
    names_none = not (every.weekdays or every.month_day or every.nth)
    return names_none and last_day is None and kind in ("relative", "weekday", *_DATES) and every.freq != "year"


def _is_glue(tokens: Tokens, at: int) -> bool:
    kind = kind_at(tokens, at)
    # A joining word at the very end joins nothing.
    return kind in _GLUE and at < len(tokens) - 1
