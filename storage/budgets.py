"""Budgets and their ledgers. What is committed and spent changes by conditional UPDATEs only."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.money_tables import Budget, BudgetMove, Rate
from storage.statements import add, changed, maybe, one, rows, upsert
from storage.words import BudgetMode, MoveKind


def get(session: Session, budget_id: int) -> Budget:
    return one(session, select(Budget).where(col(Budget.id) == budget_id))


def find(session: Session, budget_id: int) -> Budget | None:
    return maybe(session, select(Budget).where(col(Budget.id) == budget_id)) if 0 < budget_id < 2**31 else None


def named(session: Session, department_id: int, year: int, category: str, month: int) -> Budget | None:
    same = select(Budget).where(
        col(Budget.department_id) == department_id, col(Budget.year) == year,
        col(Budget.category) == category, col(Budget.month) == month,
    )  # fmt: skip
    return maybe(session, same)


def matching(session: Session, department_id: int, year: int, category: str, month: int) -> list[Budget]:
    """Every budget that something of a department, category and month is paid from: the whole year's, the category's,
    the month's. In the order of their ids, so that two who take from several never wait for each other."""
    fits = select(Budget).where(
        col(Budget.department_id) == department_id,
        col(Budget.year) == year,
        or_(col(Budget.category) == "", col(Budget.category) == category),
        or_(col(Budget.month) == 0, col(Budget.month) == month),
    )
    return rows(session, fits.order_by(col(Budget.id)))


def of_departments(session: Session, department_ids: Collection[int], year: int) -> list[Budget]:
    theirs = select(Budget).where(col(Budget.department_id).in_(department_ids), col(Budget.year) == year)
    return rows(session, theirs.order_by(col(Budget.department_id), col(Budget.category), col(Budget.month)))


def everything(session: Session) -> list[Budget]:
    return rows(session, select(Budget).order_by(col(Budget.year), col(Budget.department_id), col(Budget.id)))


def open_new(session: Session, values: Mapping[str, Any]) -> int:
    return add(session, Budget, {"committed": 0, "spent": 0, "allowed": 0, **values})


def set_up(session: Session, budget_id: int, values: Mapping[str, Any]) -> None:
    """Its owner, its mode, its currency while nothing is in it: what is no money."""
    session.execute(update(Budget).where(col(Budget.id) == budget_id).values(**values))


def raise_by(session: Session, budget_id: int, amount: int) -> bool:
    """More, or less, money; never less than is committed and spent where the budget stops."""
    after = col(Budget.amount) + amount
    raised = update(Budget).where(col(Budget.id) == budget_id, after >= 0)
    if amount < 0:
        taken = col(Budget.committed) + col(Budget.spent)
        raised = raised.where(or_(col(Budget.mode) == BudgetMode.WARN, after + col(Budget.allowed) >= taken))
    return changed(session.execute(raised.values(amount=after))) == 1


def trim_allowance(session: Session, budget_id: int) -> int:
    """Takes back what was allowed beyond a budget and is not used any more; returns how much. The caller has changed
    the row in this transaction, so nobody else changes it meanwhile."""
    one_now = get(session, budget_id)
    unused = one_now.allowed - max(0, -one_now.left)
    if unused > 0:
        allow(session, budget_id, -unused)
    return max(0, unused)


def allow(session: Session, budget_id: int, amount: int) -> None:
    """Its owner lets it be exceeded by this much more."""
    session.execute(update(Budget).where(col(Budget.id) == budget_id).values(allowed=col(Budget.allowed) + amount))


def commit(session: Session, budget_id: int, amount: int) -> bool:
    """Takes an amount if there is room for it: one statement that fifty can send at once."""
    after = col(Budget.committed) + col(Budget.spent) + amount
    room = or_(col(Budget.mode) == BudgetMode.WARN, after <= col(Budget.amount) + col(Budget.allowed))
    taken = update(Budget).where(col(Budget.id) == budget_id, room)
    return changed(session.execute(taken.values(committed=col(Budget.committed) + amount))) == 1


def lock(session: Session, budget_ids: Collection[int]) -> None:
    """Lets one who takes from several follow the other, in one order for all."""
    theirs = select(col(Budget.id)).where(col(Budget.id).in_(budget_ids)).order_by(col(Budget.id))
    session.execute(theirs.with_for_update())


def release(session: Session, budget_id: int, amount: int) -> bool:
    freed = update(Budget).where(col(Budget.id) == budget_id, col(Budget.committed) >= amount)
    return changed(session.execute(freed.values(committed=col(Budget.committed) - amount))) == 1


def spend(session: Session, budget_id: int, committed: int, spent: int) -> bool:
    """What was committed has been paid, with as much or less."""
    paid = update(Budget).where(col(Budget.id) == budget_id, col(Budget.committed) >= committed)
    values = {"committed": col(Budget.committed) - committed, "spent": col(Budget.spent) + spent}
    return changed(session.execute(paid.values(**values))) == 1


def record(session: Session, values: Mapping[str, Any]) -> None:
    add(session, BudgetMove, {"approval_id": None, "other_id": None, "actor_id": None, "why": "", **values})


def moves(session: Session, budget_id: int, limit: int = 2000) -> list[BudgetMove]:
    """The ledger of a budget, oldest first; of a long one the newest lines."""
    newest = select(BudgetMove).where(col(BudgetMove.budget_id) == budget_id).order_by(col(BudgetMove.id).desc())
    return rows(session, newest.limit(limit))[::-1]


def last_move(session: Session, budget_id: int) -> int:
    newest = select(func.max(col(BudgetMove.id))).where(col(BudgetMove.budget_id) == budget_id)
    return int(session.execute(newest).scalar() or 0)


def get_move(session: Session, move_id: int) -> BudgetMove:
    return one(session, select(BudgetMove).where(col(BudgetMove.id) == move_id))


def held(session: Session, approval_id: int) -> dict[int, int]:
    """budget id -> what an approval has committed there and neither paid nor given back."""
    return _sums(session, approval_id, {MoveKind.COMMIT: 1, MoveKind.RELEASE: -1})


def spent_for(session: Session, approval_id: int) -> dict[int, int]:
    """budget id -> what was paid there for an approval."""
    return _sums(session, approval_id, {MoveKind.SPEND: 1})


def touched_by(session: Session, approval_id: int) -> list[int]:
    """Every budget that an approval ever took from."""
    theirs = select(col(BudgetMove.budget_id)).where(col(BudgetMove.approval_id) == approval_id).distinct()
    return rows(session, theirs)


def _sums(session: Session, approval_id: int, signs: Mapping[MoveKind, int]) -> dict[int, int]:
    sums = (
        select(col(BudgetMove.budget_id), col(BudgetMove.kind), func.sum(col(BudgetMove.amount)))
        .where(col(BudgetMove.approval_id) == approval_id)
        .group_by(col(BudgetMove.budget_id), col(BudgetMove.kind))
    )
    found: dict[int, int] = {}
    for budget_id, kind, amount in session.execute(sums):
        found[budget_id] = found.get(budget_id, 0) + signs.get(kind, 0) * int(amount)
    return {budget_id: amount for budget_id, amount in found.items() if amount > 0}


def save_rate(session: Session, day: date, currency: str, against: str, rate: str) -> None:
    values = {"day": day, "currency": currency, "against": against, "rate": rate}
    upsert(session, Rate, values, by=("currency", "against", "day"))


def newest_rates(session: Session, day: date) -> list[Rate]:
    """Of each pair of currencies the newest rate that is not after a day."""
    newest = (
        select(col(Rate.currency), col(Rate.against), func.max(col(Rate.day)).label("day"))
        .where(col(Rate.day) <= day)
        .group_by(col(Rate.currency), col(Rate.against))
        .subquery()
    )
    same = (
        (col(Rate.currency) == newest.c.currency)
        & (col(Rate.against) == newest.c.against)
        & (col(Rate.day) == newest.c.day)
    )
    return rows(session, select(Rate).join(newest, same).order_by(col(Rate.currency)))
