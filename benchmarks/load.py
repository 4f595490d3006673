"""A load of signed slash commands from a number of clients, each with one connection that it keeps."""

import asyncio
import hashlib
import hmac
import json
import random
import string
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlencode

SECRET = "benchmark-secret"


@dataclass(frozen=True)
class Measured:
    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


def delivery(dice: random.Random, port: int) -> bytes:
    """One request on the wire: signed, and unlike every other, so that none is asked about as a repeat."""
    words = " ".join("".join(dice.choices(string.ascii_lowercase, k=8)) for _ in range(5))
    fields = {
        "command": "/request", "text": words, "user_id": f"U{dice.randrange(200):04}", "team_id": "T1",
        "channel_id": "C1", "trigger_id": f"{dice.getrandbits(60)}", "api_app_id": "A1",
        "response_url": "https://hooks.slack.com/commands/x",
    }  # fmt: skip
    body = urlencode(fields).encode()
    sent_at = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{sent_at}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nX-Slack-Request-Timestamp: {sent_at}\r\nX-Slack-Signature: v0={digest}\r\n\r\n"
    )
    return head.encode() + body


async def client(port: int, seed: int, until: float, times: list[float]) -> int:
    dice = random.Random(seed)
    reader = writer = None
    wrong = 0
    while time.monotonic() < until:
        wire = delivery(dice, port)
        began = time.perf_counter()
        try:
            if writer is None or reader is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(wire)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            if length:
                await reader.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError):
            # Python's http.server turns connections away when many come at once; nobody was answered.
            writer = None
            continue
        times.append(time.perf_counter() - began)
        wrong += not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))
        if head.startswith(b"HTTP/1.0"):  # Python's http.server, as Bolt's documentation starts it, closes each time
            writer.close()
            writer = None
    return wrong


async def load(port: int, clients: int, seconds: float) -> Measured:
    times: list[float] = []
    seed = random.SystemRandom().getrandbits(40)
    until = time.monotonic() + seconds
    began = time.monotonic()
    wrong = sum(await asyncio.gather(*(client(port, seed + one, until, times) for one in range(clients))))
    took = time.monotonic() - began
    times.sort()
    if not times:
        return Measured(0.0, 0.0, 0.0, wrong)
    return Measured(
        len(times) / took,
        times[len(times) // 2] * 1000,
        times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
        wrong,
    )


if __name__ == "__main__":
    port, clients, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    print(json.dumps(vars(asyncio.run(load(port, clients, seconds)))))  # noqa: T201
