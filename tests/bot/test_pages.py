"""What a page says to browsers, and which browsers it does not listen to."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.types import Message
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot import guests, manifest
from bot.metrics import Metrics
from bot.practice.server import Practice
from bot.practice.workspace import seeded
from bot.signatures import Signatures
from bot.web import site
from handlers.context import House
from tests.conftest import Office


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    one = Practice(seeded(), manifest.read())
    one.start()
    yield one
    one.stop()


def asked(practice: Practice, method: str, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", practice.port, timeout=5)
    body = json.dumps({"user": "U0ANNA", "kind": "home"}) if method == "POST" else None
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    status = connection.getresponse().status
    connection.close()
    return status


def got(app: Starlette, path: str, server: str = "127.0.0.1", **headers: str) -> tuple[int, dict[str, str]]:
    """The status and headers of a page, asked for at one address of this machine."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "scheme": "http", "http_version": "1.1", "server": (server, 8000), "client": ("192.0.2.99", 1), "headers": given,
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_the_practice_page_takes_nothing_from_other_sites(practice: Practice) -> None:
    own = f"127.0.0.1:{practice.port}"
    assert asked(practice, "GET", "/") == 200
    assert asked(practice, "POST", "/act", Host=own, Origin=f"http://{own}") == 200
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{practice.port + 1}", "http://localhost"):
        assert asked(practice, "POST", "/act", Host=own, Origin=origin) == 403
    # A name of somebody else's that was made to point at this machine.
    for host in ("evil.example", f"evil.example:{practice.port}", "127.0.0.1.evil.example", ""):
        assert asked(practice, "POST", "/act", Host=host) == 403
        assert asked(practice, "GET", "/", Host=host) == 403


def test_the_practice_socket_takes_nothing_from_other_sites(practice: Practice) -> None:
    address = f"ws://127.0.0.1:{practice.port}/watch?user=U0ANNA"
    with connect(address, origin=cast(Any, f"http://127.0.0.1:{practice.port}")) as socket:
        assert "channels" in json.loads(socket.recv(5))
    with pytest.raises(InvalidStatus):
        connect(address, origin=cast(Any, "https://evil.example")).recv(5)


def test_a_guests_page_is_kept_and_framed_by_nobody(office: Office) -> None:
    with ThreadPoolExecutor(1) as pool:
        house = cast(House, type("H", (), {"database": office.database, "background": pool})())
        app = Starlette(routes=list(guests.routes(house)))
        status, headers = got(app, "/meeting/1-0123456789abcdef0123456789abcdef")
    assert status == 404
    assert headers["cache-control"] == "private, no-store" and headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize(
    ("host", "server", "headers", "status"),
    [
        ("127.0.0.1", "127.0.0.1", {}, 200),
        ("localhost", "::1", {}, 200),
        ("127.0.0.1", "::ffff:127.0.0.1", {}, 200),
        ("127.0.0.1", "192.0.2.7", {}, 404),
        ("127.0.0.1", "127.0.0.1", {"x_forwarded_for": "203.0.113.9"}, 404),
        ("0.0.0.0", "192.0.2.7", {"x_forwarded_for": "203.0.113.9"}, 200),
        ("192.0.2.7", "192.0.2.7", {}, 200),
        ("192.0.2.7", "198.51.100.2", {}, 404),
    ],
)
def test_numbers_are_for_those_who_may_see_them(host: str, server: str, headers: dict[str, str], status: int) -> None:
    web = site(None, Signatures("secret"), Metrics(), dict, metrics_host=host)
    for path in ("/metrics", "/readyz"):
        assert got(web, path, server, **headers)[0] == status
    assert got(web, "/healthz", server, **headers)[0] == 200
