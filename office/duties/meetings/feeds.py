"""Calendars that others read: a person's own and a room's, each under an address that only they know."""

import hashlib
import secrets

from sqlalchemy.orm import Session

from office import clock
from office.duties import reach
from office.duties.people import refuse_unless_may
from office.errors import Refusal
from office.rules.guests import Deed, may
from storage import meetings, people, rooms
from storage.meeting_tables import CalendarFeed
from storage.tables import Person

PATH = "/calendar/"


def make(session: Session, actor: Person, room_id: int | None = None) -> str | None:
    """A new address for one's own calendar, or for a room's; the one before ends. None where we have no address."""
    deed = Deed.OWN_CALENDAR if room_id is None else Deed.ROOM_CALENDARS
    refuse_unless_may(actor, deed, Refusal("The calendars of rooms are for the company's own people."))
    if room_id is not None and rooms.find(session, room_id) is None:
        raise Refusal("This room is not kept any more. /meeting rooms shows those that are.")
    ours = reach.address(session)
    if ours is None:
        return None
    end(session, actor, room_id)
    token = secrets.token_urlsafe(24)
    meetings.add_feed(session, {
        "token": hashed(token), "person_id": actor.id, "room_id": room_id, "created_at": clock.now(),
    })  # fmt: skip
    return f"{ours}{PATH}{token}.ics"


def end(session: Session, actor: Person, room_id: int | None = None) -> int:
    """Ends the address that there is; returns how many there were."""
    return meetings.revoke_feeds(session, actor.id or 0, clock.now(), room_id)


def found(session: Session, token: str) -> CalendarFeed | None:
    """The calendar behind an address; None when it was ended, or when its person may not read it any more."""
    feed = meetings.feed(session, hashed(token))
    if feed is None:
        return None
    person = people.find(session, feed.person_id)
    deed = Deed.OWN_CALENDAR if feed.room_id is None else Deed.ROOM_CALENDARS
    return feed if person is not None and may(person.standing, deed) else None


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
