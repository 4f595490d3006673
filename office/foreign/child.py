"""The child process that reads foreign data, within limits that the system keeps (setrlimit)."""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from office.errors import Refusal
from office.foreign import calendars, mails, sheets

# Of the processor, for one thing; and of memory, for all that is held at once.
SECONDS, BYTES = 20, 400_000_000
LARGEST = 100_000_000

_READERS: Mapping[str, Callable[..., Any]] = {
    "busy": calendars.busy,
    "busy on a server": calendars.busy_on_server,
    "invitation answers": mails.answers,
    "table": sheets.table_of,
}


def serve(line: Connection) -> None:
    """Reads one thing after another until the parent hangs up."""
    while True:
        try:
            asked = json.loads(line.recv_bytes(LARGEST))
            content = line.recv_bytes(LARGEST)
        except EOFError:
            return
        spent = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(spent.ru_utime + spent.ru_stime) + SECONDS)
        line.send_bytes(json.dumps(_answer(_READERS[asked["what"]], content, asked["facts"])).encode())


def _answer(read: Callable[..., Any], content: bytes, facts: Mapping[str, str]) -> dict[str, Any]:
    try:
        return {"value": read(content, **facts)}
    except Refusal as refusal:
        return {"refused": refusal.text, "facts": refusal.facts}
    except MemoryError:
        return {"failed": "it takes too much memory", "is_too_much": True}
    except RecursionError:
        return {"failed": "it is nested too deeply", "is_too_much": True}
    except Exception as error:
        return {"failed": type(error).__name__, "is_too_much": False}


def _limit(of: int, most: int) -> None:
    _, hard = resource.getrlimit(of)
    resource.setrlimit(of, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> None:
    # Not every system keeps this one; the others are kept everywhere.
    with suppress(ValueError, OSError):
        _limit(resource.RLIMIT_AS, BYTES)
    # What people wait for comes first.
    os.nice(10)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
