"""Looks at everything that can be wrong; each line says what to do."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import SQLAlchemyError

from bot import desk_channels, mailbox, manifest
from bot.app import NOT_NOW, web_client
from bot.caldav import CalDav
from bot.mail import MailServer
from bot.readiness import LITTLE_ROOM, free_room
from bot.settings import SECRETS, Settings, SettingsError, check_tokens
from office import catalogue, clock
from storage import offices, outbox, people, timers
from storage.database import HEAD, CannotOpen, Database
from storage.files import is_open_to_others
from storage.words import Role

BRING_BACK = "Stop Deskhand, put the file aside, and bring a backup back with `deskhand restore`."
SKEW_SECONDS = 60
LATE_SECONDS = 90


@dataclass(frozen=True)
class Finding:
    """One line: how it is, and what to do where it is not well. `wrong` fails the command; a `hint` does not."""

    what: str
    text: str
    wrong: bool = False
    hint: bool = False


def examine(settings: Settings) -> Iterator[Finding]:
    yield from _tokens(settings)
    yield from _database(settings)
    yield from _catalogue(settings)
    yield from _manifest()
    yield from _mail(settings)
    yield from _calendars(settings)
    yield from _in_clear(settings)
    yield from _open_files(settings)
    yield _zones()


def _calendars(settings: Settings) -> Iterator[Finding]:
    """Whether answers can be read, and the company's calendar server be reached; nothing where they are not set up."""
    if settings.imap_host:
        trouble = mailbox.check(settings)
        text = f"{settings.imap_host} can't be read: {trouble}. Check IMAP_USER and IMAP_PASSWORD."
        yield Finding("mailbox", text if trouble else f"{settings.imap_host} is read for answers.", wrong=bool(trouble))
    if settings.caldav_url:
        trouble = CalDav(settings).check()
        text = f"The calendar server can't be read: {trouble}. Check CALDAV_URL, CALDAV_USER and CALDAV_PASSWORD."
        yield Finding("calendars", text if trouble else "Meetings are written to CALDAV_URL.", wrong=bool(trouble))


def _mail(settings: Settings) -> Iterator[Finding]:
    """Whether orders to suppliers can be sent; nothing where no mail server is set up."""
    if not settings.smtp_host:
        return
    trouble = MailServer(settings).check()
    if trouble is None:
        yield Finding("e-mail", f"{settings.smtp_host} takes mail from {settings.smtp_from}.")
    else:
        hint = "Check SMTP_HOST, SMTP_PORT, SMTP_SECURITY and SMTP_USER."
        text = f"{settings.smtp_host} does not let us in: {trouble}. {hint}"
        yield Finding("e-mail", text, wrong=True)


def _tokens(settings: Settings) -> Iterator[Finding]:
    try:
        check_tokens(settings)
    except SettingsError as error:
        yield Finding("tokens", str(error), wrong=True)
        return
    client = web_client(settings, settings.slack_bot_token.get_secret_value(), 10)
    started = time.time()
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield _refused("bot token", error, "Run `deskhand setup`, or copy it again.")
        return
    except Exception as error:
        yield Finding("Slack", f"does not answer: {error}. Check the network and SLACK_API_URL.", wrong=True)
        return
    yield Finding("bot token", f"{answer.get('user')} in {answer.get('team')}")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    yield _scopes(headers.get("x-oauth-scopes"))
    yield _clock(headers.get("date"), started)
    if settings.socket_mode:
        yield _app_token(settings)
    else:
        yield Finding("mode", f"HTTP on port {settings.port}: Slack must reach https://…/slack/events.")


def _app_token(settings: Settings) -> Finding:
    token = settings.slack_app_token.get_secret_value()
    try:
        web_client(settings, token, 10).apps_connections_open(app_token=token)
        return Finding("app token", "Socket Mode can connect")
    except SlackApiError as error:
        return _refused("app token", error, "It needs connections:write; make a new one.")
    except Exception as error:
        return Finding("app token", f"Slack does not answer: {error}. Check the network.", wrong=True)


def _refused(what: str, error: SlackApiError, advice: str) -> Finding:
    """What Slack has against a token. That it has no time just now, or that something between us and it answers, says
    nothing of the token."""
    code = error.response.get("error")
    if code == "ratelimited":
        return Finding(what, "Slack was asked too often just now (ratelimited). Ask again in a minute.", wrong=True)
    if code in NOT_NOW:
        text = f"Slack has no proper answer just now ({code or 'no JSON'}). Check the network, proxies, SLACK_API_URL."
        return Finding(what, text, wrong=True)
    return Finding(what, f"Slack refuses it ({code}). {advice}", wrong=True)


def _scopes(granted: str | None) -> Finding:
    if granted is None:
        return Finding("scopes", "Slack did not tell them.", hint=True)
    missing = manifest.scopes() - {one.strip() for one in granted.split(",")}
    if missing:
        return Finding("scopes", f"missing: {', '.join(sorted(missing))}. Install the app again.", wrong=True)
    return Finding("scopes", "as in the manifest")


def _clock(date: str | None, started: float) -> Finding:
    if date is None:
        return Finding("clock", "Slack did not tell its time.", hint=True)
    skew = abs(parsedate_to_datetime(date).timestamp() - started)
    if skew > SKEW_SECONDS:
        return Finding("clock", f"{skew:.0f} s off Slack's. Switch time synchronisation on.", wrong=True)
    return Finding("clock", "agrees with Slack's")


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        database = Database(settings.database_url.get_secret_value())
        if database.file is not None and not database.file.exists():
            yield Finding(
                "database", f"{database.file} is not there yet; the first `deskhand run` makes it.", hint=True
            )
            return
        database.check()
    except CannotOpen as error:
        yield Finding("database", str(error), wrong=True)
        return
    yield Finding("database", database.shown)
    if database.file is not None:
        yield _sqlite()
        yield _room(database)
        if not os.access(database.file, os.W_OK):
            text = f"{database.file} can't be written to. Look at its owner, and how its disk is mounted."
            yield Finding("database", text, wrong=True)
    yield from _tables(settings, database)
    database.close()


def _tables(settings: Settings, database: Database) -> Iterator[Finding]:
    """Whether the tables are what this version works with: by their number, by what is in them, by their pages."""
    version = database.schema_version()
    if version is not None and version > HEAD:
        text = f"at {version}: a newer Deskhand has written them, this one knows {HEAD}. Install the newer one again."
        yield Finding("tables", text, wrong=True)
        return
    if version is None or version < HEAD:
        yield Finding("tables", f"at {version}, not at {HEAD}. Run `deskhand migrate`.", wrong=True)
        return
    try:
        if missing := database.differences():
            text = f"{', '.join(missing[:5])} missing. Bring a backup back, or ask for help with this line."
            yield Finding("tables", text, wrong=True)
            return
        if guards := database.missing_guards():
            text = f"{guards[0]} is missing. Find out who took it away, then run `deskhand audit guard`."
            yield Finding("history", text, wrong=True)
        if damage := database.damage():
            yield Finding("database", f"the file is damaged ({damage}). {BRING_BACK}", wrong=True)
            return
        yield from _contents(database)
        yield from _channels(settings, database)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        yield Finding("database", f"can't be read: {reason}. {BRING_BACK}", wrong=True)


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info < (3, 51, 3):
        text = f"{sqlite3.sqlite_version}: before 3.51.3, so write with one process at a time (Deskhand does)."
        return Finding("SQLite", text, hint=True)
    return Finding("SQLite", sqlite3.sqlite_version)


def _room(database: Database) -> Finding:
    free = free_room(database) or 0
    if free < LITTLE_ROOM:
        return Finding("disk", f"{free // 1_000_000} MB left. Make room before it is full.", wrong=True)
    return Finding("disk", f"{free // 1_000_000_000} GB left")


def _in_clear(settings: Settings) -> Iterator[Finding]:
    """What would be sent so that everybody on the way can read it, passwords included."""
    for what, is_so, advice in (
        ("e-mail", settings.smtp_host and settings.smtp_security == "none", "SMTP_SECURITY=starttls or tls"),
        ("mailbox", settings.imap_host and settings.imap_security == "none", "IMAP_SECURITY=tls or starttls"),
        ("calendars", settings.caldav_url.startswith("http:"), "an https address in CALDAV_URL"),
    ):
        if is_so:
            text = f"goes over the network in clear, words and passwords. Better: {advice}."
            yield Finding(what, text, hint=True)


def _open_files(settings: Settings) -> Iterator[Finding]:
    """Files with people's words, or secrets, that other accounts of this machine may read."""
    found = [Path(".env")]
    with suppress(CannotOpen):
        file = Database(settings.database_url.get_secret_value()).file
        if file is not None:
            found += [file, *file.parent.glob(f"{file.stem}*-wal"), *file.parent.glob(f"{file.stem}.before-*")]
    found += [file for name in SECRETS if (file := getattr(settings, f"{name}_file")) is not None]
    if exposed := [str(file) for file in found if is_open_to_others(file)]:
        names = " ".join(exposed)
        yield Finding("files", f"others on this machine may read {names}. Run: chmod 600 {names}", hint=True)


def _contents(database: Database) -> Iterator[Finding]:
    with database.read() as session:
        pulse = timers.last(session).get("pulse")
        dead = outbox.count_dead(session)
        admins = people.with_role(session, Role.ADMIN)
        desks = [desk.key for desk in offices.desks(session) if not desk.channel]
    if pulse is None or (clock.now() - pulse).total_seconds() > LATE_SECONDS:
        since = f"since {pulse:%Y-%m-%d %H:%M} UTC" if pulse else "yet"
        yield Finding("timers", f"have not ticked {since}. Is `deskhand run` running?", hint=True)
    else:
        yield Finding("timers", f"ticked at {pulse:%H:%M:%S} UTC")
    if dead:
        yield Finding(
            "messages", f"{dead} could not be delivered. An administrator sees them with /desk letters.", wrong=True
        )
    else:
        yield Finding("messages", "all delivered, or on their way")
    if not admins:
        yield Finding(
            "office",
            "nobody administers it. A workspace admin opens the home tab, or `deskhand office load`.",
            hint=True,
        )
    elif desks:
        yield Finding(
            "office", f"desks without a channel: {', '.join(desks)}. Their people get direct messages.", hint=True
        )
    else:
        yield Finding("office", "set up")


def _channels(settings: Settings, database: Database) -> Iterator[Finding]:
    """Desks that take confidential requests, and in whose channels others read along, as Slack says now."""
    try:
        found = list(desk_channels.read_by_others(settings, database))
    except Exception as error:
        yield Finding("channels", f"it is not known who reads them: {type(error).__name__}.", hint=True)
        return
    for sentence in found:
        yield Finding("channels", sentence, hint=True)


def _catalogue(settings: Settings) -> Iterator[Finding]:
    try:
        yield Finding("catalogue", f"{len(catalogue.load(settings.deskhand_catalogue).types)} request types")
    except catalogue.CatalogueError as error:
        yield Finding("catalogue", str(error), wrong=True)


def _manifest() -> Iterator[Finding]:
    found = list(manifest.disagreements())
    yield from (Finding("manifest", one, wrong=True) for one in found)
    if not found:
        yield Finding("manifest", "agrees with the code")


def _zones() -> Finding:
    try:
        ZoneInfo("Europe/Stockholm").utcoffset(datetime.now(UTC))
        return Finding("time zones", "known")
    except ZoneInfoNotFoundError:
        return Finding("time zones", "there is no data. Install the tzdata package.", wrong=True)
