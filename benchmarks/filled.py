"""A SQLite database with any number of requests in it, a hundredth of them open, as years of use leave one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from office import catalogue
from office.duties.requests.log import catalogue_desks
from storage import people
from storage.database import Database

_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) "
_AT = "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || ((:many - i) % 90) || ' days') || '000'"
_OPEN = "i % 100 = 0"
_STATEMENTS = (
    f"""INSERT INTO requests (type, title, text, answers, state, priority, visibility, requester_id, desk_id, files,
            created_at, version)
        {_COUNT} SELECT 'anything_else', 'Old matter ' || i, 'Old matter ' || i || ' of nobody any more', '{{}}',
            CASE WHEN {_OPEN} THEN 'open' ELSE 'closed' END, 'normal', 'desk', 1, 1, '[]', {_AT}, 1 FROM n""",
    f"""INSERT INTO request_clocks (request_id, kind, budget_minutes, used_minutes, step)
        {_COUNT} SELECT i, 'solve', 480, 10, 'none' FROM n""",
    f"""INSERT INTO history (at, actor_id, act, subject, subject_id, before, after, why)
        {_COUNT} SELECT {_AT}, 1, 'log', 'request', i, '{{}}', '{{"version": 1}}', '' FROM n""",
    f"""INSERT INTO outbox (key, kind, subject, subject_id, is_card, destination, thread, state, created_at, due_at,
            attempts, fence, channel, ts)
        {_COUNT} SELECT 'old' || i, 'requests.card', 'request', i, 1, 'C1', 'C1/request:' || i, 'sent', {_AT}, {_AT},
            1, 1, 'C1', i || '.0' FROM n""",
)


def fill(file: Path, requests: int) -> str:
    """Makes the database and returns its address."""
    url = f"sqlite:///{file}"
    database = Database(url)
    database.migrate()
    database.write(lambda session: catalogue_desks(session, catalogue.load()))
    database.write(lambda session: people.appear(session, "U9999"))
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        for statement in _STATEMENTS:
            connection.execute(statement, {"many": requests})
            connection.commit()
        connection.execute("ANALYZE")
        connection.commit()
    return url
