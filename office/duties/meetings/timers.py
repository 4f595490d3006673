"""What happens to meetings by themselves: reminders, asking again, rooms let go, and more dates."""

from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.meetings import booking, plans, waiting
from office.duties.meetings.access import persons, show
from office.duties.one_by_one import one_by_one
from office.duties.people import office_calendar
from storage import history, meetings, rooms
from storage.meeting_tables import Booking, Meeting, MeetingDate
from storage.words import DateState, Reply

PUT_OFF = timedelta(minutes=10)


def remind_due(session: Session) -> int:
    """Reminds everybody who comes, shortly before; what the words say is worked out when they leave."""
    due = meetings.to_remind(session, clock.now())
    one_by_one(session, due, lambda day: _remind(session, day), lambda day: _put_off(session, day, "remind_at"))
    return len(due)


def chase_due(session: Session) -> int:
    """Asks those once more who have not answered."""
    due = meetings.to_chase(session, clock.now())
    one_by_one(session, due, lambda day: _chase(session, day), lambda day: _put_off(session, day, "chase_at"))
    return len(due)


def release_unchecked(session: Session) -> int:
    """Lets rooms go in which nobody has checked in; whoever has called the meeting is told."""
    due = rooms.unchecked(session, clock.now())
    one_by_one(session, due, lambda one: _release(session, one), lambda one: _check_later(session, one))
    return len(due)


def extend_series(session: Session) -> int:
    """Works out the dates of meetings without an end further ahead."""
    today = office_calendar(session).local(clock.now()).date()
    due = meetings.to_plan(session, today + plans.MORE_WITHIN)
    one_by_one(session, due, lambda one: _extend(session, one), lambda one: None)
    return len(due)


def _remind(session: Session, day: MeetingDate) -> None:
    if not meetings.claim_timer(session, day, "remind_at") or day.remind_at is None:
        return
    meeting = meetings.get(session, day.meeting_id)
    if day.state is not DateState.PLANNED or day.starts_at <= clock.now():
        return
    own = meetings.date_replies(session, [day.id or 0])
    them = meetings.invitees(session, day.meeting_id)
    coming = [one for one in them if own.get((day.id or 0, one.id or 0), one.reply) is not Reply.NO]
    for person_id in dict.fromkeys([meeting.organiser_id, *persons(coming)]):
        notices.tell_in_time(
            session, "meetings.soon", "meeting", meeting.id or 0, person_id, day.id or 0, day.remind_at
        )  # fmt: skip


def _chase(session: Session, day: MeetingDate) -> None:
    if not meetings.claim_timer(session, day, "chase_at") or day.chase_at is None or day.starts_at <= clock.now():
        return
    if day.state is not DateState.PLANNED:
        return
    own = meetings.date_replies(session, [day.id or 0])
    for one in meetings.invitees(session, day.meeting_id):
        who = one.stands_in_id or one.person_id
        reply = own.get((day.id or 0, one.id or 0), one.reply)
        if reply is Reply.ASKED and who is not None and (not one.chased or day.moved):
            meetings.change_invitee(session, one.id or 0, {"chased": True})
            notices.tell(session, "meetings.chase", "meeting", day.meeting_id, [who], detail_id=day.id, is_card=True)


def _release(session: Session, one: Booking) -> None:
    if not rooms.release(session, [one.id or 0]):
        return
    day = meetings.get_date(session, one.date_id)
    meeting = meetings.get(session, day.meeting_id)
    after = {"room": one.room_id, "date": day.id}
    entry = history.record(session, clock.now(), None, "release", "meeting", day.meeting_id, after=after)
    notices.tell(session, "meetings.released", "meeting", day.meeting_id, [meeting.organiser_id], detail_id=entry)
    show(session, meeting)
    waiting.offer_freed(session, [waiting.Freed(one.room_id, clock.now(), one.ends_at)])


def _extend(session: Session, meeting: Meeting) -> None:
    missed = booking.extend(session, meeting)
    if missed:
        after = {"dates": [one.id for one in missed]}
        entry = history.record(session, clock.now(), None, "conflict", "meeting", meeting.id or 0, after=after)
        notices.tell(
            session, "meetings.conflict", "meeting", meeting.id or 0, [meeting.organiser_id], detail_id=entry
        )  # fmt: skip


def _put_off(session: Session, day: MeetingDate, name: str) -> None:
    meetings.claim_timer(session, day, name, clock.now() + PUT_OFF)


def _check_later(session: Session, one: Booking) -> None:
    rooms.change(session, one, {"check_by": clock.now() + PUT_OFF})
