"""Whoever chairs or keeps minutes and leaves: somebody else goes on with them, and nothing waits for nobody."""

from sqlalchemy.orm import Session

from office.duties import notices
from office.duties.minutes import access
from office.duties.minutes.access import change
from storage import minutes
from storage.tables import Person
from storage.words import AmendmentState, MinutesState


def let_go(session: Session, leaver: Person, heir_id: int | None) -> list[int]:
    """The chair goes to the heir, the minutes that are being taken to the chair; returns the ids of what moved."""
    moved = []
    for found in minutes.led_by(session, leaver.id or 0):
        chair_id = heir_id if found.chair_id == leaver.id else found.chair_id
        if chair_id is None:
            continue
        taker_id = found.taker_id
        if taker_id == leaver.id:
            taker_id = chair_id if access.here(session, chair_id) else heir_id or chair_id
        changed = change(session, None, found, "left", {"chair_id": chair_id, "taker_id": taker_id})
        if changed.state is MinutesState.TAKING:
            notices.tell(session, "minutes.taker", "minutes", found.id or 0, [taker_id], is_card=True)
        for one in minutes.amendments(session, found.id or 0, AmendmentState.ASKED):
            if chair_id != found.chair_id:
                notices.tell(
                    session, "minutes.proposed", "minutes", found.id or 0, [chair_id], detail_id=one.id, is_card=True
                )  # fmt: skip
        moved.append(found.id or 0)
    return moved
