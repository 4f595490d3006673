"""History: append-only, and a chain that shows what was done to it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from office import clock
from storage import history
from storage.database import Database
from tests.conftest import later

pytestmark = pytest.mark.both_databases


def write(database: Database, number: int) -> None:
    for one in range(number):
        database.write(
            lambda s, one=one: history.record(s, clock.now(), None, "tested", "thing", one, after={"ö": one})
        )


def seal(database: Database) -> int:
    later(seconds=10)
    return database.write(lambda s: history.seal(s, clock.now()))


def problems(database: Database) -> list[str]:
    with database.read() as session:
        return list(history.verify(session))


def test_the_chain_of_what_was_written_is_whole(database: Database) -> None:
    write(database, 3)
    assert seal(database) == 3 and seal(database) == 0
    write(database, 2)
    assert seal(database) == 2
    assert problems(database) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE history SET act = 'x'", "DELETE FROM history", "DELETE FROM history_seals"]
)
def test_history_refuses_to_be_changed(database: Database, statement: str) -> None:
    write(database, 1)
    seal(database)
    with pytest.raises(DatabaseError, match="append-only"):
        database.write(lambda session: session.execute(text(statement)))


def disarm(database: Database) -> None:
    """What somebody with the file and bad intent would do first."""
    names = ["history_no_update", "history_no_delete"] if database.is_sqlite else ["history_append_only ON history"]
    for name in names:
        database.write(lambda session, name=name: session.execute(text(f"DROP TRIGGER {name}")))


@pytest.mark.parametrize(
    ("statement", "number"),
    [("UPDATE history SET why = 'forged' WHERE id = 2", 1), ("DELETE FROM history WHERE id = 2", 2)],
)
def test_what_was_done_behind_its_back_is_seen(database: Database, statement: str, number: int) -> None:
    write(database, 3)
    seal(database)
    disarm(database)
    database.write(lambda session: session.execute(text(statement)))
    assert len(problems(database)) >= 1


def test_an_entry_slipped_in_behind_the_chain_is_seen(database: Database) -> None:
    write(database, 150)
    seal(database)
    database.write(
        lambda s: s.execute(
            text(
                "INSERT INTO history (id, at, act, subject, subject_id, before, after, why) SELECT 0, at, 'forged', subject, 0, before, after, '' FROM history WHERE id = 1"
            )
        )
    )
    assert any("behind the chain" in one for one in problems(database))
