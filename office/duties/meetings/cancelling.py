"""Cancelling: a whole meeting, one date of a series, or a date and all that follow it; everybody is told once."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.meetings import letters, visiting, waiting
from office.duties.meetings.access import change, expected, look, planned_date
from office.duties.tasks.change import change as change_task
from office.errors import Refusal
from office.rules import series, words
from storage import meetings, rooms
from storage import tasks as tasks_stored
from storage.meeting_tables import Meeting, MeetingDate
from storage.tables import Person
from storage.words import DateState, MatterKind, MeetingAct, MeetingState, TaskAct, TaskState


def cancel(session: Session, actor: Person, number: int, why: str = "") -> Meeting:
    """Cancels all dates to come; everybody is told once, and whoever waits for the room is asked."""
    meeting = look(session, actor, number, MeetingAct.CANCEL)
    left = ahead(session, meeting)
    if not left:
        raise Refusal("M{number} is over; there is nothing left to cancel.", number=number)
    freed = drop(session, left, why)
    _drop_tasks(session, actor, meeting)
    over = {"state": MeetingState.CANCELLED, "planned_until": None, "sequence": meeting.sequence + 1}
    changed = change(session, actor, meeting, "cancel", over, why=words.clean_line(why)[:300])
    told = expected(session, meeting)
    notices.tell(session, "meetings.cancelled", "meeting", number, told, except_for=actor.id)
    letters.call_off(session, changed)
    waiting.offer_freed(session, freed)
    visiting.follow(session)
    return changed


def cancel_date(session: Session, actor: Person, number: int, date_id: int, why: str = "") -> Meeting:
    """Leaves one date of a series out. The last one that is left ends the meeting."""
    meeting = look(session, actor, number, MeetingAct.CANCEL)
    which = planned_date(session, meeting, date_id)
    if meeting.rule is None or (len(ahead(session, meeting)) == 1 and meeting.planned_until is None):
        return cancel(session, actor, number, why)
    freed = drop(session, [which], why)
    changed = change(
        session, actor, meeting, "cancel_date", {"sequence": meeting.sequence + 1}, after={"date": date_id},
        why=words.clean_line(why)[:300],
    )  # fmt: skip
    told = expected(session, meeting)
    notices.tell(session, "meetings.cancelled", "meeting", number, told, detail_id=date_id, except_for=actor.id)
    letters.call_off(session, changed, date_id=date_id)
    waiting.offer_freed(session, freed)
    visiting.follow(session)
    return changed


def end_before(session: Session, actor: Person, number: int, date_id: int, why: str = "") -> Meeting:
    """Cancels a date of a series and all that follow it."""
    meeting = look(session, actor, number, MeetingAct.CANCEL)
    which = planned_date(session, meeting, date_id)
    if min(one.day for one in ahead(session, meeting)) == which.day:
        return cancel(session, actor, number, why)
    freed = cut(session, actor, meeting, which, why)
    changed = meetings.get(session, number)
    told = expected(session, meeting)
    notices.tell(session, "meetings.ends", "meeting", number, told, except_for=actor.id)
    letters.ask(session, changed)
    waiting.offer_freed(session, freed)
    visiting.follow(session)
    return changed


def cut(session: Session, actor: Person, meeting: Meeting, which: MeetingDate, why: str = "") -> list[waiting.Freed]:
    """Ends a series before one of its dates."""
    # By the days of the rhythm, whatever single dates were moved where.
    later = [one for one in ahead(session, meeting) if one.day >= which.day]
    freed = drop(session, later, why)
    left = [one for one in meetings.dates(session, meeting.id or 0) if one.day < which.day]
    values: dict[str, object] = {"sequence": meeting.sequence + 1, "planned_until": None}
    if left:
        values["rule"] = series.ending(meeting.rule or "", which.day - timedelta(days=1))
    else:
        values["state"] = MeetingState.CANCELLED
    change(session, actor, meeting, "end", values, after={"date": which.id}, why=words.clean_line(why)[:300])
    if not left:
        letters.call_off(session, meetings.get(session, meeting.id or 0))
    return freed


def ahead(session: Session, meeting: Meeting) -> list[MeetingDate]:
    """The dates that are not over."""
    return [one for one in meetings.dates(session, meeting.id or 0) if one.ends_at > clock.now()]


def drop(session: Session, dates: Sequence[MeetingDate], why: str) -> list[waiting.Freed]:
    """Cancels dates, with all that is booked for them and waits for them."""
    ids = [one.id or 0 for one in dates]
    held = rooms.of_dates(session, ids)
    waiting.forget(session, ids)
    rooms.release(session, [one.id or 0 for one in held])
    gone = {"state": DateState.CANCELLED, "why": words.clean_line(why)[:300], "remind_at": None, "chase_at": None}
    for day in dates:
        if not meetings.change_date(session, day, gone):
            raise Overtaken
    return [waiting.Freed(one.room_id, one.starts_at, one.ends_at) for one in held]


def _drop_tasks(session: Session, actor: Person, meeting: Meeting) -> None:
    """What was to be prepared need not be any more; the word that the meeting is cancelled says so."""
    for one in meetings.matters(session, meeting.id or 0, MatterKind.TASK):
        task = tasks_stored.find(session, one.task_id or 0)
        if task is not None and task.state is TaskState.OPEN:
            change_task(session, actor, task, TaskAct.DELETE, {"state": TaskState.DELETED}, why="meeting")
