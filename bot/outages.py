"""Outages: whether Slack can be reached at all, asked by one probe and not by every message."""

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime

from bot.web_api import Result
from handlers.desk.letters import REVOKED
from office import clock

logger = logging.getLogger(__name__)

FIRST_PROBE, LAST_PROBE = 1.0, 30.0
_AWAY = ("unreachable", "no_answer", "http_5", "unreadable_answer")
_AWAY_CODES = frozenset(["internal_error", "fatal_error", "service_unavailable", "request_timeout"])


class Outages:
    """One state for all messages. `probe` asks Slack for something small; `ended` hears since when it lasted."""

    def __init__(self, probe: Callable[[], Result], ended: Callable[[datetime, str], object]) -> None:
        self._probe = probe
        self._ended = ended
        self._lock = threading.Lock()
        self._error = ""
        self._since: datetime | None = None
        self._wait = FIRST_PROBE
        self._next = 0.0

    @property
    def error(self) -> str:
        """What Slack says, or that it says nothing; empty while all is well."""
        return self._error

    @property
    def since(self) -> datetime | None:
        return self._since

    @property
    def is_revoked(self) -> bool:
        return self._error in REVOKED

    def begins_with(self, error: str) -> bool:
        """Whether the failure of one message is an outage for all, and no fault of the message: Slack is asked."""
        if error in REVOKED:
            self._enter(error)
            return True
        if not (error.startswith(_AWAY) or error in _AWAY_CODES):
            return False
        if self._error or not self._lock.acquire(blocking=False):
            return True  # another message has found it out, or is about to
        try:
            found = _trouble(self._probe())
        finally:
            self._lock.release()
        if found:
            self._enter(found)
        return bool(found)

    def look_again(self, pool: Executor) -> None:
        """While it lasts: one probe now and then, off the dispatcher's way."""
        if self._error and time.monotonic() >= self._next:
            self._next = time.monotonic() + LAST_PROBE
            with suppress(RuntimeError):  # it is being stopped
                pool.submit(self._look)

    def _look(self) -> None:
        found = _trouble(self._probe())
        if found:
            self._error = found
            self._wait = min(2 * self._wait, LAST_PROBE)
            self._next = time.monotonic() + self._wait * random.uniform(0.8, 1.2)
            return
        since, error = self._since, self._error
        self._error, self._since = "", None
        logger.warning("Slack answers again: what has waited leaves now")
        if since is not None:
            self._ended(since, error)

    def _enter(self, error: str) -> None:
        if not self._error:
            self._since = clock.now()
            self._wait = FIRST_PROBE
            self._next = time.monotonic() + self._wait
            advice = " Run deskhand doctor." if error in REVOKED else ""
            logger.error("Slack can't be used (%s): nothing is sent until it can.%s", error, advice)
        self._error = error


def _trouble(result: Result) -> str:
    """What an answer to a probe says of all messages; a rate limit is none, each message hears of its own."""
    error = result.error or ""
    return error if error in REVOKED or error.startswith(_AWAY) or error in _AWAY_CODES else ""
