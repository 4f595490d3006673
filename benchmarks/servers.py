"""Starts what is measured, each in a process of its own, and waits until it answers."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import SECRET, load


@dataclass(frozen=True)
class Server:
    port: int
    pid: int
    first_ack: float  # seconds from the start of the process

    @property
    def megabytes(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


@contextmanager
def bare(kind: str) -> Iterator[Server]:
    port = free_port()
    with _started(port, [sys.executable, "-m", "benchmarks.bare", kind, str(port)], {}) as server:
        yield server


@contextmanager
def deskhand(database: str, posting: bool = False) -> Iterator[Server]:
    """Deskhand in HTTP mode on a database. Unless `posting`, Slack takes no message: only answers are measured then."""
    port, slack = free_port(), free_port()
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": SECRET, "SLACK_API_URL": f"http://127.0.0.1:{slack}/api/",
        "DATABASE_URL": database, "PORT": str(port), "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    other = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.slack", str(slack), "posting" if posting else "refusing"]
    )
    try:
        wait_for_port(slack)
        with _started(port, [sys.executable, "-m", "bot", "run"], environment) as server:
            yield server
    finally:
        other.kill()
        other.wait()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _started(port: int, command: list[str], environment: dict[str, str]) -> Iterator[Server]:
    began = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                answered = asyncio.run(load(port, 1, 0.02))
                if answered.per_second and not answered.wrong:
                    break
            except OSError:
                time.sleep(0.005)
            assert process.poll() is None, f"{command} ended"
        yield Server(port, process.pid, time.monotonic() - began)
    finally:
        process.kill()
        process.wait()


def wait_for_port(port: int) -> None:
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"nothing listens on {port}")
