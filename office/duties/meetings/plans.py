"""What somebody wants to book, and the dates that it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.errors import Refusal
from office.rules import booking_conflicts as rule
from office.rules import words
from office.rules.repetition import OnHolidays, days_from, wall
from office.rules.working_time import Calendar
from storage.meeting_tables import Meeting
from storage.tables import Person

# How far ahead the dates of a meeting without an end are worked out, and when more of them are.
AHEAD, MORE_WITHIN = timedelta(days=400), timedelta(days=370)
MOST_DATES = 400
MOST_PEOPLE = 300
USUAL_MINUTES = 30
LONGEST_TITLE = 300


@dataclass(frozen=True)
class Plan:
    """A meeting as it is wanted. `day` and `clock` are wall time in `zone`; `people` and `rooms` are ids, `guests`
    e-mail addresses; `left_out`: days of the repetition that shall not be."""

    title: str
    day: date
    clock: time
    zone: str
    minutes: int = USUAL_MINUTES
    rule: str | None = None
    on_holidays: OnHolidays = OnHolidays.SKIP
    people: tuple[int, ...] = ()
    guests: tuple[str, ...] = ()
    rooms: tuple[int, ...] = ()
    private: bool = False
    remind_before: int = 10
    left_out: tuple[date, ...] = ()
    follows_id: int | None = None

    @property
    def start(self) -> datetime:
        return wall(self.day, self.clock, self.zone)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)

    def written(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            **vars(self), "day": self.day.isoformat(), "clock": f"{self.clock:%H:%M}",
            "on_holidays": self.on_holidays.value, "left_out": [one.isoformat() for one in self.left_out],
        }  # fmt: skip

    @staticmethod
    def revived(kept: Mapping[str, Any]) -> "Plan":
        return Plan(**{
            **kept, "day": date.fromisoformat(kept["day"]), "clock": time.fromisoformat(kept["clock"]),
            "on_holidays": OnHolidays(kept["on_holidays"]), "people": tuple(kept["people"]),
            "guests": tuple(kept["guests"]), "rooms": tuple(kept["rooms"]),
            "left_out": tuple(date.fromisoformat(one) for one in kept["left_out"]),
        })  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One date: its name, and the moments that it is."""

    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Days:
    """The dates of a plan; the holidays among them that are left out; the day up to which they are worked out, where
    there is no end."""

    dates: Sequence[Day]
    holidays: Sequence[date] = ()
    until: date | None = None


def checked(session: Session, actor: Person, plan: Plan) -> Plan:
    """A plan that can be. Raises Refusal, saying what to write instead."""
    title = words.clean_line(plan.title)
    if not words.tokens(title):
        raise Refusal("Say what the meeting is about, for example: /meeting Budget review tomorrow 14:00 with @anna.")
    if plan.minutes <= 0:
        raise Refusal("A meeting needs some time. Write how long, for example “for 45m”.")
    if timedelta(minutes=plan.minutes) > rule.LONGEST:
        raise Refusal("A meeting lasts two weeks at most. For longer, book it in parts, or plan an absence.")
    if plan.start <= clock.now() and plan.rule is None:
        raise Refusal("That time is over. Choose a later one.")
    if len(plan.people) + len(plan.guests) > MOST_PEOPLE:
        raise Refusal(
            "A meeting has at most {most} people. Invite fewer, or tell the others in a channel.", most=MOST_PEOPLE
        )
    title = title if len(title) <= LONGEST_TITLE else words.title_of(title, LONGEST_TITLE)
    people = tuple(one for one in dict.fromkeys(plan.people) if one != actor.id)
    guests = tuple(dict.fromkeys(one.lower() for one in plan.guests))
    plan = replace(plan, day=_first_day(plan))
    return replace(plan, title=title, people=people, guests=guests, rooms=tuple(dict.fromkeys(plan.rooms)))


def days_of(plan: Plan, calendar: Calendar, after: date | None = None) -> Days:
    """The dates of a plan from its first day, or after a day up to which they are worked out already."""
    if plan.rule is None:
        return Days([Day(plan.day, plan.start, plan.end)])
    today = clock.now().astimezone(calendar.local(clock.now()).tzinfo).date()
    ends = "UNTIL=" in plan.rule or "COUNT=" in plan.rule
    until = max(today, plan.day) + AHEAD
    dates, holidays = list[Day](), list[date]()
    from_day = plan.day if after is None else after + timedelta(days=1)
    for day in days_from(plan.rule, plan.day, from_day, until):
        if len(dates) >= MOST_DATES:
            until = day - timedelta(days=1)
            break
        if plan.on_holidays is OnHolidays.SKIP and is_holiday(calendar, day):
            holidays.append(day)
        elif day not in plan.left_out:
            dates.append(_day(plan, day))
    if ends and _goes_on(plan, until):
        ends = False  # a long series that ends is worked out bit by bit, too
    refuse_itself(dates)
    return Days(dates, holidays, None if ends else until)


def is_holiday(calendar: Calendar, day: date) -> bool:
    """A day that would be worked if it were not a holiday, or one of the office's own days off."""
    return bool(calendar.hours[day.weekday()]) and not calendar.works_on(day)


def plan_of(meeting: Meeting, people: tuple[int, ...] = (), guests: tuple[str, ...] = ()) -> Plan:
    """A meeting as it was planned."""
    return Plan(
        meeting.title, meeting.day, time.fromisoformat(meeting.clock), meeting.zone, meeting.minutes, meeting.rule,
        OnHolidays(meeting.on_holidays), people, guests, tuple(meeting.rooms), meeting.private, meeting.remind_before,
    )  # fmt: skip


def _day(plan: Plan, day: date) -> Day:
    start = wall(day, plan.clock, plan.zone)
    return Day(day, start, start + timedelta(minutes=plan.minutes))


def _first_day(plan: Plan) -> date:
    """The first day that the rhythm has: calendars take the beginning of a series for one of its dates (RFC 5545)."""
    found = next(days_from(plan.rule, plan.day, plan.day), None) if plan.rule else plan.day
    if found is None:
        raise Refusal("This meeting has no date to come. Choose another day, or another rhythm.")
    return found


def _goes_on(plan: Plan, until: date) -> bool:
    return next(days_from(plan.rule or "", plan.day, until + timedelta(days=1)), None) is not None


def refuse_itself(dates: Sequence[Day], buffer: timedelta = timedelta()) -> None:
    """Raises Refusal where one date would still be on, its buffer included, when the next begins."""
    for one, other in zip(dates, dates[1:], strict=False):
        if one.end + buffer > other.start:
            raise Refusal(
                "This meeting would still be on when it begins again. Make it shorter, or repeat it less often."
            )
