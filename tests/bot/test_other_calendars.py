"""Other people's calendars: each has its own time, is tried a few times, and holds up no other."""

import socket
import socketserver
import threading
import time as clock_time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot import exchange, other_calendars
from bot.exchange import NoAnswer
from bot.other_calendars import CannotRead
from office import clock
from office.duties.meetings import busy
from storage import meetings
from tests.conftest import Office
from tests.foreign.test_reader import calendar, event
from tests.meetings import House as Rooms

GOOD = calendar(event("DTSTART:20261125T090000Z", "DTEND:20261125T100000Z"))
POISON = b"\x00 no calendar at all"


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def rooms(office: Office) -> Rooms:
    return Rooms(office)


class Dripping(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, head: bytes, drop: bytes) -> None:
        self.head, self.drop = head, drop
        super().__init__(("127.0.0.1", 0), Drips)


class Drips(socketserver.BaseRequestHandler):
    server: Dripping

    def handle(self) -> None:
        try:
            self.request.recv(2000)
            self.request.sendall(self.server.head)
            for _ in range(600):
                self.request.sendall(self.server.drop)
                clock_time.sleep(0.1)
        except OSError:
            pass


@contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    with Dripping(head, drop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/calendar.ics"
        server.shutdown()


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"),
        (b"HTTP/1.1 ", b"2"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n", b"B"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nB\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"B"),
    ],
)
def test_a_server_that_drips_is_left_after_one_time_for_all(head: bytes, drop: bytes) -> None:
    with dripping(head, drop) as address:
        began = clock_time.monotonic()
        with pytest.raises(NoAnswer) as error:
            exchange.exchange("GET", address, seconds=0.6)
        assert clock_time.monotonic() - began < 3 and error.value.is_too_much


def test_an_answer_is_its_status_and_its_body_and_one_that_is_too_large_is_left() -> None:
    with dripping(b"HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\n", b"abc") as address:
        found = exchange.exchange("GET", address)
    assert (found.status, found.content) == (404, b"abc")
    flood = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n", b"B" * 2_000_000)
    with flood as address, pytest.raises(NoAnswer, match="too large"):
        exchange.exchange("GET", address)


def test_a_server_that_never_says_who_it_is_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(NoAnswer):
            exchange.exchange("GET", f"https://localhost:{port}/", seconds=0.5)


def test_one_that_is_slow_holds_up_no_other(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = threading.Event()

    def fetched(address: str) -> bytes:
        if "slow" in address:
            slow.wait(20)
        else:
            good.append(address)
            if len(good) == 4:
                slow.set()
        return GOOD

    good: list[str] = []
    monkeypatch.setattr(other_calendars, "fetched", fetched)
    for handle in ("anna", "bjorn", "frank", "maria", "ines"):
        address = f"https://{'slow' if handle == 'anna' else 'good'}.example/{handle}.ics"
        rooms.office.do(lambda s, h=handle, a=address: busy.choose(s, rooms.office.who(h), a))  # type: ignore[misc]
    began = clock_time.monotonic()
    assert other_calendars.read_due(rooms.office.database, None) == 5 and clock_time.monotonic() - began < 15


@pytest.mark.parametrize(("is_away", "later"), [(True, 1), (False, 0)])
def test_what_fails_three_times_is_set_aside_and_told(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch, is_away: bool, later: int
) -> None:
    anna = rooms.office.who("anna")
    looked: list[str] = []

    def fetched(address: str) -> bytes:
        looked.append(address)
        if is_away:
            raise CannotRead("HTTP 503", is_away=True)
        return POISON

    monkeypatch.setattr(other_calendars, "fetched", fetched)
    rooms.office.do(lambda s: busy.choose(s, anna, "https://cal.example/secret.ics"))
    for _ in range(12):
        other_calendars.read_due(rooms.office.database, None)
        clock.move(timedelta(hours=1))
    assert len(looked) == 3 and rooms.told("meetings.busy_trouble") == 2
    for _ in range(3):
        clock.move(timedelta(days=1, minutes=1))
        other_calendars.read_due(rooms.office.database, None)
    assert len(looked) == 3 + 3 * later
    rooms.office.do(lambda s: busy.choose(s, anna, "https://cal.example/other.ics"))
    monkeypatch.setattr(other_calendars, "fetched", lambda _: GOOD)
    other_calendars.read_due(rooms.office.database, None)
    with rooms.office.database.read() as session:
        kept = meetings.busy_feed(session, anna.id or 0)
    assert kept is not None and (kept.tries, kept.trouble) == (0, "")


def test_what_takes_the_program_with_it_is_not_the_first_thing_of_the_next_start(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(_: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(other_calendars, "fetched", fetched)
    rooms.office.do(lambda s: busy.choose(s, rooms.office.who("anna"), "https://cal.example/x.ics"))
    with pytest.raises(KeyboardInterrupt):
        other_calendars.read_due(rooms.office.database, None)
    assert other_calendars.read_due(rooms.office.database, None) == 0
