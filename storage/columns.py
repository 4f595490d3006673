"""Column types that both databases keep alike, and fields of them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive datetime is a bug and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value.astimezone(UTC) if value is not None else None
        return value.replace(tzinfo=UTC)


# JSON keeps what belongs to one row and is never searched: answers of a form, before and after of a change.
# On PostgreSQL, too, it is JSON and not JSONB: an answer that is given again is given as it was written.
Document = JSON()


def word(enum: Any) -> Any:
    """A column type for one of storage.words: stored as its value, read back as the enum."""
    return _Word(enum)


def moment(**more: Any) -> Any:
    return Field(sa_type=Moment, **more)


def document(**more: Any) -> Any:
    return Field(sa_type=Document, **more)


def one_of(column: str, enum: Any) -> CheckConstraint:
    values = ", ".join(f"'{member.value}'" for member in enum)
    return CheckConstraint(f"{column} IN ({values})", name=f"{column}_is_known")


def minor(**more: Any) -> Any:
    return Field(sa_type=BigInteger, **more)


class _Word(TypeDecorator[Any]):
    impl = String(32)
    cache_ok = True

    def __init__(self, enum: Any) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(self.enum(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.enum(value)
