"""Changes of suppliers that a second person looks at; one of each supplier at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add as add_row
from storage.statements import changed, maybe, one, rows
from storage.supply_tables import SupplierChange
from storage.words import ClaimState


def add(
    session: Session, supplier_id: int, before: Mapping[str, str], after: Mapping[str, str], actor_id: int,
    now: datetime,
) -> int:  # fmt: skip
    values = {
        "supplier_id": supplier_id, "before": dict(before), "after": dict(after), "state": ClaimState.ASKED,
        "asked_by_id": actor_id, "asked_at": now, "why": "",
    }  # fmt: skip
    return add_row(session, SupplierChange, values)


def get(session: Session, number: int) -> SupplierChange:
    return one(session, select(SupplierChange).where(col(SupplierChange.id) == number))


def find(session: Session, number: int) -> SupplierChange | None:
    if not 0 < number < 2**31:
        return None
    return maybe(session, select(SupplierChange).where(col(SupplierChange.id) == number))


def asked(session: Session, supplier_id: int) -> SupplierChange | None:
    """The one of a supplier that nobody has decided about yet."""
    theirs = select(SupplierChange).where(col(SupplierChange.supplier_id) == supplier_id, _is_asked())
    return maybe(session, theirs)


def waiting(session: Session) -> list[SupplierChange]:
    return rows(session, select(SupplierChange).where(_is_asked()).order_by(col(SupplierChange.id)))


def decide(session: Session, number: int, values: Mapping[str, Any]) -> bool:
    """Whether this call was the one that decided."""
    same = update(SupplierChange).where(col(SupplierChange.id) == number, _is_asked())
    return changed(session.execute(same.values(**values))) == 1


def _is_asked() -> Any:
    return col(SupplierChange.state) == ClaimState.ASKED
