"""What a database is taken for: looked at by its content, waited for, and let go when its file is no longer there."""

import hashlib
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.app import open_database
from bot.backup import BackupError, restore
from bot.settings import Settings
from storage import database as databases
from storage import facts
from storage.database import HEAD, CannotOpen, Database
from storage.files import InUse, is_open_to_others

VERSIONS = Path(databases.__file__).parent / "migrations" / "versions"
# A migration that somebody has run never changes: what it should have done is done by the next one.
FROZEN = {
    "0001": "249d80ffbebacd06",
    "0002": "832ca96e37fc6e74",
    "0003": "913ed6e3ede31a22",
    "0004": "b67a2fc6c8fcdc9f",
    "0005": "e949a4e4cf472ff1",
    "0006": "a324b8d78506807e",
    "0007": "387d696296f77380",
    "0008": "0893783517a636a5",
    "0009": "4264c795c9b429ef",
    "0010": "6edfa58c6839de00",
    "0011": "dfabf6cdfec96a7d",
}


def settings(url: str) -> Settings:
    return Settings.model_validate({"database_url": url})


def test_no_migration_is_changed_after_somebody_has_run_it() -> None:
    found = {file.name[:4]: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in VERSIONS.glob("0*.py")}
    changed = [number for number, frozen in FROZEN.items() if found.get(number) != frozen]
    assert not changed, f"write a new migration instead of changing {changed}"
    assert set(found) == set(FROZEN), "freeze the new one here"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("ALTER TABLE comments DROP COLUMN text", "comments.text"),
        ("DROP TABLE drafts", "the table drafts"),
    ],
)
def test_what_is_missing_is_named_and_stops_a_start(database: Database, statement: str, named: str) -> None:
    database.write(lambda session: session.execute(text(statement)))
    assert named in database.differences()
    with pytest.raises(CannotOpen, match=named):
        open_database(settings(database.url.render_as_string(hide_password=False)))


@pytest.mark.both_databases
def test_tables_of_a_newer_version_are_left_alone(database: Database) -> None:
    database.write(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0099'")))
    with pytest.raises(CannotOpen, match="newer Deskhand"):
        database.migrate()


def test_a_start_waits_for_another_that_brings_the_tables_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "BUSY_MILLISECONDS", 50)
    file = tmp_path / "new.db"
    holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holder.execute("PRAGMA journal_mode=WAL")
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(0.5, lambda: holder.execute("COMMIT")).start()
    began = time.monotonic()
    database = Database(f"sqlite:///{file}")
    database.check()
    assert database.migrate() == HEAD and time.monotonic() - began >= 0.5
    database.close()
    holder.close()


def test_whoever_is_held_up_for_too_long_is_told_by_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_MILLISECONDS", 50)
    monkeypatch.setattr(databases, "PATIENCE_SECONDS", 0.0)
    file = tmp_path / "held.db"
    with sqlite3.connect(file, isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CannotOpen, match="Another program holds it") as told:
            Database(f"sqlite:///{file}").check()
    assert "DATABASE_URL" not in str(told.value)


def test_nothing_is_written_into_a_file_that_was_exchanged(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    database.check()
    database.migrate()
    assert database.file is not None and not database.is_displaced
    database.file.rename(tmp_path / "elsewhere.db")
    assert database.is_displaced
    with pytest.raises(OperationalError, match="exchanged"):
        database.write(lambda session: facts.put(session, "lost", "words"))
    (tmp_path / "elsewhere.db").rename(database.file)
    database.write(lambda session: facts.put(session, "found", "again"))
    database.close()


def test_a_damaged_page_is_seen(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.check()
    database.migrate()
    assert database.damage() == ""
    root = int(database.scalar("SELECT rootpage FROM sqlite_master WHERE name = 'requests'"))
    size = int(database.scalar("PRAGMA page_size"))
    database.write(lambda session: session.execute(text("SELECT 1")))
    database.close()
    assert database.file is not None
    with sqlite3.connect(database.file) as checkpoint:
        checkpoint.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with database.file.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\x07" * size)
    assert Database(sqlite_url).damage() != ""


def test_a_copy_is_kept_before_the_tables_change(sqlite_url: str) -> None:
    database = open_database(settings(sqlite_url))
    database.write(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0008'")))
    database.write(lambda session: session.execute(text("DROP TABLE foreign_tries")))
    database.write(lambda session: session.execute(text("ALTER TABLE busy_feeds DROP COLUMN tries")))
    for column in ("meetings.own_uids", "history_seals.digest", "history_seals.key_name", "desks.readers"):
        table, _, name = column.partition(".")
        database.write(lambda session, do=f"ALTER TABLE {table} DROP COLUMN {name}": session.execute(text(do)))
    database.close()
    assert database.file is not None
    open_database(settings(sqlite_url)).close()
    with sqlite3.connect(database.file.with_name(f"{database.file.stem}.before-{HEAD}.db")) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0008",)


def test_a_running_database_takes_no_backup(tmp_path: Path, sqlite_url: str) -> None:
    source = open_database(settings(sqlite_url))
    source.backup(tmp_path / "copy.db")
    source.close()
    running = InUse(tmp_path / "here.db")
    assert running.share()
    with pytest.raises(BackupError, match="Stop it first"):
        restore(tmp_path / "copy.db", f"sqlite:///{tmp_path / 'here.db'}")
    running.release()
    restore(tmp_path / "copy.db", f"sqlite:///{tmp_path / 'here.db'}")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://desk:geheim99@host/db",
        "postgresql://host/db?user=desk&password=geheim99",
        "postgresql://host/db?sslpassword=geheim99&passfile=/geheim99",
    ],
)
def test_no_password_of_an_address_is_shown(address: str) -> None:
    assert "geheim99" not in Database(address).shown


def test_what_others_may_read_is_known(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_text("x")
    file.chmod(0o600)
    assert not is_open_to_others(file) and not is_open_to_others(tmp_path / "nowhere")
    file.chmod(stat.S_IRUSR | stat.S_IRGRP)
    assert is_open_to_others(file)
