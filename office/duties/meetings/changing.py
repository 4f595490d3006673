"""Changing a meeting: one date moved with its room and equipment; other rooms, other people, another title."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.meetings import letters, plans, preparing, visiting, waiting
from office.duties.meetings.access import change, expected, look, persons, planned_date, refuse_invited
from office.duties.meetings.booking import CHECK_IN, ask_keepers, chase_at, hold, reminder_at, rooms_of
from office.duties.meetings.cancelling import ahead
from office.duties.meetings.rooms import Clash, Taken, terms_of
from office.errors import Refusal
from office.rules import booking_conflicts as rule
from office.rules import words
from office.rules.repetition import wall
from storage import meetings, people, rooms
from storage import minutes as minutes_stored
from storage.meeting_tables import Booking, Meeting, MeetingDate, Room
from storage.tables import Person
from storage.words import BookingState, MeetingAct, Reply


def move(
    session: Session, actor: Person, number: int, date_id: int, day: date, at: time,
    minutes: int | None = None, room_ids: Sequence[int] | None = None,
) -> Meeting:  # fmt: skip
    """Puts one date of a meeting at another time, with its room and equipment, or with `room_ids` instead of them.

    Raises Taken when what it has can't be had then; nothing is changed.
    """
    meeting = look(session, actor, number, MeetingAct.MOVE)
    which = planned_date(session, meeting, date_id)
    start = wall(day, at, meeting.zone)
    end = start + timedelta(minutes=minutes or int((which.ends_at - which.starts_at).total_seconds() // 60))
    refuse_time(start, end)
    if (start, end) == (which.starts_at, which.ends_at) and room_ids is None:
        raise Refusal("M{number} is at that time already.", number=number)
    # What is not kept any more can only fall away, unless it was asked for.
    wanted = rooms_of(session, _wanted(session, meeting, which, room_ids), strict=room_ids is not None)
    waiting.forget(session, [date_id])
    moved = {
        "starts_at": start,
        "ends_at": end,
        "is_long": end - start > meetings.LONG,
        "moved": meeting.rule is not None,
        "why": "",
        "remind_at": reminder_at(start, meeting.remind_before),
        "chase_at": chase_at(session, people.get(session, meeting.organiser_id), start),
        # On another day its agenda is sent anew, the working day before that.
        "agenda_at": which.agenda_at if start.date() == which.starts_at.date() else None,
    }
    if not meetings.change_date(session, which, moved):
        raise Overtaken
    freed = _rebook(session, actor, meetings.get_date(session, date_id), wanted)
    _ask_again(session, meeting, which)
    values: dict[str, object] = {"sequence": meeting.sequence + 1}
    if meeting.rule is None:
        local = start.astimezone(ZoneInfo(meeting.zone))
        values |= {
            "day": local.date(),
            "clock": f"{local:%H:%M}",
            "minutes": int((end - start).total_seconds() // 60),
            "rooms": [room.id for room in wanted],
        }
    before = {"starts_at": which.starts_at.isoformat(), "date": date_id}
    changed = change(session, actor, meeting, "move", values, before, {"starts_at": start.isoformat(), "date": date_id})
    preparing.follow(session, actor, changed)
    _tell_of_move(session, actor, changed, date_id)
    waiting.offer_freed(session, freed)
    visiting.follow(session)
    return changed


def set_rooms(
    session: Session, actor: Person, number: int, date_id: int | None, room_ids: Sequence[int]
) -> list[Clash]:
    """Other rooms for one date, or for all to come. Raises Taken where they can be had on none; returns why not on
    the dates that keep what they have."""
    meeting = look(session, actor, number, MeetingAct.MOVE)
    wanted = rooms_of(session, room_ids)
    dates = [planned_date(session, meeting, date_id)] if date_id is not None else ahead(session, meeting)
    kept: list[Clash] = []
    freed = []
    for day in dates:
        try:
            with session.begin_nested():
                let_go = _rebook(session, actor, day, wanted, asks=False)
            freed += let_go
        except Taken as taken:
            kept += taken.clashes
    if len({(one.start, one.end) for one in kept}) == len(dates):
        raise Taken(kept)
    ask_keepers(session, actor, number, wanted)
    values: dict[str, object] = {"sequence": meeting.sequence + 1}
    if date_id is None or meeting.rule is None:
        values["rooms"] = [room.id for room in wanted]
    changed = change(session, actor, meeting, "room", values, after={"date": date_id})
    told = [one for one in expected(session, changed) if one != actor.id]
    notices.tell(session, "meetings.room", "meeting", number, told, detail_id=date_id)
    letters.ask(session, changed, date_id=date_id)
    waiting.offer_freed(session, freed)
    visiting.follow(session)
    return kept


def invite(session: Session, actor: Person, number: int, ids: Iterable[int], guests: Iterable[str]) -> Meeting:
    """More people; only they are asked."""
    meeting = look(session, actor, number, MeetingAct.INVITE)
    there = meetings.invitees(session, number)
    known = {one.person_id for one in there} | {meeting.organiser_id}
    new = [one for one in dict.fromkeys(ids) if one not in known]
    mails = [one for one in dict.fromkeys(one.lower() for one in guests) if one not in {row.email for row in there}]
    if not new and not mails:
        raise Refusal("They are invited already. Name somebody with an @, or a guest by e-mail.")
    if len(there) + len(new) + len(mails) > plans.MOST_PEOPLE:
        raise Refusal(
            "A meeting has at most {most} people. Invite fewer, or tell the others in a channel.",
            most=plans.MOST_PEOPLE,
        )
    refuse_invited(session, new)
    meetings.invite(session, number, [{"person_id": one} for one in new] + [
        {"person_id": None, "email": one} for one in mails
    ])  # fmt: skip
    changed = change(session, actor, meeting, "invite", {}, after={"people": new, "guests": mails})
    notices.tell(session, "meetings.invited", "meeting", number, new, is_card=True)
    added = [one for one in meetings.invitees(session, number) if one.person_id in new or one.email in mails]
    letters.ask(session, changed, [one for one in added if one.person_id or one.email])
    return changed


def uninvite(session: Session, actor: Person, number: int, ids: Collection[int], guests: Collection[str]) -> Meeting:
    """Takes people out; they are told, the others see it on the card."""
    meeting = look(session, actor, number, MeetingAct.INVITE)
    low = [one.lower() for one in guests]
    gone = [
        one for one in meetings.invitees(session, number) if one.person_id in ids or (one.email and one.email in low)
    ]
    if not gone:
        raise Refusal("They are not invited to M{number}. /meeting M{number} shows who is.", number=number)
    letters.call_off(session, meeting, gone)
    for one in gone:
        meetings.uninvite(session, one.id or 0)
    changed = change(
        session, actor, meeting, "uninvite", {"sequence": meeting.sequence + 1}, after={"people": persons(gone)}
    )
    notices.tell(session, "meetings.uninvited", "meeting", number, persons(gone), except_for=actor.id)
    return changed


def edit(
    session: Session, actor: Person, number: int, title: str, private: bool, remind_before: int, video: str
) -> Meeting:
    """What a meeting is called, who may see it, when it reminds, and where it is on video."""
    meeting = look(session, actor, number, MeetingAct.CHANGE)
    title = words.clean_line(title)[: plans.LONGEST_TITLE]
    if video.strip() and not video.strip().startswith(("https://", "http://")):
        raise Refusal("“{address}” is not a link. Write one that begins with https://.", address=video.strip()[:80])
    if not words.tokens(title):
        raise Refusal("Say what the meeting is about, for example: /meeting Budget review tomorrow 14:00 with @anna.")
    values = {
        "title": title,
        "private": private,
        "remind_before": remind_before,
        "video": words.clean_line(video)[:500],
    }
    values = {name: value for name, value in values.items() if getattr(meeting, name) != value}
    if not values:
        return meeting
    if "remind_before" in values:
        for day in ahead(session, meeting):
            meetings.change_date(session, day, {"remind_at": reminder_at(day.starts_at, remind_before)})
    heard = bool({"title", "video", "private"} & set(values))
    changed = change(session, actor, meeting, "edit", values | ({"sequence": meeting.sequence + 1} if heard else {}))
    if "private" in values:
        # The card of minutes that are being taken may stand in a channel, where it says no more from now on.
        for taken in minutes_stored.of_meetings(session, [number]):
            notices.redraw(session, "minutes", taken.id or 0, [])
    if heard:
        letters.ask(session, changed)
    return changed


def let_go(session: Session, leaver: Person, heir_id: int | None) -> list[int]:
    """What somebody who has left had called becomes somebody else's; where they were invited they are not expected."""
    assert leaver.id is not None
    moved = []
    for meeting in meetings.organised_by(session, leaver.id):
        if heir_id is None or not ahead(session, meeting):
            continue
        for one in meetings.invitees(session, meeting.id or 0):
            if one.person_id == heir_id:
                meetings.uninvite(session, one.id or 0)
        inherited = {"organiser_id": heir_id, "sequence": meeting.sequence + 1}
        letters.ask(session, change(session, None, meeting, "inherit", inherited, why="left"))
        moved.append(meeting.id or 0)
    for invitee in meetings.invited_to(session, leaver.id):
        if invitee.stands_in_id == leaver.id:
            meetings.change_invitee(session, invitee.id or 0, {"stands_in_id": None, "reply": Reply.ASKED})
        else:
            meetings.uninvite(session, invitee.id or 0)
    return moved


def _wanted(session: Session, meeting: Meeting, which: MeetingDate, room_ids: Sequence[int] | None) -> list[int]:
    """What a date is to have at its new time: what was named, else what it has; one that never had anything, since it
    could not, what the meeting wants."""
    if room_ids is not None:
        return list(room_ids)
    ever = rooms.of_dates(session, [which.id or 0], holding=False)
    had = [one.room_id for one in ever if one.state in (BookingState.HELD, BookingState.PENDING)]
    return list(dict.fromkeys(had)) if ever else list(meeting.rooms)


def _rebook(
    session: Session, actor: Person, day: MeetingDate, wanted: Sequence[Room], asks: bool = True
) -> list[waiting.Freed]:
    """Gives a date these rooms at its time; returns what is free by that. What stays within the time that it was held
    for stays as it is, with its yes and its check-in; the rest is let go and booked. Raises Taken."""
    waiting.forget(session, [day.id or 0], only_offered=True)
    held = rooms.of_dates(session, [day.id or 0])
    known = {room.id: room for room in wanted}
    staying = [one for one in held if one.room_id in known and _fits(session, one, known[one.room_id], day)]
    going = [one for one in held if one not in staying]
    rooms.release(session, [one.id or 0 for one in going])
    freed = [waiting.Freed(one.room_id, one.starts_at, one.ends_at) for one in going]
    for one in staying:
        first, last = rule.held(terms_of(session, known[one.room_id]), day.starts_at, day.ends_at)
        if (first, last) != (one.starts_at, one.ends_at):
            check_by = day.starts_at + CHECK_IN if one.check_by is not None else None
            rooms.change(session, one, {"starts_at": first, "ends_at": last, "check_by": check_by})
            freed.append(waiting.Freed(one.room_id, one.starts_at, one.ends_at))
    here = {one.room_id for one in staying}
    hold(session, actor, day, [room for room in wanted if room.id not in here], asks)
    return freed


def _fits(session: Session, booking: Booking, room: Room, day: MeetingDate) -> bool:
    """Whether a booking covers the time that a date has now."""
    first, last = rule.held(terms_of(session, room), day.starts_at, day.ends_at)
    return booking.starts_at <= first and last <= booking.ends_at


def refuse_time(start: datetime, end: datetime) -> None:
    """Raises Refusal for a time that is over, empty, or too long."""
    if start <= clock.now():
        raise Refusal("That time is over. Choose a later one.")
    if end <= start:
        raise Refusal("A meeting needs some time. Write how long, for example “for 45m”.")
    if end - start > rule.LONGEST:
        raise Refusal("A meeting lasts two weeks at most. For longer, book it in parts, or plan an absence.")


def _ask_again(session: Session, meeting: Meeting, which: MeetingDate) -> None:
    """Everybody whom a new time concerns is asked again; who had said no to a whole series is not."""
    if meeting.rule is None:
        meetings.ask_again(session, meeting.id or 0)
        return
    own = meetings.date_replies(session, [which.id or 0])
    meetings.forget_replies(session, [which.id or 0])
    for one in meetings.invitees(session, meeting.id or 0):
        if own.get((which.id or 0, one.id or 0), one.reply) is not Reply.NO:
            meetings.reply_to_date(session, which.id or 0, one.id or 0, Reply.ASKED)


def _tell_of_move(session: Session, actor: Person, meeting: Meeting, date_id: int) -> None:
    own = meetings.date_replies(session, [date_id])
    them = meetings.invitees(session, meeting.id or 0)
    if meeting.rule is not None:
        them = [one for one in them if own.get((date_id, one.id or 0), one.reply) is not Reply.NO]
    told = [meeting.organiser_id, *persons(them)]
    notices.tell(
        session, "meetings.moved", "meeting", meeting.id or 0, told, detail_id=date_id, is_card=True,
        except_for=actor.id,
    )  # fmt: skip
    letters.ask(session, meeting, date_id=date_id if meeting.rule else None)
