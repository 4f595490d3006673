"""A digest that was sent stays true while its day lasts: it is drawn anew when something in it changes."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from storage import digests, outbox

# After this an old digest is left as it is: the next one tells how things stand.
STAYS_TRUE = timedelta(hours=20)


def redraw(session: Session, person_ids: Iterable[int | None]) -> None:
    now = clock.now()
    for person_id in {one for one in person_ids if one is not None}:
        newest = digests.last(session, person_id)
        if newest is not None and newest.id is not None and now - newest.due_at < STAYS_TRUE:
            outbox.redraw(session, "digest", newest.id, now)
