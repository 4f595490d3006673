"""When people are busy elsewhere: their own calendar's ICS address, or the company's calendar server."""

import ipaddress
import logging
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import urllib3
from sqlalchemy.orm import Session
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from bot.caldav import CalDav
from handlers.meetings import ics_read
from office import clock
from office.duties.meetings import busy
from storage import meetings, people
from storage.database import Database
from storage.meeting_tables import BusyFeed

logger = logging.getLogger(__name__)

LARGEST = 10_000_000
SECONDS = 10.0
AT_ONCE = 10


class CannotRead(Exception):
    """A calendar can't be read; the text says why."""


def read_due(database: Database, caldav: CalDav | None) -> int:
    """Reads the calendars whose time has come, outside of any transaction; returns how many."""
    now = clock.now()
    if caldav is not None and caldav.is_personal:
        database.write(lambda session: _plan_caldav(session, now))
    with database.read() as session:
        due = meetings.busy_feeds_due(session, now, AT_ONCE)
        emails = {one.person_id: people.get(session, one.person_id).email or "" for one in due}
    for feed in due:
        _read(database, feed, emails[feed.person_id], caldav)
    return len(due)


def fetched(url: str) -> bytes:
    """What stands at an address of the open internet. Raises CannotRead."""
    _refuse_private(url)
    http = urllib3.PoolManager(timeout=Timeout(connect=SECONDS, read=SECONDS), retries=False)
    try:
        answer = http.request("GET", url, preload_content=False, redirect=False)
        if answer.status != 200:
            raise CannotRead(f"HTTP {answer.status}")
        content = answer.read(LARGEST + 1, decode_content=True)
    except HTTPError as error:
        raise CannotRead(type(error).__name__) from error
    finally:
        http.clear()
    if len(content) > LARGEST:
        raise CannotRead("too large")
    return bytes(content)


def _read(database: Database, feed: BusyFeed, email: str, caldav: CalDav | None) -> None:
    start = clock.now() - timedelta(days=1)
    try:
        found = list(_times(feed.url, email, caldav, start, start + busy.AHEAD))
    except (CannotRead, OSError, ValueError, KeyError, IndexError) as error:
        # The address is a secret: it is not logged.
        logger.info("the other calendar of person %s could not be read: %s", feed.person_id, type(error).__name__)
        trouble = str(error) if isinstance(error, CannotRead) else type(error).__name__
        database.write(lambda session: busy.could_not_read(session, feed.person_id, trouble))
        return
    database.write(lambda session: busy.have_read(session, feed.person_id, found))


def _times(
    url: str, email: str, caldav: CalDav | None, start: datetime, end: datetime
) -> Iterable[tuple[datetime, datetime]]:
    if url != busy.BY_CALDAV:
        yield from ics_read.busy(fetched(url), start, end)
    elif caldav is not None:
        for content in caldav.events(email, start, end):
            yield from ics_read.busy(content, start, end)


def _plan_caldav(session: Session, now: datetime) -> None:
    for person in people.everyone(session):
        if person.email and person.slack_id and meetings.busy_feed(session, person.id or 0) is None:
            meetings.save_busy_feed(session, person.id or 0, busy.BY_CALDAV, now)


def _refuse_private(url: str) -> None:
    """Whoever names an address must not make us look at what stands inside the company's own network."""
    parts = urlsplit(url)
    try:
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, parts.port or 443)}
    except OSError as error:
        raise CannotRead("the address is not known") from error
    if parts.scheme != "https" or not all(ipaddress.ip_address(str(one)).is_global for one in found):
        raise CannotRead("the address is not on the internet")
