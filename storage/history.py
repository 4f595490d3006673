"""Who did what: entries are added, never changed; storage.seals shows that it is so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add, maybe, one, rows
from storage.tables import History


def record(
    session: Session,
    at: datetime,
    actor_id: int | None,
    act: str,
    subject: str,
    subject_id: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
    undoes_id: int | None = None,
) -> int:
    """Writes one entry; returns its id. `before` and `after` hold the changed columns as JSON."""
    return add(
        session,
        History,
        {
            "at": at,
            "actor_id": actor_id,
            "act": act,
            "subject": subject,
            "subject_id": subject_id,
            "before": dict(before or {}),
            "after": dict(after or {}),
            "why": why,
            "undoes_id": undoes_id,
        },
    )


_OF_SUBJECT = (
    select(History)
    .where(col(History.subject) == bindparam("subject"), col(History.subject_id) == bindparam("subject_id"))
    .order_by(col(History.id).desc())
    .limit(bindparam("most"))
)


def of(session: Session, subject: str, subject_id: int, limit: int = 200) -> list[History]:
    """The newest entries of one thing, newest first."""
    return rows(session, _OF_SUBJECT, subject=subject, subject_id=subject_id, most=limit)


def get(session: Session, entry_id: int) -> History:
    return one(session, select(History).where(col(History.id) == entry_id))


def last_of_actor(session: Session, actor_id: int, since: datetime) -> History | None:
    """The newest entry of somebody that is no undo and has not been undone."""
    undone = select(col(History.undoes_id)).where(col(History.undoes_id).is_not(None))
    newest = (
        select(History)
        .where(
            col(History.actor_id) == actor_id,
            col(History.at) >= since,
            col(History.undoes_id).is_(None),
            col(History.id).not_in(undone.where(col(History.actor_id) == actor_id)),
        )
        .order_by(col(History.id).desc())
        .limit(1)
    )
    return maybe(session, newest)
