"""Many at once: one wins. The naive variant, in the same test, shows that the race is real."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from office.catalogue import Catalogue
from office.duties import requests as duty
from office.duties.changes import Overtaken
from office.duties.requests import Ask
from office.errors import Refusal
from storage import history, requests
from tests.conftest import Office

pytestmark = pytest.mark.both_databases

RACES, RUNNERS = 60, 8


def take_by_many(office: Office, number: int, take: "object") -> int:
    """How many of those who press at once are told that it is theirs."""
    gate = threading.Barrier(RUNNERS)
    people = [office.who(handle) for handle in ("david", "frank")]

    def press(runner: int) -> bool:
        gate.wait()
        try:
            office.do(lambda s: take(s, people[runner % 2], number))  # type: ignore[operator]
            return True
        except (Refusal, Overtaken):
            return False

    with ThreadPoolExecutor(RUNNERS) as pool:
        return sum(pool.map(press, range(RUNNERS)))


def naive_take(session: Session, actor: object, number: int) -> None:
    """Looks, then writes what it thinks: what the conditional UPDATE is there to prevent."""
    owner = session.execute(text("SELECT owner_id FROM requests WHERE id = :n"), {"n": number}).scalar()
    if owner is not None:
        raise Refusal("taken")
    session.execute(text("SELECT pg_sleep(0.001)"))
    session.execute(text("UPDATE requests SET owner_id = :o WHERE id = :n"), {"o": actor.id, "n": number})  # type: ignore[attr-defined]


def test_of_many_who_take_at_once_one_wins(office: Office, types: Catalogue) -> None:
    for _ in range(RACES):
        asked = office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("it_fault"), "The printer")))
        assert take_by_many(office, asked.id or 0, duty.take) == 1
        with office.database.read() as session:
            entries = [one.act for one in history.of(session, "request", asked.id or 0)]
            assert requests.get(session, asked.id or 0).version == 2
        assert entries == ["take", "log"]


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_the_race_is_real(office: Office, types: Catalogue) -> None:
    winners = 0
    for _ in range(10):
        asked = office.do(lambda s: duty.log(s, office.who("anna"), Ask(types.get("it_fault"), "The printer")))
        winners = max(winners, take_by_many(office, asked.id or 0, naive_take))
    assert winners > 1
