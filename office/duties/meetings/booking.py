"""Booking: the meeting, its dates and rooms, in one transaction; and the dates of a long series, bit by bit."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices, reach
from office.duties.meetings import letters, plans
from office.duties.meetings.access import change, refuse_bookers, refuse_invited, show
from office.duties.meetings.plans import Day, Days, Plan
from office.duties.meetings.rooms import Clash, Taken, clashes, keepers_of, keeps, terms_of
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules import booking_conflicts as rule
from office.rules import working_time
from storage import history, meetings, people, rooms
from storage.meeting_tables import Meeting, MeetingDate, Room
from storage.tables import Person
from storage.words import BookingState, MeetingState

# How long after the beginning a room that wants it waits for somebody to check in.
CHECK_IN = timedelta(minutes=10)
# Whoever has not answered is asked again a working day before; at short notice, an hour.
CHASED_BEFORE, CHASED_SHORTLY, TOO_SHORT = 8 * 60, 60, timedelta(minutes=30)


@dataclass(frozen=True)
class Booked:
    """A meeting as it was booked: the dates that could not have a room, and the holidays that were left out."""

    meeting: Meeting
    missed: Sequence[tuple[MeetingDate, Sequence[Clash]]] = ()
    holidays: Sequence[date] = ()


def book(session: Session, actor: Person, plan: Plan) -> Booked:
    """Books a meeting; everybody is invited. Raises Taken when its room can't be had on any date: then nothing is
    booked. Of a series the dates that can't have the room stand without it."""
    refuse_bookers(actor)
    plan = plans.checked(session, actor, plan)
    refuse_invited(session, plan.people)
    days = plans.days_of(plan, calendar_of_person(session, actor))
    booked = create(session, actor, plan, days)
    number = booked.meeting.id or 0
    after = {"title": plan.title, "start": plan.start.isoformat(), "version": booked.meeting.version}
    history.record(session, clock.now(), actor.id, "book", "meeting", number, after=after)
    notices.tell(session, "meetings.card", "meeting", number, [actor.id], is_card=True)
    notices.tell(session, "meetings.invited", "meeting", number, plan.people, is_card=True)
    letters.ask(session, booked.meeting)
    return booked


def create(session: Session, actor: Person, plan: Plan, days: Days) -> Booked:
    """The rows of a meeting with its dates, people and rooms; nobody is told of it."""
    now = clock.now()
    dates = [one for one in days.dates if one.start > now]
    if not dates:
        raise Refusal("This meeting has no date to come. Choose another day, or another rhythm.")
    wanted = rooms_of(session, plan.rooms)
    plans.refuse_itself(dates, timedelta(minutes=max((room.buffer for room in wanted), default=0)))
    against = _against(session, actor, wanted, dates)
    if wanted and all(against):
        raise Taken(against[0])
    meeting = _stored(session, actor, plan, days.until)
    missed = _place(session, actor, meeting, dates, wanted, against, chases=True)
    show(session, meeting)
    return Booked(meeting, missed, days.holidays)


def begin_now(session: Session, actor: Person, plan: Plan) -> Meeting:
    """A meeting that nobody had booked and that begins at once; nobody is asked to come, since they are there."""
    meeting = _stored(session, actor, plan, None)
    meetings.add_dates(session, [
        {"meeting_id": meeting.id, "day": plan.day, "starts_at": plan.start, "ends_at": plan.end}
    ])  # fmt: skip
    after = {"title": plan.title, "start": plan.start.isoformat()}
    history.record(session, clock.now(), actor.id, "begin", "meeting", meeting.id or 0, after=after)
    show(session, meeting)
    return meeting


def extend(session: Session, meeting: Meeting) -> list[MeetingDate]:
    """Works out more dates of a series; returns those that could not have their room."""
    assert meeting.id is not None and meeting.planned_until is not None
    organiser = people.get(session, meeting.organiser_id)
    plan = plans.plan_of(meeting)
    days = plans.days_of(plan, calendar_of_person(session, organiser), after=meeting.planned_until)
    meetings.planned_until(session, meeting.id, days.until)
    wanted = rooms_of(session, meeting.rooms, strict=False)
    missed = _place(session, organiser, meeting, days.dates, wanted, _against(session, None, wanted, days.dates))
    if days.holidays:
        # Calendars that repeat by the rule must hear of what is left out.
        changed = change(session, None, meetings.get(session, meeting.id), "extend", {"sequence": meeting.sequence + 1})
        letters.ask(session, changed)
    return [day for day, _ in missed]


def hold(session: Session, actor: Person | None, day: MeetingDate, wanted: Sequence[Room], asks: bool = True) -> None:
    """Books rooms for one date, all of them or none; `asks` those who keep them. Raises Taken."""
    if actor is not None and wanted:
        refuse_bookers(actor)
    rooms.lock(session, [room.id or 0 for room in wanted])
    against = clashes(session, actor, wanted, [(day.starts_at, day.ends_at)])[0]
    if against:
        raise Taken(against)
    rooms.book(session, [_booking(session, actor, room, day) for room in wanted])
    if asks:
        ask_keepers(session, actor, day.meeting_id, wanted)


def ask_keepers(session: Session, actor: Person | None, meeting_id: int, wanted: Iterable[Room]) -> None:
    """Whoever says yes or no for these rooms is asked, once for all dates of a meeting."""
    for room in wanted:
        if room.needs_yes and not is_keeper(session, actor, room):
            keepers = keepers_of(session, room)
            notices.tell(
                session, "meetings.ask_room", "meeting", meeting_id, keepers, detail_id=room.id, is_card=True
            )  # fmt: skip


def rooms_of(session: Session, ids: Sequence[int], strict: bool = True) -> list[Room]:
    """Rooms in the order in which they were named, locked; those that are gone are refused, or left out."""
    found = rooms.by_ids(session, ids)
    alive = [found[one] for one in ids if one in found and not found[one].removed]
    if strict and len(alive) < len(ids):
        raise Refusal("This room is not kept any more. /meeting rooms shows those that are.")
    rooms.lock(session, [room.id or 0 for room in alive])
    return alive


def reminder_at(start: datetime, minutes: int) -> datetime | None:
    """When those who come are reminded; not at all where the meeting is nearer than that, or they want none."""
    at = start - timedelta(minutes=minutes)
    return at if minutes > 0 and at > clock.now() else None


def chase_at(session: Session, organiser: Person, start: datetime) -> datetime | None:
    """When those who have not answered are asked again: in working hours, and not right after they were asked."""
    calendar = calendar_of_person(session, organiser)
    for minutes in (CHASED_BEFORE, CHASED_SHORTLY):
        at = working_time.before(calendar, start, minutes)
        if at > clock.now() + TOO_SHORT:
            return at
    return None


def _stored(session: Session, actor: Person, plan: Plan, until: date | None) -> Meeting:
    """The row of a meeting, and those who are invited."""
    key = f"{uuid.uuid4()}@deskhand"
    number = meetings.add(
        session,
        {
            "key": key,
            "title": plan.title,
            "organiser_id": actor.id,
            "private": plan.private,
            "state": MeetingState.PLANNED,
            "day": plan.day,
            "clock": f"{plan.clock:%H:%M}",
            "zone": plan.zone,
            "minutes": plan.minutes,
            "rule": plan.rule,
            "on_holidays": plan.on_holidays.value,
            "rooms": list(plan.rooms),
            "planned_until": until,
            "remind_before": plan.remind_before,
            "video": reach.video_link(session, key),
            "sequence": 0,
            "parties": "",
            "aims": "",
            "limits": "",
            "our_side": [],
            "follows_id": plan.follows_id,
            "created_at": clock.now(),
            "version": 1,
        },
    )
    them = [{"person_id": one} for one in plan.people] + [{"person_id": None, "email": one} for one in plan.guests]
    meetings.invite(session, number, them)
    return meetings.get(session, number)


def _against(session: Session, actor: Person | None, wanted: Sequence[Room], dates: Sequence[Day]) -> list[list[Clash]]:
    """Why rooms can't be had on some dates. How far ahead one may book is a question to the first of a series."""
    found = clashes(session, actor, wanted, [(one.start, one.end) for one in dates])
    later = [[clash for clash in one if clash.trouble is not rule.Trouble.TOO_FAR] for one in found]
    return later if actor is None else [*found[:1], *later[1:]]


def _place(
    session: Session, actor: Person, meeting: Meeting, dates: Sequence[Day], wanted: Sequence[Room],
    against: Sequence[Sequence[Clash]], chases: bool = False,
) -> list[tuple[MeetingDate, Sequence[Clash]]]:  # fmt: skip
    """Stores dates with what can be booked for them; returns those that could not have a room."""
    assert meeting.id is not None
    # Of a series only the first date asks once more whoever has not answered.
    first_chase = chase_at(session, actor, dates[0].start) if chases else None
    meetings.add_dates(session, [
        {
            "meeting_id": meeting.id, "day": one.day, "starts_at": one.start, "ends_at": one.end,
            "remind_at": reminder_at(one.start, meeting.remind_before), "chase_at": first_chase if at == 0 else None,
        }
        for at, one in enumerate(dates)
    ])  # fmt: skip
    stored = {one.day: one for one in meetings.dates(session, meeting.id)}
    bookings, missed = [], []
    for one, found in zip(dates, against, strict=True):
        barred = {clash.room.id for clash in found}
        free = [room for room in wanted if room.id not in barred]
        bookings += [_booking(session, actor, room, stored[one.day]) for room in free]
        if found:
            missed.append((stored[one.day], found))
    rooms.book(session, bookings)
    if bookings:
        ask_keepers(session, actor, meeting.id, wanted)
    return missed


def _booking(session: Session, actor: Person | None, room: Room, day: MeetingDate) -> dict[str, object]:
    first, last = rule.held(terms_of(session, room), day.starts_at, day.ends_at)
    pending = room.needs_yes and not is_keeper(session, actor, room)
    return {
        "date_id": day.id, "room_id": room.id, "starts_at": first, "ends_at": last,
        "state": BookingState.PENDING if pending else BookingState.HELD,
        "check_by": day.starts_at + CHECK_IN if room.check_in else None,
    }  # fmt: skip


def is_keeper(session: Session, actor: Person | None, room: Room) -> bool:
    return actor is not None and (keeps(actor) or actor.id in keepers_of(session, room))
