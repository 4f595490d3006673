"""Somebody's other calendar: read now and then for when they are busy, and for nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.people import refuse_strangers
from office.errors import Refusal
from storage import history, meetings, timers
from storage.tables import Person

EVERY, AFTER_TROUBLE = timedelta(minutes=30), timedelta(hours=2)
# After so many tries in vain: a server that is away is asked once a day, and what can't be read not any more.
MOST_TRIES, AWAY, SET_ASIDE = 3, timedelta(days=1), timedelta(days=36_500)
TELL_EVERY = timedelta(days=7)
# How far ahead busy times are kept.
AHEAD = timedelta(days=120)
MOST_TIMES = 5000
# In the place of an address: the company's calendar server.
BY_CALDAV = "caldav"


@dataclass(frozen=True)
class Busy:
    """What another calendar has told: when its owner is busy, in UTC, and time zones whose names nobody knows."""

    spans: tuple[tuple[datetime, datetime], ...]
    zones: tuple[str, ...] = ()


def choose(session: Session, actor: Person, url: str) -> None:
    """Where the other calendar can be read; an empty address ends it."""
    refuse_strangers(actor)
    assert actor.id is not None
    url = url.replace("webcal://", "https://", 1)
    if not url:
        meetings.drop_busy_feed(session, actor.id)
        return
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or len(url) > 2000:
        raise Refusal(
            "“{url}” is not an address of a calendar. Copy the private ICS address, which begins with https://.",
            url=url[:60],
        )
    meetings.save_busy_feed(session, actor.id, url, clock.now())
    # The address is a secret: its history says that there is one.
    history.record(session, clock.now(), actor.id, "busy", "person", actor.id)


def try_it(session: Session, person_id: int) -> None:
    """Counts a try before it is made, and puts the next one off: what takes the program with it must not be met first
    thing again."""
    kept = meetings.busy_feed(session, person_id)
    if kept is not None:
        meetings.busy_feed_read(
            session, person_id, {"tries": kept.tries + 1, "next_at": clock.now() + AFTER_TROUBLE}, None
        )


def have_read(session: Session, person_id: int, found: Busy) -> None:
    values = {"read_at": clock.now(), "next_at": clock.now() + EVERY, "trouble": "", "tries": 0}
    meetings.busy_feed_read(session, person_id, values, found.spans[:MOST_TIMES])
    if found.zones and _is_news(session, person_id, "zones"):
        entry = history.record(
            session, clock.now(), None, "busy_zones", "person", person_id, after={"zones": list(found.zones)}
        )
        notices.tell(session, "meetings.busy_zones", "person", person_id, [person_id], detail_id=entry)


def could_not_read(session: Session, person_id: int, trouble: str, *, is_away: bool) -> None:
    """What was known stands; it is tried again later, and after three times once a day where the server was away, else
    no more. Its owner and the administrators are told."""
    kept = meetings.busy_feed(session, person_id)
    if kept is None:
        return
    is_last = kept.tries >= MOST_TRIES
    wait = AFTER_TROUBLE if not is_last else AWAY if is_away else SET_ASIDE
    meetings.busy_feed_read(session, person_id, {"next_at": clock.now() + wait, "trouble": trouble[:200]}, None)
    # The company's own server being away is told by doctor, and not by everybody's calendar.
    if is_last and not (is_away and kept.url == BY_CALDAV) and _is_news(session, person_id, "trouble"):
        entry = history.record(
            session, clock.now(), None, "busy_trouble", "person", person_id,
            after={"trouble": trouble[:200], "away": is_away},
        )  # fmt: skip
        readers = [person_id, *notices.admins(session)]
        notices.tell(session, "meetings.busy_trouble", "person", person_id, readers, detail_id=entry)


def _is_news(session: Session, person_id: int, what: str) -> bool:
    return timers.claim(session, f"busy {what} {person_id}", clock.now(), TELL_EVERY)
