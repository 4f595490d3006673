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


def missing_guards(connection: Connection) -> Iterator[str]:
    """The triggers that keep the history as it was written, where they are gone."""
    there = _triggers(connection)
    yield from (f"The trigger {name}" for name in _guards(connection) if name not in there)


def guard_again(connection: Connection) -> None:
    """Puts the triggers back that are gone, as the first migration has made them."""
    there = _triggers(connection)
    for name, statement in _guards(connection).items():
        if name not in there:
            connection.execute(text(statement))


def _triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        asked = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    return {str(row[0]) for row in connection.execute(text(asked))}


def _guards(connection: Connection) -> dict[str, str]:
    """The name of each trigger, and how it is made."""
    if connection.dialect.name == "sqlite":
        return {
            f"{table}_no_{act.lower()}": f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in GUARDED
            for act in ("UPDATE", "DELETE")
        }
    return {
        f"{table}_append_only": f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in GUARDED
    }


def damage(connection: Connection) -> str:
    """What SQLite's quick_check has found; empty when all is well, and on PostgreSQL, which checks its pages itself."""
    if connection.dialect.name != "sqlite":
        return ""
    try:
        found = str(connection.execute(text("PRAGMA quick_check(3)")).scalar())
    except DatabaseError as error:
        return str(error.orig)
    return "" if found == "ok" else found
