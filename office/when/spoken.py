"""What the clauses of the grammar find, and from where they look at it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from office.rules.working_time import Calendar
from office.when.lexicons import LEXICONS, Lexicon
from office.when.scan import Token


@dataclass(frozen=True)
class Speaker:
    """Whose words they are. `month_first`: "12/24" is Christmas Eve, as in the United States."""

    language: str
    zone: str
    calendar: Calendar
    month_first: bool = False

    @property
    def lexicon(self) -> Lexicon:
        return LEXICONS[self.language]


@dataclass(frozen=True)
class Here:
    """Where and when words are read: the speaker, and the wall clock in their zone."""

    speaker: Speaker
    now: datetime  # aware, in the speaker's zone

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True)
class Clock:
    """A time of day. `exact`: it can't be meant in another half of the day."""

    hour: int
    minute: int = 0
    exact: bool = False


@dataclass(frozen=True)
class Every:
    """A repetition in the terms of RFC 5545. `nth` with `weekdays`: the first Tuesday is (1, 1); -1 is the last."""

    freq: str  # "day", "week", "month", "year"
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int = 0
    month_day: int = 0
    month: int = 0


@dataclass
class Spoken:
    """What was said so far. `kind` tells how the day was named: "weekday", "date", "next_year", "relative",
    "month_day", "period". `on_holidays` is one of office.rules.repetition.OnHolidays."""

    day: date | None = None
    kind: str = ""
    last_day: date | None = None
    clock: Clock | None = None
    clock_end: Clock | None = None
    part: str = ""
    offset: timedelta | None = None
    length: timedelta | None = None
    every: Every | None = None
    until: date | None = None
    count: int = 0
    since: date | None = None
    zone: str = ""
    on_holidays: str = ""
    all_day: bool = False
    further: relativedelta | None = None  # so much after the day
    once_each: tuple[int, ...] = field(default=())  # "Tuesday and Thursday": weekdays, once each


@dataclass(frozen=True)
class Found:
    """A clause: where it ends, and what it says."""

    end: int
    says: Mapping[str, Any]


Tokens = Sequence[Token]
Clause = Callable[[Tokens, int, Here], Found | None]


def kind_at(tokens: Tokens, at: int) -> str:
    return tokens[at].kind if 0 <= at < len(tokens) else ""


def skip(tokens: Tokens, at: int, *kinds: str) -> int:
    """The next place that is none of these kinds."""
    while kind_at(tokens, at) in kinds:
        at += 1
    return at
