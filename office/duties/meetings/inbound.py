"""Answers that come by e-mail, as a calendar writes them (RFC 5546)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.meetings import replying
from office.errors import Refusal
from office.rules.words import clean
from storage import history, meetings, people
from storage.meeting_tables import Invitee, Meeting
from storage.words import DateState, MeetingState, Reply

# Nobody proposes a time further away.
FARTHEST = timedelta(days=3650)


@dataclass(frozen=True)
class Inbound:
    """What a calendar has answered: for which meeting by its UID, whose calendar, and to which date of a series.

    `start`: another time that is proposed.
    """

    uid: str
    email: str
    reply: Reply | None
    recurrence: datetime | None = None
    start: datetime | None = None
    note: str = ""


def take(session: Session, one: Inbound) -> bool:
    """Stores an answer; False where it belongs to nothing that is still to come. The same one twice changes nothing."""
    meeting = meetings.by_key(session, one.uid)
    invitee = _invitee(session, meeting, one.email) if meeting is not None else None
    if meeting is None or invitee is None or meeting.state is MeetingState.CANCELLED:
        return False
    date_id = _date(session, meeting, one.recurrence) if one.recurrence is not None else None
    if one.recurrence is not None and date_id is None:
        return False
    if one.start is not None:
        _propose(session, meeting, invitee, date_id, one)
        return True
    if one.reply is None:
        return False
    try:
        note = one.note if one.note != invitee.note else ""
        replying.record(session, meeting, invitee, one.reply, date_id, note)
    except Refusal:
        return False
    return True


def _invitee(session: Session, meeting: Meeting, email: str) -> Invitee | None:
    for one in meetings.invitees(session, meeting.id or 0):
        person = people.find(session, one.stands_in_id or one.person_id)
        if email.lower() in (one.email.lower(), ((person.email or "") if person else "").lower()) and email:
            return one
    return None


def _date(session: Session, meeting: Meeting, moment: datetime) -> int | None:
    day = moment.astimezone(ZoneInfo(meeting.zone)).date()
    found = (
        one for one in meetings.dates(session, meeting.id or 0) if one.day == day and one.state is DateState.PLANNED
    )
    return next((one.id for one in found), None)


def _propose(session: Session, meeting: Meeting, invitee: Invitee, date_id: int | None, one: Inbound) -> None:
    """Another time by a calendar: the organiser is asked as after a press."""
    coming = meetings.next_date(session, meeting.id or 0, clock.now())
    which = date_id or (coming.id if coming else None)
    if one.start is None or which is None or not clock.now() < one.start < clock.now() + FARTHEST:
        return
    who = invitee.stands_in_id or invitee.person_id
    entry = history.record(
        session, clock.now(), who, "propose", "meeting", meeting.id or 0,
        after={
            "start": one.start.isoformat(), "date": which, "note": clean(one.note)[:1000], "invitee": invitee.id,
        },
    )  # fmt: skip
    notices.tell(
        session, "meetings.proposed", "meeting", meeting.id or 0, [meeting.organiser_id], detail_id=entry, is_card=True
    )  # fmt: skip
