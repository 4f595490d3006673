"""Tasks and who has them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.pages import Page, page_of
from storage.statements import BATCH, add_all, changed, maybe, one, rows
from storage.statements import add as add_row
from storage.tables import Person
from storage.time_tables import Task, TaskOwner
from storage.words import Holding, TaskState


def add(session: Session, values: Mapping[str, Any], owners: Iterable[Mapping[str, Any]]) -> int:
    """Stores a task with its owners; returns its number."""
    number = add_row(session, Task, values)
    add_all(session, TaskOwner, [_owner(number, one) for one in owners])
    return number


def get(session: Session, number: int) -> Task:
    return one(session, select(Task).where(col(Task.id) == number))


def find(session: Session, number: int) -> Task | None:
    return maybe(session, select(Task).where(col(Task.id) == number)) if 0 < number < 2**31 else None


def following(session: Session, number: int) -> Task | None:
    """The next one of a task that repeats, made when it was done."""
    made = select(Task).where(col(Task.follows_id) == number).order_by(col(Task.id).desc()).limit(1)
    return maybe(session, made)


def change(session: Session, task: Task, values: Mapping[str, Any]) -> bool:
    """Changes a task if it is still the version that was read; says whether it was."""
    same = update(Task).where(col(Task.id) == task.id, col(Task.version) == task.version)
    return changed(session.execute(same.values(version=task.version + 1, **values))) == 1


def owners(session: Session, number: int) -> list[TaskOwner]:
    of_task = select(TaskOwner).where(col(TaskOwner.task_id) == number).order_by(col(TaskOwner.person_id))
    return rows(session, of_task)


def owners_of(session: Session, numbers: Collection[int]) -> dict[int, list[TaskOwner]]:
    """The owners of several tasks, by task."""
    found: dict[int, list[TaskOwner]] = {number: [] for number in numbers}
    if numbers:
        for row in rows(session, select(TaskOwner).where(col(TaskOwner.task_id).in_(numbers))):
            found[row.task_id].append(row)
    return found


def set_owners(session: Session, number: int, them: Iterable[Mapping[str, Any]]) -> None:
    session.execute(delete(TaskOwner).where(col(TaskOwner.task_id) == number))
    add_all(session, TaskOwner, [_owner(number, one) for one in them])


def due_pings(session: Session, now: datetime, limit: int = BATCH) -> list[TaskOwner]:
    ripe = select(TaskOwner).where(col(TaskOwner.remind_at) <= now).order_by(col(TaskOwner.remind_at))
    return rows(session, ripe.limit(limit))


def put_off_ping(session: Session, owner: TaskOwner, at: datetime) -> None:
    set_ping(session, owner.task_id, owner.person_id, at, owner.snoozed)


def claim_ping(session: Session, owner: TaskOwner) -> bool:
    """Takes a due reminder away, so that nobody else sends it; says whether it was still there."""
    mine = update(TaskOwner).where(
        col(TaskOwner.task_id) == owner.task_id,
        col(TaskOwner.person_id) == owner.person_id,
        col(TaskOwner.remind_at) == owner.remind_at,
    )
    return changed(session.execute(mine.values(remind_at=None, snoozed=False))) == 1


def set_ping(session: Session, number: int, person_id: int, at: datetime | None, snoozed: bool) -> None:
    mine = update(TaskOwner).where(col(TaskOwner.task_id) == number, col(TaskOwner.person_id) == person_id)
    session.execute(mine.values(remind_at=at, snoozed=snoozed))


def of_person(session: Session, person_id: int, page: int, size: int) -> Page[Task]:
    """What somebody has to do: the earliest due first, those without a day last."""
    return page_of(session, _by_due(select(Task).where(_is_open(), _has(person_id))), page, size)


def given_by(session: Session, person_id: int, page: int, size: int) -> Page[Task]:
    """What somebody gave to others and is not done."""
    given = select(Task).where(_is_open(), col(Task.giver_id) == person_id, _others(person_id))
    return page_of(session, _by_due(given), page, size)


def overdue(session: Session, person_id: int, page: int, size: int, now: datetime, today: date) -> Page[Task]:
    """What somebody has or gave, and whose day or time is over."""
    mine = or_(_has(person_id), col(Task.giver_id) == person_id)
    return page_of(session, _by_due(select(Task).where(_is_open(), mine, is_late(now, today))), page, size)


def seen_by(session: Session, person_id: int, page: int, size: int) -> Page[Task]:
    """Everything open that somebody has, is offered, or gave."""
    mine = or_(_has(person_id, Holding.HOLDS, Holding.OFFERED), col(Task.giver_id) == person_id)
    return page_of(session, _by_due(select(Task).where(_is_open(), mine)), page, size)


def offered_to(session: Session, person_id: int) -> list[Task]:
    return rows(session, _by_due(select(Task).where(_is_open(), _has(person_id, Holding.OFFERED))))


def held_by(session: Session, person_id: int) -> list[Task]:
    return rows(session, _by_due(select(Task).where(_is_open(), _has(person_id))))


def done_since(session: Session, person_id: int, moment: datetime) -> list[Task]:
    """What somebody has done since a moment."""
    mine = exists().where(
        col(TaskOwner.task_id) == col(Task.id),
        col(TaskOwner.person_id) == person_id,
        col(TaskOwner.holding) == Holding.DONE,
    )
    done = select(Task).where(col(Task.done_at) >= moment, col(Task.state) == TaskState.DONE, mine)
    return rows(session, done.order_by(col(Task.id)).limit(50))


def late_of_team(session: Session, manager_id: int, now: datetime, today: date, limit: int) -> tuple[list[Task], int]:
    """What the people of a manager have not done in time, and how many there are in all."""
    people = select(col(Person.id)).where(col(Person.manager_id) == manager_id)
    held = select(col(TaskOwner.task_id)).where(
        col(TaskOwner.person_id).in_(people), col(TaskOwner.holding) == Holding.HOLDS
    )
    theirs = col(Task.id).in_(held)
    late = select(Task).where(_is_open(), theirs, is_late(now, today))
    total = one(session, select(func.count()).select_from(late.subquery()))
    return (rows(session, _by_due(late).limit(limit)) if total else []), total


def late_given(session: Session, person_id: int, now: datetime, today: date) -> list[Task]:
    given = select(Task).where(_is_open(), col(Task.giver_id) == person_id, is_late(now, today), _others(person_id))
    return rows(session, _by_due(given).limit(50))


def is_late(now: datetime, today: date) -> ColumnElement[bool]:
    return or_(col(Task.due_at) <= now, and_(col(Task.due_at).is_(None), col(Task.due_on) < today))


def _owner(number: int, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"task_id": number, "holding": Holding.HOLDS, "from_id": None, "remind_at": None, "snoozed": False, **values}


def _has(person_id: int, *holdings: Holding) -> ColumnElement[bool]:
    # IN and not EXISTS: it goes from the few tasks of one person, and not through all.
    theirs = select(col(TaskOwner.task_id)).where(
        col(TaskOwner.person_id) == person_id, col(TaskOwner.holding).in_(holdings or (Holding.HOLDS,))
    )
    return col(Task.id).in_(theirs)


def _others(person_id: int) -> ColumnElement[bool]:
    return exists().where(col(TaskOwner.task_id) == col(Task.id), col(TaskOwner.person_id) != person_id)


def _is_open() -> ColumnElement[bool]:
    return col(Task.state) == TaskState.OPEN


def _by_due(query: Select[Any]) -> Select[Any]:
    return query.order_by(
        col(Task.due_on).is_(None), col(Task.due_on), col(Task.due_at).is_(None), col(Task.due_at), col(Task.id)
    )
