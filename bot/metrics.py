"""Counters for /metrics, in a registry of their own for each app."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from storage.database import Database


class Metrics:
    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self._under_way: set[object] = set()
        self._seconds = Histogram(
            "deskhand_answer_seconds",
            "From the delivery to the answer",
            ["kind"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 2.5),
            registry=self.registry,
        )
        self._messages = Counter("deskhand_messages", "What became of messages", ["outcome"], registry=self.registry)
        for name, what, where in (
            (
                "deskhand_outbox_pending",
                "Messages that wait to be sent",
                "state IN ('new','claimed','retry','unknown')",
            ),
            ("deskhand_outbox_dead", "Messages that could not be delivered", "state = 'dead'"),
        ):
            gauge = Gauge(name, what, registry=self.registry)
            gauge.set_function(partial(_counted, database, where))

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        """Times one answer; while it is under way it counts as traffic."""
        self._under_way.add(token := object())
        try:
            with self._seconds.labels(kind).time():
                yield
        finally:
            self._under_way.discard(token)

    def traffic(self) -> int:
        """How many answers are under way now."""
        return len(self._under_way)

    def count(self, outcome: str) -> None:
        self._messages.labels(outcome).inc()


def _counted(database: Database, where: str) -> float:
    return float(database.scalar(f"SELECT count(*) FROM outbox WHERE {where}"))
