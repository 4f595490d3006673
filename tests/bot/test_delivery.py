"""Delivery against a Slack that fails in every way: nothing is lost, nothing is posted twice, nobody waits for poison."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import delivery, outages
from bot.delivery import Delivery
from bot.web_api import Result, WebApi
from handlers.context import House
from handlers.drawing import Message
from office import catalogue, clock
from office.duties import letters, notices
from storage import outbox
from storage.database import Database
from storage.outbox import Letter
from storage.tables import Outbox
from storage.words import OutboxState
from tests.conftest import Office

pytestmark = pytest.mark.both_databases


class FakeSlack:
    """Keeps what was posted; `mishap(method, arguments)` may answer instead, after or before it was kept."""

    def __init__(self) -> None:
        self.posted: dict[str, list[dict[str, Any]]] = {}
        self.calls: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.mishap: Any = lambda method, arguments: None

    def call(self, method: str, arguments: Mapping[str, Any]) -> Result:
        with self.lock:
            self.calls[method] += 1
            mishap = self.mishap(method, arguments)
            if mishap is not None and not mishap[1]:
                return cast(Result, mishap[0])
            body = self._done(method, arguments)
            return mishap[0] if mishap is not None else Result(body)

    def query(self, method: str, arguments: Mapping[str, Any]) -> Result:
        with self.lock:
            if method == "conversations.open":
                return Result({"channel": {"id": f"D{arguments['users']}"}})
            return Result({"messages": list(reversed(self.posted.get(arguments["channel"], [])))})

    def close(self) -> None:
        pass

    def _done(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        if method != "chat.postMessage":
            return {}
        messages = self.posted.setdefault(arguments["channel"], [])
        messages.append({"ts": f"{len(messages)}.0", "metadata": arguments["metadata"], "text": arguments["text"]})
        return {"channel": arguments["channel"], "ts": messages[-1]["ts"]}

    def ids(self) -> list[str]:
        return [one["metadata"]["event_payload"]["id"] for all_of in self.posted.values() for one in all_of]


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def house(office: Office) -> House:
    with ThreadPoolExecutor(1) as pool:
        return House(office.database, catalogue.load(), cast(Any, None), cast(Any, None), "U0BOT", lambda: None, pool)


@pytest.fixture
def running(house: House, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Delivery]:
    monkeypatch.setattr(delivery, "PACE_SECONDS", 0.0)
    one = Delivery(house, cast(WebApi, slack))
    one.start()
    yield one
    one.stop()


def post(database: Database, number: int, kind: str = "desk.hello", start: int = 0) -> None:
    letters = [Letter(kind, "person", n, f"C{n}", None) for n in range(start, start + number)]
    database.write(lambda s: outbox.add(s, letters, clock.now()))


def states(database: Database) -> Counter[OutboxState]:
    with database.read() as session:
        return Counter(session.execute(select(Outbox.state)).scalars())  # type: ignore[call-overload]


def until(look: Any, seconds: float = 20) -> None:
    """Waits; meanwhile the office's clock runs, so that tries that were put off come due."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, "never came"
        clock.move(timedelta(seconds=20))
        time.sleep(0.05)


def test_nobody_sees_a_message_twice_however_unclear_the_answer(
    house: House, slack: FakeSlack, running: Delivery
) -> None:
    """500 messages; most first tries end unclear, half of them after Slack had posted."""
    dice = random.Random(7)

    def mishap(method: str, arguments: Mapping[str, Any]) -> Any:
        if method != "chat.postMessage" or dice.random() > 0.6:
            return None
        unclear = dice.choice(["no_answer: ReadTimeoutError", "http_500", "internal_error"])
        return Result({}, error=unclear, unclear=True), dice.random() < 0.5

    slack.mishap = mishap
    post(house.database, 500)
    running.wake()
    until(lambda: states(house.database)[OutboxState.SENT] == 500, 90)
    assert len(slack.ids()) == len(set(slack.ids())) == 500


def test_poison_delays_nobody_and_is_seen(house: House, slack: FakeSlack, running: Delivery) -> None:
    """50 rows that can't be sent, of every permanent kind, before 100 that can."""
    kinds = sorted(delivery.PERMANENT)

    def mishap(method: str, arguments: Mapping[str, Any]) -> Any:
        number = int(arguments["channel"][1:])
        # not_in_channel is tried again after joining; here that fails too.
        return (Result({}, error=kinds[number % len(kinds)]), False) if number < 50 else None

    slack.mishap = mishap
    post(house.database, 50)
    post(house.database, 100, start=50)
    running.wake()
    began = time.monotonic()
    until(lambda: states(house.database)[OutboxState.SENT] >= 100)
    assert time.monotonic() - began < 15
    until(lambda: states(house.database)[OutboxState.DEAD] == 50)
    with house.database.read() as session:
        told = session.execute(select(Outbox).where(Outbox.kind == "letters.dead")).scalars().all()  # type: ignore[arg-type]
    assert len(told) == 1, "the administrator is told, and not flooded"


def test_a_message_that_cannot_be_made_is_put_off_and_then_dead(
    house: House, slack: FakeSlack, running: Delivery
) -> None:
    house.database.write(lambda s: outbox.add(s, [Letter("no.such.kind", "person", 1, "C1")], clock.now()))
    post(house.database, 1, start=2)
    running.wake()
    until(lambda: states(house.database)[OutboxState.SENT] >= 1)
    until(lambda: states(house.database)[OutboxState.DEAD] == 1, 60)


def test_what_a_dead_process_had_claimed_is_looked_up_before_it_is_sent(house: House, slack: FakeSlack) -> None:
    post(house.database, 2)
    with house.database.read() as session:
        rows = outbox.claimable(session, [row_id for row_id, _ in outbox.due_heads(session, clock.now())], clock.now())
    house.database.write(lambda s: outbox.claim(s, rows, "the dead one", clock.now(), delivery.LEASE))
    metadata = {"event_payload": {"id": rows[0].key}}
    slack.posted["C0"] = [{"ts": "7.0", "metadata": metadata, "text": "it had posted this one"}]
    one = Delivery(house, cast(WebApi, slack))
    one.start()
    time.sleep(0.7)
    assert states(house.database)[OutboxState.SENT] == 0, "not before the lease is over"
    until(lambda: states(house.database)[OutboxState.SENT] == 2)
    one.stop()
    assert len(slack.posted["C0"]) == 1 and len(slack.posted["C1"]) == 1


def test_a_refused_token_parks_everything(house: House, slack: FakeSlack, running: Delivery) -> None:
    slack.mishap = lambda method, arguments: (Result({}, error="token_revoked"), False)
    post(house.database, 30)
    running.wake()
    time.sleep(1.0)
    assert running.outage.is_revoked and slack.calls["chat.postMessage"] <= 24
    with house.database.read() as session:
        assert set(session.execute(select(Outbox.attempts)).scalars()) == {0}  # type: ignore[call-overload]


AWAY = [
    Result({}, error="unreachable: NewConnectionError"), Result({}, error="http_500", unclear=True),
    Result({}, error="no_answer: ReadTimeoutError", unclear=True), Result({}, error="unreadable_answer", unclear=True),
    Result({}, error="token_revoked"), Result({}, error="internal_error", unclear=True),
]  # fmt: skip


@pytest.mark.parametrize("said", AWAY, ids=[str(one.error) for one in AWAY])
def test_an_outage_is_one_state_with_one_probe_and_no_attempt_of_any_message(
    house: House, slack: FakeSlack, running: Delivery, said: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outages, "FIRST_PROBE", 0.05)
    monkeypatch.setattr(outages, "LAST_PROBE", 0.1)
    slack.mishap = lambda method, arguments: (said, False)
    post(house.database, 40)
    running.wake()
    until(lambda: bool(running.outage.error))
    clock.move(timedelta(hours=30))
    time.sleep(1.0)
    tried = slack.calls["chat.postMessage"]
    assert tried <= 24 and 1 <= slack.calls["auth.test"] <= 30
    with house.database.read() as session:
        assert set(session.execute(select(Outbox.attempts)).scalars()) == {0}  # type: ignore[call-overload]
    slack.mishap = lambda method, arguments: None
    until(lambda: states(house.database)[OutboxState.SENT] >= 40, 40)
    assert sorted(set(slack.ids())) == sorted(slack.ids()) and states(house.database)[OutboxState.DEAD] == 0
    told = "SELECT count(*) FROM outbox WHERE kind = 'letters.outage'"
    until(lambda: house.database.scalar(told) == len(house.database.write(notices.admins)) > 0)


def test_one_message_that_slack_fails_at_is_no_outage(house: House, slack: FakeSlack, running: Delivery) -> None:
    poison = Result({}, error="http_500", unclear=True)
    slack.mishap = lambda method, arguments: (poison, False) if arguments.get("channel") == "C0" else None
    post(house.database, 5)
    running.wake()
    until(lambda: states(house.database)[OutboxState.SENT] == 4)
    until(lambda: states(house.database)[OutboxState.UNKNOWN] == 1)
    assert not running.outage.error


def test_a_process_that_was_frozen_leaves_what_it_had_claimed(house: House, slack: FakeSlack) -> None:
    """The claim is over while a message is being made: whoever claims it next looks it up and posts it once."""
    frozen = Delivery(house, cast(WebApi, slack))
    drawn = frozen._rendered

    def slowly(row: Outbox, repeat: bool) -> Message | None:
        message = drawn(row, repeat)
        if not clock_moved:
            clock_moved.append(True)
            clock.move(timedelta(seconds=70))
        return message

    clock_moved: list[bool] = []
    frozen._rendered = slowly  # type: ignore[method-assign]
    post(house.database, 1)
    frozen.start()
    until(lambda: bool(clock_moved))
    other = Delivery(house, cast(WebApi, slack))
    other.start()
    until(lambda: states(house.database)[OutboxState.SENT] == 1)
    frozen.stop()
    other.stop()
    assert len(slack.ids()) == 1


def test_dead_letters_come_back_by_one_press(house: House, slack: FakeSlack, running: Delivery, office: Office) -> None:
    slack.mishap = lambda method, arguments: (Result({}, error="restricted_action"), False)
    post(house.database, 6)
    running.wake()
    until(lambda: set(states(house.database)) == {OutboxState.DEAD})
    slack.mishap = lambda method, arguments: None
    maria = office.who("maria")
    assert house.database.write(lambda session: letters.send_all_again(session, maria)) >= 6
    running.wake()
    until(lambda: states(house.database)[OutboxState.DEAD] == 0 and len(slack.ids()) >= 6)


def test_a_message_is_looked_up_by_slacks_clock(house: House, slack: FakeSlack, running: Delivery) -> None:
    """Back to the message before it, by the time that Slack gave that one; to the beginning where there was none."""
    asked: list[Any] = []
    query = slack.query

    def seen(method: str, arguments: Mapping[str, Any]) -> Result:
        if "limit" in arguments:
            asked.append(arguments.get("oldest"))
        return query(method, arguments)

    slack.query = seen  # type: ignore[method-assign]
    post(house.database, 1)
    running.wake()
    until(lambda: states(house.database)[OutboxState.SENT] == 1)
    clock.move(timedelta(minutes=10))
    more = [Letter("desk.hello", "person", n, f"C{n}", None) for n in range(2)]

    def doubtful(session: Session) -> None:
        outbox.add(session, more, clock.now())
        outbox.doubt_pending(session)

    house.database.write(doubtful)
    running.wake()
    until(lambda: len(asked) == 2)
    assert sorted(asked, key=str) == [slack.posted["C0"][0]["ts"], None]


def test_a_stop_hands_back_what_was_claimed(house: House, slack: FakeSlack) -> None:
    slow = threading.Event()
    slack.mishap = lambda method, arguments: slow.wait(0.4) and None
    post(house.database, 40)
    one = Delivery(house, cast(WebApi, slack), workers=4)
    one.start()
    time.sleep(0.3)
    began = time.monotonic()
    one.stop()
    assert time.monotonic() - began < 8
    assert states(house.database)[OutboxState.CLAIMED] == 0
    assert states(house.database)[OutboxState.SENT] == len(slack.ids())


def test_backing_off_grows_to_ten_minutes() -> None:
    waits = [delivery.backoff(attempt).total_seconds() for attempt in range(1, 13)]
    assert 1.5 <= waits[0] <= 2.5 and 450 <= waits[-1] <= 750


def test_messages_to_one_channel_keep_their_pace(
    house: House, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PACE_SECONDS", 0.3)
    times: list[float] = []
    slack.mishap = lambda method, arguments: times.append(time.monotonic())
    letters = [Letter("desk.hello", "person", n, "C1", None) for n in range(4)]
    house.database.write(lambda s: outbox.add(s, letters, clock.now()))
    one = Delivery(house, cast(WebApi, slack))
    one.start()
    until(lambda: len(times) == 4)
    one.stop()
    assert all(later - earlier >= 0.2 for earlier, later in zip(times, times[1:], strict=False))
