"""Environment and .env -> one frozen Settings; a wrong value stops the start with a sentence."""

from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# What may be printed when it is wrong: addresses may carry a password.
SHOWN = ("port", "smtp_port", "imap_port", "smtp_security", "imap_security", "log_level")
SECRETS = (
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "smtp_password",
    "imap_password",
    "caldav_password",
    "audit_key",
    "database_url",
)


class SettingsError(Exception):
    """A setting is wrong or missing; the text names it and says what to do."""


class Settings(BaseSettings):
    """Everything that is set from outside. Each secret may also come from a file: SLACK_BOT_TOKEN_FILE and so on."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    database_url: SecretStr = SecretStr("sqlite:///deskhand.db")
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    host: str = "0.0.0.0"
    # On which address of this machine /readyz and /metrics answer.
    metrics_host: str = "127.0.0.1"
    deskhand_catalogue: Path | None = None
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    smtp_security: str = "starttls"
    imap_host: str = ""
    imap_port: Annotated[int, Field(ge=1, le=65535)] = 993
    imap_user: str = ""
    imap_password: SecretStr = SecretStr("")
    imap_folder: str = "INBOX"
    imap_security: str = "tls"
    # By which name the own mail server signs what it has checked (Authentication-Results, RFC 8601).
    imap_authserv: str = ""
    caldav_url: str = ""
    caldav_user: str = ""
    caldav_password: SecretStr = SecretStr("")
    # Seals the history; several with commas between them: the first seals, the others are known.
    audit_key: SecretStr = SecretStr("")
    public_url: str = ""
    video_url: str = ""
    log_level: str = "INFO"

    slack_bot_token_file: Path | None = None
    slack_app_token_file: Path | None = None
    slack_signing_secret_file: Path | None = None
    smtp_password_file: Path | None = None
    imap_password_file: Path | None = None
    caldav_password_file: Path | None = None
    audit_key_file: Path | None = None
    database_url_file: Path | None = None

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_a_slash(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("must be an address such as https://slack.com/api/")
        return url if url.endswith("/") else url + "/"

    @field_validator("public_url", "video_url", "caldav_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.netloc):
            raise ValueError("must be an address such as https://deskhand.example.com")
        return url

    @field_validator("metrics_host")
    @classmethod
    def _is_of_this_machine(cls, host: str) -> str:
        with suppress(ValueError):
            ip_address("127.0.0.1" if host == "localhost" else host)
            return host
        raise ValueError("must be an address of this machine such as 127.0.0.1, or 0.0.0.0 for all of them")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be one of DEBUG, INFO, WARNING, ERROR")
        return level.upper()

    @field_validator("smtp_security")
    @classmethod
    def _known_security(cls, security: str) -> str:
        if security.lower() not in ("starttls", "tls", "none"):
            raise ValueError("must be one of starttls, tls, none")
        return security.lower()

    @field_validator("imap_security")
    @classmethod
    def _known_imap_security(cls, security: str) -> str:
        if security.lower() not in ("tls", "starttls", "none"):
            raise ValueError("must be one of tls, starttls, none")
        return security.lower()

    @model_validator(mode="after")
    def _sender_named(self) -> "Settings":
        if self.smtp_host and "@" not in self.smtp_from:
            raise ValueError("SMTP_FROM is needed with SMTP_HOST: the address that e-mail comes from")
        return self

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())


def read(**given: Any) -> Settings:
    """The settings of this process. Raises SettingsError with a sentence."""
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        reason = _REASONS.get(first["type"], first["msg"].removeprefix("Value error, "))
        shown = f" (found {first['input']!r:.80})" if name in SHOWN else ""
        # Not from the error: it carries every value, and a traceback would print them.
        raise SettingsError(f"{name.upper() or 'A setting'}: {reason}{shown}.") from None
    return settings.model_copy(update=_from_files(settings))


# What is wrong with a value, in our words.
_REASONS = {
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be a port: 1 to 65535",
    "less_than_equal": "must be a port: 1 to 65535",
}


def check_tokens(settings: Settings) -> None:
    """Whether the tokens can be what they should be, before Slack is asked. Raises SettingsError."""
    bot = settings.slack_bot_token.get_secret_value()
    app = settings.slack_app_token.get_secret_value()
    if not bot:
        raise SettingsError("SLACK_BOT_TOKEN is not set. Run `deskhand setup`, or put it into .env.")
    if bot.startswith(("xapp-", "xoxp-")):
        raise SettingsError("SLACK_BOT_TOKEN is another kind of token: the bot's own begins with xoxb-.")
    if app.startswith(("xoxb-", "xoxp-")):
        raise SettingsError("SLACK_APP_TOKEN is another kind of token: the app-level one begins with xapp-.")
    if not app and not settings.slack_signing_secret.get_secret_value():
        raise SettingsError(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set, so Slack can't reach "
            "Deskhand. Run `deskhand setup`."
        )


def _from_files(settings: Settings) -> dict[str, SecretStr]:
    found = {}
    for name in SECRETS:
        file: Path | None = getattr(settings, f"{name}_file")
        if file is None:
            continue
        try:
            found[name] = SecretStr(file.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name.upper()}_FILE: {file} can't be read: {error}.") from error
    return found
