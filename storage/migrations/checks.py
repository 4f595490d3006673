"""Checks of a column's values, made wider by a migration."""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


def widen(table: str, column: str, values: Sequence[str]) -> None:
    """Lets a column have more values. SQLite can't alter a check, and to rebuild a table would lose its triggers and
    break what refers to it; that the text of a check may be replaced is documented:
    https://www.sqlite.org/lang_altertable.html#otheralter"""
    name = f"{column}_is_known"
    allowed = ", ".join(f"'{one}'" for one in values)
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"{column} IN ({allowed})")
        return
    written = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}).scalar()
    check = re.compile(rf"(CONSTRAINT {name} CHECK \({column} IN \()[^)]*(\)\))")
    wider, found = check.subn(rf"\g<1>{allowed}\g<2>", str(written))
    if found != 1:
        raise RuntimeError(f"the check {name} of {table} was not found")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (wider, table))
    connection.exec_driver_sql(f"PRAGMA schema_version = {int(str(version)) + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")
