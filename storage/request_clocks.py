"""The clocks of requests: promises in working minutes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import BATCH, add_all, changed, connection_of, rows, table_of
from storage.tables import RequestClock
from storage.words import ClockKind

_OF_REQUEST = (
    select(RequestClock).where(col(RequestClock.request_id) == bindparam("request")).order_by(col(RequestClock.id))
)


def start(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    add_all(session, RequestClock, rows)


def of(session: Session, request_id: int) -> list[RequestClock]:
    return rows(session, _OF_REQUEST, request=request_id)


_TABLE = table_of(RequestClock)
_ANSWER_DUE = select(_TABLE.c.due_at).where(
    _TABLE.c.request_id == bindparam("request"), _TABLE.c.kind == ClockKind.ANSWER
)


def answer_due(session: Session, request_id: int) -> datetime | None:
    """By when a request is promised its first answer; None when that clock does not run."""
    return connection_of(session).execute(_ANSWER_DUE, {"request": request_id}).scalar()


def runs(session: Session, clock_id: int) -> bool:
    running = select(col(RequestClock.running_since)).where(col(RequestClock.id) == clock_id)
    return session.execute(running).scalar() is not None


def change(session: Session, clock: RequestClock, values: Mapping[str, Any]) -> bool:
    """Changes a clock if it still stands as it was read; the loser of a race is told False."""
    same = (
        update(RequestClock)
        .where(
            col(RequestClock.id) == clock.id,
            col(RequestClock.step) == clock.step,
            col(RequestClock.used_minutes) == clock.used_minutes,
        )
        .values(**values)
    )
    return changed(session.execute(same)) == 1


def due(session: Session, now: datetime, limit: int = BATCH) -> list[RequestClock]:
    ripe = select(RequestClock).where(col(RequestClock.next_at) <= now).order_by(col(RequestClock.next_at))
    return rows(session, ripe.limit(limit))
