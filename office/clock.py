"""now(); the only reader of the wall clock, movable in practice and in tests."""

from datetime import UTC, datetime, timedelta

_shift = timedelta()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def move(by: timedelta) -> None:
    """Moves the office's clock, forwards or backwards, from where it stands."""
    global _shift
    _shift += by


def move_to(moment: datetime) -> None:
    """Sets the office's clock to an aware moment; it runs on from there."""
    move(moment - now())


def reset() -> None:
    """Lets the office's clock show the system's time again."""
    global _shift
    _shift = timedelta()
