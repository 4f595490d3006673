"""HTTP: /slack/events with the signature checked on the raw bytes, /healthz, /readyz and /metrics."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from prometheus_client import generate_latest
from slack_bolt import App, BoltRequest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import payloads
from bot.metrics import Metrics
from bot.signatures import Signatures

Answer = Callable[[Request], Awaitable[Response]]

# Slack's largest payloads are views of 250 KB, escaped as a form.
LARGEST_BODY = 2_000_000
# A proxy on this machine says so: what it passes on comes from outside, whatever address it has.
_PASSED_ON = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def site(
    app: App | None,
    signatures: Signatures,
    metrics: Metrics,
    ready: Callable[[], dict[str, str]],
    more: Sequence[Route] = (),
    metrics_host: str = "127.0.0.1",
) -> Starlette:
    """The web application. `app` is None in Socket Mode: there is no /slack/events then. `ready` tells what is wrong,
    a sentence for each part; nothing when all is well. `more`: what else is served. /readyz and /metrics answer only
    those who come to `metrics_host`."""
    pool = ThreadPoolExecutor(32, thread_name_prefix="http")

    async def events(request: Request) -> Response:
        body = await read_body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not signatures.accepts(request.headers, body):
            return PlainTextResponse("not signed by Slack", 401)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return PlainTextResponse("not UTF-8", 400)
        assert app is not None
        # Bolt's own adapters run the sync App on the event loop, where one slow call stops them all.
        return await asyncio.get_running_loop().run_in_executor(pool, dispatch, app, text, request)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_: Request) -> Response:
        wrong = await asyncio.get_running_loop().run_in_executor(pool, ready)
        return JSONResponse({"ready": not wrong, **wrong}, 503 if wrong else 200)

    async def numbers(_: Request) -> Response:
        text = await asyncio.get_running_loop().run_in_executor(pool, generate_latest, metrics.registry)
        return Response(text, media_type="text/plain; version=0.0.4")

    routes = [
        Route("/healthz", healthz),
        Route("/readyz", _inside(metrics_host, readyz)),
        Route("/metrics", _inside(metrics_host, numbers)),
        *more,
    ]
    if app is not None:
        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes | None:
    """The raw body; None as soon as it is larger than anything Slack sends, or than `largest`."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > largest:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return bytes(body)


def _inside(host: str, answer: Answer) -> Answer:
    """Answers only those who come to this address of the machine."""

    async def guarded(request: Request) -> Response:
        if not _came_to(request, host):
            return PlainTextResponse("not here; see METRICS_HOST", 404)
        return await answer(request)

    return guarded


def _came_to(request: Request, host: str) -> bool:
    """Whether somebody asked at this address of the machine; 0.0.0.0 is all of them."""
    wanted = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    if wanted.is_unspecified:
        return True
    if any(name in request.headers for name in _PASSED_ON):
        return False
    came_to = ipaddress.ip_address(request.scope["server"][0])
    came_to = getattr(came_to, "ipv4_mapped", None) or came_to
    return came_to == wanted or (came_to.is_loopback and wanted.is_loopback)


def dispatch(app: App, text: str, request: Request) -> Response:
    """One delivery through Bolt. What can't be understood is a 400, never a 500."""
    payload = payloads.parsed(text, request.headers.get("content-type", ""))
    if payload is None or not payloads.is_well_formed(payload):
        return PlainTextResponse("not understood", 400)
    if "ssl_check" in payload:
        return PlainTextResponse("")
    if payload.get("type") == "url_verification":
        return JSONResponse({"challenge": payload["challenge"]})
    # A payload that is parsed already goes in as Socket Mode's do, which spares Bolt to parse it again.
    retries: dict[str, str | Sequence[str]] = {
        name: value for name, value in request.headers.items() if name.startswith("x-slack-retry")
    }
    answered = app.dispatch(BoltRequest(body=dict(payload), headers=retries, mode="socket_mode"))
    headers = {name: values[0] for name, values in answered.headers.items()}
    return Response(answered.body or "", answered.status, headers)
