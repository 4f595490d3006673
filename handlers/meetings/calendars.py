"""What stands in the calendars that are read from us, and that we write to."""

from datetime import timedelta

from sqlalchemy.orm import Session

from handlers.i18n import Reader
from handlers.meetings import ics
from office import clock
from office.duties.meetings import access
from storage import meetings, people, rooms
from storage.tables import Person
from storage.words import MeetingState


def calendar_of(session: Session, person: Person, room_id: int | None, reader: Reader) -> bytes:
    """A person's own calendar, or a room's: from three months back to a year ahead."""
    start, end = clock.now() - timedelta(days=92), clock.now() + timedelta(days=400)
    if room_id is not None:
        which = rooms.get(session, room_id)
        pairs = [(day, meeting) for _, day, meeting in rooms.shown(session, [room_id], start, end)]
        return ics.of_room(pairs, which.name)
    found = {meeting.id: meeting for _, meeting in meetings.between(session, [person.id or 0], start, end)}
    mine = [one for one in found.values() if access.takes_part(session, person, one)]
    return ics.of_many(session, mine, reader.say("Meetings of {who}", who=person.known_as))


def entry_of(session: Session, number: int, email: str) -> tuple[str, bytes]:
    """A meeting's name and what stands of it in somebody's calendar; nothing where it is cancelled or not theirs."""
    meeting = meetings.get(session, number)
    expected = people.by_ids(session, access.expected(session, meeting)).values()
    # A calendar that all read has nothing of private meetings.
    theirs = any(one.email == email for one in expected) if email else not meeting.private
    if meeting.state is MeetingState.CANCELLED or not theirs:
        return meeting.key, b""
    return meeting.key, ics.of_meeting(session, meeting, "")
