"""Fifty who press at once for one room and time: one has it. Looking first and writing then, in the same test, does not."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from office.duties.changes import Overtaken
from office.duties.meetings import booking, cancelling, changing, waiting
from office.errors import Refusal
from storage.words import WaitState
from tests.conftest import Office
from tests.meetings import House

pytestmark = pytest.mark.both_databases

MANY = 50
WHO = ("anna", "bjorn", "maria", "frank", "david")


@pytest.fixture
def house(office: Office) -> House:
    return House(office)


def press_at_once(house: House, do: "object", many: int = MANY) -> int:
    """How many of those who press at once are told that it is theirs."""
    gate = threading.Barrier(many)
    actors = [house.office.who(one) for one in WHO]

    def press(number: int) -> bool:
        gate.wait()
        for _ in range(4):
            try:
                house.office.do(lambda s: do(s, actors[number % len(actors)], number))  # type: ignore[operator]
                return True
            except Refusal:
                return False
            except (IntegrityError, OperationalError, Overtaken):
                continue  # as a handler does: look again
        return False

    with ThreadPoolExecutor(many) as pool:
        return sum(pool.map(press, range(many)))


def test_of_fifty_bookings_of_one_slot_one_stands(house: House) -> None:
    for hour in (9, 13):
        goya = house.keeps(f"Goya {hour}")
        plan = house.plan("One", goya, clock=time(hour))
        assert press_at_once(house, lambda s, who, _, plan=plan: booking.book(s, who, plan)) == 1
        held = f"SELECT count(*) FROM bookings WHERE room_id = {goya.id} AND state = 'held'"
        assert house.office.database.scalar(held) == 1


def test_series_that_cross_and_moves_to_one_slot_never_share_a_room(house: House) -> None:
    goya = house.keeps("Goya")
    meetings = [house.books(WHO[at % 5], f"M{at}", goya, clock=time(8 + at)).meeting for at in range(6)]
    days = [house.dates(one)[0] for one in meetings]
    actors = {one.organiser_id: house.office.who(WHO[at % 5]) for at, one in enumerate(meetings)}

    def move(session: Session, _: object, number: int) -> None:
        meeting, day = meetings[number % 6], days[number % 6]
        changing.move(session, actors[meeting.organiser_id], meeting.id or 0, day.id or 0, day.day, time(16))

    assert press_at_once(house, move, 12) == 1
    overlaps = (
        "SELECT count(*) FROM bookings a JOIN bookings b ON a.room_id = b.room_id AND a.id < b.id "
        "AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at "
        "WHERE a.state IN ('held', 'pending', 'offered') AND b.state IN ('held', 'pending', 'offered')"
    )
    assert house.office.database.scalar(overlaps) == 0


def test_an_offer_that_is_taken_twice_at_once_is_taken_once(house: House) -> None:
    goya, anna, bjorn = house.keeps("Goya"), house.office.who("anna"), house.office.who("bjorn")
    first, second = house.books("anna", "One", goya).meeting, house.books("bjorn", "Two").meeting
    day = house.dates(second)[0].id or 0
    wait = house.office.do(lambda s: waiting.wait(s, bjorn, second.id or 0, day, goya.id or 0))
    house.office.do(lambda s: cancelling.cancel(s, anna, first.id or 0))
    assert press_at_once(house, lambda s, _, __: waiting.take(s, bjorn, wait.id or 0), 10) == 1
    state = house.office.database.scalar(f"SELECT state FROM waits WHERE id = {wait.id}")
    assert WaitState(state) is WaitState.TAKEN


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_the_race_is_real(house: House) -> None:
    """The same without the lock and without the constraint: more than one believes to have the room."""
    house.office.do(lambda s: s.execute(text("ALTER TABLE bookings DROP CONSTRAINT no_two_at_once")))
    goya = house.keeps("Goya")
    days = [house.dates(house.books(WHO[at % 5], f"M{at}").meeting)[0] for at in range(10)]

    def naive(session: Session, who: object, number: int) -> None:
        day = days[number]
        free = "SELECT count(*) FROM bookings WHERE room_id = :r AND starts_at < :e AND ends_at > :s"
        span = {"r": goya.id, "s": day.starts_at, "e": day.ends_at}
        if session.execute(text(free), span).scalar():
            raise Refusal("taken")
        session.execute(text("SELECT pg_sleep(0.2)"))
        add = (
            "INSERT INTO bookings (date_id, room_id, starts_at, ends_at, state, version) "
            "VALUES (:d, :r, :s, :e, 'held', 1)"
        )
        session.execute(text(add), {**span, "d": day.id})

    assert press_at_once(house, naive, 10) > 1


def test_the_database_itself_refuses_two_at_once(house: House) -> None:
    goya = house.keeps("Goya")
    one, two = house.books("anna", "One", goya).meeting, house.books("bjorn", "Two").meeting
    day = house.dates(two)[0]
    add = (
        "INSERT INTO bookings (date_id, room_id, starts_at, ends_at, state, version) "
        "SELECT :d, room_id, starts_at, ends_at, 'held', 1 FROM bookings WHERE date_id = :o"
    )
    with pytest.raises(IntegrityError, match="no_two_at_once"):
        house.office.do(lambda s: s.execute(text(add), {"d": day.id, "o": house.dates(one)[0].id}))
