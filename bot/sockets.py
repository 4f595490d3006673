"""Socket Mode: two connections, so that one covers the other's refresh, and a watchdog for one that has gone deaf.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from bot import payloads

logger = logging.getLogger(__name__)

CONNECTIONS = 2
HELLO_SECONDS = 10.0
# A peer that answers no ping within this time is gone, whatever TCP says.
PING_SECONDS, PONG_SECONDS = 5.0, 10.0
# One connection hears nothing while the other hears this much: it is connected but deaf.
DEAF_SECONDS, OTHERS_HEARD = 30.0, 5
# In silence on all of them nobody can tell, so each is renewed now and then.
RENEW_SECONDS = 900.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
# Between a connection that Slack has asked us to renew and the next: enough not to be asked in a circle.
REFRESH_WAIT = 0.2

Envelope = Mapping[str, Any]


class Sockets:
    """Keeps the connections; every envelope goes through Bolt, and its answer back where it came from."""

    def __init__(self, app: App, client: WebClient) -> None:
        """`client` carries the app-level token."""
        self._app = app
        self._client = client
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="socket")
        self._lines = [Line(number, self._open, self._take) for number in range(CONNECTIONS)]
        self._stopping = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Connects, and returns when Slack has said hello. Raises SlackApiError when it refuses the app token."""
        self._lines[0].first_url = self._open()
        for line in self._lines:
            line.start()
        self._watchdog.start()
        if not self._lines[0].greeted.wait(HELLO_SECONDS):
            logger.warning("Slack has not said hello yet; trying goes on")

    def stop(self) -> None:
        """Takes nothing more; what is being answered gets its answer out first."""
        self._stopping.set()
        for line in self._lines:
            line.stopping.set()
        for line in self._lines:
            if line.is_alive():
                line.join(timeout=4)
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def connected(self) -> int:
        return sum(line.greeted.is_set() for line in self._lines)

    def _open(self) -> str:
        return str(self._client.apps_connections_open(app_token=str(self._client.token))["url"])

    def _take(self, socket: ClientConnection, envelope: Envelope, done: Callable[[], None]) -> None:
        self._pool.submit(self._handle, socket, envelope, done)

    def _handle(self, socket: ClientConnection, envelope: Envelope, done: Callable[[], None]) -> None:
        try:
            if not payloads.is_well_formed(envelope.get("payload") or {}):
                logger.warning("an envelope of type %s is none of Slack's shapes", envelope.get("type"))
                return
            answer = answer_to(envelope, self._app.dispatch(request_of(envelope)))
            if answer is not None:
                socket.send(json.dumps(answer))
        except (WebSocketException, OSError) as error:
            # The line broke after the effect: Slack delivers again, and the inbox knows the gesture.
            logger.warning("an answer could not be sent back: %s", error)
        except Exception:
            logger.exception("an envelope could not be handled")
        finally:
            done()

    def _watch(self) -> None:
        while not self._stopping.wait(PING_SECONDS):
            now = time.monotonic()
            for line in self._lines:
                others = sum(other.heard_since(line.heard_at) for other in self._lines if other is not line)
                if line.greeted.is_set() and now - line.heard_at > DEAF_SECONDS and others >= OTHERS_HEARD:
                    logger.warning("connection %s hears nothing while the others do; it is renewed", line.number)
                    line.renew.set()


class Line(threading.Thread):
    """One connection, opened again whenever it ends."""

    def __init__(
        self,
        number: int,
        open_url: Callable[[], str],
        take: Callable[[ClientConnection, Envelope, Callable[[], None]], None],
    ) -> None:
        super().__init__(name=f"line-{number}", daemon=True)
        self.number = number
        self.greeted = threading.Event()
        self.renew = threading.Event()
        self.stopping = threading.Event()
        self.heard_at = time.monotonic()
        self.first_url: str | None = None
        self._heard: list[float] = []
        self._open_url = open_url
        self._take = take
        self._unanswered = 0
        self._lock = threading.Lock()

    def run(self) -> None:
        wait = FIRST_WAIT
        while not self.stopping.is_set():
            begun = time.monotonic()
            refreshed = False
            try:
                refreshed = self._serve()
            except SlackApiError as error:
                logger.error("Slack opens no connection: %s", error.response.get("error"))
                wait = LONGEST_WAIT
            except Exception as error:
                # Whatever it was, answers that break off in the middle included: a line that ends for good would leave
                # a bot that looks alive and hears nothing.
                said = f"{type(error).__name__}: {error}"
                logger.warning("connection %s: %s; a new one in %.1f s", self.number, said, wait)
            self.greeted.clear()
            if refreshed:
                wait = FIRST_WAIT
                self.stopping.wait(REFRESH_WAIT)
            elif time.monotonic() - begun > LONGEST_WAIT:
                wait = FIRST_WAIT  # it worked for a while: the next one comes at once
            else:
                self.stopping.wait(wait * random.uniform(0.8, 1.2))
                wait = min(2 * wait, LONGEST_WAIT)

    def heard_since(self, moment: float) -> int:
        return sum(one > moment for one in self._heard)

    def _serve(self) -> bool:
        """One connection to its end; True when Slack, or we, wanted another one in its place."""
        url, self.first_url = self.first_url or self._open_url(), None
        with connect(
            url, open_timeout=5, ping_interval=PING_SECONDS, ping_timeout=PONG_SECONDS, close_timeout=1, max_size=None
        ) as socket:
            self.renew.clear()
            # The lines are renewed at different times: one is always there.
            until = time.monotonic() + RENEW_SECONDS * (1 + self.number / CONNECTIONS)
            while not (self.stopping.is_set() or self.renew.is_set() or time.monotonic() > until):
                try:
                    message = json.loads(socket.recv(timeout=0.2))
                except TimeoutError:
                    continue
                if self._heard_last(socket, message):
                    break
            self._finish()
        return self.greeted.is_set()

    def _heard_last(self, socket: ClientConnection, message: Envelope) -> bool:
        """Takes one message; True when Slack wants this connection to end."""
        self.heard_at = time.monotonic()
        kind = message.get("type")
        if kind == "hello":
            self.greeted.set()
        elif kind == "disconnect":
            # A warning comes some seconds before the refresh that it warns of.
            return message.get("reason") != "warning"
        elif "envelope_id" in message:
            self._heard = [*self._heard[-20:], self.heard_at]
            with self._lock:
                self._unanswered += 1
            self._take(socket, message, self._answered)
        return False

    def _answered(self) -> None:
        with self._lock:
            self._unanswered -= 1

    def _finish(self) -> None:
        """Before the connection closes, the answers that are under way leave on it."""
        deadline = time.monotonic() + 2.5
        while self._unanswered and time.monotonic() < deadline:
            time.sleep(0.01)


def request_of(envelope: Envelope) -> BoltRequest:
    """An envelope as Bolt takes it; Slack's word that this is another try goes along."""
    attempt = envelope.get("retry_attempt")
    headers: dict[str, Any] = {"x-slack-retry-num": str(attempt)} if attempt else {}
    return BoltRequest(mode="socket_mode", body=dict(envelope.get("payload") or {}), headers=headers)


def answer_to(envelope: Envelope, response: BoltResponse) -> dict[str, Any] | None:
    """The acknowledgement with the answer in it; None where there was none, so that Slack delivers again."""
    if response.status != 200:
        return None
    acknowledged: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
    if response.body and envelope.get("accepts_response_payload", True):
        is_json = response.first_headers().get("content-type", "").startswith("application/json")
        acknowledged["payload"] = json.loads(response.body) if is_json else {"text": response.body}
    return acknowledged
