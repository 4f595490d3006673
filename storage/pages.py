"""One page of a list, and how much there is in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storage.statements import one, rows

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """`number` counts from 1; a page beyond the last is the last."""

    rows: list[T]
    total: int
    number: int
    size: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


def page_of(session: Session, query: Select[Any], number: int, size: int) -> Page[Any]:
    """One page of a query that has its order."""
    total = one(session, select(func.count()).select_from(query.order_by(None).subquery()))
    within = _within(number, total, size)
    return Page(rows(session, query.offset((within - 1) * size).limit(size)), total, within, size)


def page_from(found: Sequence[T], number: int, size: int) -> Page[T]:
    """One page of what is at hand already."""
    within = _within(number, len(found), size)
    return Page(list(found[(within - 1) * size : within * size]), len(found), within, size)


def _within(number: int, total: int, size: int) -> int:
    return min(max(1, number), max(1, -(-total // size)))
