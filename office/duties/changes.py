"""What every duty's changes have in common: who comes second is told, and history holds plain values."""

from datetime import date, datetime
from enum import Enum
from typing import Any


class Overtaken(Exception):
    """Somebody changed the same thing in the same moment; the act is tried again on what they left."""


def plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value
