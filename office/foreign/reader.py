"""Reader: hands foreign data to a child process and gives back plain values. table(): one file that somebody sent."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socketpair
from threading import Timer
from typing import Any

from office.errors import Refusal
from office.foreign import sheets

# What one thing may take before it is given up, by the clock on the wall; the child counts its own work and memory.
SECONDS = 40.0
LARGEST_ANSWER = 100_000_000
_ROOT = Path(__file__).parents[2]


class Unreadable(Exception):
    """Foreign data could not be read; the text says why, in a word or two for a log."""

    def __init__(self, why: str, *, is_too_much: bool = False) -> None:
        super().__init__(why)
        self.is_too_much = is_too_much


class Reader:
    """Reads foreign data, one thing after another, in a process of its own: begun when it is needed, begun anew after a
    fault, ended with `close`. Not for several threads at once."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def read(self, what: str, content: bytes, **facts: str) -> Any:
        """What the child's reader `what` (see office.foreign.child) finds in some bytes: values as JSON has them.

        Raises Refusal where the reader has a sentence for people, and Unreadable for all else: what is no such data,
        what takes too long or too much.
        """
        line, process = self._begun()
        watch = Timer(self._seconds, process.kill)
        watch.start()
        try:
            line.send_bytes(json.dumps({"what": what, "facts": facts}).encode())
            line.send_bytes(content)
            answer = json.loads(line.recv_bytes(LARGEST_ANSWER))
        except (EOFError, OSError, ValueError) as error:
            self.close()
            raise Unreadable("it takes too long or too much", is_too_much=True) from error
        finally:
            watch.cancel()
        return self._value(answer)

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._line = self._process = None

    def _value(self, answer: Mapping[str, Any]) -> Any:
        if "refused" in answer:
            raise Refusal(answer["refused"], **answer["facts"])
        if "failed" in answer:
            if answer["is_too_much"]:
                # What is left of it must not be counted against the next thing.
                self.close()
            raise Unreadable(str(answer["failed"]), is_too_much=bool(answer["is_too_much"]))
        return answer["value"]

    def _begun(self) -> tuple[Connection, "subprocess.Popen[bytes]"]:
        if self._line is None or self._process is None:
            ours, theirs = socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "office.foreign.child", str(theirs.fileno())],
                    # No secret of ours is where foreign data is read.
                    env={name: os.environ[name] for name in ("PATH", "PYTHONTZPATH") if name in os.environ}
                    | {"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1"},
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            self._line = Connection(ours.detach())
        return self._line, self._process


def table(name: str, content: bytes, seconds: float = SECONDS) -> list[list[str]]:
    """The cells of an Excel or CSV file that somebody sent, as texts. Raises Refusal with what is expected."""
    with reading(seconds) as reader:
        try:
            cells: list[list[str]] = reader.read("table", content, name=name[:200])
        except Unreadable as error:
            raise (sheets.too_large() if error.is_too_much else sheets.unreadable()) from error
    return cells


@contextmanager
def reading(seconds: float = SECONDS) -> Iterator[Reader]:
    """A reader for a while."""
    reader = Reader(seconds)
    try:
        yield reader
    finally:
        reader.close()
