"""Meetings, their dates, who is invited, and what is prepared."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.meeting_tables import (
    BusyFeed,
    BusyTime,
    CalendarFeed,
    DateReply,
    Invitee,
    Matter,
    Meeting,
    MeetingDate,
    Visitor,
)
from storage.statements import BATCH, add_all, changed, maybe, one, rows, tuples, upsert
from storage.statements import add as add_row
from storage.words import Aim, DateState, MatterKind, MeetingState, Reply

# A date that lasts longer has `is_long`.
LONG = timedelta(days=1)


def add(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Meeting, {"own_uids": True, **values})


def get(session: Session, number: int) -> Meeting:
    return one(session, select(Meeting).where(col(Meeting.id) == number))


def find(session: Session, number: int) -> Meeting | None:
    return maybe(session, select(Meeting).where(col(Meeting.id) == number)) if 0 < number < 2**31 else None


def by_key(session: Session, key: str) -> Meeting | None:
    """By the name that calendars know it by."""
    return maybe(session, select(Meeting).where(col(Meeting.key) == key))


def change(session: Session, meeting: Meeting, values: Mapping[str, Any]) -> bool:
    """Changes a meeting if it is still the version that was read; says whether it was."""
    same = update(Meeting).where(col(Meeting.id) == meeting.id, col(Meeting.version) == meeting.version)
    return changed(session.execute(same.values(version=meeting.version + 1, **values))) == 1


def planned_until(session: Session, number: int, day: date | None) -> None:
    session.execute(update(Meeting).where(col(Meeting.id) == number).values(planned_until=day))


def to_plan(session: Session, before: date, limit: int = BATCH) -> list[Meeting]:
    """Meetings that repeat without an end, and whose dates are worked out up to a day that is near by now."""
    due = select(Meeting).where(col(Meeting.planned_until) < before, col(Meeting.state) == MeetingState.PLANNED)
    return rows(session, due.order_by(col(Meeting.planned_until)).limit(limit))


def add_dates(session: Session, dates: Collection[Mapping[str, Any]]) -> None:
    usual: dict[str, Any] = {
        "state": DateState.PLANNED, "moved": False, "why": "", "remind_at": None, "chase_at": None, "agenda_at": None,
        "version": 1,
    }  # fmt: skip
    add_all(session, MeetingDate, [
        {**usual, "is_long": one["ends_at"] - one["starts_at"] > LONG, **one} for one in dates
    ])  # fmt: skip


def dates(session: Session, meeting_id: int, planned: bool = True) -> list[MeetingDate]:
    """The dates of a meeting in their order; those that were cancelled only where they are asked for."""
    theirs = select(MeetingDate).where(col(MeetingDate.meeting_id) == meeting_id)
    if planned:
        theirs = theirs.where(col(MeetingDate.state) == DateState.PLANNED)
    return rows(session, theirs.order_by(col(MeetingDate.starts_at), col(MeetingDate.id)))


def get_date(session: Session, date_id: int) -> MeetingDate:
    return one(session, select(MeetingDate).where(col(MeetingDate.id) == date_id))


def dates_by_ids(session: Session, date_ids: Collection[int]) -> dict[int, MeetingDate]:
    if not date_ids:
        return {}
    found = rows(session, select(MeetingDate).where(col(MeetingDate.id).in_(date_ids)))
    return {one.id or 0: one for one in found}


def find_date(session: Session, date_id: int) -> MeetingDate | None:
    return maybe(session, select(MeetingDate).where(col(MeetingDate.id) == date_id)) if 0 < date_id < 2**31 else None


def change_date(session: Session, day: MeetingDate, values: Mapping[str, Any]) -> bool:
    """Changes a date if it is still the version that was read; says whether it was."""
    same = update(MeetingDate).where(col(MeetingDate.id) == day.id, col(MeetingDate.version) == day.version)
    return changed(session.execute(same.values(version=day.version + 1, **values))) == 1


def of_dates(session: Session, date_ids: Collection[int]) -> dict[int, Meeting]:
    """The meetings of some dates, by date."""
    if not date_ids:
        return {}
    joined = select(col(MeetingDate.id), Meeting).join(Meeting, col(Meeting.id) == col(MeetingDate.meeting_id))
    return dict(tuples(session, joined.where(col(MeetingDate.id).in_(set(date_ids)))))


def next_date(session: Session, meeting_id: int, now: datetime) -> MeetingDate | None:
    """The date that is on, or comes next."""
    ahead = select(MeetingDate).where(
        col(MeetingDate.meeting_id) == meeting_id, col(MeetingDate.state) == DateState.PLANNED,
        col(MeetingDate.ends_at) > now,
    )  # fmt: skip
    return maybe(session, ahead.order_by(col(MeetingDate.starts_at)).limit(1))


def to_remind(session: Session, now: datetime, limit: int = BATCH) -> list[MeetingDate]:
    due = select(MeetingDate).where(col(MeetingDate.remind_at) <= now).order_by(col(MeetingDate.remind_at))
    return rows(session, due.limit(limit))


def to_chase(session: Session, now: datetime, limit: int = BATCH) -> list[MeetingDate]:
    due = select(MeetingDate).where(col(MeetingDate.chase_at) <= now).order_by(col(MeetingDate.chase_at))
    return rows(session, due.limit(limit))


def claim_timer(session: Session, day: MeetingDate, name: str, following: datetime | None = None) -> bool:
    """Takes what is due of a date away, or puts it off, so that nobody else does it; says whether it was there."""
    column = getattr(MeetingDate, name)
    mine = update(MeetingDate).where(col(MeetingDate.id) == day.id, col(column) == getattr(day, name))
    return changed(session.execute(mine.values({name: following}))) == 1


def invite(session: Session, meeting_id: int, them: Iterable[Mapping[str, Any]]) -> None:
    usual: dict[str, Any] = {
        "meeting_id": meeting_id, "person_id": None, "email": "", "reply": Reply.ASKED, "replied_at": None, "note": "",
        "stands_in_id": None, "chased": False,
    }  # fmt: skip
    add_all(session, Invitee, [{**usual, **one} for one in them])


def invitees(session: Session, meeting_id: int) -> list[Invitee]:
    theirs = select(Invitee).where(col(Invitee.meeting_id) == meeting_id)
    return rows(session, theirs.order_by(col(Invitee.id)))


def change_invitee(session: Session, invitee_id: int, values: Mapping[str, Any]) -> None:
    session.execute(update(Invitee).where(col(Invitee.id) == invitee_id).values(**values))


def find_invitee(session: Session, invitee_id: int) -> Invitee | None:
    return maybe(session, select(Invitee).where(col(Invitee.id) == invitee_id)) if 0 < invitee_id < 2**31 else None


def uninvite(session: Session, invitee_id: int) -> None:
    session.execute(delete(DateReply).where(col(DateReply.invitee_id) == invitee_id))
    session.execute(delete(Invitee).where(col(Invitee.id) == invitee_id))


def ask_again(session: Session, meeting_id: int) -> None:
    """Everybody's answer is open again."""
    theirs = update(Invitee).where(col(Invitee.meeting_id) == meeting_id)
    session.execute(theirs.values(reply=Reply.ASKED, replied_at=None, note="", chased=False))


def reply_to_date(session: Session, date_id: int, invitee_id: int, reply: Reply) -> None:
    values = {"date_id": date_id, "invitee_id": invitee_id, "reply": reply}
    upsert(session, DateReply, values, by=("date_id", "invitee_id"))


def forget_replies(session: Session, date_ids: Collection[int]) -> None:
    session.execute(delete(DateReply).where(col(DateReply.date_id).in_(date_ids)))


def forget_replies_of(session: Session, invitee_id: int) -> None:
    """An answer to all dates takes the place of those to single ones."""
    session.execute(delete(DateReply).where(col(DateReply.invitee_id) == invitee_id))


def date_replies(session: Session, date_ids: Collection[int]) -> dict[tuple[int, int], Reply]:
    """(date, invitee) -> what was answered to that date."""
    found = rows(session, select(DateReply).where(col(DateReply.date_id).in_(date_ids))) if date_ids else []
    return {(one.date_id, one.invitee_id): one.reply for one in found}


def between(
    session: Session, person_ids: Collection[int], start: datetime, end: datetime
) -> list[tuple[MeetingDate, Meeting]]:
    """The dates in a span that some people have to do with: as organisers, invited, or standing in."""
    theirs = select(col(Invitee.meeting_id)).where(
        or_(col(Invitee.person_id).in_(person_ids), col(Invitee.stands_in_id).in_(person_ids))
    )
    found = (
        select(MeetingDate, Meeting)
        .join(Meeting, col(Meeting.id) == col(MeetingDate.meeting_id))
        .where(or_(col(Meeting.organiser_id).in_(person_ids), col(Meeting.id).in_(theirs)))
    )
    pairs = [pair for overlapping in _in(start, end) for pair in tuples(session, found.where(overlapping))]
    return sorted(pairs, key=lambda pair: (pair[0].starts_at, pair[0].id))


def busy(
    session: Session, person_ids: Collection[int], start: datetime, end: datetime, except_meeting: int = 0
) -> list[tuple[int, datetime, datetime]]:
    """(person, from, to) of every date in a span at which somebody is expected and has not said no."""
    if not person_ids:
        return []
    joined = (
        select(
            col(Meeting.organiser_id), col(Invitee.person_id), col(Invitee.stands_in_id), col(Invitee.reply),
            col(DateReply.reply), col(MeetingDate.starts_at), col(MeetingDate.ends_at),
        )
        .select_from(MeetingDate)
        .join(Meeting, col(Meeting.id) == col(MeetingDate.meeting_id))
        .join(Invitee, col(Invitee.meeting_id) == col(Meeting.id), isouter=True)
        .join(
            DateReply,
            and_(col(DateReply.date_id) == col(MeetingDate.id), col(DateReply.invitee_id) == col(Invitee.id)),
            isouter=True,
        )
        .where(col(Meeting.id) != except_meeting)
        .where(or_(*(
            column.in_(person_ids)
            for column in (col(Meeting.organiser_id), col(Invitee.person_id), col(Invitee.stands_in_id))
        )))
    )  # fmt: skip
    wanted, found = set(person_ids), set()
    for overlapping in _in(start, end):
        for organiser, invited, stands_in, reply, own_reply, first, last in session.execute(joined.where(overlapping)):
            if organiser in wanted:
                found.add((organiser, first, last))
            comes = stands_in or invited
            if comes in wanted and (own_reply or reply) is not Reply.NO:
                found.add((comes, first, last))
    elsewhere = select(BusyTime).where(
        col(BusyTime.person_id).in_(person_ids), col(BusyTime.starts_at) < end, col(BusyTime.ends_at) > start
    )
    found |= {(one.person_id, one.starts_at, one.ends_at) for one in rows(session, elsewhere)}
    return sorted(found)


def organised_by(session: Session, person_id: int) -> list[Meeting]:
    theirs = select(Meeting).where(
        col(Meeting.organiser_id) == person_id, col(Meeting.state) == MeetingState.PLANNED
    )  # fmt: skip
    return rows(session, theirs.order_by(col(Meeting.id)))


def invited_to(session: Session, person_id: int) -> list[Invitee]:
    theirs = select(Invitee).where(or_(col(Invitee.person_id) == person_id, col(Invitee.stands_in_id) == person_id))
    return rows(session, theirs.order_by(col(Invitee.id)))


def add_matter(session: Session, values: Mapping[str, Any]) -> int:
    usual: dict[str, Any] = {"date_id": None, "place": 0, "aim": Aim.DISCUSS, "readers": []}
    return add_row(session, Matter, {**usual, **values})


def change_matter(session: Session, matter_id: int, values: Mapping[str, Any]) -> None:
    session.execute(update(Matter).where(col(Matter.id) == matter_id).values(**values))


def matters(session: Session, meeting_id: int, kind: MatterKind | None = None) -> list[Matter]:
    theirs = select(Matter).where(col(Matter.meeting_id) == meeting_id).order_by(col(Matter.place), col(Matter.id))
    return [one for one in rows(session, theirs) if kind is None or one.kind is kind]


def move_tasks(session: Session, meeting_id: int, to_id: int) -> None:
    """The checklist goes on with another meeting."""
    theirs = update(Matter).where(col(Matter.meeting_id) == meeting_id, col(Matter.kind) == MatterKind.TASK)
    session.execute(theirs.values(meeting_id=to_id))


def find_matter(session: Session, matter_id: int) -> Matter | None:
    return maybe(session, select(Matter).where(col(Matter.id) == matter_id)) if 0 < matter_id < 2**31 else None


def drop_matter(session: Session, matter_id: int) -> None:
    session.execute(delete(Matter).where(col(Matter.id) == matter_id))


def add_visitor(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Visitor, values)


def visitors(session: Session, date_ids: Collection[int]) -> list[Visitor]:
    """Who comes from outside to some dates."""
    if not date_ids:
        return []
    return rows(session, select(Visitor).where(col(Visitor.date_id).in_(date_ids)).order_by(col(Visitor.id)))


def move_visitors(session: Session, old_date_id: int, meeting_id: int, date_id: int) -> None:
    theirs = update(Visitor).where(col(Visitor.date_id) == old_date_id)
    session.execute(theirs.values(meeting_id=meeting_id, date_id=date_id))


def drop_visitor(session: Session, visitor_id: int) -> None:
    session.execute(delete(Visitor).where(col(Visitor.id) == visitor_id))


def all_between(session: Session, start: datetime, end: datetime) -> list[tuple[MeetingDate, Meeting]]:
    """Every date that begins in a span."""
    found = (
        select(MeetingDate, Meeting)
        .join(Meeting, col(Meeting.id) == col(MeetingDate.meeting_id))
        .where(
            col(MeetingDate.state) == DateState.PLANNED,
            col(MeetingDate.starts_at) >= start, col(MeetingDate.starts_at) < end,
        )
        .order_by(col(MeetingDate.starts_at))
    )  # fmt: skip
    return tuples(session, found)


def agendas_due(session: Session, start: datetime, end: datetime, limit: int = BATCH) -> list[MeetingDate]:
    """Dates in a span whose agenda has not been sent yet."""
    waiting = select(MeetingDate).where(
        col(MeetingDate.state) == DateState.PLANNED, col(MeetingDate.agenda_at).is_(None),
        col(MeetingDate.starts_at) > start, col(MeetingDate.starts_at) < end,
    )  # fmt: skip
    return rows(session, waiting.order_by(col(MeetingDate.starts_at)).limit(limit))


def agenda_sent(session: Session, date_id: int, now: datetime) -> bool:
    """Notes that an agenda is sent; says whether nobody had."""
    mine = update(MeetingDate).where(col(MeetingDate.id) == date_id, col(MeetingDate.agenda_at).is_(None))
    return changed(session.execute(mine.values(agenda_at=now))) == 1


def alike(session: Session, meeting: Meeting) -> list[Meeting]:
    """The meetings that are one with this: of one title, called by the same person, and as private."""
    same = select(Meeting).where(
        col(Meeting.organiser_id) == meeting.organiser_id, col(Meeting.private) == meeting.private,
        func.lower(col(Meeting.title)) == meeting.title.lower(),
    )  # fmt: skip
    return rows(session, same.order_by(col(Meeting.id).desc()).limit(200))


def add_feed(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, CalendarFeed, {"revoked_at": None, **values})


def feed(session: Session, token: str) -> CalendarFeed | None:
    """A calendar's address that is still good, by the hash of its secret."""
    good = select(CalendarFeed).where(col(CalendarFeed.token) == token, col(CalendarFeed.revoked_at).is_(None))
    return maybe(session, good)


def revoke_feeds(session: Session, person_id: int, now: datetime, room_id: int | None = None) -> int:
    """Ends the addresses of a person's own calendar, or those that they made for a room; returns how many."""
    same = col(CalendarFeed.room_id) == room_id if room_id is not None else col(CalendarFeed.room_id).is_(None)
    good = update(CalendarFeed).where(
        col(CalendarFeed.person_id) == person_id, col(CalendarFeed.revoked_at).is_(None), same
    )
    return changed(session.execute(good.values(revoked_at=now)))


def busy_feed(session: Session, person_id: int) -> BusyFeed | None:
    return maybe(session, select(BusyFeed).where(col(BusyFeed.person_id) == person_id))


def save_busy_feed(session: Session, person_id: int, url: str, now: datetime) -> None:
    values = {"person_id": person_id, "url": url, "next_at": now, "read_at": None, "trouble": "", "tries": 0}
    upsert(session, BusyFeed, values, by=("person_id",))


def drop_busy_feed(session: Session, person_id: int) -> bool:
    session.execute(delete(BusyTime).where(col(BusyTime.person_id) == person_id))
    return changed(session.execute(delete(BusyFeed).where(col(BusyFeed.person_id) == person_id))) == 1


def busy_feeds_due(session: Session, now: datetime, limit: int = BATCH) -> list[BusyFeed]:
    due = select(BusyFeed).where(col(BusyFeed.next_at) <= now).order_by(col(BusyFeed.next_at))
    return rows(session, due.limit(limit))


def busy_feed_read(
    session: Session, person_id: int, values: Mapping[str, Any], times: Collection[tuple[datetime, datetime]] | None
) -> None:
    """What a look at somebody's other calendar has found; None where it could not be read, and what is known stands."""
    session.execute(update(BusyFeed).where(col(BusyFeed.person_id) == person_id).values(**values))
    if times is not None:
        session.execute(delete(BusyTime).where(col(BusyTime.person_id) == person_id))
        found = [{"person_id": person_id, "starts_at": start, "ends_at": end} for start, end in times]
        add_all(session, BusyTime, found)


def _in(start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    """Dates that overlap a span, in two looks: those that begin shortly before it or in it, and of those that began
    long before only the few that are longer than a day."""
    overlaps = and_(
        col(MeetingDate.state) == DateState.PLANNED, col(MeetingDate.starts_at) < end, col(MeetingDate.ends_at) > start
    )
    return [
        and_(overlaps, col(MeetingDate.starts_at) > start - LONG),
        and_(overlaps, text("meeting_dates.is_long"), col(MeetingDate.starts_at) <= start - LONG),
    ]
