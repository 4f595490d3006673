"""exchange(): one question to a server, and one deadline for all of it."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from threading import Event, Timer
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

SECONDS, CONNECT_SECONDS = 20.0, 5.0
LARGEST = 10_000_000


class NoAnswer(Exception):
    """No answer; the text says why, in a word or two. `is_too_much`: the server is there and drips, or floods us."""

    def __init__(self, why: str, *, is_too_much: bool = False) -> None:
        super().__init__(why)
        self.is_too_much = is_too_much


@dataclass(frozen=True)
class Answered:
    status: int
    content: bytes


def exchange(
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    *,
    address: str | None = None,
    seconds: float = SECONDS,
) -> Answered:
    """What a server answers to one question. Redirections are not followed. Raises NoAnswer.

    `address`: the very address to ask, in the place of whatever the name means at this moment. After `seconds` the
    connection is shut whatever is on its way: a time limit for each reading would let a server drip for ever.
    """
    connection = _connection(url, address, min(seconds, CONNECT_SECONDS))
    opened: list[socket.socket] = []
    is_late = Event()
    watch = Timer(seconds, _shut, (opened, is_late))
    watch.start()
    try:
        connection.connect()
        assert connection.sock is not None
        # Longer than the watch's, so that it is always the watch that ends it.
        connection.timeout = 2 * seconds
        # Kept apart: a connection that ends with its answer forgets its socket.
        opened.append(connection.sock)
        if is_late.is_set():
            raise TimeoutError
        parts = urlsplit(url)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        # The port belongs to a Host only where it is not the usual one.
        host = parts.netloc.rpartition("@")[2]
        connection.request(method, path, body=body, headers={"Host": host, **(headers or {})}, preload_content=False)
        answer = connection.getresponse()
        return Answered(answer.status, _body(answer, is_late))
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        if is_late.is_set():
            raise NoAnswer("too slow", is_too_much=True) from error
        raise NoAnswer(type(error).__name__) from error
    finally:
        watch.cancel()
        connection.close()


def _connection(url: str, address: str | None, seconds: float) -> HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(
            address or host, parts.port or 443, timeout=seconds, server_hostname=host, assert_hostname=host
        )
    return HTTPConnection(address or host, parts.port or 80, timeout=seconds)


def _body(answer: BaseHTTPResponse, is_late: Event) -> bytes:
    content = bytearray()
    for chunk in answer.stream(65_536, decode_content=True):
        content += chunk
        if len(content) > LARGEST:
            raise NoAnswer("too large", is_too_much=True)
    # What was shut may look like an end.
    if is_late.is_set():
        raise NoAnswer("too slow", is_too_much=True)
    return bytes(content)


def _shut(opened: list[socket.socket], is_late: Event) -> None:
    is_late.set()
    for one in opened:
        # The socket itself, under whatever is encrypted on it: whoever waits for it is woken.
        with suppress(OSError):
            socket.socket.shutdown(one, socket.SHUT_RDWR)
