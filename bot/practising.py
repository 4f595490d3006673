"""deskhand practice: the real bot against a Slack that is played on this machine, with a company to try it on."""

import os
import secrets
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot import lists, manifest
from bot.app import Deskhand
from bot.practice.server import Practice
from bot.practice.web_api import POST_BURST
from bot.practice.workspace import APP_TOKEN, BOT_TOKEN, restored, seeded
from bot.settings import Settings, SettingsError
from office import clock, office_file
from office.duties import rates
from office.duties.supplies import imports
from office.foreign import sheets
from storage import offices, outbox
from storage.database import Database

OFFICE = Path(__file__).parent / "practice_office.toml"
RATES = Path(__file__).parent / "practice_rates.csv"
SUPPLIERS = Path(__file__).parent / "practice_suppliers.csv"
ITEMS = Path(__file__).parent / "practice_items.csv"


def practise(port: int, browser: bool, keep: Path | None, tell: Callable[[str], None]) -> None:
    """Runs the practice workspace until Ctrl-C."""
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="deskhand-")))
        practice, _ = stack.enter_context(workspace(folder, port, keeping=keep is not None))
        tell(f"Your practice workspace: [bold]{practice.url}[/]  (stop with Ctrl-C)")
        if browser and (os.environ.get("DISPLAY") or os.name == "nt" or os.uname().sysname == "Darwin"):
            webbrowser.open(practice.url)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


@contextmanager
def workspace(
    folder: Path, port: int = 0, keeping: bool = False, burst: int = POST_BURST, url: str | None = None
) -> Iterator[tuple[Practice, Deskhand]]:
    """A practice workspace with the real bot in it: over its Web API and its socket, on a database in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "workspace.json"
    played = restored(file) if file.exists() else seeded()
    clock.reset()
    clock.move(timedelta(seconds=played.shift_seconds))
    practice = Practice(played, manifest.read(), clock.move, port, folder if keeping else None, burst)
    try:
        practice.start()
    except OSError as error:
        raise SettingsError(f"Port {port} is taken ({error.strerror or error}). Choose another with --port.") from error
    try:
        deskhand = Deskhand(settings_for(practice, url or f"sqlite:///{folder / 'deskhand.db'}"))
        load_office(deskhand.database)
        deskhand.read_directory()
        deskhand.start()
        try:
            yield practice, deskhand
        finally:
            deskhand.stop()
    finally:
        practice.stop()
        clock.reset()


def settings_for(practice: Practice, url: str) -> Settings:
    """Settings that point at the played Slack, whatever the environment or .env says."""
    return Settings.model_construct(
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_app_token=SecretStr(APP_TOKEN),
        slack_signing_secret=SecretStr(secrets.token_hex(16)),
        slack_api_url=practice.api_url,
        database_url=SecretStr(url),
        port=0,
        host="127.0.0.1",
        metrics_host="127.0.0.1",
        deskhand_catalogue=None,
        log_level="WARNING",
    )


def load_office(database: Database) -> None:
    """The practice company's office, unless somebody has set one up already."""
    with database.read() as session:
        if offices.places(session):
            return
    database.write(lambda session: rates.load(session, RATES.read_text("utf-8")))
    database.write(lambda session: office_file.load(session, OFFICE.read_text("utf-8")))
    for file in (SUPPLIERS, imports.STARTER, ITEMS):
        with database.read() as session:
            found = imports.understood(session, sheets.table_of(file.read_bytes(), file.name))
        lists.take_over(database, found)
        # The cupboards of a company that has lived for a while: nobody is told that they were counted.
        database.write(lambda session: outbox.forget(session, "supplies."))
