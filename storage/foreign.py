"""How often something from outside was tried: whatever takes the program with it is met a few times only."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from storage.statements import insert_or_ignore, one
from storage.tables import ForeignTry

MOST_TRIES = 3
KEPT = timedelta(days=30)


def try_it(session: Session, key: str, now: datetime) -> int:
    """Counts one more try, before it is made; returns the how manieth it is."""
    insert_or_ignore(session, ForeignTry, {"key": key, "tries": 0, "tried_at": now})
    mine = update(ForeignTry).where(col(ForeignTry.key) == key)
    session.execute(mine.values(tries=col(ForeignTry.tries) + 1, tried_at=now))
    return one(session, select(ForeignTry).where(col(ForeignTry.key) == key)).tries


def forget(session: Session, key: str, now: datetime) -> None:
    """What went well is tried no more; what is long over is forgotten with it."""
    old = col(ForeignTry.tried_at) < now - KEPT
    session.execute(delete(ForeignTry).where((col(ForeignTry.key) == key) | old))
