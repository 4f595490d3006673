"""What is due among a million rows: the look that each tick takes."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.filled import fill
from storage import outbox, reminders, request_clocks
from storage.database import Database

SIZES = (1_000, 1_000_000)
# As many as one look takes.
DUE, TIMES = 25, 50
_REMINDERS = """
    INSERT INTO reminders (text, maker_id, person_id, state, day, zone, floats, on_holidays, changed, next_at,
        created_at, version)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
    SELECT 'thing ' || i, 1, 1, 'active', '2026-01-01', 'UTC', 0, 'keep', '{{}}',
        CASE WHEN i % {step} = 0 THEN '2026-01-01 08:00:00.000000' ELSE '2099-01-01 08:00:00.000000' END,
        '2026-01-01', 1 FROM n
"""


def measure(folder: Path) -> Iterator[str]:
    yield f"| a look for what is due ({DUE} are) | among {SIZES[0]:,} | among {SIZES[1]:,} | ratio |"
    yield "|---|---|---|---|"
    databases = [_with_due_rows(folder / f"{size}.db", size) for size in SIZES]
    now = datetime.now(UTC)
    looks: dict[str, Callable[[Session], int]] = {
        "clocks of requests": lambda session: len(request_clocks.due(session, now)),
        "messages to send": lambda session: len(outbox.due_heads(session, now)),
        "reminders": lambda session: len(reminders.due(session, now)),
    }
    for name, look in looks.items():
        small, large = (_milliseconds(one, look) for one in databases)
        yield f"| {name} | {small:.2f} ms | {large:.2f} ms | {large / small:.2f} |"


def _with_due_rows(file: Path, size: int) -> Database:
    database = Database(fill(file, size))

    def do(session: Session) -> None:
        step = size // DUE
        session.execute(
            text(
                "UPDATE request_clocks SET step = 'warn', running_since = '2026-01-01', due_at = '2026-01-02', "
                f"next_at = '2026-01-01 08:00:00.000000' WHERE id % {step} = 0"
            )
        )
        session.execute(text(_REMINDERS.format(step=step)), {"many": size})
        session.execute(text(f"UPDATE outbox SET state = 'new', destination = 'C' || id WHERE id % {step} = 0"))

    database.write(do)
    return database


def _milliseconds(database: Database, look: Callable[[Session], int]) -> float:
    """The best of some looks. Raises when one finds anything but what is due."""
    best = float("inf")
    for _ in range(TIMES):
        with database.read() as session:
            began = time.perf_counter()
            found = look(session)
            best = min(best, time.perf_counter() - began)
        if found != DUE:
            raise RuntimeError(f"{found} were found, and {DUE} are due")
    return best * 1000
