"""What every command asks for and what seldom changes: people, desks and places, kept for a moment.

A change made by this process is seen at once, one made by another process after two seconds.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")

SECONDS = 2.0


class Kept:
    """The values of one database. They are shared between threads, so nobody may change them."""

    def __init__(self) -> None:
        self._values: dict[tuple[object, ...], tuple[float, Any]] = {}
        self._generation = 0

    def get(self, key: tuple[object, ...], load: Callable[[], T]) -> T:
        found = self._values.get(key)
        if found is not None and found[0] > time.monotonic():
            value: T = found[1]
            return value
        generation = self._generation
        value = load()
        # Somebody's commit came between: what was read may be older than it.
        if generation == self._generation:
            self._values[key] = (time.monotonic() + SECONDS, value)
        return value

    def forget(self) -> None:
        self._generation += 1
        self._values.clear()


def kept(session: Session, key: tuple[object, ...], load: Callable[[], T]) -> T:
    """A kept value, or the loaded one; a transaction that has changed such things reads its own changes."""
    values = session.info.get("kept")
    if values is None or session.info.get("forgets"):
        return load()
    assert isinstance(values, Kept)
    return values.get(key, load)


def forget_kept(session: Session) -> None:
    """Called by whatever changes people, desks or places: with the commit, what was kept is forgotten."""
    session.info["forgets"] = True
