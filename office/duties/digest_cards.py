"""A digest that was sent stays true while its day lasts: it is drawn anew when something in it changes."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from storage import digests, outbox, people


def redraw(session: Session, person_ids: Iterable[int | None]) -> None:
    now = clock.now()
    for person_id in {one for one in person_ids if one is not None}:
        newest = digests.last(session, person_id)
        if newest is None or newest.id is None:
            continue
        # Yesterday's is left as it is: the next one tells how things stand.
        zone = ZoneInfo(people.get(session, person_id).zone)
        if newest.due_at.astimezone(zone).date() == now.astimezone(zone).date():
            outbox.redraw(session, "digest", newest.id, now)
