"""The digests of 5,000 people: what one costs, and how long answers take while all of them are made and sent."""

import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import servers
from benchmarks.commands import loaded
from handlers.digest.messages import message
from handlers.i18n import reader_of
from office import catalogue
from office.duties import digests as duty
from office.duties.requests.log import catalogue_desks
from storage import people
from storage.database import Database
from storage.time_tables import Digest

PEOPLE, LOOKED_AT, CLIENTS = 5_000, 1_000, 4
_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) "
# Each has six tasks: one overdue, two for today, one for this week, two without a day.
_STATEMENTS = (
    f"""INSERT INTO people (slack_id, name, locale, zone, standing, workspace_admin, roles, home_stale, manager_id,
            direct_channel)
        {_COUNT} SELECT 'P' || i, 'Person ' || i, 'en-GB', 'Europe/Stockholm', 'member', 0, '[]', 0, NULL, 'D' || i
        FROM n""",
    """INSERT INTO tasks (title, note, giver_id, closes, state, due_on, zone, on_holidays, created_at, version)
        SELECT 'Something to be done ' || d.day, '', p.id, 'all', 'open', CASE WHEN d.day < 9 THEN
            date('now', d.day || ' days') END, 'Europe/Stockholm', 'keep', datetime('now'), 1
        FROM people p, (SELECT -1 AS day UNION ALL SELECT 0 UNION ALL SELECT 0 UNION ALL SELECT 2 UNION ALL SELECT 9
            UNION ALL SELECT 9) d""",
    """INSERT INTO task_owners (task_id, person_id, holding, snoozed) SELECT id, giver_id, 'holds', 0 FROM tasks""",
    """INSERT INTO preferences (person_id, digest_at, digest_on, topics, next_digest_at)
        SELECT id, '08:30', 1, '{}', :due FROM people""",
)


def measure(folder: Path) -> Iterator[str]:
    yield f"| {PEOPLE:,} people with six tasks each | |"
    yield "|---|---|"
    now = datetime.now(UTC)
    due, quiet = (_filled(folder / name, at) for name, at in (("due.db", now), ("quiet.db", now + timedelta(days=1))))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    each = _one(due, now)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    yield f"| working out and drawing one digest | {each * 1000:.1f} ms |"
    yield f"| memory that {LOOKED_AT:,} of them one after another add | {grown:.0f} MB |"
    with servers.deskhand(quiet, posting=True) as server:
        loaded(server, CLIENTS)  # what is loaded when it is first needed, is
        alone = loaded(server, CLIENTS)
    with servers.deskhand(due, posting=True) as server:
        loaded(server, CLIENTS)
        beside = loaded(server, CLIENTS)
        began = time.monotonic()
        while _left(due):
            time.sleep(0.1)
        after = time.monotonic() - began
    yield f"| answers with {CLIENTS} clients, without digests | p99 {alone.p99_ms:.0f} ms |"
    yield f"| answers with {CLIENTS} clients, while digests are made | p99 {beside.p99_ms:.0f} ms |"
    yield f"| all digests sent, after the load | {after:.0f} s |"


def _one(url: str, now: datetime) -> float:
    """Seconds for one digest, of a thousand."""
    database = Database(url)
    database.migrate()
    types = catalogue.load()
    began = time.perf_counter()
    for number in range(1, LOOKED_AT + 1):
        with database.read() as session:
            person = people.get(session, number)
            digest = Digest(person_id=number, due_at=now, since_at=now - timedelta(days=1))
            content = duty.content(session, person, digest)
            if not message(session, types, reader_of(person), person, digest, content).blocks:
                raise RuntimeError("an empty digest")
    took = (time.perf_counter() - began) / LOOKED_AT
    database.close()
    return took


def _filled(file: Path, due: datetime) -> str:
    url = f"sqlite:///{file}"
    database = Database(url)
    database.migrate()
    database.write(lambda session: catalogue_desks(session, catalogue.load()))
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        for statement in _STATEMENTS:
            connection.execute(statement, {"many": PEOPLE, "due": due.strftime("%Y-%m-%d %H:%M:%S.%f")})
            connection.commit()
    return url


def _left(url: str) -> int:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        waiting = "SELECT count(*) FROM outbox WHERE kind = 'digest.daily' AND state <> 'sent'"
        made = connection.execute("SELECT count(*) FROM digests").fetchone()[0]
        return int(connection.execute(waiting).fetchone()[0]) + max(0, PEOPLE - int(made))
