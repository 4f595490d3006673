"""What an operator sees: readiness, numbers, the log, a start without a network, and what doctor says of a set-up."""

import logging
import math
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from slack_sdk.errors import SlackApiError

from bot import app, doctor
from bot.logs import Counting, Repetition
from bot.metrics import Metrics
from bot.outages import Outages
from bot.readiness import Readiness
from bot.settings import Settings, SettingsError
from bot.signatures import Signatures
from bot.web_api import Result
from office import clock
from storage import outbox
from storage.database import Database
from storage.outbox import Letter
from tests.bot.test_web import SECRET, signed
from tests.conftest import Office, later


def readiness(database: Database, signatures: Signatures | None = None) -> Readiness:
    outage = Outages(lambda: Result({}), lambda since, error: None)
    return Readiness(database, outage, signatures or Signatures(SECRET), lambda: None)


def numbers(database: Database) -> dict[str, float]:
    metrics = Metrics()
    readiness(database).measure(metrics)
    lines = generate_latest(metrics.registry).decode().splitlines()
    return {
        line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("deskhand") and "{" not in line
    }


def test_every_number_is_there_and_the_oldest_message_has_an_age(office: Office) -> None:
    office.do(lambda session: outbox.add(session, [Letter("desk.hello", "person", 1, "C1")], clock.now()))
    later(minutes=5)
    found = numbers(office.database)
    assert 300 <= found["deskhand_outbox_oldest_seconds"] < 330 and found["deskhand_outbox_pending"] >= 1
    assert found["deskhand_database_up"] == 1 and found["deskhand_free_bytes"] > 0
    assert found["deskhand_slack_reachable"] == 1 and found["deskhand_signatures_refused"] == 0


def test_numbers_are_read_while_the_database_is_away(tmp_path: Path) -> None:
    away = Database(f"sqlite:///{tmp_path / 'nowhere.db'}")
    found = numbers(away)
    assert math.isnan(found["deskhand_outbox_pending"]) and math.isnan(found["deskhand_pulse_age_seconds"])
    assert "database" in readiness(away).wrong()


def test_a_file_that_is_gone_is_no_ready_database(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'here.db'}")
    database.check()
    database.migrate()
    (tmp_path / "here.db").unlink()
    assert "deleted or exchanged" in readiness(database).wrong()["database"]
    database.close()


def test_clocks_that_disagree_are_said_and_strangers_are_only_counted() -> None:
    signatures = Signatures(SECRET)
    body = b"command=%2Frequest"
    assert signatures.accepts(signed(body), body) and not signatures.trouble()
    assert not signatures.accepts({}, body)
    assert not signatures.accepts(signed(body, secret="another"), body)
    assert signatures.refused == 2 and not signatures.trouble()
    assert not signatures.accepts(signed(body, at=clock.now().timestamp() - 600), body)
    assert "600 s apart" in signatures.trouble() and signatures.refused == 3
    assert signatures.accepts(signed(body), body) and not signatures.trouble()


def test_refused_deliveries_make_one_line_and_not_one_each(caplog: pytest.LogCaptureFixture) -> None:
    signatures = Signatures(SECRET)
    for _ in range(500):
        signatures.accepts(signed(b"x", at=clock.now().timestamp() + 600), b"x")
    assert [record.getMessage() for record in caplog.records] == [
        "Slack's clock and ours are 600 s apart: its deliveries are refused. Set the clock (1 refused so far)"
    ]


def fault(text: str) -> logging.LogRecord:
    try:
        raise ValueError(text)
    except ValueError as error:
        given = (type(error), error, error.__traceback__)
        return logging.LogRecord("bot.delivery", logging.ERROR, __file__, 1, "a round failed", (), given)


def test_the_same_fault_again_is_counted_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("bot.logs.time.monotonic", lambda: now[0])
    once = Repetition()
    passed = []
    for number in range(3000):
        record = fault(f"reference {number}")
        if once.filter(record):
            passed.append(record)
        now[0] += 1
    assert len([one for one in passed if one.exc_info]) == 1
    assert 45 <= len(passed) <= 51 and "ValueError, 60 times" in passed[1].getMessage()
    now[0] += 4000
    assert once.filter(again := fault("much later")) and again.exc_info


def test_errors_are_counted() -> None:
    metrics = Metrics()
    counting = Counting(metrics.count_error)
    log = logging.getLogger("tests.counting")
    log.addHandler(counting)
    log.error("one")
    log.warning("none")
    log.removeHandler(counting)
    assert b"deskhand_errors_total 1.0" in generate_latest(metrics.registry)


class _Answer(dict[str, str]):
    pass


def test_a_start_without_a_network_waits_and_a_refusal_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("bot.app.time.sleep", waited.append)
    troubles: list[Exception] = [OSError("no route to host")] * 20
    troubles += [SlackApiError("", _Answer(error="service_unavailable")), SlackApiError("", _Answer())]

    def ask() -> str:
        if troubles:
            raise troubles.pop(0)
        return "hello"

    assert app.asked_of_slack("SLACK_BOT_TOKEN", ask) == "hello"
    assert len(waited) == 22 and max(waited) == 30
    troubles.append(SlackApiError("", _Answer(error="invalid_auth")))
    with pytest.raises(SettingsError, match="invalid_auth"):
        app.asked_of_slack("SLACK_BOT_TOKEN", ask)


@pytest.mark.parametrize(
    ("error", "says", "never"),
    [
        ("ratelimited", "Ask again in a minute", "copy it"),
        ("internal_error", "no proper answer", "copy it"),
        (None, "no JSON", "copy it"),
        ("token_revoked", "copy it again", "minute"),
    ],
)
def test_doctor_blames_a_token_only_for_what_is_its_fault(error: str | None, says: str, never: str) -> None:
    answer = _Answer({"error": error} if error else {})
    said = doctor._refused("bot token", SlackApiError("", answer), "Run `deskhand setup`, or copy it again.").text
    assert says in said and never not in said


def found(url: str, **settings: str) -> str:
    given = Settings.model_validate({"database_url": url} | settings)
    parts = (doctor._database, doctor._mail, doctor._calendars, doctor._in_clear, doctor._open_files)
    lines = [one for part in parts for one in part(given)]
    return "\n".join(f"{one.what}: {one.text}" for one in lines)


def test_doctor_warns_of_what_travels_in_clear_and_of_open_files(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.doctor.mailbox.check", lambda settings: None)
    monkeypatch.setattr("bot.doctor.MailServer.check", lambda self: None)
    monkeypatch.setattr("bot.doctor.CalDav.check", lambda self: None)
    file = office.database.file
    assert file is not None
    file.chmod(0o644)
    (tmp_path / ".env").write_text("")
    (tmp_path / ".env").chmod(0o644)
    said = found(
        f"sqlite:///{file}",
        smtp_host="mail", smtp_from="desk@example.com", smtp_security="none",
        imap_host="mail", imap_security="none", caldav_url="http://calendar.example.com/",
    )  # fmt: skip
    assert said.count("in clear") == 3
    assert f"chmod 600 .env {file}" in said


def test_doctor_knows_newer_tables_missing_columns_and_damage(office: Office) -> None:
    from sqlalchemy import text

    url = f"sqlite:///{office.database.file}"
    office.do(lambda session: session.execute(text("ALTER TABLE comments DROP COLUMN text")))
    assert "comments.text missing" in found(url)
    office.do(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0099'")))
    assert "Install the newer one" in found(url) and "migrate" not in found(url)
