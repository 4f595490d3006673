"""The same command with a thousand, a hundred thousand and a million requests in the database."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks import servers
from benchmarks.commands import best_of
from benchmarks.filled import fill

SIZES = (1_000, 100_000, 1_000_000)
CLIENTS = 16


def measure(folder: Path) -> Iterator[str]:
    yield f"| requests in the database ({CLIENTS} clients) | commands | time a command, of the first |"
    yield "|---|---|---|"
    with ExitStack() as stack:
        started = [stack.enter_context(servers.deskhand(fill(folder / f"{size}.db", size))) for size in SIZES]
        found = best_of(started, CLIENTS)
    for size, one in zip(SIZES, found, strict=True):
        yield f"| {size:,} | {one.per_second:,.0f}/s | {found[0].per_second / one.per_second:.2f} |"
