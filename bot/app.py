"""Puts the parts together; the only module that knows them all."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session
from starlette.applications import Starlette

from bot import guests, mailbox, other_calendars
from bot.caldav import CalDav
from bot.delivery import Delivery
from bot.mail import MailServer
from bot.metrics import Metrics
from bot.readiness import Readiness
from bot.scheduler import Scheduler
from bot.settings import Settings, SettingsError, check_tokens
from bot.signatures import Signatures
from bot.sockets import Sockets
from bot.web import site
from bot.web_api import WebApi
from handlers.context import House
from handlers.desk import channels
from handlers.directory import ANSWER_SECONDS, Directory
from handlers.listen import listen
from office import catalogue, clock, installation
from office.duties import arrivals, reach
from office.duties.arrivals import Profile
from office.duties.requests.log import catalogue_desks
from storage import approvals, facts, offices, seals, timers
from storage.database import HEAD, CannotOpen, Database
from storage.keyring import Keyring, beside
from storage.tables import Desk

logger = logging.getLogger(__name__)

# Errors of Slack that say nothing about a token; the last is what slack_sdk makes of an answer that is none.
NOT_NOW = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", None)
FIRST_WAIT, LONGEST_WAIT = 2, 30
# Opening a form must happen within the 3 s of an acknowledgement.
FORM_SECONDS = 1.8


class Deskhand:
    """The whole program. `start` and `stop` may each be called once."""

    def __init__(self, settings: Settings) -> None:
        check_tokens(settings)
        self.settings = settings
        self.catalogue = catalogue.load(settings.deskhand_catalogue)
        self.database = open_database(settings)
        self.database.write(lambda session: catalogue_desks(session, self.catalogue))
        token = settings.slack_bot_token.get_secret_value()
        client = web_client(settings, token, FORM_SECONDS)
        self.identity = who_am_i(client)
        self.metrics = Metrics()
        self.signatures = Signatures(settings.slack_signing_secret.get_secret_value())
        self.background = ThreadPoolExecutor(4, thread_name_prefix="background")
        self.house = House(
            database=self.database,
            catalogue=self.catalogue,
            client=client,
            directory=Directory(web_client(settings, token, ANSWER_SECONDS), str(self.identity["team_id"])),
            bot_user_id=str(self.identity["user_id"]),
            wake=lambda: self.delivery.wake(),
            background=self.background,
        )
        self.mail = MailServer(settings) if settings.smtp_host else None
        self.caldav = CalDav(settings) if settings.caldav_url else None
        self.database.write(self._tell_reach)
        self.delivery = Delivery(
            self.house,
            WebApi(settings.slack_api_url, token),
            self.metrics.count,
            self.metrics.traffic,
            mail=self.mail,
            caldav=self.caldav,
        )
        self.scheduler = Scheduler(self.database, self.delivery.wake, self._errands())
        self.bolt = bolt_app(client)
        listen(self.bolt, self.house, self.metrics.timed)
        self.sockets: Sockets | None = None
        self.readiness = Readiness(self.database, self.delivery.outage, self.signatures, lambda: self.sockets)
        self.readiness.measure(self.metrics)

    def _tell_reach(self, session: Session) -> None:
        """How the world outside is reached, where duties find it."""
        facts.put(session, reach.MAIL_FROM, self.settings.smtp_from if self.mail else "")
        facts.put(session, reach.PUBLIC_URL, self.settings.public_url)
        facts.put(session, reach.VIDEO_URL, self.settings.video_url)
        personal = self.caldav is not None and self.caldav.is_personal
        facts.put(session, reach.CALDAV, ("personal" if personal else "shared") if self.caldav else "")
        reach.keep_secret(session)
        installation.keep_epoch(session)

    def start(self) -> None:
        """Connects, delivers and ticks. Raises SettingsError when Slack refuses the app token."""
        if self.settings.socket_mode:
            app_token = self.settings.slack_app_token.get_secret_value()
            client = web_client(self.settings, app_token, 10)
            self.sockets = Sockets(self.bolt, client)
            asked_of_slack("SLACK_APP_TOKEN", self.sockets.start)
        self.delivery.start()
        self.scheduler.start()
        self.background.submit(self.read_directory)
        self.background.submit(self.read_groups)

    def stop(self) -> None:
        """Takes nothing more, finishes or hands back what it holds; within 10 s."""
        if self.sockets is not None:
            self.sockets.stop()
        self.scheduler.stop()
        self.delivery.stop()
        self.background.shutdown(wait=False, cancel_futures=True)
        self.database.close()

    def site(self) -> Starlette:
        app = None if self.settings.socket_mode else self.bolt
        more = guests.routes(self.house)
        return site(app, self.signatures, self.metrics, self.readiness.wrong, more, self.settings.metrics_host)

    def read_directory(self) -> None:
        """Reads everyone's profile and the channels that an office file named. Slack being away is no trouble."""
        try:
            profiles = list(self.house.directory.everyone())
            for start in range(0, len(profiles), 50):
                batch = profiles[start : start + 50]
                self.database.write(partial(_meet_all, profiles=batch))
            self._find_channels()
            self.look_at_channels()
        except Exception as error:
            logger.warning("the list of people could not be read: %s; it is tried again later", error)

    def read_groups(self) -> None:
        """Reads who is in which user group: approvals may be asked of one."""
        try:
            groups = self.house.directory.groups()
            if groups:
                self.database.write(partial(approvals.save_groups, found=groups))
        except Exception as error:
            logger.warning("the user groups could not be read: %s; it is tried again later", error)

    def look_at_channels(self) -> None:
        """Looks who reads the desks' channels: what is confidential is not said where others do."""
        try:
            channels.look(self.house)
        except Exception as error:
            logger.warning("the desks' channels could not be looked at: %s; it is tried again", error)

    def read_calendars(self) -> None:
        """Reads when people are busy elsewhere. One process does it in each minute."""
        try:
            if self._is_my_turn("calendars"):
                other_calendars.read_due(self.database, self.caldav)
        except Exception as error:
            logger.warning("other calendars could not be read: %s; it is tried again", type(error).__name__)

    def read_mailbox(self) -> None:
        """Reads the answers to invitations. One process does it in each minute."""
        try:
            if self._is_my_turn("mailbox") and mailbox.read(self.settings, self.database):
                self.delivery.wake()
        except Exception as error:
            logger.warning("the mailbox could not be read: %s; it is tried again", type(error).__name__)

    def _is_my_turn(self, name: str) -> bool:
        return self.database.write(lambda session: timers.claim(session, name, clock.now(), timedelta(seconds=50)))

    def _errands(self) -> list[tuple[Callable[[], None], timedelta]]:
        """What is asked of others, and how often."""
        minute = timedelta(minutes=1)
        errands = [
            (self.read_directory, timedelta(hours=6)),
            # Who was taken out of a group must not be asked for long.
            (self.read_groups, 10 * minute),
            (self.look_at_channels, 10 * minute),
            (self.read_calendars, minute),
        ]
        return [*errands, (self.read_mailbox, minute)] if self.settings.imap_host else errands

    def _find_channels(self) -> None:
        with self.database.read() as session:
            named = {desk.channel for desk in offices.desks(session) if is_name(desk)}
        if not named:
            return
        for name, channel in self.house.directory.channels():
            if name in named:
                self.database.write(partial(offices.channel_found, name=name, channel=channel))


def _meet_all(session: Session, profiles: list[Profile]) -> None:
    for profile in profiles:
        arrivals.meet(session, profile)


def is_name(desk: Desk) -> bool:
    return bool(desk.channel and desk.channel.startswith("#"))


def open_database(settings: Settings) -> Database:
    """The database, checked and brought up to date. Raises CannotOpen with a sentence."""
    database = Database(settings.database_url.get_secret_value())
    database.check()
    _keep_a_copy(database)
    database.migrate()
    database.seal_with(keyring(settings, database.file))
    missing = database.differences()
    if missing:
        raise CannotOpen(
            f"The database {database.shown} says that it is at {HEAD}, but it lacks {', '.join(missing[:5])}. It comes"
            " from an unfinished version, or was changed by hand: bring a backup back, or ask for help with this line."
        )
    if guards := database.missing_guards():
        logger.error("%s is missing: somebody could change the history. Run `deskhand audit verify`", guards[0])
    database.write(lambda session: seals.begin_key(session, clock.now()))
    return database


def keyring(settings: Settings, file: Path | None) -> Keyring:
    """The keys of the history: those of AUDIT_KEY, else, with SQLite, one that lies beside the database."""
    given = [key.strip().encode() for key in settings.audit_key.get_secret_value().split(",") if key.strip()]
    return beside(file, given) if file is not None else Keyring(given)


def _keep_a_copy(database: Database) -> None:
    """Before its tables change, a SQLite database is copied beside itself: the way back."""
    version = database.schema_version()
    if database.file is None or version is None or version >= HEAD:
        return
    copy = database.file.with_name(f"{database.file.stem}.before-{HEAD}{database.file.suffix}")
    if not copy.exists():
        database.backup(copy)
        logger.info("the tables are brought from %s to %s; a copy from before is kept as %s", version, HEAD, copy)


def web_client(settings: Settings, token: str, seconds: float) -> WebClient:
    # slack_sdk's default retry handler posts twice when a connection drops: delivery retries by itself.
    return WebClient(token=token, base_url=settings.slack_api_url, timeout=seconds, retry_handlers=[])  # type: ignore[arg-type]


def bolt_app(client: WebClient) -> App:
    """Bolt with the answer after the work: five times the throughput, and no acknowledgement is lost. The signature
    is checked before Bolt sees anything (bot.web), and not at all in Socket Mode."""
    return App(
        name="deskhand",
        client=client,
        process_before_response=True,
        request_verification_enabled=False,
        # What these would do is done before Bolt sees anything, or not needed: each costs every request some time.
        attaching_function_token_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,
        listener_executor=ThreadPoolExecutor(32, thread_name_prefix="listener"),
    )


def who_am_i(client: WebClient) -> dict[str, Any]:
    """Which bot of which workspace the token is. Raises SettingsError with a sentence."""
    answer = asked_of_slack("SLACK_BOT_TOKEN", client.auth_test)
    return {"user_id": answer["user_id"], "team_id": answer["team_id"], "team": answer.get("team", "")}


def asked_of_slack(setting: str, ask: Callable[[], Any]) -> Any:
    """Asks Slack at start. One that can't be reached is asked again until it can: a machine may start before its
    network does. A refusal ends it: raises SettingsError."""
    wait = FIRST_WAIT
    while True:
        try:
            return ask()
        except SlackApiError as error:
            code = error.response.get("error")
            if code not in NOT_NOW:
                raise SettingsError(
                    f"Slack does not accept {setting} ({code}). Run `deskhand setup`, or copy the token again."
                ) from error
            reason = str(code)
        except (OSError, ValueError, HTTPException) as error:
            reason = str(error) or type(error).__name__
        logger.warning("Slack does not answer (%s); asked again in %s s. `deskhand doctor` knows more", reason, wait)
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
