"""deskhand run: everything started, one web server in front, and an orderly end."""

import asyncio
import logging
import signal
import socket
import sys

import uvicorn

from bot import logs
from bot.app import Deskhand
from bot.settings import Settings, SettingsError
from storage.files import InUse

logger = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. Raises SettingsError, CannotOpen or CatalogueError with a sentence."""
    # Threads hand the interpreter on after 5 ms by default, and an answer needs several turns.
    sys.setswitchinterval(0.001)
    listening = bound(settings.host, settings.port)
    deskhand = Deskhand(settings)
    in_use = InUse(deskhand.database.file) if deskhand.database.file is not None else None
    if in_use is not None and not in_use.share():
        raise SettingsError("A backup is being brought back into this database. Wait for it, and start again.")
    logging.getLogger().addHandler(logs.Counting(deskhand.metrics.count_error))
    try:
        deskhand.start()
        mode = "Socket Mode" if settings.socket_mode else f"HTTP, /slack/events on port {listening.getsockname()[1]}"
        logger.info("Deskhand works for %s (%s).", deskhand.identity["team"], mode)
        asyncio.run(_serve(deskhand, listening))
    finally:
        deskhand.stop()
        if in_use is not None:
            in_use.release()
        logger.info("Deskhand has stopped.")


def bound(host: str, port: int) -> socket.socket:
    """The port, taken before anything else, so that a second start fails before it touches the data."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Connections inherit it. Without it each answer waits 40 ms for the other side's delayed acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise SettingsError(f"Port {port} is taken ({error.strerror}). Set PORT to a free one.") from error
    listening.listen(512)
    return listening


async def _serve(deskhand: Deskhand, listening: socket.socket) -> None:
    config = uvicorn.Config(
        deskhand.site(),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
    server = uvicorn.Server(config)

    def end() -> None:
        server.should_exit = True

    loop = asyncio.get_running_loop()
    task = loop.create_task(server.serve(sockets=[listening]))
    # After uvicorn has set its own handlers, ours: it would raise the signal again at its end.
    await asyncio.sleep(0)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, end)
    await task
