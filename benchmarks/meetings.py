"""A booking with a conflict check, and "find", beside a hundred thousand bookings and beside a hundred; 50 people."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from office import clock
from office.duties.meetings import booking, finding
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.finding import Wanted
from office.duties.meetings.plans import Plan
from office.duties.meetings.rooms import RoomSetup, Taken
from office.duties.offices import PlaceSetup, save_place
from storage import people
from storage.database import Database
from storage.tables import Person

BOOKINGS = (100, 100_000)
PEOPLE, ROOMS, TIMES = 50, 20, 200
FIRST = datetime(2026, 11, 23, 8, tzinfo=UTC)
_MEETING = (
    "INSERT INTO meetings (id, key, title, organiser_id, private, state, day, clock, zone, minutes, on_holidays, "
    "rooms, remind_before, video, sequence, parties, aims, limits, our_side, created_at, version) "
    "VALUES (:id, :id, 'x', :who, 0, "
    "'planned', :day, '09:00', 'UTC', 30, 'skip', '[]', 10, '', 0, '', '', '', '[]', '2026-01-01', 1)"
)
_DATE = (
    "INSERT INTO meeting_dates (id, meeting_id, day, starts_at, ends_at, state, moved, is_long, why, version) "
    "VALUES (:id, :id, :day, :start, :end, 'planned', 0, 0, '', 1)"
)
_BOOKING = (
    "INSERT INTO bookings (date_id, room_id, starts_at, ends_at, state, version) "
    "VALUES (:id, :room, :start, :end, 'held', 1)"
)
_INVITEE = (
    "INSERT INTO invitees (meeting_id, person_id, email, reply, note, chased) VALUES (:id, :invited, '', 'yes', '', 0)"
)


def measure(folder: Path) -> Iterator[str]:
    few, many = BOOKINGS
    yield f"| of 50 people in 20 rooms | {few:,} bookings | {many:,} bookings | ratio | p99 beside {many:,} |"
    yield "|---|---|---|---|---|"
    clock.move_to(FIRST)
    filled = [_fill(folder / f"{count}.db", count) for count in BOOKINGS]
    for title, do in (("book a room, or hear who has it", _book), ("find the best times for 50", _find)):
        took: list[list[float]] = [[], []]
        # They take turns, so that what disturbs the machine hits both alike.
        for at in range(TIMES):
            for found, database in zip(took, filled, strict=True):
                found.append(_timed(database, at, do))
        small, large = (statistics.median(one) * 1000 for one in took)
        last = statistics.quantiles(took[1], n=100)[-1] * 1000
        yield f"| {title} | {small:.2f} ms | {large:.2f} ms | {large / small:.2f} | {last:.1f} ms |"
    clock.reset()


def _timed(database: Database, at: int, do: Callable[[Session, Person, int], object]) -> float:
    def act(session: Session) -> None:
        actor = people.get(session, 1 + at % PEOPLE)
        do(session, actor, at)

    began = time.perf_counter()
    database.write(act)
    return time.perf_counter() - began


def _book(session: Session, actor: Person, at: int) -> None:
    dice = random.Random(at)
    day = date(2026, 11, 24) + timedelta(days=dice.randrange(200))
    plan = Plan("Review", day, wall_time(dice.randrange(8, 17)), "UTC", rooms=(1 + dice.randrange(ROOMS),))
    try:
        with session.begin_nested():
            booking.book(session, actor, plan)
    except Taken:
        pass


def _find(session: Session, actor: Person, at: int) -> None:
    first = date(2026, 11, 24) + timedelta(days=at)
    wanted = Wanted(timedelta(hours=1), first, first + timedelta(days=6), people=tuple(range(1, PEOPLE + 1)))
    finding.find(session, actor, wanted)


def _fill(file: Path, count: int) -> Database:
    """Bookings spread over four years."""
    database = Database(f"sqlite:///{file}")
    database.migrate()

    def do(session: Session) -> None:
        save_place(session, None, PlaceSetup("Stockholm", "Europe/Stockholm", "SE", "SEK", "08:00-17:00"))
        for at in range(PEOPLE):
            person = people.appear(session, f"U{at:04}")
            people.change(session, person.id or 0, {"standing": "member", "zone": "Europe/Stockholm"})
        for at in range(ROOMS):
            room_duty.save(session, None, RoomSetup(f"Room {at}", place="Stockholm", seats=8))
        rows = list(_rows(count))
        for statement in (_MEETING, _DATE, _BOOKING, _INVITEE):
            session.execute(text(statement), rows)
        session.execute(text("ANALYZE"))

    database.write(do)
    return database


def _rows(count: int) -> Iterator[dict[str, object]]:
    # Half an hour each, over four years, two of them gone: some three a day in each room of the larger office.
    step = timedelta(days=1460) / (count / ROOMS)
    for at in range(count):
        room, slot = at % ROOMS, at // ROOMS
        start = FIRST - timedelta(days=730) + step * slot
        yield {
            "id": at + 1, "who": 1 + at % PEOPLE, "invited": 1 + (at * 7 + 3) % PEOPLE, "room": room + 1,
            "day": start.date().isoformat(), "start": f"{start:%Y-%m-%d %H:%M:%S.000000}",
            "end": f"{start + timedelta(minutes=30):%Y-%m-%d %H:%M:%S.000000}",
        }  # fmt: skip
