"""Somebody's other calendar: read now and then for when they are busy, and for nothing else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from office import clock
from office.duties.people import refuse_strangers
from office.errors import Refusal
from storage import history, meetings
from storage.tables import Person

EVERY, AFTER_TROUBLE = timedelta(minutes=30), timedelta(hours=2)
# How far ahead busy times are kept.
AHEAD = timedelta(days=120)
MOST_TIMES = 5000
# In the place of an address: the company's calendar server.
BY_CALDAV = "caldav"


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


def have_read(session: Session, person_id: int, times: Sequence[tuple[datetime, datetime]]) -> None:
    values = {"read_at": clock.now(), "next_at": clock.now() + EVERY, "trouble": ""}
    meetings.busy_feed_read(session, person_id, values, list(times)[:MOST_TIMES])


def could_not_read(session: Session, person_id: int, trouble: str) -> None:
    """What was known stands; it is tried again later."""
    values = {"next_at": clock.now() + AFTER_TROUBLE, "trouble": trouble[:200]}
    meetings.busy_feed_read(session, person_id, values, None)
