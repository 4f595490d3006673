"""The best times for a meeting: by everybody's working hours, holidays, absences, meetings and other calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties.meetings.rooms import clashes
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules.free_slots import Diary, Slot, Why, best, spread
from office.rules.working_time import Calendar
from storage import absences, meetings, people, rooms
from storage.meeting_tables import Room
from storage.tables import Person

LONGEST_WINDOW = timedelta(days=62)
# Of so many good times the first with a free room are shown.
LOOKED_AT = 60
_MIDNIGHT = time()


@dataclass(frozen=True)
class Wanted:
    """What is looked for: how long, from when to when, for whom, and in which rooms. `not_before`: a time of the first
    day that was said, such as its afternoon."""

    length: timedelta
    first: date
    last: date
    people: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()
    seats: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True)
class Found:
    """A time, who can't come and why, and the rooms that would be booked with it."""

    slot: Slot
    rooms: tuple[Room, ...] = ()


def find(session: Session, actor: Person, wanted: Wanted, most: int = 5) -> list[Found]:
    """The best times, those first that most can come to. Raises Refusal for a window that can't be."""
    if wanted.length <= timedelta():
        raise Refusal("A meeting needs some time. Write how long, for example “for 45m”.")
    calendar = calendar_of_person(session, actor)
    start = max(calendar.at(wanted.first, _MIDNIGHT), clock.now() + timedelta(minutes=5))
    start = max(start, wanted.not_before) if wanted.not_before else start
    end = min(calendar.at(wanted.last + timedelta(days=1), _MIDNIGHT), start + LONGEST_WINDOW)
    if end <= start:
        raise Refusal("That time is over. Choose a later one.")
    ids = list(dict.fromkeys([actor.id or 0, *wanted.people]))
    slots = best(diaries(session, ids, start, end), (start, end), wanted.length, LOOKED_AT, must=actor.id)
    with_room = {slot: room for slot in slots if (room := _room(session, actor, wanted, slot)) is not None}
    return [Found(slot, with_room[slot]) for slot in spread(list(with_room), most)]


def diaries(
    session: Session, ids: Sequence[int], start: datetime, end: datetime, except_meeting: int = 0
) -> list[Diary]:
    """When people work, meet and are away, in a window."""
    busy: dict[int, list[tuple[datetime, datetime]]] = {one: [] for one in ids}
    for who, first, last in meetings.busy(session, ids, start, end, except_meeting):
        busy[who].append((first, last))
    away: dict[int, list[tuple[datetime, datetime]]] = {one: [] for one in ids}
    for absence in absences.between(session, start, end, list(ids)):
        away[absence.person_id].append((absence.starts_at, absence.ends_at))
    works: dict[Calendar, list[tuple[datetime, datetime]]] = {}
    found = []
    for one in ids:
        calendar = calendar_of_person(session, people.get(session, one))
        if calendar not in works:
            works[calendar] = list(_working(calendar, start, end))
        found.append(Diary(one, works[calendar], busy[one], away[one]))
    return found


def why_not(
    session: Session, ids: Sequence[int], start: datetime, end: datetime, except_meeting: int = 0
) -> list[tuple[int, Why]]:
    """Who of some people can't come at a time, and why."""
    them = diaries(session, ids, start - timedelta(days=1), end + timedelta(days=1), except_meeting)
    slots = [(one, reason) for one in them if (reason := one.why_not(start, end)) is not None]
    return [(one.person_id, reason) for one, reason in slots]


def _room(session: Session, actor: Person, wanted: Wanted, slot: Slot) -> tuple[Room, ...] | None:
    """The rooms for a time; None where there are none."""
    if wanted.rooms:
        named = [one for one in rooms.by_ids(session, wanted.rooms).values() if not one.removed]
        free = not clashes(session, actor, named, [(slot.start, slot.end)])[0]
        return tuple(named) if free else None
    return ()


def _working(calendar: Calendar, start: datetime, end: datetime) -> Iterable[tuple[datetime, datetime]]:
    day, last = calendar.local(start).date(), calendar.local(end).date()
    while day <= last:
        yield from calendar.spans(day)
        day += timedelta(days=1)
