"""Who was there: from the invitations, changed by a press."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties.meetings.replying import replies_of
from office.duties.minutes.access import hold, look, record, rows_of, show
from office.errors import Refusal
from office.rules.words import clean_line, tokens
from storage import meetings, minutes, people
from storage.meeting_tables import Meeting, MeetingDate
from storage.minute_tables import Attendance, Minutes
from storage.tables import Person
from storage.words import MinutesAct, Presence, Reply, Standing

MOST = 400


@dataclass(frozen=True)
class Count:
    """How many are there now, in person or represented; and how many there must be, 0 where nothing is set."""

    there: int
    quorum: int

    @property
    def reached(self) -> bool:
        return self.there >= self.quorum


def expect(session: Session, found: Minutes, meeting: Meeting, day: MeetingDate) -> None:
    """Whoever is invited, as they have answered; whoever is there already stays as they are."""
    rows = minutes.attendance(session, found.id or 0)
    counted = {one.id for one in rows_of(session, found)}
    for gone in (one for one in rows if one.id not in counted):
        minutes.drop_attendance(session, gone.id or 0)
    rows = [one for one in rows if one.id in counted]
    known = {one.person_id for one in rows if one.person_id is not None}
    mails = {one.email or one.name for one in rows if one.person_id is None}
    new: list[dict[str, object]] = []
    for person_id in dict.fromkeys([meeting.organiser_id, found.taker_id]):
        if person_id not in known:
            new.append({"person_id": person_id, "presence": Presence.PRESENT})
            known.add(person_id)
    for one, reply in replies_of(session, day, meetings.invitees(session, meeting.id or 0)):
        if one.person_id is None:
            if one.email not in mails:
                came = Presence.PRESENT if reply is Reply.YES else Presence.ABSENT
                new.append({"name": one.email, "email": one.email, "guest": True, "presence": came})
            continue
        if one.person_id not in known:
            new.append(_from_reply(one.person_id, one.stands_in_id, reply))
            known.add(one.person_id)
        if one.stands_in_id is not None and one.stands_in_id not in known:
            # Whoever only comes for somebody else counts once, for them.
            came = Presence.PRESENT if reply is Reply.YES else Presence.ABSENT
            new.append({"person_id": one.stands_in_id, "presence": came, "guest": True})
            known.add(one.stands_in_id)
    minutes.add_attendance(session, found.id or 0, new)


def mark(
    session: Session, actor: Person, minutes_id: int, attendance_id: int, presence: Presence, by: Person | None = None,
    by_name: str = "", came: str | None = None, left: str | None = None,
) -> Attendance:  # fmt: skip
    """How somebody took part. `came` and `left`: "10:15", or "" for from the beginning, to the end."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    row = _row(session, found, attendance_id)
    if presence is Presence.REPRESENTED and by is None and not tokens(by_name):
        raise Refusal("Say who represents them.")
    if by is not None:
        _refuse_strangers(by)
        if by.id == row.person_id:
            raise Refusal("Nobody represents themselves. Choose somebody else, or “present”.")
    hold(session, found)
    represented = presence is Presence.REPRESENTED
    values: dict[str, object] = {
        "presence": presence, "by_id": by.id if by is not None and represented else None,
        "by_name": clean_line(by_name)[:120] if represented and by is None else "",
    }  # fmt: skip
    here = presence is Presence.PRESENT
    values["came"] = (row.came if came is None else _clock(came)) if here else ""
    values["left"] = (row.left if left is None else _clock(left)) if here else ""
    minutes.change_attendance(session, row.id or 0, values)
    if row.by_id is not None and values["by_id"] != row.by_id:
        _forget_representative(session, found, row.by_id)
    if by is not None and represented and minutes.attendance_of(session, minutes_id, by.id or 0) is None:
        instead = {"person_id": by.id, "presence": Presence.PRESENT, "guest": True}
        minutes.add_attendance(session, minutes_id, [instead])
    record(session, actor, found, "attendance", {"row": row.id, "presence": presence.value})
    show(session, found)
    return _row(session, found, attendance_id)


def remove(session: Session, actor: Person, minutes_id: int, attendance_id: int) -> None:
    """A guest, or somebody who was written in by mistake. Who is invited stays: they are excused, or not there."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    row = _row(session, found, attendance_id)
    if not row.guest:
        raise Refusal("Whoever is invited stays in the list. Choose “excused” or “not there”.")
    hold(session, found)
    if any(one.by_id == row.person_id for one in minutes.attendance(session, minutes_id) if row.person_id):
        raise Refusal("{who} represents somebody. Change that first.", who=name_of(session, row))
    if row.email:
        # Who was invited by e-mail would come back with the invitations: they are not there, and get nothing.
        minutes.change_attendance(session, attendance_id, {"email": "", "presence": Presence.ABSENT})
    else:
        minutes.drop_attendance(session, attendance_id)
    record(session, actor, found, "attendance", {"removed": attendance_id})
    show(session, found)


def _forget_representative(session: Session, found: Minutes, person_id: int) -> None:
    """Whoever only came for somebody else, and does not any more, has no part in the minutes."""
    others = [one for one in minutes.attendance(session, found.id or 0) if one.by_id == person_id]
    own = minutes.attendance_of(session, found.id or 0, person_id)
    if own is not None and own.guest and not others:
        minutes.drop_attendance(session, own.id or 0)


def add_person(session: Session, actor: Person, minutes_id: int, person: Person) -> Attendance:
    """Somebody who is there and was not invited."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    _refuse_strangers(person)
    row = minutes.attendance_of(session, minutes_id, person.id or 0)
    if row is None:
        hold(session, found)
        _refuse_crowd(session, found)
        there = {"person_id": person.id, "presence": Presence.PRESENT, "guest": True}
        minutes.add_attendance(session, minutes_id, [there])
        record(session, actor, found, "attendance", {"person": person.id})
        show(session, found)
        row = minutes.attendance_of(session, minutes_id, person.id or 0)
    assert row is not None
    return row


def add_guest(session: Session, actor: Person, minutes_id: int, name: str) -> None:
    """Somebody from outside, by name."""
    found = look(session, actor, minutes_id, MinutesAct.WRITE)
    name = clean_line(name)[:120]
    if not tokens(name):
        raise Refusal("Write the guest's name, for example: /minutes guest Jane Doe (Acme).")
    hold(session, found)
    _refuse_crowd(session, found)
    minutes.add_attendance(session, minutes_id, [{"name": name, "guest": True, "presence": Presence.PRESENT}])
    record(session, actor, found, "attendance", {"guest": True})
    show(session, found)


def be_there(session: Session, actor: Person, found: Minutes) -> None:
    """Whoever writes or votes is there."""
    row = minutes.attendance_of(session, found.id or 0, actor.id or 0)
    if row is None:
        minutes.add_attendance(
            session, found.id or 0, [{"person_id": actor.id, "presence": Presence.PRESENT, "guest": True}]
        )
    elif row.presence in (Presence.ABSENT, Presence.EXCUSED):
        minutes.change_attendance(session, row.id or 0, {"presence": Presence.PRESENT})


def set_quorum(session: Session, actor: Person, minutes_id: int, quorum: int) -> None:
    """How many must be there for a decision to count; 0 for no such rule. The next minutes of the series keep it."""
    found = look(session, actor, minutes_id, MinutesAct.FINISH)
    if not 0 <= quorum <= MOST:
        raise Refusal("Write how many must be there, from 0 to {most}.", most=MOST)
    hold(session, found)
    fresh = minutes.get(session, minutes_id)
    if not minutes.change(session, fresh, {"quorum": quorum}):
        raise Refusal("Somebody else changed this at the same moment. Try again.")
    record(session, actor, found, "quorum", {"quorum": quorum})
    show(session, found)


def count(session: Session, found: Minutes, at: str = "") -> Count:
    """Who counts: whoever was there, and whoever is represented. `at`: a time of day, when some have left."""
    rows = [one for one in rows_of(session, found) if not one.guest]
    there = [
        one
        for one in rows
        if one.presence is Presence.REPRESENTED
        or (one.presence is Presence.PRESENT and not (at and one.left and one.left <= at))
    ]
    return Count(len(there), found.quorum)


def now_at(session: Session, found: Minutes) -> str:
    """The wall time of the meeting's own zone, as attendance keeps it; on another day the end of the day."""
    zone = ZoneInfo(meetings.get(session, found.meeting_id).zone)
    now, day = clock.now().astimezone(zone), meetings.get_date(session, found.date_id)
    return f"{now:%H:%M}" if now.date() == day.starts_at.astimezone(zone).date() else "23:59"


def name_of(session: Session, row: Attendance) -> str:
    person = people.find(session, row.person_id)
    return person.known_as if person is not None else row.name


def _from_reply(person_id: int, stands_in_id: int | None, reply: Reply) -> dict[str, object]:
    if stands_in_id is not None and reply is not Reply.NO:
        return {"person_id": person_id, "presence": Presence.REPRESENTED, "by_id": stands_in_id}
    came = {Reply.YES: Presence.PRESENT, Reply.NO: Presence.EXCUSED}.get(reply, Presence.ABSENT)
    return {"person_id": person_id, "presence": came}


def _row(session: Session, found: Minutes, attendance_id: int) -> Attendance:
    for one in minutes.attendance(session, found.id or 0):
        if one.id == attendance_id:
            return one
    raise Refusal("This line is not there any more. Open the attendance again.")


def _refuse_strangers(person: Person) -> None:
    if person.standing is Standing.DEACTIVATED:
        raise Refusal("{who} has left. Choose somebody else.", who=person.known_as)
    if person.standing is Standing.EXTERNAL:
        raise Refusal("{who} is not of this company. Write them in as a guest, by name.", who=person.known_as)


def _refuse_crowd(session: Session, found: Minutes) -> None:
    if len(minutes.attendance(session, found.id or 0)) >= MOST:
        raise Refusal("At most {most} people stand in the attendance. Write “and others” as a note.", most=MOST)


def _clock(text: str) -> str:
    if not text:
        return ""
    try:
        return f"{datetime.strptime(text.strip().replace('.', ':'), '%H:%M').time():%H:%M}"  # noqa: DTZ007
    except ValueError:
        raise Refusal("“{at}” is not a time. Write it like 10:15.", at=text[:40]) from None
