"""Socket Mode, from Slack's side: connections, envelopes, acknowledgements within three seconds."""

import asyncio
import itertools
import json
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.practice.workspace import APP_ID, TEAM_ID, Thing, Workspace

ACK_SECONDS = 3.0
MOST_CONNECTIONS = 10
# Events that nobody acknowledges come again: at once, after a minute, after five.
EVENT_RETRIES = (0.0, 60.0, 300.0)


class TimedOut(Exception):
    """No acknowledgement within three seconds."""


class NobodyListens(Exception):
    """No connection is open: the app is not running."""


class Links:
    """The app's open connections; each envelope goes to any one of them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: dict[str, WebSocket] = {}
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Thing]] = {}
        self._turn = itertools.count()
        self._tasks: set[asyncio.Task[Any]] = set()

    def ticket(self) -> str:
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return ticket

    @property
    def open(self) -> int:
        return len(self._open)

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from hello to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= MOST_CONNECTIONS:
            await socket.close(code=1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        name = secrets.token_hex(4)
        self._open[name] = socket
        hello = {"type": "hello", "num_connections": len(self._open), "connection_info": {"app_id": APP_ID}}
        try:
            await socket.send_text(json.dumps(hello | {"debug_info": {"host": "practice"}}))
            self._workspace.changed()
            while True:
                self._heard(json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._open.pop(name, None)
            self._workspace.changed()

    async def ask(self, kind: str, payload: Thing) -> Thing:
        """Sends an envelope and returns the payload of its acknowledgement. Raises TimedOut or NobodyListens."""
        envelope = self._envelope(kind, payload)
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = waiting
        try:
            async with asyncio.timeout(ACK_SECONDS):
                for _ in range(4 if self._workspace.trouble.duplicates else 1):
                    await self._send(envelope)
                answer: Thing = await waiting
                return answer
        except TimeoutError:
            raise TimedOut(kind) from None
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    def tell(self, event: Thing) -> None:
        """Sends an event; one that is not acknowledged comes again."""
        payload = {
            "type": "event_callback", "token": "practice", "team_id": TEAM_ID, "api_app_id": APP_ID, "event": event,
            "event_id": "Ev" + secrets.token_hex(5).upper(), "event_time": int(self._workspace.now().timestamp()),
            "authorizations": [{"team_id": TEAM_ID, "user_id": "U0DESKHAND", "is_bot": True}],
        }  # fmt: skip
        task = asyncio.get_running_loop().create_task(self._deliver(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def refresh(self) -> None:
        """Asks every connection to come again, as Slack does now and then."""
        for socket in list(self._open.values()):
            await socket.send_text(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
            await socket.close()

    async def _deliver(self, payload: Thing) -> None:
        for wait in (None, *EVENT_RETRIES):
            if wait is not None:
                await asyncio.sleep(wait)
            try:
                await self.ask("events_api", payload)
                return
            except (TimedOut, NobodyListens) as error:
                self._workspace.note("event", f"{payload['event']['type']}: {type(error).__name__}")

    def _envelope(self, kind: str, payload: Thing) -> Thing:
        return {
            "envelope_id": secrets.token_hex(8),
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }

    async def _send(self, envelope: Thing) -> None:
        sockets = list(self._open.values())
        if not sockets:
            raise NobodyListens
        self._workspace.note("out", envelope["type"], envelope["payload"])
        await sockets[next(self._turn) % len(sockets)].send_text(json.dumps(envelope))

    def _heard(self, message: Thing) -> None:
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            self._workspace.note("ack", "acknowledged", message.get("payload"))
            waiting.set_result(message.get("payload") or {})
