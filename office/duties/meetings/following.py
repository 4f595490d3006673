"""This date and all that follow it, at another time: a series of its own, with what was prepared for them."""

from dataclasses import replace
from datetime import date, time

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.meetings import letters, plans, preparing, visiting, waiting
from office.duties.meetings.access import expected, look, planned_date
from office.duties.meetings.booking import Booked, create
from office.duties.meetings.cancelling import cut
from office.duties.meetings.changing import refuse_time
from office.duties.minutes import agenda
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules import series
from office.rules.repetition import days_from
from storage import history, meetings, minutes, people
from storage.meeting_tables import Meeting
from storage.tables import Person
from storage.words import MatterKind, MeetingAct, MeetingState


def move_following(
    session: Session, actor: Person, number: int, date_id: int, day: date, at: time, minutes: int | None = None
) -> Booked:
    """Puts a date of a series, and all that follow it, at another time: they are a meeting of their own from now on."""
    meeting = look(session, actor, number, MeetingAct.MOVE)
    which = planned_date(session, meeting, date_id)
    if meeting.rule is None:
        raise Refusal("M{number} does not repeat. Move it: /meeting move M{number} and the new time.", number=number)
    them = meetings.invitees(session, number)
    plan = plans.plan_of(
        meeting, tuple(one.person_id for one in them if one.person_id), tuple(one.email for one in them if one.email)
    )
    following = replace(
        plan, day=day, clock=at, minutes=minutes or plan.minutes,
        rule=series.continued(meeting.rule, meeting.day, which.day, day), follows_id=number,
    )  # fmt: skip
    refuse_time(following.start, following.end)
    if next(days_from(following.rule or "", day, day), None) != day:
        raise Refusal("This rhythm can't begin on {day}. Cancel those that follow, and book the new rhythm.", day=day)
    freed = cut(session, actor, meeting, which)
    organiser = people.get(session, meeting.organiser_id)
    booked = create(session, organiser, following, plans.days_of(following, calendar_of_person(session, organiser)))
    _keep_matters(session, meeting, booked.meeting, date_id)
    ended = meetings.get(session, number)
    if ended.state is MeetingState.PLANNED:
        letters.ask(session, ended)
    if booked.missed:
        missed = {"dates": [one.id for one, _ in booked.missed]}
        entry = history.record(
            session, clock.now(), actor.id, "conflict", "meeting", booked.meeting.id or 0, after=missed
        )
        notices.tell(
            session, "meetings.conflict", "meeting", booked.meeting.id or 0, [meeting.organiser_id], detail_id=entry
        )
    told = [one for one in expected(session, booked.meeting) if one != actor.id]
    new = booked.meeting.id or 0
    notices.tell(session, "meetings.card", "meeting", new, [meeting.organiser_id], is_card=True)
    notices.tell(session, "meetings.moved", "meeting", new, told, is_card=True)
    letters.ask(session, meetings.get(session, new))
    waiting.offer_freed(session, freed)
    visiting.follow(session)
    return Booked(meetings.get(session, new), booked.missed, booked.holidays)


def _keep_matters(session: Session, old: Meeting, new: Meeting, date_id: int) -> None:
    """What was prepared for the dates that follow goes with them, as do visitors and those who stand in."""
    instead = {one.person_id: one.stands_in_id for one in meetings.invitees(session, old.id or 0) if one.stands_in_id}
    for invitee in meetings.invitees(session, new.id or 0):
        if invitee.person_id in instead:
            meetings.change_invitee(session, invitee.id or 0, {"stands_in_id": instead[invitee.person_id]})
    meetings.move_tasks(session, old.id or 0, new.id or 0)
    preparing.follow(session, None, new)
    first = meetings.dates(session, new.id or 0)[0]
    meetings.move_visitors(session, date_id, new.id or 0, first.id or 0)
    follow_dates = [one.id for one in meetings.dates(session, old.id or 0, planned=False) if one.id is not None]
    later = follow_dates[follow_dates.index(date_id) :] if date_id in follow_dates else []
    new_dates = dict(zip(later, (one.id for one in meetings.dates(session, new.id or 0)), strict=False))
    day = meetings.find_date(session, date_id)
    waiting = {one.id for one in agenda.left_over(session, old, day)} if day is not None else set()
    for one in meetings.matters(session, old.id or 0):
        if one.kind is not MatterKind.TASK and (one.date_id is None or one.date_id in new_dates or one.id in waiting):
            copied = {name: value for name, value in one.model_dump().items() if name not in ("id", "meeting_id")}
            which = new_dates.get(one.date_id, first.id) if one.date_id is not None else None
            again = meetings.add_matter(session, {**copied, "meeting_id": new.id, "date_id": which})
            minutes.matter_goes_on(session, one.id or 0, again)
    kept = ("parties", "aims", "limits", "our_side", "video")
    meetings.change(session, new, {name: getattr(old, name) for name in kept})
