"""Words for what people do with meetings in tests: rooms that are kept, meetings that are booked."""

from datetime import date, datetime, time, timedelta
from typing import Any

from office.duties.meetings import booking
from office.duties.meetings import rooms as room_duty
from office.duties.meetings.booking import Booked
from office.duties.meetings.plans import Plan
from office.duties.meetings.rooms import RoomSetup
from storage import meetings, rooms
from storage.meeting_tables import Booking, Meeting, MeetingDate, Room
from tests.conftest import Office

TUESDAY = date(2026, 11, 24)
TWO = time(14)


class House:
    """An office with rooms; `books` books as somebody."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def keeps(self, name: str, **more: Any) -> Room:
        setup = RoomSetup(name, place="Stockholm", **{"seats": 8, **more})
        return self.office.do(lambda s: room_duty.save(s, None, setup))

    def plan(self, title: str = "Budget review", *rooms: Room, **more: Any) -> Plan:
        usual: dict[str, Any] = {"day": TUESDAY, "clock": TWO, "zone": "Europe/Stockholm", "minutes": 60}
        people = tuple(self.office.who(one).id or 0 for one in more.pop("people", ()))
        return Plan(title, rooms=tuple(room.id or 0 for room in rooms), people=people, **{**usual, **more})

    def books(self, who: str, title: str = "Budget review", *rooms: Room, **more: Any) -> Booked:
        actor, plan = self.office.who(who), self.plan(title, *rooms, **more)
        return self.office.do(lambda s: booking.book(s, actor, plan))

    def dates(self, meeting: Meeting) -> list[MeetingDate]:
        with self.office.database.read() as session:
            return meetings.dates(session, meeting.id or 0)

    def bookings(self, meeting: Meeting) -> list[Booking]:
        with self.office.database.read() as session:
            return rooms.of_dates(session, [one.id or 0 for one in meetings.dates(session, meeting.id or 0)])

    def meeting(self, meeting: Meeting) -> Meeting:
        with self.office.database.read() as session:
            return meetings.get(session, meeting.id or 0)

    def told(self, kind: str) -> int:
        found: int = self.office.database.scalar(f"SELECT count(*) FROM outbox WHERE kind = '{kind}'")
        return found


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A time in Stockholm."""
    from zoneinfo import ZoneInfo

    return datetime.combine(day, time(hour, minute), ZoneInfo("Europe/Stockholm"))


def days(count: float) -> timedelta:
    return timedelta(days=count)
