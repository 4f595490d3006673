"""Whether a database is what it should be: its tables by their content, its guards, its pages."""

from collections.abc import Iterator

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from storage import meeting_tables, minute_tables, money_tables, supply_tables, tables, time_tables

# What keeps anybody from changing the history and its seals; made with the first tables.
GUARDED = ("history", "history_seals")
assert all((meeting_tables, minute_tables, money_tables, supply_tables, tables, time_tables))


def differences(connection: Connection) -> Iterator[str]:
    """What is missing of the tables that this version works with, a few words each; nothing when all is there."""
    found = inspect(connection)
    there = set(found.get_table_names())
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in there:
            yield f"the table {table.name}"
            continue
        columns = {one["name"] for one in found.get_columns(table.name)}
        yield from (f"{table.name}.{column.name}" for column in table.columns if column.name not in columns)
    yield from missing_guards(connection)


def missing_guards(connection: Connection) -> Iterator[str]:
    """The triggers that keep the history as it was written, where they are gone."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        wanted = [f"{table}_no_{act}" for table in GUARDED for act in ("update", "delete")]
    else:
        rows = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"))
        wanted = [f"{table}_append_only" for table in GUARDED]
    there = {row[0] for row in rows}
    yield from (f"the trigger {one}" for one in wanted if one not in there)


def damage(connection: Connection) -> str:
    """What SQLite's quick_check has found; empty when all is well, and on PostgreSQL, which checks its pages itself."""
    if connection.dialect.name != "sqlite":
        return ""
    try:
        found = str(connection.execute(text("PRAGMA quick_check(3)")).scalar())
    except DatabaseError as error:
        return str(error.orig)
    return "" if found == "ok" else found
