"""What people bring back without having taken it, by the ledger: the desk looks at it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import add as add_row
from storage.statements import changed, maybe, one
from storage.supply_tables import StockClaim
from storage.words import ClaimState


def add(session: Session, item_id: int, person_id: int, quantity: int, now: datetime) -> int:
    values = {
        "item_id": item_id, "person_id": person_id, "quantity": quantity, "state": ClaimState.ASKED, "created_at": now,
    }  # fmt: skip
    return add_row(session, StockClaim, values)


def get(session: Session, number: int) -> StockClaim:
    return one(session, select(StockClaim).where(col(StockClaim.id) == number))


def find(session: Session, number: int) -> StockClaim | None:
    return maybe(session, select(StockClaim).where(col(StockClaim.id) == number)) if 0 < number < 2**31 else None


def decide(session: Session, number: int, values: Mapping[str, Any]) -> bool:
    """Whether this call was the one that decided."""
    same = update(StockClaim).where(col(StockClaim.id) == number, col(StockClaim.state) == ClaimState.ASKED)
    return changed(session.execute(same.values(**values))) == 1
