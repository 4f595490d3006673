"""Answers to an invitation: yes, no, maybe, another time, or somebody else in one's place; and those of keepers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.meetings import letters, waiting
from office.duties.meetings.access import change, expected, look, planned_date, refuse_invited, show
from office.duties.meetings.booking import is_keeper
from office.errors import Refusal
from office.rules.words import clean
from storage import history, meetings, rooms
from storage.meeting_tables import Booking, Invitee, Meeting, MeetingDate
from storage.tables import Person
from storage.words import BookingState, MeetingAct, MeetingState, Reply

# How long before its beginning somebody may say that they are there.
EARLY = timedelta(minutes=15)


def answer(
    session: Session, actor: Person, number: int, reply: Reply, date_id: int | None = None, note: str = ""
) -> Meeting:
    """Says whether somebody comes: to all dates, or to one of them."""
    meeting = look(session, actor, number, MeetingAct.ANSWER)
    invitee = invitee_of(session, meeting, actor)
    if invitee.stands_in_id is not None and invitee.stands_in_id != actor.id:
        # Whoever answers for themselves comes, or does not come, themselves: nobody stands in any more.
        notices.tell(session, "meetings.uninvited", "meeting", number, [invitee.stands_in_id])
        letters.call_off(session, meeting, [invitee])
        meetings.change_invitee(session, invitee.id or 0, {"stands_in_id": None})
        meeting = change(session, actor, meeting, "place_back", {"sequence": meeting.sequence + 1})
        letters.ask(session, meeting, [one for one in meetings.invitees(session, number) if one.id == invitee.id])
    return record(session, meeting, invitee, reply, date_id, note, by_id=actor.id)


def record(
    session: Session, meeting: Meeting, invitee: Invitee, reply: Reply, date_id: int | None = None, note: str = "",
    by_id: int | None = None,
) -> Meeting:  # fmt: skip
    """An answer, whichever way it came; the organiser is told of a no, of words, and of a yes that is none any more."""
    number = meeting.id or 0
    if meeting.state is MeetingState.CANCELLED:
        raise Refusal("M{number} is cancelled, so no answer is needed.", number=number)
    if date_id is not None:
        planned_date(session, meeting, date_id)
    elif meetings.next_date(session, number, clock.now()) is None:
        raise Refusal("M{number} is over, so no answer is needed.", number=number)
    if date_id is not None and meeting.rule is not None:
        was = meetings.date_replies(session, [date_id]).get((date_id, invitee.id or 0), invitee.reply)
        meetings.reply_to_date(session, date_id, invitee.id or 0, reply)
    else:
        was = invitee.reply
        values = {"reply": reply, "replied_at": clock.now(), "note": clean(note)[:1000]}
        meetings.change_invitee(session, invitee.id or 0, values)
        meetings.forget_replies_of(session, invitee.id or 0)
    who = by_id or invitee.stands_in_id or invitee.person_id
    entry = history.record(
        session, clock.now(), who, "reply", "meeting", number,
        before={"reply": was.value},
        after={"reply": reply.value, "date": date_id, "invitee": invitee.id, "note": clean(note)[:1000]},
    )  # fmt: skip
    if (reply is Reply.NO and was is not Reply.NO) or clean(note):
        notices.tell(
            session, "meetings.replied", "meeting", number, [meeting.organiser_id], detail_id=entry, except_for=who
        )  # fmt: skip
    show(session, meeting)
    return meeting


def propose(session: Session, actor: Person, number: int, date_id: int, start: datetime, note: str = "") -> Meeting:
    """Asks for another time; the organiser moves the meeting there with one press, or leaves it."""
    meeting = look(session, actor, number, MeetingAct.PROPOSE)
    which = planned_date(session, meeting, date_id)
    if start <= clock.now():
        raise Refusal("That time is over. Choose a later one.")
    invitee = invitee_of(session, meeting, actor)
    entry = history.record(
        session, clock.now(), actor.id, "propose", "meeting", number,
        before={"start": which.starts_at.isoformat()},
        after={"start": start.isoformat(), "date": date_id, "note": clean(note)[:1000]},
    )  # fmt: skip
    if invitee.reply is Reply.ASKED:
        meetings.change_invitee(session, invitee.id or 0, {"reply": Reply.MAYBE, "replied_at": clock.now()})
    notices.tell(
        session, "meetings.proposed", "meeting", number, [meeting.organiser_id], detail_id=entry, is_card=True
    )  # fmt: skip
    show(session, meeting)
    return meeting


def proposal(session: Session, number: int, entry_id: int) -> dict[str, Any]:
    """What somebody has proposed. Raises Refusal for what is none."""
    entry = next((one for one in history.of(session, "meeting", number) if one.id == entry_id), None)
    if entry is None or entry.act != "propose":
        raise Refusal("This button is from an older message. Type /desk for everything I can do.")
    return {**entry.after, "by": entry.actor_id}


def agree(session: Session, meeting: Meeting, day: MeetingDate, person_id: int | None) -> None:
    """Whoever has proposed a time can come then."""
    for one in meetings.invitees(session, meeting.id or 0):
        if person_id is not None and person_id in (one.person_id, one.stands_in_id):
            record(session, meetings.get(session, meeting.id or 0), one, Reply.YES, day.id)


def keep_time(session: Session, actor: Person, number: int, entry_id: int) -> None:
    """A proposal is not taken up; whoever made it is told."""
    look(session, actor, number, MeetingAct.MOVE)
    wanted = proposal(session, number, entry_id)
    history.record(session, clock.now(), actor.id, "keep_time", "meeting", number, after={"entry": entry_id})
    notices.tell(session, "meetings.kept", "meeting", number, [wanted["by"]], detail_id=entry_id, except_for=actor.id)


def stand_in(session: Session, actor: Person, number: int, other: Person) -> Meeting:
    """Sends somebody else in one's place; they are asked, and the organiser hears of it."""
    meeting = look(session, actor, number, MeetingAct.ANSWER)
    refuse_invited(session, [other.id or 0])
    there = meetings.invitees(session, number)
    if other.id == meeting.organiser_id or any(other.id in (one.person_id, one.stands_in_id) for one in there):
        raise Refusal("{who} is invited already. Say no, and they come for you both.", who=other.known_as)
    mine = invitee_of(session, meeting, actor)
    letters.call_off(session, meeting, [mine])
    meetings.change_invitee(
        session, mine.id or 0, {"stands_in_id": other.id, "reply": Reply.ASKED, "replied_at": None, "chased": False}
    )  # fmt: skip
    changed = change(session, actor, meeting, "stand_in", {}, after={"invitee": mine.id, "stands_in": other.id})
    notices.tell(session, "meetings.invited", "meeting", number, [other.id], is_card=True)
    entry = history.of(session, "meeting", number, limit=1)[0].id
    notices.tell(
        session, "meetings.replied", "meeting", number, [meeting.organiser_id], detail_id=entry, except_for=actor.id
    )  # fmt: skip
    letters.ask(session, changed, [one for one in meetings.invitees(session, number) if one.id == mine.id])
    return changed


def decide_room(session: Session, actor: Person, number: int, room_id: int, yes: bool, why: str = "") -> Meeting:
    """A keeper says whether a meeting may have a room, for all of its dates."""
    meeting = meetings.find(session, number)
    room = rooms.find(session, room_id)
    if meeting is None or room is None or not is_keeper(session, actor, room):
        raise Refusal("Only those who keep this room can say whether it may be had.")
    rooms.lock(session, [room_id])
    waits = [one for one in pending_of(session, meeting) if one.room_id == room_id]
    if not waits:
        raise Refusal("This was decided already, or the room is not wanted any more.")
    state = BookingState.HELD if yes else BookingState.DECLINED
    freed = []
    for one in waits:
        if not rooms.change(
            session, one, {"state": state, "decided_by_id": actor.id} | ({} if yes else {"check_by": None})
        ):
            continue
        if not yes:
            freed.append(waiting.Freed(one.room_id, one.starts_at, one.ends_at))
    values: dict[str, object] = {"sequence": meeting.sequence + 1}
    held = rooms.of_dates(session, [one.id or 0 for one in meetings.dates(session, number)])
    if not yes and not any(one.room_id == room_id for one in held):
        values["rooms"] = [one for one in meeting.rooms if one != room_id]
    act = "room_yes" if yes else "room_no"
    changed = change(session, actor, meeting, act, values, after={"room": room_id}, why=clean(why)[:300])
    entry = history.of(session, "meeting", number, limit=1)[0].id
    notices.tell(session, "meetings.room_said", "meeting", number, [meeting.organiser_id], detail_id=entry)
    letters.ask(session, changed)
    if not yes:
        told = [one for one in expected(session, changed) if one != meeting.organiser_id]
        notices.tell(session, "meetings.room", "meeting", number, told)
    waiting.offer_freed(session, freed)
    return changed


def check_in(session: Session, actor: Person, number: int, date_id: int) -> Meeting:
    """Somebody is there: the room is not let go."""
    meeting = look(session, actor, number, MeetingAct.CHECK_IN)
    which = planned_date(session, meeting, date_id)
    if which.starts_at - clock.now() > EARLY:
        raise Refusal("It is too early to check in: M{number} begins {when}.", number=number, when=which.starts_at)
    mine = [one for one in rooms.of_dates(session, [date_id]) if one.check_by is not None]
    if not mine:
        raise Refusal("There is nothing to check in to: it was done, or the room does not want it.")
    for one in mine:
        rooms.change(session, one, {"check_by": None, "checked_in_at": clock.now()})
    history.record(session, clock.now(), actor.id, "check_in", "meeting", number, after={"date": date_id})
    show(session, meeting)
    return meeting


def invitee_of(session: Session, meeting: Meeting, actor: Person) -> Invitee:
    """The place of somebody in a meeting: where they stand in for another, or their own."""
    them = meetings.invitees(session, meeting.id or 0)
    for column in ("stands_in_id", "person_id"):
        for one in them:
            if getattr(one, column) == actor.id and (column == "stands_in_id" or one.stands_in_id is None):
                return one
    mine = next((one for one in them if one.person_id == actor.id), None)
    if mine is None:
        raise Refusal("You are not invited to M{number}. Ask whoever has called it.", number=meeting.id)
    return mine


def pending_of(session: Session, meeting: Meeting) -> list[Booking]:
    ahead = [one.id or 0 for one in meetings.dates(session, meeting.id or 0)]
    return [one for one in rooms.of_dates(session, ahead) if one.state is BookingState.PENDING]


def replies_of(session: Session, day: MeetingDate, them: Sequence[Invitee]) -> list[tuple[Invitee, Reply]]:
    """Who has answered what to one date."""
    own = meetings.date_replies(session, [day.id or 0])
    return [(one, own.get((day.id or 0, one.id or 0), one.reply)) for one in them]
