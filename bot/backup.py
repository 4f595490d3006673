"""A copy of the company's data while Deskhand runs, and its return on another machine without sending twice."""

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.auditing import AuditError, write_anchor
from office import installation
from storage import outbox
from storage.database import APPLICATION, CannotOpen, Database
from storage.files import InUse
from storage.keyring import beside


class BackupError(Exception):
    """Why it can't be done, and what to do instead."""


def back_up(database: Database, target: Path) -> int:
    """Writes a copy; returns its size in bytes. On PostgreSQL that is pg_dump's work."""
    if not database.is_sqlite:
        raise BackupError(
            "This database is PostgreSQL: use pg_dump, and after pg_restore run `deskhand restore --done`."
        )
    if target.exists():
        raise BackupError(f"{target} is there already. Choose another name; backups are never written over.")
    target.parent.mkdir(parents=True, exist_ok=True)
    database.backup(target)
    with suppress(AuditError):  # nothing has been sealed yet
        write_anchor(database, target.with_name(f"{target.name}.anchor"))
    return target.stat().st_size


def restore(source: Path, url: str) -> int:
    """Puts a backup in the place of an empty database; returns how many messages are in doubt and looked up first."""
    database = Database(url)
    if not database.is_sqlite or database.file is None:
        raise BackupError("This database is PostgreSQL: use pg_restore, then `deskhand restore --done`.")
    if database.file.exists() and database.file.stat().st_size > 0:
        raise BackupError(f"{database.file} is there already. Move it away first; nothing is written over.")
    _check(source)
    in_use = InUse(database.file)
    if not in_use.alone():
        raise BackupError(f"Deskhand runs with {database.file}. Stop it first, then bring the backup back.")
    try:
        shutil.copyfile(source, database.file)
        return settle(database)
    finally:
        in_use.release()


def settle(database: Database) -> int:
    """After a restore: what may have left since the backup is looked up in Slack before it is sent."""
    try:
        database.check()
        if not database.is_sqlite and (others := _others(database)):
            raise BackupError(f"Deskhand runs with this database ({others} connections). Stop it first.")
        database.migrate()
    except CannotOpen as error:
        raise BackupError(str(error)) from error

    if database.file is not None:
        beside(database.file).forget()

    def do(session: Session) -> int:
        installation.begin_anew(session)
        return outbox.doubt_pending(session)

    in_doubt = database.write(do)
    database.close()
    return in_doubt


def _others(database: Database) -> int:
    """How many connections a Deskhand has to a PostgreSQL database."""
    with database.read() as session:
        mine = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name"
            " AND pid <> pg_backend_pid()"
        )
        return int(session.execute(mine, {"name": APPLICATION}).scalar() or 0)


def _check(source: Path) -> None:
    if not source.exists():
        raise BackupError(f"There is no file {source}.")
    try:
        with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            ours = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'outbox'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{source} is not a backup of Deskhand: {error}.") from error
    if not sound or not ours:
        raise BackupError(f"{source} is not a sound backup of Deskhand.")
