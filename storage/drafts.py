"""Words that have not become anything yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add, changed
from storage.tables import Draft


def keep(session: Session, person_id: int, words: Mapping[str, Any], now: datetime) -> int:
    return add(session, Draft, {"person_id": person_id, "words": dict(words), "created_at": now})


def find(session: Session, draft_id: int, person_id: int) -> dict[str, Any] | None:
    """Somebody's own draft; a draft of somebody else is none."""
    if not 0 < draft_id < 2**31:
        return None
    mine = select(col(Draft.words)).where(col(Draft.id) == draft_id, col(Draft.person_id) == person_id)
    return session.execute(mine).scalar()


def use(session: Session, draft_id: int, person_id: int) -> bool:
    """Takes a draft away; says whether it was still there."""
    if not 0 < draft_id < 2**31:
        return False
    mine = delete(Draft).where(col(Draft.id) == draft_id, col(Draft.person_id) == person_id)
    return changed(session.execute(mine)) == 1


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(delete(Draft).where(col(Draft.created_at) < moment))
