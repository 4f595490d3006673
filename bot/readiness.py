"""What keeps this process from working: the parts of /readyz, and the same as numbers for /metrics."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

from bot.metrics import Metrics
from bot.outages import Outages
from bot.signatures import Signatures
from bot.sockets import CONNECTIONS, Sockets
from office import clock
from storage import outbox, timers
from storage.database import Database

# The pulse beats every 20 s; after this long something is stuck.
SILENT = timedelta(seconds=90)
# With less room than this nothing is written for long.
LITTLE_ROOM = 200_000_000


class Readiness:
    """Looks at everything this process needs. `sockets` gives the connections to Slack; None over HTTP."""

    def __init__(
        self, database: Database, outage: Outages, signatures: Signatures, sockets: Callable[[], Sockets | None]
    ) -> None:
        self._database = database
        self._outage = outage
        self._signatures = signatures
        self._sockets = sockets

    def wrong(self) -> dict[str, str]:
        """What is wrong, a sentence for each part; nothing when all is well."""
        return dict(self._parts())

    def _parts(self) -> Iterator[tuple[str, str]]:
        try:
            if self.pulse_age() > SILENT.total_seconds():
                yield "timers", "The timers do not tick."
        except Exception as error:
            yield "database", f"The database does not answer: {type(error).__name__}."
        if self._database.is_displaced:
            yield "database", f"{self._database.file} was deleted or exchanged. Stop Deskhand, and bring the file back."
        room = free_room(self._database)
        if room is not None and room < LITTLE_ROOM:
            yield "disk", f"{room // 1_000_000} MB left. Make room before it is full."
        yield from self._slack()
        if trouble := self._signatures.trouble():
            yield "clock", trouble

    def _slack(self) -> Iterator[tuple[str, str]]:
        sockets = self._sockets()
        if sockets is not None and sockets.connected == 0:
            yield "slack", f"None of the {CONNECTIONS} connections to Slack is open."
        if self._outage.is_revoked:
            yield "token", "Slack refuses the bot token."
        elif self._outage.since is not None:
            yield "slack", f"Slack has not answered since {self._outage.since:%H:%M} UTC ({self._outage.error})."

    def pulse_age(self) -> float:
        """Seconds since the timers last ticked, in any process; endless where they never did."""
        with self._database.read() as session:
            last = timers.last(session).get("pulse")
        return float("inf") if last is None else abs((clock.now() - last).total_seconds())

    def oldest_waiting(self) -> float:
        """Seconds that the oldest message has been due; 0 when none waits."""
        with self._database.read() as session:
            due = outbox.oldest_due(session)
        return 0.0 if due is None else max(0.0, (clock.now() - due).total_seconds())

    def measure(self, metrics: Metrics) -> None:
        """Gives the numbers that somebody can set an alarm on."""
        counted = self._database.scalar
        waiting = "SELECT count(*) FROM outbox WHERE state IN ('new','claimed','retry','unknown')"
        for name, what, ask in (
            ("outbox_pending", "Messages that wait to be sent", lambda: float(counted(waiting))),
            ("outbox_oldest_seconds", "How long the oldest message has been due", self.oldest_waiting),
            (
                "outbox_dead",
                "Messages that could not be delivered",
                lambda: float(counted("SELECT count(*) FROM outbox WHERE state = 'dead'")),
            ),
            ("database_up", "1 while the database answers", lambda: float(counted("SELECT 1"))),
            ("pulse_age_seconds", "Since the timers last ticked", self.pulse_age),
            ("slack_reachable", "0 during an outage of Slack", lambda: float(not self._outage.error)),
            ("slack_token_refused", "1 while Slack refuses the bot token", lambda: float(self._outage.is_revoked)),
            ("slack_connections", "Open Socket Mode connections; NaN over HTTP", self._connections),
            ("signatures_refused", "Deliveries refused for their signature", lambda: float(self._signatures.refused)),
            ("free_bytes", "Room left for the database file; NaN on PostgreSQL", self._room),
        ):
            metrics.gauge(f"deskhand_{name}", what, ask)

    def _connections(self) -> float:
        sockets = self._sockets()
        return float("nan") if sockets is None else float(sockets.connected)

    def _room(self) -> float:
        room = free_room(self._database)
        return float("nan") if room is None else float(room)


def free_room(database: Database) -> int | None:
    """Bytes left where the SQLite file lies; None on PostgreSQL, or where the folder is gone."""
    if database.file is None:
        return None
    try:
        return shutil.disk_usage(database.file.resolve().parent).free
    except OSError:
        return None
