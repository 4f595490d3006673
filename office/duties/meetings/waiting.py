"""The waiting list of a room: what is freed is offered to the first for half an hour, then to the next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.meetings import letters
from office.duties.meetings.access import change, expected, look, planned_date
from office.duties.meetings.booking import CHECK_IN, ask_keepers, is_keeper
from office.duties.meetings.rooms import clashes, may_book, terms_of
from office.duties.one_by_one import one_by_one
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules import booking_conflicts as rule
from office.rules import working_time
from storage import history, meetings, people, rooms
from storage.meeting_tables import Booking, Meeting, MeetingDate, Wait
from storage.tables import Person
from storage.words import BookingState, DateState, MeetingAct, WaitState

# So many working minutes somebody has to say whether they take a room that was freed.
OFFERED = 30
PUT_OFF = timedelta(minutes=10)


@dataclass(frozen=True)
class Freed:
    """A room that was held at this time, and is not any more."""

    room_id: int
    start: datetime
    end: datetime


def wait(session: Session, actor: Person, number: int, date_id: int, room_id: int) -> Wait:
    """Puts one date of a meeting on the waiting list of a room."""
    meeting = look(session, actor, number, MeetingAct.MOVE)
    which = planned_date(session, meeting, date_id)
    room = rooms.find(session, room_id)
    if room is None or room.removed:
        raise Refusal("This room is not kept any more. /meeting rooms shows those that are.")
    rooms.lock(session, [room_id])
    if not may_book(session, actor, room):
        raise Refusal(
            "{room} is not for you to book, so there is nothing to wait for. Choose another room.", room=room.name
        )
    if any(one.room_id == room_id for one in rooms.waits_of_dates(session, [date_id])):
        raise Refusal("M{number} is on the waiting list of {room} already.", number=number, room=room.name)
    against = clashes(session, actor, [room], [(which.starts_at, which.ends_at)])[0]
    if any(one.room_id == room_id for one in rooms.of_dates(session, [date_id])):
        raise Refusal("M{number} has {room} already.", number=number, room=room.name)
    if against and against[0].trouble is not rule.Trouble.TAKEN:
        raise Refusal("{room} can't be had then by anybody, so there is nothing to wait for.", room=room.name)
    if not against:
        raise Refusal(
            "{room} is free then: book it with /meeting room M{number} {room}.", room=room.name, number=number
        )
    found = rooms.find_wait(session, rooms.wait(session, date_id, room_id, clock.now()))
    assert found is not None
    history.record(session, clock.now(), actor.id, "wait", "meeting", number, after={"room": room_id, "date": date_id})
    notices.redraw(session, "meeting", number, [meeting.organiser_id])
    return found


def place_of(session: Session, wait: Wait) -> int:
    """Which place on the list somebody has, counted from 1."""
    day = meetings.get_date(session, wait.date_id)
    queue = rooms.waiting(session, wait.room_id, day.starts_at, day.ends_at)
    return 1 + sum(one.id is not None and wait.id is not None and one.id < wait.id for one, _ in queue)


def take(session: Session, actor: Person, wait_id: int) -> Meeting:
    """Says yes to a room that was freed."""
    wait, day, meeting, booking = _offered(session, actor, wait_id)
    if booking.state is not BookingState.OFFERED:
        raise _over()
    if not rooms.move_wait(session, wait, {"state": WaitState.TAKEN, "offered_until": None}):
        raise _over()
    forget(session, [day.id or 0], only_offered=True)
    had = [one for one in rooms.of_dates(session, [day.id or 0]) if one.id != booking.id]
    room = rooms.get(session, booking.room_id)
    others = rooms.by_ids(session, [one.room_id for one in had])
    instead = [one for one in had if others[one.room_id].kind is room.kind]
    pending = room.needs_yes and not is_keeper(session, actor, room)
    held = {
        "state": BookingState.PENDING if pending else BookingState.HELD, "decided_by_id": None if pending else actor.id,
        "check_by": day.starts_at + CHECK_IN if room.check_in else None,
    }  # fmt: skip
    if not rooms.change(session, booking, held):
        raise Overtaken
    ask_keepers(session, actor, meeting.id or 0, [room])
    rooms.release(session, [one.id or 0 for one in instead])
    wanted = list(dict.fromkeys([*(one.room_id for one in had if one not in instead), room.id or 0]))
    values: dict[str, object] = {"sequence": meeting.sequence + 1}
    if meeting.rule is None:
        values["rooms"] = wanted
    changed = change(session, actor, meeting, "room", values, after={"date": day.id})
    notices.tell(
        session, "meetings.room", "meeting", meeting.id or 0, expected(session, meeting), detail_id=day.id,
        except_for=actor.id,
    )  # fmt: skip
    letters.ask(session, changed, date_id=day.id if meeting.rule else None)
    offer_freed(session, [Freed(one.room_id, one.starts_at, one.ends_at) for one in instead])
    return changed


def pass_on(session: Session, actor: Person, wait_id: int) -> None:
    """Says no to a room that was freed; the next one is asked."""
    wait, _, meeting, booking = _offered(session, actor, wait_id)
    _pass(session, wait, booking)
    notices.redraw(session, "wait", wait_id, [meeting.organiser_id])


def leave(session: Session, actor: Person, number: int, date_id: int) -> None:
    """Takes a date off every waiting list."""
    meeting = look(session, actor, number, MeetingAct.MOVE)
    planned_date(session, meeting, date_id)
    if not rooms.waits_of_dates(session, [date_id]):
        raise Refusal("M{number} waits for no room.", number=number)
    freed = forget(session, [date_id])
    notices.redraw(session, "meeting", number, [meeting.organiser_id])
    offer_freed(session, freed)


def offer_freed(session: Session, freed: Iterable[Freed]) -> None:
    """Offers what was freed to the first who waits for it and could have it; the offer holds the room meanwhile."""
    for one in freed:
        # Whoever puts themselves on the list meanwhile is seen, or sees that the room is free.
        rooms.lock(session, [one.room_id])
        buffer = timedelta(minutes=rooms.get(session, one.room_id).buffer)
        for wait, day in rooms.waiting(session, one.room_id, one.start - buffer, one.end):
            if day.state is DateState.PLANNED and day.starts_at > clock.now():
                _offer(session, wait, day)


def pass_over(session: Session) -> int:
    """Offers that nobody has answered go to the next."""
    over = rooms.offers_over(session, clock.now())
    one_by_one(session, over, lambda wait: _run_out(session, wait), lambda wait: _put_off(session, wait))
    return len(over)


def forget(session: Session, date_ids: Collection[int], only_offered: bool = False) -> list[Freed]:
    """What waited for these dates waits no longer; returns what was held for them by an offer. `only_offered`: what
    waits on keeps its place."""
    freed = []
    for wait in rooms.waits_of_dates(session, date_ids):
        if only_offered and wait.state is not WaitState.OFFERED:
            continue
        booking = rooms.booking(session, wait.booking_id) if wait.booking_id else None
        if booking is not None and rooms.release(session, [booking.id or 0]):
            freed.append(Freed(booking.room_id, booking.starts_at, booking.ends_at))
        rooms.move_wait(session, wait, {"state": WaitState.GONE, "offered_until": None})
        notices.redraw(session, "wait", wait.id or 0, [])
    return freed


def _offer(session: Session, wait: Wait, day: MeetingDate) -> None:
    room = rooms.get(session, wait.room_id)
    rooms.lock(session, [wait.room_id])
    meeting = meetings.get(session, day.meeting_id)
    organiser = people.get(session, meeting.organiser_id)
    if clashes(session, organiser, [room], [(day.starts_at, day.ends_at)])[0]:
        return
    first, last = rule.held(terms_of(session, room), day.starts_at, day.ends_at)
    until = min(working_time.after(calendar_of_person(session, organiser), clock.now(), OFFERED), day.starts_at)
    booking_id = rooms.book_one(session, {
        "date_id": day.id, "room_id": room.id, "starts_at": first, "ends_at": last, "state": BookingState.OFFERED,
    })  # fmt: skip
    offered = {"state": WaitState.OFFERED, "booking_id": booking_id, "offered_until": until}
    if rooms.move_wait(session, wait, offered):
        notices.tell(
            session, "meetings.offer", "wait", wait.id or 0, [organiser.id], detail_id=meeting.id, is_card=True
        )


def _offered(session: Session, actor: Person, wait_id: int) -> tuple[Wait, MeetingDate, Meeting, Booking]:
    wait = rooms.find_wait(session, wait_id)
    if wait is None or wait.state is not WaitState.OFFERED or wait.booking_id is None:
        raise _over()
    day = meetings.get_date(session, wait.date_id)
    meeting = look(session, actor, day.meeting_id, MeetingAct.MOVE)
    booking = rooms.booking(session, wait.booking_id)
    if booking is None or (wait.offered_until is not None and wait.offered_until <= clock.now()):
        raise _over()
    return wait, day, meeting, booking


def _over() -> Refusal:
    return Refusal("This offer is over: it was answered, or its time has run out. /meeting rooms shows what is free.")


def _run_out(session: Session, wait: Wait) -> None:
    booking = rooms.booking(session, wait.booking_id or 0)
    if booking is None:
        rooms.move_wait(session, wait, {"state": WaitState.GONE, "offered_until": None})
        return
    _pass(session, wait, booking)
    day = meetings.get_date(session, wait.date_id)
    meeting = meetings.get(session, day.meeting_id)
    notices.redraw(session, "wait", wait.id or 0, [meeting.organiser_id])
    notices.tell(session, "meetings.offer_over", "wait", wait.id or 0, [meeting.organiser_id], detail_id=meeting.id)


def _pass(session: Session, wait: Wait, booking: Booking) -> None:
    if not rooms.move_wait(session, wait, {"state": WaitState.PASSED, "offered_until": None}):
        raise _over()
    rooms.release(session, [booking.id or 0])
    offer_freed(session, [Freed(booking.room_id, booking.starts_at, booking.ends_at)])


def _put_off(session: Session, wait: Wait) -> None:
    rooms.move_wait(session, wait, {"offered_until": clock.now() + PUT_OFF})
