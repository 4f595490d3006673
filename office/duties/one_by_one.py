"""What a timer finds due is done one by one: what fails is put off, and delays nobody else."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from office.duties.changes import Overtaken

logger = logging.getLogger(__name__)

T = TypeVar("T")


def one_by_one(session: Session, rows: Iterable[T], do: Callable[[T], object], put_off: Callable[[T], object]) -> None:
    """Runs `do` for each row behind a savepoint of its own.

    A row that somebody else changed meanwhile is left to the next look; one that can't be done is logged and put off.
    """
    for row in rows:
        try:
            with session.begin_nested():
                do(row)
        except Overtaken:
            logger.info("somebody else was first with %r", row)
        except Exception:
            logger.exception("%s could not be done; it is tried again later", type(row).__name__)
            put_off(row)
