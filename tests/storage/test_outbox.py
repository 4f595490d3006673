"""The outbox: claimed once, in order, and found again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from office import clock
from storage import outbox
from storage.database import Database
from storage.outbox import Letter
from storage.tables import Outbox
from storage.words import OutboxState
from tests.conftest import later

pytestmark = pytest.mark.both_databases

LEASE = timedelta(seconds=60)


def post(database: Database, *destinations: str, subject_id: int = 1, is_card: bool = False) -> None:
    letters = [Letter("test", "request", subject_id, one, is_card=is_card) for one in destinations]
    database.write(lambda s: outbox.add(s, letters, clock.now()))


def heads(database: Database) -> list[Outbox]:
    with database.read() as session:
        return outbox.claimable(session, [row_id for row_id, _ in outbox.due_heads(session, clock.now())], clock.now())


def claim(database: Database, owner: str = "me") -> list[tuple[Outbox, OutboxState]]:
    found = heads(database)
    return database.write(lambda s: outbox.claim(s, found, owner, clock.now(), LEASE))


def finish(database: Database, row: Outbox, state: OutboxState = OutboxState.SENT, **values: object) -> bool:
    return database.write(lambda s: outbox.finish(s, row, state, **values))


def test_each_destination_has_one_head(database: Database) -> None:
    post(database, "C1", "C1", "C2")
    assert [one.id for one in heads(database)] == [1, 3]


def test_a_claimed_row_is_nobody_elses(database: Database) -> None:
    post(database, *(f"C{n}" for n in range(40)))
    with ThreadPoolExecutor(6) as pool:
        claimed = [row.id for rows in pool.map(lambda n: claim(database, f"p{n}"), range(6)) for row, _ in rows]
    assert sorted(claimed) == sorted(set(claimed)) and len(claimed) == 40


def test_a_row_whose_owner_died_is_taken_up_after_its_lease(database: Database) -> None:
    post(database, "C1")
    [(row, before)] = claim(database)
    assert before is OutboxState.NEW and heads(database) == []
    later(seconds=61)
    [(again, before)] = claim(database, "another")
    assert again.id == row.id and before is OutboxState.CLAIMED
    assert not finish(database, row), "the dead owner's mark must not count"
    assert finish(database, again)


def test_a_row_that_somebody_claimed_since_it_was_seen_is_not_to_be_had(database: Database) -> None:
    post(database, "C1")
    with database.read() as session:
        seen = [row_id for row_id, _ in outbox.due_heads(session, clock.now())]
    claim(database)
    with database.read() as session:
        assert outbox.claimable(session, seen, clock.now()) == []
    later(seconds=61)
    with database.read() as session:
        assert [one.id for one in outbox.claimable(session, seen, clock.now())] == seen, "its lease has run out"


def test_a_row_that_waits_holds_back_its_thread_and_nobody_else(database: Database) -> None:
    post(database, "C1", subject_id=1)
    post(database, "C1", subject_id=1)
    post(database, "C1", subject_id=2)
    [(first, _)] = claim(database)
    finish(database, first, OutboxState.RETRY, due_at=clock.now() + timedelta(minutes=5))
    assert [one.id for one in heads(database)] == [3]
    later(minutes=6)
    assert [one.id for one in heads(database)] == [1]


def test_several_changes_of_a_card_become_one_drawing(database: Database) -> None:
    post(database, "C1", is_card=True)
    [(card, _)] = claim(database)
    finish(database, card, channel="C1", ts="1.1")
    for _ in range(3):
        database.write(lambda s: outbox.redraw(s, "request", 1, clock.now()))
    [head] = heads(database)
    assert head.redraws_id == card.id
    claim(database)
    assert heads(database) == []


def test_a_card_that_has_not_left_needs_no_drawing(database: Database) -> None:
    post(database, "C1", is_card=True)
    database.write(lambda s: outbox.redraw(s, "request", 1, clock.now()))
    assert [one.redraws_id for one in heads(database)] == [None]


def test_a_change_while_a_card_is_being_sent_is_drawn_afterwards(database: Database) -> None:
    post(database, "C1", is_card=True)
    [(card, _)] = claim(database)
    database.write(lambda s: outbox.redraw(s, "request", 1, clock.now()))
    assert heads(database) == [], "not before the card itself stands"
    finish(database, card, channel="C1", ts="1.1")
    assert [one.redraws_id for one in heads(database)] == [card.id]


def test_an_occurrence_is_added_once(database: Database) -> None:
    letter = Letter("clock", "request", 1, "person:1", occurrence="clock 1 at nine")
    added = [database.write(lambda s: outbox.add_once(s, letter, clock.now(), clock.now())) for _ in range(3)]
    assert added == [True, False, False]
    assert database.write(lambda s: outbox.add_once(s, replace(letter, occurrence="at ten"), clock.now(), clock.now()))


def test_names_differ_between_instances(sqlite_url: str) -> None:
    one, two = uuid.uuid4(), uuid.uuid4()
    from storage.facts import Identity

    assert Identity(one, None).key("x") == Identity(one, None).key("x") != Identity(two, None).key("x")
    assert Identity(one, None).key(None) != Identity(one, None).key(None)


def test_a_dead_letter_is_sent_again_or_dropped(database: Database) -> None:
    post(database, "C1", "C2")
    for row, _ in claim(database):
        finish(database, row, OutboxState.DEAD, trouble="channel_not_found")
    with database.read() as session:
        assert outbox.count_dead(session) == 2
        first, second = outbox.dead(session)
    assert database.write(lambda s: outbox.revive(s, first.id or 0, clock.now()))
    assert not database.write(lambda s: outbox.revive(s, first.id or 0, clock.now()))
    assert database.write(lambda s: outbox.drop(s, second.id or 0))
    assert [one.id for one in heads(database)] == [first.id]


@pytest.mark.parametrize("state", list(OutboxState))
def test_after_a_restore_only_what_waited_is_in_doubt(database: Database, state: OutboxState) -> None:
    post(database, "C1")
    [(row, _)] = claim(database)
    if state not in (OutboxState.NEW, OutboxState.CLAIMED):
        finish(database, row, state)
    waited = state in (OutboxState.NEW, OutboxState.CLAIMED, OutboxState.RETRY, OutboxState.UNKNOWN)
    assert database.write(outbox.doubt_pending) == (1 if waited else 0)
