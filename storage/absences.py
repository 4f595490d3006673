"""Who is away, and who stands in."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.statements import BATCH, changed, maybe, one, rows
from storage.statements import add as add_row
from storage.time_tables import Absence
from storage.words import AbsenceState, CoverState

_ALIVE = (AbsenceState.PLANNED, AbsenceState.ON)


def add(session: Session, values: Mapping[str, Any]) -> int:
    forget_kept(session)
    return add_row(session, Absence, values)


def get(session: Session, number: int) -> Absence:
    return one(session, select(Absence).where(col(Absence.id) == number))


def find(session: Session, number: int) -> Absence | None:
    return maybe(session, select(Absence).where(col(Absence.id) == number)) if 0 < number < 2**31 else None


def change(session: Session, absence: Absence, values: Mapping[str, Any]) -> bool:
    """Changes an absence if it is still the version that was read; says whether it was."""
    forget_kept(session)
    same = update(Absence).where(col(Absence.id) == absence.id, col(Absence.version) == absence.version)
    return changed(session.execute(same.values(version=absence.version + 1, **values))) == 1


def put_off(session: Session, absence: Absence, at: datetime) -> None:
    session.execute(update(Absence).where(col(Absence.id) == absence.id).values(next_at=at))


def due(session: Session, now: datetime, limit: int = BATCH) -> list[Absence]:
    ripe = select(Absence).where(col(Absence.next_at) <= now).order_by(col(Absence.next_at))
    return rows(session, ripe.limit(limit))


def current(session: Session, person_id: int, now: datetime) -> Absence | None:
    """The absence that somebody is in now."""
    return next((one for one in planned(session, person_id) if one.starts_at <= now < one.ends_at), None)


def planned(session: Session, person_id: int) -> list[Absence]:
    """Somebody's absences that are on or to come, the earliest first. Asked for with every card, so kept for those
    who only read; what decides reads what is true."""

    def load() -> list[Absence]:
        mine = select(Absence).where(col(Absence.person_id) == person_id, col(Absence.state).in_(_ALIVE))
        return rows(session, mine.order_by(col(Absence.starts_at)))

    return load() if "connection" in session.info else kept(session, ("absences", person_id), load)


def covered_by(session: Session, person_id: int) -> list[Absence]:
    """The absences of others for which somebody was asked to stand in, and has not refused."""
    theirs = select(Absence).where(
        col(Absence.cover_id) == person_id,
        col(Absence.state).in_(_ALIVE),
        col(Absence.cover_state).in_([CoverState.ASKED, CoverState.ACCEPTED]),
    )
    return rows(session, theirs.order_by(col(Absence.starts_at)))


def between(
    session: Session, start: datetime, end: datetime, person_ids: Collection[int] | None = None
) -> list[Absence]:
    """The absences of everybody, or of some, that touch a span."""
    touching = select(Absence).where(
        col(Absence.state).in_(_ALIVE), col(Absence.starts_at) < end, col(Absence.ends_at) > start
    )
    if person_ids is not None:
        touching = touching.where(col(Absence.person_id).in_(person_ids))
    return rows(session, touching.order_by(col(Absence.starts_at)).limit(200))


def ended_since(session: Session, person_id: int, moment: datetime) -> Absence | None:
    """The newest absence of somebody that ended after a moment."""
    ended = select(Absence).where(
        col(Absence.person_id) == person_id, col(Absence.state) == AbsenceState.OVER, col(Absence.ends_at) >= moment
    )
    return maybe(session, ended.order_by(col(Absence.ends_at).desc()).limit(1))
