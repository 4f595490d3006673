"""History: append-only, and a chain that shows what was done to it."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from office import clock
from storage import history, seals, timers
from storage.database import Database
from storage.keyring import Keyring, anchor_of, beside
from tests.conftest import Office, later

pytestmark = pytest.mark.both_databases


def write(database: Database, number: int) -> None:
    for one in range(number):
        database.write(
            lambda s, one=one: history.record(s, clock.now(), None, "tested", "thing", one, after={"ö": one})
        )


def seal(database: Database) -> int:
    later(seconds=10)
    return database.write(lambda s: seals.seal(s, clock.now()))


def problems(database: Database) -> list[str]:
    with database.read() as session:
        return list(seals.verify(session))


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
    """What somebody with the database and bad intent would do first."""
    kinds = ["no_update", "no_delete"] if database.is_sqlite else ["append_only ON {}"]
    for table in ("history", "history_seals"):
        for kind in kinds:
            name = f"{table}_{kind.format(table)}"
            database.write(lambda session, name=name: session.execute(text(f"DROP TRIGGER {name}")))


def arm(database: Database) -> None:
    """And last, so that nobody sees that they were gone."""
    database.guard_again()


def forge(database: Database, statement: str) -> None:
    disarm(database)
    database.write(lambda session: session.execute(text(statement)))
    arm(database)


def compute_anew(database: Database, keys: Keyring) -> None:
    """The chain as somebody computes it who has read this code, but has another key, or none."""

    def do(session: Session) -> None:
        session.execute(text("DELETE FROM history_seals"))
        kept = session.info["keys"]
        session.info["keys"] = keys
        seals.seal(session, clock.now())
        session.info["keys"] = kept

    disarm(database)
    database.write(do)
    arm(database)


KEY = b"kept outside"


@pytest.fixture
def sealed(database: Database) -> Database:
    """Some entries under a key, and some time."""
    database.seal_with(Keyring([KEY]))
    write(database, 6)
    seal(database)
    write(database, 4)
    seal(database)
    assert problems(database) == []
    return database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET why = 'forged' WHERE id = 2",
        "UPDATE history SET actor_id = NULL, act = 'approve' WHERE id = 2",
        "UPDATE history SET subject_id = 99 WHERE id = 10",
        "DELETE FROM history WHERE id = 2",
        "DELETE FROM history WHERE id > 8",
        "DELETE FROM history_seals WHERE history_id = 2",
        "DELETE FROM history_seals WHERE history_id > 8",
        "DELETE FROM history_seals",
        "UPDATE history_seals SET key_name = ''",
        "UPDATE history_seals SET digest = '', key_name = ''",
    ],
)
def test_what_was_done_behind_its_back_is_seen(sealed: Database, statement: str) -> None:
    forge(sealed, statement)
    later(minutes=20)
    seal_and_tick(sealed)
    assert problems(sealed)


def seal_and_tick(database: Database) -> None:
    """Deskhand goes on meanwhile, and seals what it finds."""
    database.write(lambda session: timers.claim(session, "seal", clock.now(), timedelta(seconds=10)))


@pytest.mark.parametrize("keys", [Keyring(), Keyring([b"another"])], ids=["no key", "another key"])
def test_a_chain_that_was_computed_anew_is_seen(sealed: Database, keys: Keyring) -> None:
    forge(sealed, "UPDATE history SET why = 'forged' WHERE id = 2")
    compute_anew(sealed, keys)
    later(minutes=20)
    seal_and_tick(sealed)
    assert problems(sealed)


@pytest.mark.parametrize("cut", [2, 8])
def test_a_tail_that_was_cut_off_with_its_seals_is_seen_from_outside(sealed: Database, cut: int) -> None:
    with sealed.read() as session:
        kept = seals.anchor(session)
    assert kept is not None and kept.entries == 10
    disarm(sealed)
    for statement in (f"DELETE FROM history_seals WHERE id > {cut}", f"DELETE FROM history WHERE id > {cut}"):
        sealed.write(lambda session, statement=statement: session.execute(text(statement)))
    arm(sealed)
    with sealed.read() as session:
        assert list(seals.verify(session)) == []
        assert list(seals.verify(session, [kept]))
        assert list(seals.verify(session, [anchor_of(str(kept))]))


def test_an_emptied_history_is_seen(office: Office) -> None:
    disarm(office.database)
    for table in ("history_seals", "history"):
        office.do(lambda session, table=table: session.execute(text(f"DELETE FROM {table}")))
    arm(office.database)
    assert any("emptied" in one for one in problems(office.database))


def test_missing_guards_are_seen_and_put_back(database: Database) -> None:
    disarm(database)
    assert len([one for one in problems(database) if "is missing" in one]) == (4 if database.is_sqlite else 2)
    arm(database)
    write(database, 1)
    assert problems(database) == []
    with pytest.raises(DatabaseError, match="append-only"):
        database.write(lambda session: session.execute(text("DELETE FROM history")))


def test_a_content_may_be_erased_by_a_rule_and_the_chain_holds(sealed: Database) -> None:
    forge(sealed, "UPDATE history SET before = '{}', after = '{}', why = '' WHERE id = 3")
    assert problems(sealed)
    sealed.write(lambda session: history.record(session, clock.now(), None, seals.ERASED, "history", 3))
    seal(sealed)
    assert problems(sealed) == []


def test_what_was_sealed_before_there_were_keys_still_holds(database: Database) -> None:
    write(database, 3)
    disarm(database)

    def as_before(session: Session) -> None:
        previous = ""
        for number in (1, 2, 3):
            previous = Keyring().seal("", seals._whole(previous, history.get(session, number)))
            session.execute(text(f"INSERT INTO history_seals (history_id, hash) VALUES ({number}, '{previous}')"))

    database.write(as_before)
    arm(database)
    later(days=30)
    seal_and_tick(database)
    database.seal_with(Keyring([KEY]))
    database.write(lambda session: seals.begin_key(session, clock.now()))
    assert problems(database) == []
    seal(database)
    assert problems(database) == []
    forge(database, "UPDATE history SET why = 'forged' WHERE id = 2")
    assert problems(database)


def test_a_key_that_was_changed_is_known_beside_the_new_one(sealed: Database) -> None:
    sealed.seal_with(Keyring([b"new", KEY]))
    write(sealed, 2)
    seal(sealed)
    assert problems(sealed) == []
    sealed.seal_with(Keyring([b"new"]))
    assert any("another key" in one for one in problems(sealed))


def test_the_last_seal_is_remembered_beside_a_sqlite_file(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.seal_with(beside(file))
    assert beside(file).name == beside(file).name and file.with_name("desk.db.audit-key").stat().st_mode & 0o77 == 0
    write(database, 4)
    seal(database)
    seal(database)
    disarm(database)
    for table in ("history_seals", "history"):
        database.write(lambda session, table=table: session.execute(text(f"DELETE FROM {table} WHERE id > 2")))
    arm(database)
    assert any("cut off" in one for one in problems(database))
    database.close()


def test_an_entry_slipped_in_behind_the_chain_is_seen(database: Database) -> None:
    write(database, 150)
    seal(database)
    slipped = (
        "INSERT INTO history (id, at, act, subject, subject_id, before, after, why)"
        " SELECT 0, at, 'forged', subject, 0, before, after, '' FROM history WHERE id = 1"
    )
    database.write(lambda session: session.execute(text(slipped)))
    assert any("behind the chain" in one for one in problems(database))
