"""Answers that come by e-mail, as a calendar writes them (RFC 5546)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices, reach
from office.duties.meetings import replying
from office.errors import Refusal
from office.rules.words import clean
from storage import history, meetings, people, timers
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
    # Whether our own mail server says that it comes from there.
    verified: bool = False
    recurrence: datetime | None = None
    start: datetime | None = None
    note: str = ""


def take(session: Session, one: Inbound) -> bool:
    """Stores an answer; False where it belongs to nothing that is still to come. The same one twice changes nothing.

    A guest is known by the UID of their own invitation, and everybody by what our own mail server has checked. What
    only says whose it is changes nothing: a colleague is asked, and of a guest the organiser hears.
    """
    meeting, invitee, is_theirs = _whose(session, one)
    if meeting is None or invitee is None or meeting.state is MeetingState.CANCELLED:
        return False
    date_id = _date(session, meeting, one.recurrence) if one.recurrence is not None else None
    if one.recurrence is not None and date_id is None:
        return False
    if one.start is None and one.reply is None:
        return False
    if not is_theirs:
        return _doubt(session, meeting, invitee, one)
    if one.start is not None:
        _propose(session, meeting, invitee, date_id, one)
        return True
    assert one.reply is not None
    try:
        note = one.note if one.note != invitee.note else ""
        replying.record(session, meeting, invitee, one.reply, date_id, note)
    except Refusal:
        return False
    return True


def _whose(session: Session, one: Inbound) -> tuple[Meeting | None, Invitee | None, bool]:
    """The meeting, who answers, and whether it is known that they do."""
    sign, _, key = one.uid.partition(".")
    meeting = meetings.by_key(session, key) if key else None
    if meeting is not None:
        for invitee in meetings.invitees(session, meeting.id or 0):
            if invitee.email and reach.is_signed_uid(session, meeting.key, invitee.email, sign):
                return meeting, invitee, True
        return None, None, False
    meeting = meetings.by_key(session, one.uid)
    return meeting, _invitee(session, meeting, one.email) if meeting is not None else None, one.verified


def _doubt(session: Session, meeting: Meeting, invitee: Invitee, one: Inbound) -> bool:
    """Asks a colleague whether an e-mail in their name is theirs; of a guest's the organiser hears. Once a day each:
    anybody can write e-mails."""
    who = invitee.stands_in_id or invitee.person_id
    if not timers.claim(session, f"doubt {meeting.id} {invitee.id}", clock.now(), timedelta(days=1)):
        return False
    said = one.reply.value if one.reply is not None else ""
    entry = history.record(
        session, clock.now(), None, "doubt", "meeting", meeting.id or 0, after={"reply": said, "invitee": invitee.id}
    )
    kind = "meetings.doubted" if who is not None else "meetings.doubted_guest"
    reader = who if who is not None else meeting.organiser_id
    notices.tell(session, kind, "meeting", meeting.id or 0, [reader], detail_id=entry, is_card=True)
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
