"""Deliveries that have had their effect, with the answer that each got."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add_all, connection_of, table_of
from storage.tables import Inbox

_ANSWER = select(table_of(Inbox).c.answer, table_of(Inbox).c.received_at).where(
    table_of(Inbox).c.key == bindparam("key")
)


def find_answer(session: Session, key: str) -> tuple[dict[str, Any], datetime] | None:
    """What a delivery got as its answer, and when it came."""
    found = connection_of(session).execute(_ANSWER, {"key": key}).first()
    return (found[0], found[1]) if found is not None else None


def remember(session: Session, key: str, answer: Mapping[str, Any], now: datetime) -> None:
    """Raises IntegrityError when another process remembered the same delivery first."""
    add_all(session, Inbox, [{"key": key, "answer": dict(answer), "received_at": now}])


def remember_anew(session: Session, key: str, answer: Mapping[str, Any], now: datetime) -> None:
    """The same gesture, made once more after a while, has an answer of its own."""
    again = update(Inbox).where(col(Inbox.key) == key)
    session.execute(again.values(answer=dict(answer), received_at=now))


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(delete(Inbox).where(col(Inbox.received_at) < moment))
