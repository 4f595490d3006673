"""When each timer last ran."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import changed, insert_or_ignore, rows
from storage.tables import Timer


def claim(session: Session, name: str, now: datetime, every: timedelta) -> bool:
    """Whether this process may run a timer now: no other has within its interval.

    A clock that was moved back more than an interval lets it run again at once.
    """
    if insert_or_ignore(session, Timer, {"name": name, "last_at": now}):
        return True
    due = update(Timer).where(
        col(Timer.name) == name, (col(Timer.last_at) <= now - every) | (col(Timer.last_at) > now + every)
    )
    return changed(session.execute(due.values(last_at=now))) == 1


def last(session: Session) -> dict[str, datetime]:
    return {timer.name: timer.last_at for timer in rows(session, select(Timer))}
