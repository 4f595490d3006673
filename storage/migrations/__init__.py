"""Alembic steps, one small step a file; a process that starts first takes them, the others wait."""

from pathlib import Path

from sqlalchemy import Connection, text


def upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(727274)"))
        command.upgrade(config, "head")
