"""Settings: from the environment, from files, and refused with a sentence."""

import logging
import traceback
from pathlib import Path

import pytest

from bot.logs import Redaction, set_up
from bot.settings import SettingsError, check_tokens, read


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "DATABASE_URL", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("xoxb-from-file\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    assert read().slack_bot_token.get_secret_value() == "xoxb-from-file"
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="DATABASE_URL_FILE"):
        read()


def test_dot_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-env\nPORT=9000\nUNKNOWN=1\n")
    assert (read().slack_bot_token.get_secret_value(), read().port) == ("xoxb-env", 9000)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "many", "PORT"),
        ("PORT", "70000", "PORT"),
        ("SLACK_API_URL", "slack", "SLACK_API_URL"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=sentence):
        read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_HOST", "mail.example.com"),
        ("CALDAV_URL", "htps://user:geheim123@calendar.example"),
        ("PUBLIC_URL", "htps://user:geheim123@desk.example"),
        ("VIDEO_URL", "htps://user:geheim123@video.example"),
        ("SLACK_API_URL", "htps://user:geheim123@slack.example"),
        ("PORT", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("IMAP_PORT", "many"),
    ],
)
def test_no_wrong_value_brings_a_secret_out(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    Path(".env").write_text(
        "SLACK_BOT_TOKEN=xoxb-geheim123\nSLACK_APP_TOKEN=xapp-geheim123\nSMTP_PASSWORD=geheim123\n"
        "DATABASE_URL=postgresql://desk:geheim123@host/db\n"
    )
    monkeypatch.setenv(name, value)
    try:
        read()
    except SettingsError as error:
        told = "".join(traceback.format_exception(error))
        assert name in told or "SMTP_FROM" in told
        assert "geheim123" not in told


@pytest.mark.parametrize(
    ("bot", "app", "secret", "sentence"),
    [
        ("", "", "", "SLACK_BOT_TOKEN is not set"),
        ("xapp-1", "", "", "another kind"),
        ("xoxb-1", "xoxb-1", "", "app-level"),
        ("xoxb-1", "", "", "Neither"),
    ],
)
def test_tokens_are_looked_at_before_slack_is_asked(bot: str, app: str, secret: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        check_tokens(read(slack_bot_token=bot, slack_app_token=app, slack_signing_secret=secret))


def test_the_api_url_ends_in_a_slash() -> None:
    assert read(slack_api_url="http://127.0.0.1:1/api").slack_api_url == "http://127.0.0.1:1/api/"


@pytest.mark.parametrize(
    "line",
    [
        "token xoxb-12-ab",
        "app xapp-1-A-b",
        "at postgresql://me:hunter22@host/db",
        "signing shhh-it-is",
        "at postgresql://me:hunter22@2@host/db",
        "at postgresql://:hunter22@host/db",
        "at postgresql://host/db?user=me&password=hunter22",
        "GET /calendar/hunter22_hunter22.ics",
        "GET /meeting/17-hunter22hunter22",
        "sslpassword=hunter22",
    ],
)
def test_no_secret_reaches_the_log(line: str) -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s", (line,), None)
    Redaction(("shhh-it-is",)).filter(record)
    for secret in ("xoxb-12", "xapp-1", "hunter22", "shhh-it-is"):
        assert secret not in record.getMessage()


def test_what_people_are_answered_is_logged_at_no_level(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("DEBUG")
    bolt = logging.getLogger("slack_bolt.App")
    bolt.setLevel(logging.DEBUG)
    bolt.debug("Responding with status: 200 body: MARKSALARY")
    logging.getLogger("bot").debug("this is seen")
    told = capsys.readouterr().err
    assert "this is seen" in told and "MARKSALARY" not in told
