"""Writing a note, finding a decision and a whole agenda, beside the minutes of a week and beside those of a year."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path

from sqlalchemy.orm import Session

from office import clock
from office.duties.meetings import booking
from office.duties.meetings.plans import Plan
from office.duties.minutes import agenda, confirming, finding, taking
from office.duties.minutes.taking import Words
from office.duties.offices import PlaceSetup, save_place
from storage import meetings, people
from storage.database import Database
from storage.meeting_tables import Meeting
from storage.tables import Person
from storage.words import EntryKind

MINUTES = (5, 250)
ENTRIES, TIMES = 40, 40
FIRST = datetime(2026, 11, 23, 8, tzinfo=UTC)


def measure(folder: Path) -> Iterator[str]:
    few, many = MINUTES
    yield f"| beside minutes of {ENTRIES} entries each | {few} of them | {many} | ratio |"
    yield "|---|---|---|---|"
    filled = [_fill(folder / f"{count}.db", count) for count in MINUTES]
    acts: tuple[tuple[str, Callable[[Session, Person, Meeting, int], object]], ...] = (
        ("write a note", lambda session, actor, meeting, running: taking.write(
            session, actor, running, Words(EntryKind.NOTE, "two weeks ahead"))),
        ("find a decision by its words", lambda session, actor, meeting, running: finding.find(
            session, actor, finding.Wanted(("decision", "17"), (EntryKind.DECISION,)))),
        ("the next agenda", lambda session, actor, meeting, running: agenda.of(
            session, actor, meeting, meetings.next_date(session, meeting.id or 0, clock.now()))),
    )  # fmt: skip
    for title, do in acts:
        took: list[list[float]] = [[], []]
        # They take turns, so that what disturbs the machine hits both alike.
        for _ in range(TIMES):
            for found, (database, meeting, running) in zip(took, filled, strict=True):
                began = time.perf_counter()
                database.write(lambda session, act=do, m=meeting, r=running: act(session, people.get(session, 1), m, r))
                found.append(time.perf_counter() - began)
        small, large = (statistics.median(one) * 1000 for one in took)
        yield f"| {title} | {small:.2f} ms | {large:.2f} ms | {large / small:.1f} |"
    clock.reset()


def _fill(file: Path, count: int) -> tuple[Database, Meeting, int]:
    """A committee that has met so often, and is meeting now; returns it with the minutes that are being taken."""
    clock.move_to(FIRST - timedelta(hours=1))
    database = Database(f"sqlite:///{file}")
    database.migrate()

    def begin(session: Session) -> Meeting:
        save_place(session, None, PlaceSetup("Stockholm", "Europe/Stockholm", "SE", "SEK", "08:00-17:00"))
        for at in range(6):
            person = people.appear(session, f"U{at:04}")
            people.change(session, person.id or 0, {"standing": "member", "zone": "UTC"})
        plan = Plan("Committee", date(2026, 11, 23), wall_time(8), "UTC", rule="FREQ=DAILY", people=(2, 3, 4, 5, 6))
        return booking.book(session, people.get(session, 1), plan).meeting

    meeting = database.write(begin)
    with database.read() as session:
        dates = meetings.dates(session, meeting.id or 0)
    running = 0
    for at, day in enumerate(dates[: count + 1]):
        clock.move_to(day.starts_at)
        last = at == count

        def meet(session: Session, day=day, at=at, last=last) -> int:  # type: ignore[no-untyped-def]
            actor = people.get(session, 1)
            found = taking.start(session, actor, day)
            kinds = (EntryKind.NOTE, EntryKind.DECISION)
            words = [Words(kinds[one % 2], f"decision {one} of {at}") for one in range(ENTRIES)]
            taking.write_all(session, actor, found.id or 0, words)
            if not last:
                confirming.finish(session, actor, found.id or 0)
            return found.id or 0

        running = database.write(meet)
    return database, meeting, running
