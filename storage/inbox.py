"""Deliveries that have had their effect, with the answer that each got."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add_all, connection_of, table_of
from storage.tables import Inbox

_ANSWER = select(table_of(Inbox).c.answer).where(table_of(Inbox).c.key == bindparam("key"))


def find_answer(session: Session, key: str) -> dict[str, Any] | None:
    return connection_of(session).execute(_ANSWER, {"key": key}).scalar()


def remember(session: Session, key: str, answer: Mapping[str, Any], now: datetime) -> None:
    """Raises IntegrityError when another process remembered the same delivery first."""
    add_all(session, Inbox, [{"key": key, "answer": dict(answer), "received_at": now}])


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(delete(Inbox).where(col(Inbox.received_at) < moment))
