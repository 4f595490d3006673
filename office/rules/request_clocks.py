"""When a clock of a request warns and when it is over: pure arithmetic over working minutes."""

from dataclasses import dataclass
from datetime import datetime

from office.rules.working_time import Calendar, after, between
from storage.words import ClockStep

WARN_AT_PERCENT = 75


@dataclass(frozen=True)
class Reading:
    """A clock at one moment: minutes used, whether it runs, what comes next and when."""

    used_minutes: int
    running_since: datetime | None
    step: ClockStep
    next_at: datetime | None
    due_at: datetime | None


def run(budget: int, used: int, step: ClockStep, calendar: Calendar, now: datetime) -> Reading:
    """A clock that starts or goes on at `now`, with what it has used so far."""
    due = after(calendar, now, max(0, budget - used))
    warn_after = max(0, budget * WARN_AT_PERCENT // 100 - used)
    following = {
        ClockStep.WARN: after(calendar, now, warn_after),
        ClockStep.BREACH: due,
        ClockStep.NONE: None,
    }
    return Reading(used, now, step, following[step], due)


def pause(used: int, running_since: datetime | None, step: ClockStep, calendar: Calendar, now: datetime) -> Reading:
    """A clock that stops at `now`; what it has used is kept."""
    spent = between(calendar, running_since, now) if running_since is not None else 0
    return Reading(used + spent, None, step, None, None)
