"""When people are busy elsewhere: their own calendar's ICS address, or the company's calendar server."""

import ipaddress
import logging
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.caldav import CalDav
from bot.exchange import NoAnswer, exchange
from office import clock
from office.duties.meetings import busy
from office.duties.meetings.busy import Busy
from office.foreign.reader import Unreadable, reading
from storage import meetings, people
from storage.database import Database
from storage.meeting_tables import BusyFeed

logger = logging.getLogger(__name__)

# So many in a round, of which so many at once: one that is slow holds up no other.
IN_A_ROUND, AT_ONCE = 50, 5


class CannotRead(Exception):
    """A calendar can't be read; the text says why. `is_away`: its server did not answer, which passes by itself."""

    def __init__(self, why: str, *, is_away: bool = False) -> None:
        super().__init__(why)
        self.is_away = is_away


@dataclass(frozen=True)
class Wanted:
    """A calendar to read: whose, by which address in a calendar server, and where its owner's days begin."""

    feed: BusyFeed
    email: str
    zone: str


def read_due(database: Database, caldav: CalDav | None) -> int:
    """Reads the calendars whose time has come, outside of any transaction; returns how many."""
    now = clock.now()
    if caldav is not None and caldav.is_personal:
        database.write(lambda session: _plan_caldav(session, now))
    with database.read() as session:
        due = [_wanted(session, one) for one in meetings.busy_feeds_due(session, now, IN_A_ROUND)]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="calendar") as pool:
        list(pool.map(partial(_read, database, caldav), due))
    return len(due)


def fetched(url: str) -> bytes:
    """What stands at an address of the open internet. Raises CannotRead."""
    # The very address that was looked at is the one that is asked: a name may point elsewhere the next moment.
    address = _public_address(url)
    try:
        answer = exchange("GET", url, address=address)
    except NoAnswer as error:
        raise CannotRead(str(error), is_away=not error.is_too_much) from error
    if answer.status != 200:
        raise CannotRead(f"HTTP {answer.status}", is_away=answer.status >= 500 or answer.status == 429)
    return answer.content


def _read(database: Database, caldav: CalDav | None, wanted: Wanted) -> None:
    person_id = wanted.feed.person_id
    # Before the work: what takes this process with it is met three times and not at every start.
    database.write(lambda session: busy.try_it(session, person_id))
    start = clock.now() - timedelta(days=1)
    try:
        found = _times(wanted, caldav, start, start + busy.AHEAD)
    except Exception as error:
        # Foreign calendars hold whatever there is: one that can't be read must not keep others waiting. Its address is
        # a secret and is not logged.
        logger.info("the other calendar of person %s could not be read: %s", person_id, type(error).__name__)
        trouble = str(error) if isinstance(error, CannotRead | Unreadable) else type(error).__name__
        is_away = isinstance(error, CannotRead) and error.is_away
        database.write(lambda session: busy.could_not_read(session, person_id, trouble, is_away=is_away))
        return
    database.write(lambda session: busy.have_read(session, person_id, found))


def _times(wanted: Wanted, caldav: CalDav | None, start: datetime, end: datetime) -> Busy:
    if wanted.feed.url != busy.BY_CALDAV:
        what, content = "busy", fetched(wanted.feed.url)
    elif caldav is not None:
        try:
            what, content = "busy on a server", caldav.events(wanted.email, start, end)
        except OSError as error:
            raise CannotRead(str(error), is_away=True) from error
    else:
        return Busy((), ())
    with reading() as reader:
        return _as_busy(reader.read(what, content, start=start.isoformat(), end=end.isoformat(), zone=wanted.zone))


def _as_busy(found: Mapping[str, list[list[str]]]) -> Busy:
    spans = tuple((datetime.fromisoformat(first), datetime.fromisoformat(last)) for first, last in found["spans"])
    return Busy(spans, tuple(map(str, found["zones"])))


def _wanted(session: Session, feed: BusyFeed) -> Wanted:
    person = people.get(session, feed.person_id)
    return Wanted(feed, person.email or "", person.zone)


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
        raise CannotRead("the address is not known", is_away=True) from error
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
