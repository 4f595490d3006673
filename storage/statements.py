"""The few statements that SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

T = TypeVar("T")

# How many due things one transaction takes: a writer that waits behind it waits some hundredths of a second.
BATCH = 25


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def rows(session: Session, query: Select[T], **given: Any) -> list[T]:
    """What a query of one entity or column finds. Rows are values: they leave the session, so that one that was read
    before a change still shows what was before it. A query that is built once takes what differs as `given`."""
    found = [value for (value,) in session.execute(query, given)]
    for value in found:
        _detach(session, value)
    return found


def tuples(session: Session, query: Any) -> list[Any]:
    """The same for a query of several entities."""
    found = [tuple(row) for row in session.execute(query)]
    for row in found:
        for value in row:
            _detach(session, value)
    return found


def one(session: Session, query: Select[T], **given: Any) -> T:
    """The only row of a query; a query that finds none, or several, is a bug."""
    value: T = session.execute(query, given).scalar_one()
    _detach(session, value)
    return value


def maybe(session: Session, query: Select[T], **given: Any) -> T | None:
    """The only row of a query, or None."""
    value: T | None = session.execute(query, given).scalar_one_or_none()
    _detach(session, value)
    return value


def add(session: Session, model: type[SQLModel], values: Mapping[str, Any]) -> int:
    """Inserts one row and returns its id.

    The statement is compiled once and handed to the driver with its parameters: a third of what SQLAlchemy's own
    execution costs, and these inserts are most of the work of every command.
    """
    connection = connection_of(session)
    # SQLite's driver tells the id by itself, at a third of the price of RETURNING.
    asks = connection.dialect.name != "sqlite"
    made = _insert(model, tuple(values), connection.dialect.name, returning=asks)
    result = connection.exec_driver_sql(made.sql, made.parameters(values))
    return int(result.scalar() or 0) if asks else result.lastrowid


def add_all(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection = connection_of(session)
        made = _insert(model, tuple(rows[0]), connection.dialect.name, returning=False)
        parameters = [made.parameters(row) for row in rows]
        connection.exec_driver_sql(made.sql, parameters if len(parameters) > 1 else parameters[0])


def connection_of(session: Session) -> Connection:
    """The connection of a transaction; asking the session for it costs as much as a small statement."""
    found: Connection | None = session.info.get("connection")
    return found if found is not None else session.connection()


@dataclass(frozen=True)
class _Insert:
    sql: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    named: bool

    def parameters(self, values: Mapping[str, Any]) -> Any:
        if self.named:
            return {name: to_driver(values[name]) if to_driver else values[name] for name, to_driver in self.columns}
        return tuple([to_driver(values[name]) if to_driver else values[name] for name, to_driver in self.columns])


@lru_cache(maxsize=256)
def _insert(model: type[SQLModel], names: tuple[str, ...], dialect_name: str, returning: bool) -> _Insert:
    dialect = _dialects()[dialect_name]
    table = table_of(model)
    statement = insert(table).values({name: bindparam(name) for name in names})
    key = next(iter(table.primary_key))
    compiled = (statement.returning(key) if returning else statement.inline()).compile(dialect=dialect)
    order = compiled.positiontup or names
    processors = {name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names}
    return _Insert(str(compiled), tuple((name, processors[name]) for name in order), named=not compiled.positional)


@lru_cache(maxsize=1)
def _dialects() -> dict[str, Any]:
    from sqlalchemy.dialects.postgresql import psycopg

    return {"sqlite": sqlite.pysqlite.dialect(), "postgresql": psycopg.dialect()}  # type: ignore[no-untyped-call]


def insert_or_ignore(session: Session, model: type[SQLModel], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless a unique value stands in its way; says whether it did."""
    statement = _dialect(session).insert(table_of(model)).values(**values).on_conflict_do_nothing()
    # PostgreSQL tells what was inserted only when it is asked to return it.
    made = connection_of(session).execute(statement.returning(next(iter(table_of(model).primary_key))))
    return made.first() is not None


def upsert(session: Session, model: type[SQLModel], values: Mapping[str, Any], by: Sequence[str]) -> None:
    """Inserts a row or, where one has the same `by`, changes its other columns."""
    statement = _dialect(session).insert(table_of(model)).values(**values)
    others = {name: value for name, value in values.items() if name not in by}
    session.execute(statement.on_conflict_do_update(index_elements=list(by), set_=others))


def changed(result: Any) -> int:
    """How many rows an UPDATE, DELETE or INSERT touched."""
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def _detach(session: Session, value: object) -> None:
    if isinstance(value, SQLModel) and value in session:
        session.expunge(value)


def _dialect(session: Session) -> Any:
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
