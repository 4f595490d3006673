"""What people ask for, line by line. What is reserved, waiting, taken and dropped changes by conditional UPDATEs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.pages import Page, page_of
from storage.statements import add as add_row
from storage.statements import changed, maybe, one, rows
from storage.supply_tables import SupplyLine, SupplyOrder

PARTS = ("reserved", "waiting", "taken", "dropped")


def add(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, SupplyOrder, values)


def get(session: Session, number: int) -> SupplyOrder:
    return one(session, select(SupplyOrder).where(col(SupplyOrder.id) == number))


def find(session: Session, number: int) -> SupplyOrder | None:
    return maybe(session, select(SupplyOrder).where(col(SupplyOrder.id) == number)) if 0 < number < 2**31 else None


def touch(session: Session, number: int) -> None:
    """Something about an order has changed."""
    same = update(SupplyOrder).where(col(SupplyOrder.id) == number)
    session.execute(same.values(version=col(SupplyOrder.version) + 1))


def add_line(session: Session, values: Mapping[str, Any]) -> int:
    row = {
        "item_id": None, "text": "", "link": "", "price": None, "currency": "", "reserved": 0, "waiting": 0, "taken": 0,
        "dropped": 0, "why": "", "purchase_line_id": None, **values,
    }  # fmt: skip
    return add_row(session, SupplyLine, row)


def get_line(session: Session, line_id: int) -> SupplyLine:
    return one(session, select(SupplyLine).where(col(SupplyLine.id) == line_id))


def find_line(session: Session, line_id: int) -> SupplyLine | None:
    return maybe(session, select(SupplyLine).where(col(SupplyLine.id) == line_id)) if 0 < line_id < 2**31 else None


def lines(session: Session, order_id: int) -> list[SupplyLine]:
    return rows(session, select(SupplyLine).where(col(SupplyLine.order_id) == order_id).order_by(col(SupplyLine.id)))


def shift(session: Session, line_id: int, by: Mapping[str, int], why: str | None = None) -> bool:
    """Moves units of a line between its parts, such as {"waiting": -3, "reserved": 3}: none falls below zero, and their
    sum stays. Says whether that could be."""
    assert sum(by.values()) == 0 and set(by) <= set(PARTS)
    after = {name: getattr(SupplyLine, name) + amount for name, amount in by.items()}
    moved = update(SupplyLine).where(col(SupplyLine.id) == line_id, *(value >= 0 for value in after.values()))
    values: dict[str, Any] = {**after, **({"why": why} if why is not None else {})}
    return changed(session.execute(moved.values(**values))) == 1


def put_on(session: Session, line_ids: Collection[int], purchase_line_id: int | None, why: str = "") -> None:
    """Which line of an order to a supplier brings them. `why`: none does any more, for a reason."""
    if line_ids:
        theirs = update(SupplyLine).where(col(SupplyLine.id).in_(line_ids))
        session.execute(theirs.values(purchase_line_id=purchase_line_id, why=why))


def waiting(session: Session, item_id: int) -> list[SupplyLine]:
    """Who waits for an item, first come first."""
    open_ones = select(SupplyLine).where(col(SupplyLine.item_id) == item_id, text("waiting > 0"))
    return rows(session, open_ones.order_by(col(SupplyLine.id)))


def unbrought(session: Session, item_id: int) -> list[SupplyLine]:
    """Who waits for an item that no order to a supplier brings them yet, first come first."""
    return [one for one in waiting(session, item_id) if one.purchase_line_id is None]


def reserved(session: Session, item_id: int) -> list[SupplyLine]:
    """For whom something of an item is set aside, first come first."""
    held = select(SupplyLine).where(col(SupplyLine.item_id) == item_id, text("reserved > 0"))
    return rows(session, held.order_by(col(SupplyLine.id)))


def brought_by(session: Session, purchase_line_ids: Collection[int]) -> list[SupplyLine]:
    theirs = select(SupplyLine).where(col(SupplyLine.purchase_line_id).in_(purchase_line_ids))
    return rows(session, theirs.order_by(col(SupplyLine.id)))


def unplaced(session: Session) -> list[SupplyLine]:
    """Lines in words only, which nobody has put on an order yet."""
    free = select(SupplyLine).where(
        text("waiting > 0"), col(SupplyLine.item_id).is_(None), col(SupplyLine.purchase_line_id).is_(None)
    )
    return rows(session, free.order_by(col(SupplyLine.id)))


def of_person(session: Session, person_id: int, page: int, size: int) -> Page[SupplyOrder]:
    """What somebody asked for, or was asked for them; newest first."""
    mine = select(SupplyOrder).where(
        or_(col(SupplyOrder.requester_id) == person_id, col(SupplyOrder.beneficiary_id) == person_id)
    )
    return page_of(session, mine.order_by(col(SupplyOrder.id).desc()), page, size)


def ready_for(session: Session, person_id: int) -> list[SupplyLine]:
    """What lies ready for somebody."""
    mine = (
        select(SupplyLine)
        .join(SupplyOrder, col(SupplyOrder.id) == col(SupplyLine.order_id))
        .where(text("reserved > 0"), func.coalesce(SupplyOrder.beneficiary_id, SupplyOrder.requester_id) == person_id)
    )
    return rows(session, mine.order_by(col(SupplyLine.id)))


def last_of(session: Session, person_id: int) -> SupplyOrder | None:
    mine = select(SupplyOrder).where(col(SupplyOrder.requester_id) == person_id)
    return maybe(session, mine.order_by(col(SupplyOrder.id).desc()).limit(1))


def between(session: Session, person_id: int, start: datetime, end: datetime) -> list[SupplyLine]:
    """What somebody asked for from one moment on and before another."""
    theirs = (
        select(SupplyLine)
        .join(SupplyOrder, col(SupplyOrder.id) == col(SupplyLine.order_id))
        .where(
            col(SupplyOrder.requester_id) == person_id, col(SupplyOrder.created_at) >= start,
            col(SupplyOrder.created_at) < end,
        )
    )  # fmt: skip
    return rows(session, theirs.order_by(col(SupplyLine.id)))


def of_lines(session: Session, found: Sequence[SupplyLine]) -> dict[int, SupplyOrder]:
    numbers = {one.order_id for one in found}
    them = rows(session, select(SupplyOrder).where(col(SupplyOrder.id).in_(numbers))) if numbers else []
    return {one.id or 0: one for one in them}
