"""Lists of items and suppliers that were sent in: shown first, then taken over a little at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add as add_row
from storage.statements import changed, maybe, one, rows
from storage.supply_tables import Import
from storage.words import ImportState


def add(
    session: Session, person_id: int | None, name: str, kind: str, cells: Sequence[Sequence[str]],
    found: Sequence[Mapping[str, Any]], about: Mapping[str, Any], now: datetime,
) -> int:  # fmt: skip
    values = {
        "person_id": person_id, "name": name, "kind": kind, "cells": list(cells), "choices": {},
        "rows": [dict(one) for one in found], "found": dict(about), "state": ImportState.SHOWN,
        "done": 0, "created_at": now,
    }  # fmt: skip
    return add_row(session, Import, values)


def find(session: Session, number: int) -> Import | None:
    return maybe(session, select(Import).where(col(Import.id) == number)) if 0 < number < 2**31 else None


def get(session: Session, number: int) -> Import:
    return one(session, select(Import).where(col(Import.id) == number))


def change(session: Session, number: int, values: Mapping[str, Any]) -> bool:
    """Changes how a list is understood while it is shown; says whether it still was."""
    shown = update(Import).where(col(Import.id) == number, col(Import.state) == ImportState.SHOWN)
    return changed(session.execute(shown.values(**values))) == 1


def move(session: Session, number: int, before: ImportState, after: ImportState) -> bool:
    """Whether this call moved an import from one state to the next."""
    same = update(Import).where(col(Import.id) == number, col(Import.state) == before)
    return changed(session.execute(same.values(state=after))) == 1


def proceed(session: Session, number: int, done: int, following: int) -> bool:
    """Whether this call takes the rows from `done` to `following`."""
    mine = update(Import).where(
        col(Import.id) == number, col(Import.state) == ImportState.RUNNING, col(Import.done) == done
    )
    return changed(session.execute(mine.values(done=following))) == 1


def note_failed(session: Session, found: Import, numbers: Sequence[int]) -> None:
    """Rows that could not be taken over, as a spreadsheet counts them."""
    about = {**found.found, "failed": [*found.found.get("failed", []), *numbers]}
    session.execute(update(Import).where(col(Import.id) == found.id).values(found=about))


def running(session: Session) -> list[int]:
    open_ones = select(col(Import.id)).where(col(Import.state) == ImportState.RUNNING).order_by(col(Import.id))
    return [one for one in rows(session, open_ones) if one is not None]
