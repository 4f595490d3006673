"""Counters for /metrics, in a registry of their own for each app."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    def __init__(self) -> None:
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
        self._errors = Counter("deskhand_errors", "Errors in the log", registry=self.registry)

    def gauge(self, name: str, what: str, ask: Callable[[], float]) -> None:
        """A number that is asked for when somebody reads it; NaN where asking fails, as alarms must not."""
        Gauge(name, what, registry=self.registry).set_function(lambda: _asked(ask))

    def count_error(self) -> None:
        self._errors.inc()

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


def _asked(ask: Callable[[], float]) -> float:
    try:
        return ask()
    except Exception:
        return float("nan")
