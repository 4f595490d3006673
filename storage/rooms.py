"""Rooms and equipment, what is booked of them, and who waits for one."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.meeting_tables import Booking, Meeting, MeetingDate, Room, Wait
from storage.statements import BATCH, add_all, changed, maybe, one, rows, tuples
from storage.statements import add as add_row
from storage.text import fold
from storage.words import HOLDING, BookingState, RoomKind, WaitState

# As literals, or neither database could use the partial index.
_HELD = text("bookings.state IN ('held', 'pending', 'offered')")


def everything(session: Session, kind: RoomKind | None = None) -> list[Room]:
    """What can be booked, by place and name."""

    def load() -> list[Room]:
        alive = select(Room).where(col(Room.removed).is_(False))
        return rows(session, alive.order_by(col(Room.place_id), col(Room.seats), col(Room.folded)))

    found = kept(session, ("rooms",), load)
    return [one for one in found if kind is None or one.kind is kind]


def get(session: Session, room_id: int) -> Room:
    return one(session, select(Room).where(col(Room.id) == room_id))


def find(session: Session, room_id: int) -> Room | None:
    return maybe(session, select(Room).where(col(Room.id) == room_id)) if 0 < room_id < 2**31 else None


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, Room]:
    wanted = sorted(set(ids))
    found = rows(session, select(Room).where(col(Room.id).in_(wanted))) if wanted else []
    return {one.id or 0: one for one in found}


def named(session: Session, name: str) -> Room | None:
    return maybe(session, select(Room).where(col(Room.folded) == fold(name.strip())))


def save(session: Session, name: str, values: Mapping[str, Any], room_id: int | None = None) -> Room:
    """A new room, or what an old one is from now on."""
    forget_kept(session)
    written = {**values, "name": name, "folded": fold(name)}
    if room_id is None:
        return get(session, add_row(session, Room, {**written, "version": 1, "removed": False}))
    session.execute(update(Room).where(col(Room.id) == room_id).values(**written, version=col(Room.version) + 1))
    return get(session, room_id)


def remove(session: Session, room: Room) -> None:
    """Nobody books it any more; its name is free again."""
    forget_kept(session)
    gone = {"removed": True, "folded": f"{room.folded}#{room.id}", "version": room.version + 1}
    session.execute(update(Room).where(col(Room.id) == room.id).values(**gone))


def lock(session: Session, ids: Iterable[int]) -> None:
    """Lets one booking of a room follow the other, always in the same order. SQLite has one writer at a time anyway."""
    wanted = sorted(set(ids))
    if wanted:
        session.execute(select(col(Room.id)).where(col(Room.id).in_(wanted)).order_by(col(Room.id)).with_for_update())


def taken(
    session: Session, ids: Collection[int], start: datetime, end: datetime, except_dates: Collection[int] = ()
) -> list[Booking]:
    """What holds these rooms at some time of a span, the earliest first."""
    found = [
        one for room_id in ids for one in rows(session, select(Booking).where(*_holds(session, room_id, start, end)))
    ]
    kept = (one for one in found if one.date_id not in except_dates)
    return sorted(kept, key=lambda one: (one.starts_at, one.id))


def book(session: Session, bookings: Iterable[Mapping[str, Any]]) -> None:
    usual: dict[str, Any] = {"check_by": None, "checked_in_at": None, "decided_by_id": None, "version": 1}
    add_all(session, Booking, [{**usual, **one} for one in bookings])


def book_one(session: Session, values: Mapping[str, Any]) -> int:
    usual: dict[str, Any] = {"check_by": None, "checked_in_at": None, "decided_by_id": None, "version": 1}
    return add_row(session, Booking, {**usual, **values})


def booking(session: Session, booking_id: int) -> Booking | None:
    return maybe(session, select(Booking).where(col(Booking.id) == booking_id)) if 0 < booking_id < 2**31 else None


def of_dates(session: Session, date_ids: Collection[int], holding: bool = True) -> list[Booking]:
    """What is booked for some dates."""
    if not date_ids:
        return []
    theirs = select(Booking).where(col(Booking.date_id).in_(date_ids))
    if holding:
        theirs = theirs.where(col(Booking.state).in_(HOLDING))
    return rows(session, theirs.order_by(col(Booking.id)))


def change(session: Session, one: Booking, values: Mapping[str, Any]) -> bool:
    """Changes a booking if it is still the version that was read; says whether it was."""
    same = update(Booking).where(col(Booking.id) == one.id, col(Booking.version) == one.version)
    return changed(session.execute(same.values(version=one.version + 1, **values))) == 1


def release(session: Session, ids: Collection[int]) -> int:
    """Lets bookings go; returns how many held something."""
    if not ids:
        return 0
    held = update(Booking).where(col(Booking.id).in_(ids), col(Booking.state).in_(HOLDING))
    return changed(session.execute(
        held.values(state=BookingState.RELEASED, check_by=None, version=col(Booking.version) + 1)
    ))  # fmt: skip


def unchecked(session: Session, now: datetime, limit: int = BATCH) -> list[Booking]:
    """Where nobody has checked in in time."""
    late = select(Booking).where(col(Booking.check_by) <= now, _HELD).order_by(col(Booking.check_by))
    return rows(session, late.limit(limit))


def shown(
    session: Session, ids: Collection[int], start: datetime, end: datetime
) -> list[tuple[Booking, MeetingDate, Meeting]]:
    """What stands in rooms in a span, with the meeting it is for."""
    found: list[tuple[Booking, MeetingDate, Meeting]] = []
    for room_id in ids:
        joined = (
            select(Booking, MeetingDate, Meeting)
            .join(MeetingDate, col(MeetingDate.id) == col(Booking.date_id))
            .join(Meeting, col(Meeting.id) == col(MeetingDate.meeting_id))
            .where(*_holds(session, room_id, start, end))
        )
        found += tuples(session, joined)
    return sorted(found, key=lambda one: (one[0].starts_at, one[0].id))


def pending(session: Session) -> list[Booking]:
    """What waits for a yes of its keepers, the earliest first."""
    waiting = select(Booking).where(col(Booking.state) == BookingState.PENDING)
    return rows(session, waiting.order_by(col(Booking.starts_at)).limit(100))


def count_of_room(session: Session, room_id: int, after: datetime) -> int:
    ahead = select(func.count()).select_from(Booking).where(
        col(Booking.room_id) == room_id, col(Booking.state).in_(HOLDING), col(Booking.ends_at) > after
    )  # fmt: skip
    return one(session, ahead)


def wait(session: Session, date_id: int, room_id: int, now: datetime) -> int:
    values = {"date_id": date_id, "room_id": room_id, "state": WaitState.WAITING, "created_at": now}
    return add_row(session, Wait, {**values, "booking_id": None, "offered_until": None})


def find_wait(session: Session, wait_id: int) -> Wait | None:
    return maybe(session, select(Wait).where(col(Wait.id) == wait_id)) if 0 < wait_id < 2**31 else None


def waits_of_dates(session: Session, date_ids: Collection[int]) -> list[Wait]:
    alive = (WaitState.WAITING, WaitState.OFFERED)
    if not date_ids:
        return []
    theirs = select(Wait).where(col(Wait.date_id).in_(date_ids), col(Wait.state).in_(alive))
    return rows(session, theirs.order_by(col(Wait.id)))


def waiting(session: Session, room_id: int, start: datetime, end: datetime) -> list[tuple[Wait, MeetingDate]]:
    """Who waits for a room at some time of a span, in the order in which they came."""
    queue = (
        select(Wait, MeetingDate)
        .join(MeetingDate, col(MeetingDate.id) == col(Wait.date_id))
        .where(
            col(Wait.room_id) == room_id, col(Wait.state) == WaitState.WAITING,
            col(MeetingDate.starts_at) < end, col(MeetingDate.ends_at) > start,
        )
        .order_by(col(Wait.id))
    )  # fmt: skip
    return tuples(session, queue)


def move_wait(session: Session, wait: Wait, values: Mapping[str, Any]) -> bool:
    """Moves a place on the list on if it still stands as it was read; says whether it did."""
    same = update(Wait).where(col(Wait.id) == wait.id, col(Wait.state) == wait.state)
    return changed(session.execute(same.values(**values))) == 1


def offers_over(session: Session, now: datetime, limit: int = BATCH) -> list[Wait]:
    over = select(Wait).where(col(Wait.offered_until) <= now).order_by(col(Wait.offered_until))
    return rows(session, over.limit(limit))


def _holds(
    session: Session, room_id: int, start: datetime, end: datetime
) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """What holds one room at some time of a span. No two hold it at once, so of all that began before only the last
    can reach into the span: however much there ever was, one look into the index finds it."""
    mine = (col(Booking.room_id) == room_id, _HELD)
    last = session.execute(
        select(func.max(col(Booking.starts_at))).where(*mine, col(Booking.starts_at) <= start)
    ).scalar()
    return (
        *mine,
        col(Booking.starts_at) >= (last or start),
        col(Booking.starts_at) < end,
        col(Booking.ends_at) > start,
    )
