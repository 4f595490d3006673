"""Slack's Web API for delivery: kept connections, and failures told apart by whether Slack may have acted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.util import Timeout

CONNECT_SECONDS, READ_SECONDS = 3.0, 6.0


@dataclass(frozen=True)
class Result:
    """What became of a call. `error`: Slack's code. `unclear`: Slack may have acted without our hearing of it."""

    body: Mapping[str, Any]
    error: str | None = None
    retry_after: float | None = None
    unclear: bool = False

    @property
    def ok(self) -> bool:
        return self.error is None


class WebApi:
    """Calls methods with a bot token. Safe for threads; a connection a thread is kept open."""

    def __init__(self, base_url: str, token: str, connections: int = 32) -> None:
        self._base = base_url
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
        timeout = Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pool = urllib3.PoolManager(maxsize=connections, timeout=timeout, retries=False)

    def call(self, method: str, arguments: Mapping[str, Any]) -> Result:
        try:
            response = self._pool.request("POST", self._base + method, json=dict(arguments), headers=self._headers)
        except (NewConnectionError, ConnectTimeoutError, NameResolutionError) as error:
            return Result({}, error=f"unreachable: {type(error).__name__}")
        except HTTPError as error:
            return Result({}, error=f"no_answer: {type(error).__name__}", unclear=True)
        return _read(response)

    def query(self, method: str, arguments: Mapping[str, Any]) -> Result:
        """A method that reads: Slack takes its arguments as a form only."""
        fields = {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()
        }
        headers = {"Authorization": self._headers["Authorization"]}
        try:
            response = self._pool.request_encode_body(
                "POST", self._base + method, fields=fields, headers=headers, encode_multipart=False
            )
        except HTTPError as error:
            return Result({}, error=f"unreachable: {type(error).__name__}")
        return _read(response)

    def upload(self, url: str, content: bytes) -> Result:
        """Sends a file's bytes to the address that Slack gave for them. They are nobody's until they are named."""
        try:
            response = self._pool.request(
                "POST", url, body=content, headers={"Content-Type": "application/octet-stream"}
            )
        except HTTPError as error:
            return Result({}, error=f"unreachable: {type(error).__name__}")
        return Result({}) if response.status == 200 else Result({}, error=f"upload_{response.status}")

    def close(self) -> None:
        self._pool.clear()


def _read(response: urllib3.BaseHTTPResponse) -> Result:
    if response.status == 429:
        return Result({}, error="ratelimited", retry_after=_seconds(response.headers.get("Retry-After")))
    if response.status >= 500:
        return Result({}, error=f"http_{response.status}", unclear=True)
    try:
        body: Mapping[str, Any] = response.json()
    except ValueError:
        return Result({}, error="unreadable_answer", unclear=True)
    if body.get("ok"):
        return Result(body)
    error = str(body.get("error", "unknown_error"))
    if error == "ratelimited":
        return Result(body, error=error, retry_after=_seconds(response.headers.get("Retry-After")))
    return Result(body, error=error, unclear=error in ("internal_error", "fatal_error", "request_timeout"))


def _seconds(header: str | None) -> float:
    try:
        return max(0.1, float(header or 1))
    except ValueError:
        return 1.0
