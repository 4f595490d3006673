"""`/request <words>`, stored with history and outbox, beside a bare Bolt app that only acknowledges."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import servers
from benchmarks.load import Measured
from benchmarks.servers import Server

CLIENTS = (1, 16, 64)
SECONDS, ROUNDS = 3.0, 3


def measure(folder: Path) -> Iterator[str]:
    yield "| clients | Bolt as documented | behind this web server (a) | tuned (b) | Deskhand | of (a) | of (b) | p99 |"
    yield "|---|---|---|---|---|---|---|---|"
    with ExitStack() as stack:
        documented = stack.enter_context(servers.bare("documented"))
        default = stack.enter_context(servers.bare("default"))
        tuned = stack.enter_context(servers.bare("tuned"))
        deskhand = stack.enter_context(servers.deskhand(f"sqlite:///{folder / 'bench.db'}"))
        for clients in CLIENTS:
            documented_one, a, b, ours = best_of([documented, default, tuned, deskhand], clients)
            of_a, of_b = ours.per_second / a.per_second, ours.per_second / b.per_second
            rates = " | ".join(f"{one.per_second:,.0f}/s" for one in (documented_one, a, b, ours))
            yield f"| {clients} | {rates} | {of_a:.2f} | {of_b:.2f} | {ours.p99_ms:.0f} ms |"


def best_of(measured: list[Server], clients: int, rounds: int = ROUNDS) -> list[Measured]:
    """The best of some rounds for each server; they take turns, so that what disturbs the machine hits all alike."""
    best: list[Measured | None] = [None] * len(measured)
    for _ in range(rounds):
        for at, server in enumerate(measured):
            found = loaded(server, clients)
            before = best[at]
            if before is None or found.per_second > before.per_second:
                best[at] = found
    return [one for one in best if one is not None]


def loaded(server: Server, clients: int) -> Measured:
    """One load, from a process of its own. Raises when an answer was anything but a 200."""
    command = [sys.executable, "-m", "benchmarks.load", str(server.port), str(clients), str(SECONDS)]
    found = Measured(**json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout))
    if found.wrong:
        raise RuntimeError(f"{found.wrong} answers were not 200")
    return found
