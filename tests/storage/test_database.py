"""The one way to write: what was answered is kept, what failed leaves nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storage import facts
from storage.database import HEAD, CannotOpen, Database

pytestmark = pytest.mark.both_databases


def test_writers_at_once_all_keep_their_change(database: Database) -> None:
    database.write(lambda session: facts.put(session, "count", "0"))

    def add_one(session: Session) -> None:
        session.execute(
            text("UPDATE facts SET value = CAST(CAST(value AS INTEGER) + 1 AS VARCHAR) WHERE name = 'count'")
        )

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: database.write(add_one), range(200)))
    with database.read() as session:
        assert facts.find(session, "count") == "200"


def test_one_that_fails_leaves_the_others_of_its_commit(database: Database) -> None:
    gate = threading.Barrier(8)

    def write(number: int) -> bool:
        def do(session: Session) -> None:
            facts.put(session, f"fact {number}", "kept")
            if number % 2:
                raise ValueError(number)

        gate.wait()
        try:
            database.write(do)
            return True
        except ValueError as error:
            return error.args == (number,) and False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(write, range(8))) == [True, False] * 4
    with database.read() as session:
        assert [facts.find(session, f"fact {n}") for n in range(8)] == ["kept", None] * 4


def test_a_reader_cannot_write_on_sqlite(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.migrate()
    with database.read() as session, pytest.raises(Exception, match="readonly"):
        session.execute(text("DELETE FROM facts"))
    database.close()


def test_the_known_version_is_the_newest_migration(database: Database) -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "storage" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
    assert database.schema_version() == HEAD


def test_the_migrations_make_what_the_classes_say(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    with database._engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    # SQLite tells nothing of types and conditions of indexes; tables, columns and names must agree.
    assert [one for one in found if one[0] in ("add_table", "remove_table", "add_column", "remove_column")] == []


def test_the_checks_of_the_tables_know_every_word(sqlite_template: Path) -> None:
    """A word that a later version adds is one that older databases must take, too."""
    from sqlalchemy import CheckConstraint
    from sqlmodel import SQLModel

    database = Database(f"sqlite:///{sqlite_template}")
    with database.read() as session:
        found = session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        written = {row.name: row.sql for row in found}
    for table in SQLModel.metadata.tables.values():
        for check in (one for one in table.constraints if isinstance(one, CheckConstraint)):
            assert f"CHECK ({check.sqltext})" in written[table.name], (table.name, check.name)
    database.close()


def test_two_starts_at_once_migrate_once(pg_server: str, tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / 'fresh.db'}"] * 2
    errors: list[BaseException] = []

    def start(url: str) -> None:
        try:
            database = Database(url)
            database.migrate()
            database.close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start, args=[url]) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "not an address"),
        ("mysql://x/y", "SQLite or PostgreSQL"),
        ("sqlite://", "names no file"),
        ("sqlite:////proc/nowhere/x.db", "can't be made|cannot be made"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "cannot be opened"),
    ],
)
def test_a_wrong_address_is_a_sentence_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(CannotOpen, match=sentence) as refused:
        Database(url).check()
    assert "secret" not in str(refused.value)


def test_search_folds_alike_on_both(database: Database) -> None:
    with database.read() as session:
        for word, folded in (("Größe", "grosse"), ("Århus ÅÄÖ", "arhus aao"), ("¿Qué?", "¿que?"), ("plain", "plain")):
            assert session.execute(text("SELECT fold(:word)"), {"word": word}).scalar() == folded


def test_an_error_of_the_database_says_no_word_of_what_people_wrote(database: Database) -> None:
    wrong = text("INSERT INTO no_such_table (it) VALUES (:it)")
    with pytest.raises(SQLAlchemyError) as writing:
        database.write(lambda s: s.execute(wrong, {"it": "MARKSALARY"}))
    with database.read() as session, pytest.raises(SQLAlchemyError) as reading:
        session.execute(text("SELECT * FROM no_such_table WHERE it = :it"), {"it": "MARKSALARY"})
    assert "MARKSALARY" not in f"{writing.value} {reading.value}"
