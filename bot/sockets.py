"""Socket Mode: two connections, so that one covers the other's refresh, and a watchdog for one that has gone deaf."""

import logging
import threading
import time
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.websocket_client import SocketModeClient

logger = logging.getLogger(__name__)

CONNECTIONS = 2
PING_SECONDS = 5.0
# Slack pings every few seconds; three of our pings without any sign of life, and the connection is replaced.
DEAF_SECONDS = 20.0
HELLO_SECONDS = 10.0


class Sockets:
    """Keeps the connections; every envelope goes through Bolt, and its answer back where it came from."""

    def __init__(self, app: App, app_token: str, client: WebClient) -> None:
        self._app = app
        self._lines = [Line(self._handle, app_token, client) for _ in range(CONNECTIONS)]
        self._stopping = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Connects, and returns when Slack has said hello. Raises SlackApiError when it refuses the app token."""
        for line in self._lines:
            line.connect()
        self._watchdog.start()
        if not self._lines[0].greeted.wait(HELLO_SECONDS):
            logger.warning("Slack has not said hello yet; the watchdog goes on trying")

    def stop(self) -> None:
        self._stopping.set()
        for line in self._lines:
            line.close()

    @property
    def connected(self) -> int:
        return sum(line.connected for line in self._lines)

    def _handle(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        response = run_bolt_app(self._app, request)
        try:
            send_response(client, request, response, started)
        except Exception as error:
            # The line broke after the effect: Slack delivers again, and the inbox knows the gesture.
            logger.warning("an answer could not be sent back: %s", error)

    def _watch(self) -> None:
        while not self._stopping.wait(PING_SECONDS):
            for line in self._lines:
                try:
                    line.revive_if_deaf()
                except Exception as error:
                    logger.warning("a new connection failed: %s; tried again in %s s", error, PING_SECONDS)


class Line:
    """One connection with the time of its last sign of life."""

    def __init__(self, handle: Any, app_token: str, client: WebClient) -> None:
        self._heard_at = time.monotonic()
        self._lock = threading.Lock()
        self.greeted = threading.Event()
        self._client = SocketModeClient(
            app_token=app_token,
            web_client=client,
            ping_interval=PING_SECONDS,
            concurrency=32,
            on_message_listeners=[self._hears],
        )
        self._client.socket_mode_request_listeners.append(handle)

    def connect(self) -> None:
        self._client.connect()
        self._heard_at = time.monotonic()

    def close(self) -> None:
        self._client.close()

    @property
    def connected(self) -> bool:
        session = self._client.current_session
        return bool(session is not None and session.sock is not None and session.sock.connected)

    def revive_if_deaf(self) -> None:
        with self._lock:
            session = self._client.current_session
            # websocket-client notes when the last pong came, as wall time.
            ponged = time.time() - session.last_pong_tm if session is not None and session.last_pong_tm else None
            silent = time.monotonic() - self._heard_at
            if self.connected and min(silent, ponged if ponged is not None else silent) < DEAF_SECONDS:
                return
            if silent < DEAF_SECONDS:
                return
            logger.warning("a connection has been silent for %.0f s; opening a new one", silent)
            self._heard_at = time.monotonic()
            self._client.connect_to_new_endpoint(force=True)

    def _hears(self, *_: object) -> None:
        # The first message is always Slack's hello.
        self._heard_at = time.monotonic()
        self.greeted.set()
