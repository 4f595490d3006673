"""Reminders: words that come at their time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import BATCH, changed, maybe, one, rows
from storage.statements import add as add_row
from storage.time_tables import Reminder
from storage.words import ReminderState


def add(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Reminder, values)


def get(session: Session, number: int) -> Reminder:
    return one(session, select(Reminder).where(col(Reminder.id) == number))


def find(session: Session, number: int) -> Reminder | None:
    return maybe(session, select(Reminder).where(col(Reminder.id) == number)) if 0 < number < 2**31 else None


def change(session: Session, reminder: Reminder, values: Mapping[str, Any]) -> bool:
    """Changes a reminder if it is still the version that was read; says whether it was."""
    same = update(Reminder).where(col(Reminder.id) == reminder.id, col(Reminder.version) == reminder.version)
    return changed(session.execute(same.values(version=reminder.version + 1, **values))) == 1


def due(session: Session, now: datetime, limit: int = BATCH) -> list[Reminder]:
    ripe = select(Reminder).where(col(Reminder.next_at) <= now).order_by(col(Reminder.next_at))
    return rows(session, ripe.limit(limit))


def claim(session: Session, reminder: Reminder, due_at: datetime, next_at: datetime | None) -> bool:
    """Fires one occurrence, that of `due_at`; says whether nobody else has."""
    state = ReminderState.ACTIVE if next_at else ReminderState.ENDED
    mine = update(Reminder).where(
        col(Reminder.id) == reminder.id,
        col(Reminder.next_at) == reminder.next_at,
        col(Reminder.version) == reminder.version,
    )
    values = {"due_at": due_at, "next_at": next_at, "state": state, "version": reminder.version + 1}
    return changed(session.execute(mine.values(**values))) == 1


def put_off(session: Session, reminder: Reminder, at: datetime) -> None:
    session.execute(update(Reminder).where(col(Reminder.id) == reminder.id).values(next_at=at))


def active_of(session: Session, person_id: int) -> list[Reminder]:
    """The active ones that come to somebody, or that somebody made."""
    theirs = or_(col(Reminder.person_id) == person_id, col(Reminder.maker_id) == person_id)
    query = select(Reminder).where(theirs, col(Reminder.state) == ReminderState.ACTIVE)
    return rows(session, query.order_by(col(Reminder.next_at), col(Reminder.id)))


def to_come(session: Session, person_id: int, until: datetime) -> list[Reminder]:
    """What comes to somebody until a moment."""
    query = select(Reminder).where(
        col(Reminder.person_id) == person_id,
        col(Reminder.state) == ReminderState.ACTIVE,
        col(Reminder.next_at) < until,
    )
    return rows(session, query.order_by(col(Reminder.next_at)).limit(50))


def floating_of(session: Session, person_id: int) -> list[Reminder]:
    """The active ones whose time moves with somebody's zone."""
    query = select(Reminder).where(
        col(Reminder.person_id) == person_id,
        col(Reminder.state) == ReminderState.ACTIVE,
        col(Reminder.floats).is_(True),
        col(Reminder.clock).is_not(None),
    )
    return rows(session, query)
