"""deskhand as a program: help that helps, sentences for what is wrong, an orderly start and end."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import manifest
from bot.cli import app
from bot.practice.server import Practice
from bot.practice.workspace import APP_TOKEN, BOT_TOKEN, seeded
from tests.conftest import OFFICE
from tests.preloaded import Preloaded

ROOT = Path(__file__).parents[2]
PRELOADED: Preloaded | None = None


@contextmanager
def played() -> Iterator[Practice]:
    practice = Practice(seeded(), manifest.read(), burst=50)
    practice.start()
    try:
        yield practice
    finally:
        practice.stop()


def environment(folder: Path, **settings: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATABASE_URL": f"sqlite:///{folder / 'deskhand.db'}", "PYTHONUNBUFFERED": "1"} | settings


@pytest.fixture(scope="module", autouse=True)
def preloaded() -> Iterator[Preloaded]:
    """One for all: `deskhand` is written so often that it takes no fixture."""
    global PRELOADED
    PRELOADED = Preloaded()
    yield PRELOADED
    PRELOADED.close()


def deskhand(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    assert PRELOADED is not None
    return PRELOADED.run(folder, list(arguments), environment(folder, **settings))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(folder: Path, practice: Practice, **settings: str) -> Iterator["tuple[subprocess.Popen[str], int]"]:
    port = free_port()
    env = environment(folder, SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_API_URL=practice.api_url, PORT=str(port), **settings)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=env | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 20
        while status(port, "/healthz") != 200:
            assert process.poll() is None and time.monotonic() < deadline, (
                process.stderr.read() if process.stderr else ""
            )
            time.sleep(0.1)
        yield process, port
    finally:
        process.kill()
        process.communicate()


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_it_runs_against_an_empty_database_and_ends_within_ten_seconds(tmp_path: Path, mode: str) -> None:
    given = {"SLACK_APP_TOKEN": APP_TOKEN} if mode == "socket" else {"SLACK_SIGNING_SECRET": "secret-secret"}
    with played() as practice, running(tmp_path, practice, **given) as (process, port):
        deadline = time.monotonic() + 15
        while status(port, "/readyz") != 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert status(port, "/metrics") == 200
        assert status(port, "/slack/events") == (404 if mode == "socket" else 405)
        if mode == "socket":
            practice.run(practice.gestures.say("U0ANNA", "C00001", "/request The printer eats paper"))
            assert "#1" in practice.workspace.ephemerals[-1]["text"]
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0 and time.monotonic() - began < 10
        errors = process.stderr.read() if process.stderr else ""
        assert "Traceback" not in errors and "has stopped" in errors and BOT_TOKEN not in errors


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "SLACK_BOT_TOKEN is not set"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": "xapp-1"},
            "does not accept SLACK_BOT_TOKEN (invalid_auth)",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": "xapp-wrong"},
            "does not accept SLACK_APP_TOKEN (invalid_auth)",
        ),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN}, "Neither SLACK_APP_TOKEN"),
        (
            {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "DATABASE_URL": "mysql://x/y"},
            "SQLite or PostgreSQL",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "DATABASE_URL": "sqlite:////proc/x/y.db"},
            "/proc/x",
        ),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "PORT": "abc"}, "PORT"),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "DESKHAND_CATALOGUE": "/nowhere"}, "no folder"),
    ],
)
def test_what_is_wrong_at_start_is_a_sentence(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    with played() as practice:
        port = {"PORT": str(free_port())} | settings
        ended = deskhand(tmp_path, "run", SLACK_API_URL=practice.api_url, **port)
    assert ended.returncode == 1 and says in ended.stderr and "Traceback" not in ended.stderr


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = deskhand(tmp_path, "run", SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", PORT=port)
    assert ended.returncode == 1 and "is taken" in ended.stderr and "Traceback" not in ended.stderr


def test_the_doctor_says_what_to_do(tmp_path: Path) -> None:
    with played() as practice:
        settings = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": practice.api_url}
        assert deskhand(tmp_path, "migrate", **settings).returncode == 0
        well = deskhand(tmp_path, "doctor", **settings)
        ill = deskhand(tmp_path, "doctor", **settings | {"SLACK_BOT_TOKEN": "xoxb-wrong"})
    assert well.returncode == 0, well.stdout
    for part in ("bot token", "scopes", "clock", "app token", "SQLite", "timers", "messages", "manifest", "time zones"):
        assert part in well.stdout
    assert ill.returncode == 1 and "invalid_auth" in ill.stdout


SECRET = {
    "SLACK_BOT_TOKEN": "xoxb-geheim123",
    "SLACK_APP_TOKEN": "xapp-geheim123",
    "SLACK_SIGNING_SECRET": "geheim123",
    "SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "SMTP_FROM": "desk@example.com", "SMTP_USER": "desk",
    "SMTP_PASSWORD": "geheim123",
    "IMAP_HOST": "127.0.0.1", "IMAP_PORT": "1", "IMAP_USER": "desk", "IMAP_PASSWORD": "geheim123",
    "CALDAV_URL": "http://desk:geheim123@127.0.0.1:1/{email}", "CALDAV_PASSWORD": "geheim123",
    "PUBLIC_URL": "https://desk:geheim123@desk.example.com", "AUDIT_KEY": "geheim123",
    "SLACK_API_URL": "http://desk:geheim123@127.0.0.1:1/",
}  # fmt: skip
WRONG = {
    "SMTP_FROM": "nobody", "SMTP_PORT": "many", "IMAP_PORT": "0", "PORT": "70000", "LOG_LEVEL": "LOUD",
    "CALDAV_URL": "htps://desk:geheim123@x", "PUBLIC_URL": "desk:geheim123", "SLACK_API_URL": "geheim123",
    "METRICS_HOST": "geheim123", "DATABASE_URL": "postgresql://127.0.0.1:1/x?user=desk&password=geheim123",
    "DATABASE_URL ": "postgresql://desk:geheim123@127.0.0.1:1/x", "DATABASE_URL  ": "mysql://desk:geheim123@x/y",
    "DATABASE_URL   ": "geheim123", "SLACK_BOT_TOKEN": "xapp-geheim123", "SLACK_APP_TOKEN": "xoxb-geheim123",
    "SMTP_PASSWORD_FILE": "/nowhere", "": "",
}  # fmt: skip
EVERY_COMMAND = [
    "doctor", "migrate", "backup copy.db", "restore copy.db", "restore --done", "office load o.toml", "office show",
    "office route ask --by @anna", "office rates r.csv", "import items i.csv", "import suppliers i.csv",
    "export items i.xlsx", "audit verify", "audit anchor a.json", "audit guard", "manifest", "manifest --check",
]  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_no_command_says_a_secret_whatever_is_wrong(tmp_path: Path, name: str, request: pytest.FixtureRequest) -> None:
    """Every command, with everything secret set and one setting wrong; in the quick form some of them."""
    for file in ("o.toml", "r.csv", "i.csv"):
        (tmp_path / file).write_text("geheim = ")
    given = {key: value for key, value in {**SECRET, name.strip(): WRONG[name]}.items() if key}
    quick = ["migrate", "audit verify"] if name else ["doctor", "backup copy.db", "office load o.toml"]
    commands = EVERY_COMMAND if request.config.getoption("--everything") else quick
    for one in commands:
        ended = deskhand(tmp_path, *one.split(), **given)
        assert "geheim123" not in ended.stdout + ended.stderr, one
        assert "Traceback" not in ended.stderr, one


def test_an_office_is_loaded_shown_and_audited(tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text(OFFICE)
    assert "5 desks" in deskhand(tmp_path, "office", "load", "office.toml").stdout
    (tmp_path / "office.toml").write_text(OFFICE.replace('key = "hr"', 'key = "hr"\nchannel = "#general"'))
    warned = deskhand(tmp_path, "office", "load", "office.toml").stdout
    assert "keep #general private" in warned
    with played() as practice:
        settings = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": practice.api_url}
        asked = deskhand(tmp_path, "office", "load", "office.toml", **settings).stdout
        examined = deskhand(tmp_path, "doctor", **settings).stdout
    assert "Everybody can read #general" in asked and "Everybody can read #general" in examined
    shown = deskhand(tmp_path, "office", "show").stdout
    assert 'who = "@maria"' in shown
    (tmp_path / "wrong.toml").write_text(OFFICE.replace('"SEK"', '"Crowns"'))
    wrong = deskhand(tmp_path, "office", "load", "wrong.toml")
    assert wrong.returncode == 1 and "wrong.toml: line 8: currency" in wrong.stderr
    assert deskhand(tmp_path, "office", "load", "nowhere.toml").returncode == 1
    assert "whole" in deskhand(tmp_path, "audit", "verify").stdout
    assert "MB" in deskhand(tmp_path, "backup", "copy.db").stdout
    restored = deskhand(tmp_path, "restore", "copy.db", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    assert "Restored" in restored.stdout


def test_a_route_is_tried_before_anybody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("date;from;to;rate\n2026-01-02;EUR;SEK;11,05\n")
    assert "1 rates" in deskhand(tmp_path, "office", "rates", "rates.csv").stdout
    assert "4 routes" in deskhand(tmp_path, "office", "load", str(ROOT / "bot" / "practice_office.toml")).stdout
    tried = deskhand(tmp_path, "office", "route", "new_equipment", "--amount", "60 000 kr", "--by", "@anna").stdout
    assert tried.splitlines()[:3] == [
        "1. maria (manager; five working days)",
        "2. greta (role:finance; 16 working hours)",
        "3. grace (@grace; five working days)",
    ]
    assert (
        "Nobody needs"
        in deskhand(tmp_path, "office", "route", "new_equipment", "--amount", "520", "--by", "anna").stdout
    )
    wrong = deskhand(tmp_path, "office", "route", "yacht", "--by", "anna")
    assert wrong.returncode == 1 and "not a request type" in wrong.stderr


COMMANDS = ["practice", "run", "setup", "doctor", "manifest", "office", "migrate", "backup", "restore", "audit"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0 and "Usage" in shown.output


def test_the_manifest_is_printed_and_checked() -> None:
    assert CliRunner().invoke(app, ["manifest"]).output == manifest.text()
    assert "agrees" in CliRunner().invoke(app, ["manifest", "--check"]).output


def test_setup_writes_settings_that_only_the_owner_reads(tmp_path: Path) -> None:
    from bot.setting_up import write

    file = tmp_path / ".env"
    file.write_text("OTHER=1\nSLACK_BOT_TOKEN=old\n")
    write(file, {"SLACK_BOT_TOKEN": "xoxb-new"})
    assert file.read_text() == "OTHER=1\nSLACK_BOT_TOKEN=xoxb-new\n"
    assert file.stat().st_mode & 0o777 == 0o600
