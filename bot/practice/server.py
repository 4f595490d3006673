"""The practice workspace on one address: Web API, Socket Mode, hooks, files, and the page for people."""

import asyncio
import base64
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketClose, WebSocketDisconnect

from bot.practice.gestures import Gestures, Mistake
from bot.practice.sockets import Links
from bot.practice.web_api import POST_BURST, WebApi
from bot.practice.workspace import SHOWN_MESSAGES, Thing, Workspace

PAGE = Path(__file__).parent / "page"
# Changes that come together are shown together.
SHOW_AFTER_SECONDS = 0.03


class Practice:
    """The server in a thread of its own. `on_clock(shift)` is called when somebody moves the clock."""

    def __init__(
        self,
        workspace: Workspace,
        manifest: Mapping[str, Any],
        on_clock: Callable[[timedelta], None] = lambda _: None,
        port: int = 0,
        keep: Path | None = None,
        burst: int = POST_BURST,
    ) -> None:
        self.workspace = workspace
        self.links = Links(workspace)
        self.gestures = Gestures(workspace, self.links, manifest, lambda token: f"{self.url}hooks/{token}")
        self._api = WebApi(workspace, self._socket_url, burst)
        self._on_clock = on_clock
        self._keep = keep
        self._watching: dict[WebSocket, str] = {}
        self._dirty: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        config = uvicorn.Config(
            self._guarded(),
            host="127.0.0.1",
            port=port,
            log_level="critical",
            timeout_graceful_shutdown=1,
            ws="websockets-sansio",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="practice", daemon=True)
        self._started = threading.Event()
        self.port = port
        workspace.changed = self._changed

    def start(self) -> None:
        """Serves from now on. Raises OSError when the port is taken."""
        self._socket = _bound(self.port)
        self.port = self._socket.getsockname()[1]
        self._thread.start()
        if not self._started.wait(10):
            raise OSError("the practice server did not start")

    def stop(self) -> None:
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=5)
        self._save()

    def run(self, coroutine: Any, timeout: float = 10) -> Any:
        """Runs a gesture from another thread, for tests."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def api_url(self) -> str:
        return f"{self.url}api/"

    def move_clock(self, by: timedelta) -> None:
        self.workspace.shift_seconds += by.total_seconds()
        self._on_clock(by)
        self.workspace.changed()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._dirty = asyncio.Event()
        showing = asyncio.create_task(self._show())
        self._started.set()
        with suppress(SystemExit):
            await self._server.serve(sockets=[self._socket])
        showing.cancel()

    def _site(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", lambda _: FileResponse(PAGE / "index.html")),
                Route("/api/{method}", self._api.handle, methods=["GET", "POST"]),
                Route("/hooks/{token}", self._api.handle_hook, methods=["POST"]),
                Route("/act", self._act, methods=["POST"]),
                Route("/files/{id}", self._file),
                Route("/files/{id}/upload", self._upload, methods=["POST"]),
                WebSocketRoute("/link", self.links.serve),
                WebSocketRoute("/watch", self._watch),
                Mount("/page", StaticFiles(directory=PAGE)),
            ]
        )

    def _guarded(self) -> ASGIApp:
        """The site for this page and this machine's bot alone: another page in the same browser could act here, too."""
        site = self._site()

        async def guard(scope: Scope, receive: Receive, send: Send) -> None:
            if _is_from_elsewhere(scope):
                refuse = (
                    WebSocketClose(1008) if scope["type"] == "websocket" else PlainTextResponse("not from here", 403)
                )
                await refuse(scope, receive, send)
                return
            await site(scope, receive, send)

        return guard

    def _socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/link?ticket={self.links.ticket()}"

    async def _act(self, request: Request) -> Response:
        """A gesture from the page: {user, kind, …}."""
        given = await request.json()
        user = given.get("user")
        if user is not None and user not in self.workspace.users:
            return JSONResponse({"error": "user_not_found"}, 400)
        try:
            return JSONResponse(await self._gesture(given))
        except Mistake as mistake:
            return JSONResponse({"error": str(mistake)})

    async def _gesture(self, given: Thing) -> Thing:
        user, do = given.get("user", ""), self.gestures
        gestures: dict[str, Callable[[], Awaitable[Thing | None]]] = {
            "say": lambda: do.say(user, given["channel"], given["text"], given.get("thread_ts"), given.get("files")),
            "click": lambda: do.click(user, given["place"], given["block_id"], given["action"], given.get("values")),
            "submit": lambda: self._submit(user, given),
            "close": lambda: do.close(user, given["view_id"]),
            "shortcut": lambda: do.shortcut(user, given["callback_id"], given.get("channel"), given.get("ts")),
            "home": lambda: do.open_home(user),
            "person": lambda: do.change_person(given["who"], given["flags"]),
            "read": lambda: self._read(user, given["channel"]),
            "upload": lambda: self._attach(user, given),
            "clock": lambda: self._clock(given),
            "trouble": lambda: self._trouble(given),
        }
        gesture = gestures.get(given["kind"])
        return {"error": "unknown gesture"} if gesture is None else await gesture() or {}

    async def _submit(self, user: str, given: Thing) -> Thing:
        return {"errors": await self.gestures.submit(user, given["view_id"], given["values"])}

    async def _read(self, user: str, channel: str) -> None:
        self.workspace.read_up_to[f"{user}:{channel}"] = f"{self.workspace.last_ts:.6f}"
        self.workspace.changed()

    async def _attach(self, user: str, given: Thing) -> Thing:
        return {"file": self.gestures.upload(user, given["name"], given["content"])["id"]}

    async def _clock(self, given: Thing) -> None:
        if "minutes" in given:
            self.move_clock(timedelta(minutes=given["minutes"]))
        else:
            self.move_clock(datetime.fromisoformat(given["to"]) - self.workspace.now())

    async def _trouble(self, given: Thing) -> None:
        for name, value in given["switches"].items():
            if hasattr(self.workspace.trouble, name):
                setattr(self.workspace.trouble, name, value)
        self.workspace.changed()

    async def _watch(self, socket: WebSocket) -> None:
        """Live state for one page; the page says who is looking."""
        await socket.accept()
        self._watching[socket] = socket.query_params.get("user", "")
        try:
            await socket.send_text(json.dumps(self._seen_by(self._watching[socket])))
            while True:
                self._watching[socket] = (await socket.receive_json())["user"]
                await socket.send_text(json.dumps(self._seen_by(self._watching[socket])))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._watching.pop(socket, None)

    async def _show(self) -> None:
        assert self._dirty is not None
        while True:
            await self._dirty.wait()
            await asyncio.sleep(SHOW_AFTER_SECONDS)
            self._dirty.clear()
            self._save()
            for watcher, user in list(self._watching.items()):
                with suppress(RuntimeError, WebSocketDisconnect):
                    await watcher.send_text(json.dumps(self._seen_by(user)))

    def _changed(self) -> None:
        if self._loop is not None and self._dirty is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._dirty.set)

    def _save(self) -> None:
        if self._keep is not None:
            file = self._keep / "workspace.json"
            fresh = file.with_suffix(".new")
            fresh.write_text(self.workspace.saved(), "utf-8")
            fresh.replace(file)

    def _seen_by(self, user: str) -> Thing:
        """Everything that one person's page shows."""
        space = self.workspace
        visible = {one["id"]: one for one in space.channels.values() if space.may_see(user, one["id"])}
        ephemerals = [one for one in space.ephemerals if one["to"] == user]
        return {
            "team": space.team,
            "now": space.now().isoformat(),
            "me": user,
            "users": [_person_shown(one) for one in space.users.values()],
            "channels": [self._channel(one, user) for one in visible.values()],
            "messages": {
                channel: [
                    *space.messages.get(channel, [])[-SHOWN_MESSAGES:],
                    *(one for one in ephemerals if one["channel"] == channel),
                ]
                for channel in visible
            },
            "views": [space.views[one] for one in space.stacks.get(user, [])],
            "home": space.homes.get(user),
            "commands": self.gestures.commands,
            "shortcuts": self.gestures.shortcuts,
            "trouble": vars(space.trouble),
            "wire": space.wire[-80:],
            "connections": self.links.open,
        }

    def _channel(self, channel: Thing, user: str) -> Thing:
        """A channel with how many messages the person has not read."""
        seen = float(self.workspace.read_up_to.get(f"{user}:{channel['id']}") or 0)
        unread = sum(
            float(one["ts"]) > seen and one.get("user") != user
            for one in self.workspace.messages.get(channel["id"], [])
        )
        return {key: value for key, value in channel.items() if key != "members"} | {"unread": unread}

    async def _file(self, request: Request) -> Response:
        file = self.workspace.files.get(request.path_params["id"])
        if file is None:
            return PlainTextResponse("not found", 404)
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(base64.b64decode(file["content"]), headers=headers)

    async def _upload(self, request: Request) -> Response:
        file = self.workspace.files.get(request.path_params["id"])
        if file is None:
            return PlainTextResponse("not found", 404)
        content = await request.body()
        file |= {"content": base64.b64encode(content).decode(), "size": len(content)}
        return PlainTextResponse("ok")


def _person_shown(user: Thing) -> Thing:
    names = ("id", "name", "real_name", "deleted", "is_bot", "is_restricted", "is_stranger", "is_admin", "tz", "locale")
    return {name: user.get(name) for name in names} | {"title": user["profile"].get("title", "")}


def _is_from_elsewhere(scope: Scope) -> bool:
    """Whether a page of another site asks, or this one under another site's name: browsers tell both."""
    if scope["type"] not in ("http", "websocket"):
        return False
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    is_ours = urlsplit(f"//{host}").hostname in ("127.0.0.1", "localhost", "::1")
    return not is_ours or (origin is not None and urlsplit(origin).netloc != host)


def _bound(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    # Whoever comes before the server serves waits for it.
    sock.listen(128)
    return sock
