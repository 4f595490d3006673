"""From the start to the first acknowledgement, and the memory that is resident then, beside the bare Bolt app."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks import servers

ROUNDS = 3


def measure(folder: Path) -> Iterator[str]:
    seconds: dict[str, list[float]] = {"bare": [], "deskhand": []}
    memory: dict[str, list[float]] = {"bare": [], "deskhand": []}
    url = f"sqlite:///{folder / 'start.db'}"
    for _ in range(ROUNDS):
        for name, started in (("bare", servers.bare("documented")), ("deskhand", servers.deskhand(url))):
            with started as server:
                seconds[name].append(server.first_ack)
                memory[name].append(server.megabytes)
    bare, ours = min(seconds["bare"]), min(seconds["deskhand"])
    small, large = min(memory["bare"]), min(memory["deskhand"])
    yield "| | bare Bolt | Deskhand | ratio |"
    yield "|---|---|---|---|"
    yield f"| start to the first answer | {bare:.2f} s | {ours:.2f} s | {ours / bare:.2f} |"
    yield f"| resident memory | {small:.0f} MB | {large:.0f} MB | {large / small:.2f} |"
