"""Words that have not become anything yet."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add, changed
from storage.tables import Draft

_USED: dict[str, Any] = {"used": True}


def keep(session: Session, person_id: int, words: Mapping[str, Any], now: datetime) -> int:
    return add(session, Draft, {"person_id": person_id, "words": dict(words), "created_at": now})


def find(session: Session, draft_id: int, person_id: int) -> dict[str, Any] | None:
    """Somebody's own draft; a draft of somebody else is none."""
    if not 0 < draft_id < 2**31:
        return None
    mine = select(col(Draft.words)).where(col(Draft.id) == draft_id, col(Draft.person_id) == person_id)
    found = session.execute(mine).scalar()
    return None if found == _USED else found


def use(session: Session, draft_id: int, person_id: int) -> bool:
    """Takes a draft's words; says whether they were still there. Its row stays for a while: SQLite gives the number of
    the newest row again once that is gone, and an old button must not speak of a newer draft."""
    if not 0 < draft_id < 2**31:
        return False
    unused = cast(col(Draft.words), String) != json.dumps(_USED)
    mine = update(Draft).where(col(Draft.id) == draft_id, col(Draft.person_id) == person_id, unused)
    return changed(session.execute(mine.values(words=_USED))) == 1


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(delete(Draft).where(col(Draft.created_at) < moment))
