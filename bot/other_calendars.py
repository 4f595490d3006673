"""When people are busy elsewhere: their own calendar's ICS address, or the company's calendar server."""

import ipaddress
import logging
import socket
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import urllib3
from sqlalchemy.orm import Session
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse
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
    parts = urlsplit(url)
    host = parts.hostname or ""
    # The very address that was looked at is the one that is asked: a name may point elsewhere the next moment.
    http = urllib3.HTTPSConnectionPool(
        _public_address(url), 443, timeout=Timeout(connect=SECONDS, read=SECONDS), retries=False,
        server_hostname=host, assert_hostname=host,
    )  # fmt: skip
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        answer = http.request("GET", path, headers={"Host": host}, preload_content=False, redirect=False)
        if answer.status != 200:
            raise CannotRead(f"HTTP {answer.status}")
        return _body(answer)
    except HTTPError as error:
        raise CannotRead(type(error).__name__) from error
    finally:
        http.close()


def _body(answer: BaseHTTPResponse) -> bytes:
    """What comes, up to a size and within a time: a server that drips must not hold us."""
    until = time.monotonic() + 2 * SECONDS
    content = bytearray()
    for chunk in answer.stream(65_536, decode_content=True):
        content += chunk
        if len(content) > LARGEST or time.monotonic() > until:
            raise CannotRead("too large, or too slow")
    return bytes(content)


def _read(database: Database, feed: BusyFeed, email: str, caldav: CalDav | None) -> None:
    start = clock.now() - timedelta(days=1)
    try:
        found = list(_times(feed.url, email, caldav, start, start + busy.AHEAD))
    except Exception as error:
        # Foreign calendars hold whatever there is: one that can't be read must not keep others waiting. Its address is
        # a secret and is not logged.
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


def _public_address(url: str) -> str:
    """The address of a name on the open internet. Whoever names one must not make us look at what stands inside the
    company's own network. Raises CannotRead."""
    parts = urlsplit(url)
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(parts.hostname, 443, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise CannotRead("the address is not known") from error
    if parts.scheme != "https" or parts.port not in (None, 443) or not found or not all(map(_is_public, found)):
        raise CannotRead("the address is not on the internet")
    return found[0]


def _is_public(address: str) -> bool:
    one = ipaddress.ip_address(address)
    if isinstance(one, ipaddress.IPv4Address):
        return one.is_global and not one.is_multicast
    # Of IPv6 only ordinary addresses: some others carry an IPv4 address of any kind within them.
    return one in _ORDINARY and one not in _TEREDO and one not in _SIX_TO_FOUR and one.is_global


_ORDINARY, _TEREDO = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("2001::/23")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
