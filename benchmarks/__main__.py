"""Runs the measurements and prints their tables: `make bench`, or `python -m benchmarks commands sizes …` for some."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import commands, delivery, digest, meetings, minutes, sizes, start, supplies, sweep

MEASUREMENTS: dict[str, Callable[[Path], Iterator[str]]] = {
    "commands": commands.measure,
    "sizes": sizes.measure,
    "delivery": delivery.measure,
    "sweep": sweep.measure,
    "supplies": supplies.measure,
    "meetings": meetings.measure,
    "minutes": minutes.measure,
    "digest": digest.measure,
    "start": start.measure,
}


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"There is no measurement {unknown[0]!r}. There are: {', '.join(MEASUREMENTS)}.")
    for name in names or MEASUREMENTS:
        with tempfile.TemporaryDirectory(prefix="deskhand-bench-") as folder:
            for line in MEASUREMENTS[name](Path(folder)):
                print(line, flush=True)  # noqa: T201
            print(flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
