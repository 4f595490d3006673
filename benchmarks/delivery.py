"""2,000 messages over 100 channels, against the pace that Slack allows: one a second in each channel."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from sqlalchemy.orm import Session

from benchmarks import servers
from bot.delivery import Delivery
from bot.web_api import WebApi
from handlers.context import House
from office import catalogue
from office.duties import requests as duty
from storage import offices, people
from storage.database import Database
from storage.words import Standing

CHANNELS, EACH = 100, 20
IDEAL = float(EACH - 1)  # the first message of a channel leaves at once, each other a second after the one before


def measure(folder: Path) -> Iterator[str]:
    database = Database(f"sqlite:///{folder / 'delivery.db'}")
    database.migrate()
    types = catalogue.load()
    database.write(lambda session: _write_letters(session, types))
    port = servers.free_port()
    slack = subprocess.Popen([sys.executable, "-m", "benchmarks.slack", str(port)])
    try:
        servers.wait_for_port(port)
        house = House(
            database, types, cast(Any, None), cast(Any, None), "U1", lambda: None, ThreadPoolExecutor(1)
        )  # fmt: skip
        sender = Delivery(house, WebApi(f"http://127.0.0.1:{port}/api/", "xoxb-1"))
        began = time.monotonic()
        sender.start()
        while _left(database):
            time.sleep(0.02)
        took = time.monotonic() - began
        sender.stop()
    finally:
        slack.kill()
        slack.wait()
    sent = database.scalar("SELECT count(*) FROM outbox WHERE state = 'sent' AND kind = 'requests.card'")
    if sent != CHANNELS * EACH:
        raise RuntimeError(f"only {sent} were sent")
    yield "| delivery | took | ideal | ratio |"
    yield "|---|---|---|---|"
    yield f"| {sent:,} messages over {CHANNELS} channels | {took:.1f} s | {IDEAL:.1f} s | {took / IDEAL:.2f} |"


def _write_letters(session: Session, types: catalogue.Catalogue) -> None:
    asker = people.appear(session, "U9999")
    people.change(session, asker.id or 0, {"standing": Standing.MEMBER, "zone": "Europe/Stockholm"})
    asker = people.get(session, asker.id or 0)
    for channel in range(CHANNELS):
        key = f"desk{channel}"
        offices.save_desk(session, key, {"channel": f"C{channel:04}"})
        kind = types.get("it_fault").model_copy(update={"desk": key})
        for number in range(EACH):
            duty.log(session, asker, duty.Ask(kind, f"Lamp {channel}.{number} is out of order"))


def _left(database: Database) -> int:
    return int(database.scalar("SELECT count(*) FROM outbox WHERE kind = 'requests.card' AND state <> 'sent'"))
