"""Who did what: entries are added and sealed, never changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add, add_all, maybe, one, rows
from storage.tables import History, Seal

# An entry is sealed a moment after it was written, so that on PostgreSQL one that commits late is not passed by.
SEAL_AFTER = timedelta(seconds=5)


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


def seal(session: Session, now: datetime, limit: int = 500) -> int:
    """Chains entries that have none yet; returns how many. One process at a time: the caller claims."""
    previous = session.execute(select(col(Seal.hash)).order_by(col(Seal.id).desc()).limit(1)).scalar() or ""
    newest = session.execute(select(func.max(col(Seal.history_id)))).scalar() or 0
    waiting = _unsealed(session, newest, now - SEAL_AFTER, limit)
    rows = []
    for entry in waiting:
        previous = link(previous, entry)
        rows.append({"history_id": entry.id, "hash": previous})
    add_all(session, Seal, rows)
    return len(rows)


def verify(session: Session) -> Iterator[str]:
    """What is wrong with the chain, a sentence each; nothing when every entry is as it was written."""
    previous = ""
    pairs = (
        select(Seal, History)
        .join(History, col(History.id) == col(Seal.history_id), isouter=True)
        .order_by(col(Seal.id))
        .execution_options(yield_per=1000)
    )
    for sealed, entry in session.execute(pairs):
        if entry is None:
            yield f"Entry {sealed.history_id} was removed."
        elif link(previous, entry) != sealed.hash:
            yield f"Entry {entry.id} of {entry.at:%Y-%m-%d %H:%M} UTC was changed, or one before it was removed."
        previous = sealed.hash
    yield from _never_sealed(session)


def link(previous: str, entry: History) -> str:
    """The hash of one entry after another: SHA-256 over the one before and the entry's columns as JSON."""
    columns = [
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.act,
        entry.subject,
        entry.subject_id,
        entry.before,
        entry.after,
        entry.why,
        entry.undoes_id,
    ]
    words = json.dumps([previous, columns], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


def _unsealed(session: Session, newest: int, before: datetime, limit: int) -> list[History]:
    # A hundred numbers back: on PostgreSQL a lower number may have been committed after a higher one was sealed.
    sealed = select(col(Seal.history_id)).where(col(Seal.history_id) > newest - 100)
    waiting = (
        select(History)
        .where(col(History.id) > newest - 100, col(History.at) <= before, col(History.id).not_in(sealed))
        .order_by(col(History.id))
        .limit(limit)
    )
    return rows(session, waiting)


def _never_sealed(session: Session) -> Iterator[str]:
    newest = session.execute(select(func.max(col(Seal.history_id)))).scalar() or 0
    sealed = select(col(Seal.history_id))
    strays = select(col(History.id)).where(col(History.id) < newest - 100, col(History.id).not_in(sealed)).limit(10)
    for entry_id in session.execute(strays).scalars():
        yield f"Entry {entry_id} was added behind the chain."
