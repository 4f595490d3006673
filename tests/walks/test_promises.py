"""The promises, in their quick form: each is a number."""

import multiprocessing
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import seals
from storage.database import Database
from tests.conftest import Office
from tests.walks import answering

KILLS, MANY_KILLS = 40, 400


def test_what_was_answered_survives_kill_9(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Kills in the middle of four threads of work: nothing that was answered is lost, nothing is there twice."""
    url = f"sqlite:///{tmp_path / 'deskhand.db'}"
    answering.house(url).database.close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.walks.answering"])
    dice = random.Random(3)
    answered: dict[int, str] = {}
    for kill in range(MANY_KILLS if request.config.getoption("--everything") else KILLS):
        receive, send = context.Pipe(duplex=False)
        process = context.Process(target=answering.serve, args=(url, kill * 1000, send))
        process.start()
        send.close()
        assert receive.poll(20), "it never answered"
        time.sleep(dice.random() * 0.06)
        process.kill()
        process.join()
        try:
            while True:
                number, words = receive.recv()
                answered[number] = words
        except EOFError:
            pass
    database = Database(url)
    with database.read() as session:
        rows = dict(session.execute(text("SELECT text, count(*) FROM requests GROUP BY text")).all())
        logged = session.execute(text("SELECT count(*) FROM requests")).scalar()
        cards = session.execute(text("SELECT count(*) FROM outbox WHERE kind = 'requests.mine'")).scalar()
        entries = session.execute(text("SELECT count(*) FROM history WHERE act = 'log'")).scalar()
    lost = [number for number, words in answered.items() if not any(row.startswith(f"{number} ") for row in rows)]
    assert len(answered) > KILLS and all(words.startswith("Logged as") for words in answered.values())
    assert lost == []
    assert set(rows.values()) == {1} and logged == cards == entries
    assert database.scalar("PRAGMA integrity_check") == "ok"
    database.close()


def test_one_gesture_has_one_effect(office: Office) -> None:
    """2,000 deliveries of 250 gestures: four times each, from two instances at once, and all again afterwards."""
    houses = [answering.house(office.database.url.render_as_string(hide_password=False)) for _ in range(2)]
    gestures = [number for number in range(250) for _ in range(4)]
    random.Random(5).shuffle(gestures)
    deliveries = [(houses[at % 2], number) for at, number in enumerate(gestures)]
    answers: dict[int, set[str]] = {}
    with ThreadPoolExecutor(8) as pool:
        for _ in range(2):
            told = pool.map(lambda one: (one[1], answering.answer(*one)), deliveries)
            for number, words in told:
                answers.setdefault(number, set()).add(words)
    assert len(answers) == 250 and all(len(words) == 1 for words in answers.values())
    assert all("Logged as" in next(iter(words)) for words in answers.values())
    assert office.database.scalar("SELECT count(*) FROM requests") == 250
    assert office.database.scalar("SELECT count(*) FROM history WHERE act = 'log'") == 250
    assert office.database.scalar("SELECT count(*) FROM outbox WHERE kind = 'requests.card'") == 250
    for house in houses:
        house.database.close()


def test_the_history_of_a_busy_day_is_whole(office: Office) -> None:
    house = answering.house(office.database.url.render_as_string(hide_password=False))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: answering.answer(house, number), range(120)))
    from tests.conftest import later

    later(seconds=30)
    while office.do(lambda s: seals.seal(s, later(seconds=1))):
        pass
    with office.database.read() as session:
        assert list(seals.verify(session)) == []
    assert office.database.scalar("SELECT count(*) FROM history") == office.database.scalar(
        "SELECT count(*) FROM history_seals"
    )
    house.database.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_an_answer_comes_in_time_while_the_database_is_locked_now_and_then(office: Office) -> None:
    """Another program holds the database for a second, again and again; every answer comes within 2.5 s."""
    import sqlite3
    import threading

    house = answering.house(office.database.url.render_as_string(hide_password=False))
    stop = threading.Event()

    def hold() -> None:
        other = sqlite3.connect(str(office.database.file), isolation_level=None, timeout=10)
        while not stop.is_set():
            other.execute("BEGIN IMMEDIATE")
            time.sleep(1.0)
            other.execute("ROLLBACK")
            time.sleep(0.7)
        other.close()

    holder = threading.Thread(target=hold)
    holder.start()
    slowest, words = 0.0, set()
    try:
        for number in range(60):
            began = time.monotonic()
            words.add(answering.answer(house, number).split(" #")[0])
            slowest = max(slowest, time.monotonic() - began)
    finally:
        stop.set()
        holder.join()
        house.database.close()
    assert slowest < 2.5 and words == {"Logged as"}
