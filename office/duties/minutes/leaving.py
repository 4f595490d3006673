"""Whoever chairs or keeps minutes and leaves: somebody else goes on with them, and nothing waits for nobody."""

from sqlalchemy.orm import Session

from office.duties import notices
from office.duties.minutes import access
from office.duties.minutes.access import change
from storage import meetings, minutes
from storage.minute_tables import Minutes
from storage.tables import Person
from storage.words import AmendmentState, MinutesState


def let_go(session: Session, leaver: Person, heir_id: int | None) -> list[int]:
    """The chair goes to the heir, the minutes that are being taken to the chair; returns the ids of what moved."""
    moved = []
    for found in minutes.led_by(session, leaver.id or 0):
        heirs = _heirs(session, leaver, found, heir_id)
        if found.state is MinutesState.CONFIRMED and not heirs:
            continue
        chair_id = found.chair_id
        if chair_id == leaver.id:
            if not heirs:
                continue
            chair_id = heirs[0]
        taker_id = found.taker_id
        if taker_id == leaver.id:
            taker_id = chair_id if access.here(session, chair_id) else heir_id or chair_id
        changed = change(session, None, found, "left", {"chair_id": chair_id, "taker_id": taker_id})
        if changed.state is MinutesState.TAKING and taker_id != found.taker_id:
            notices.tell(session, "minutes.taker", "minutes", found.id or 0, [taker_id], is_card=True)
        for one in minutes.amendments(session, found.id or 0, AmendmentState.ASKED):
            theirs = access.deciders(session, changed, one.item_id)
            if leaver.id not in theirs and theirs != access.deciders(session, found, one.item_id):
                notices.tell(
                    session, "minutes.proposed", "minutes", found.id or 0, theirs, detail_id=one.id, is_card=True
                )  # fmt: skip
        moved.append(found.id or 0)
    return moved


def _heirs(session: Session, leaver: Person, found: Minutes, heir_id: int | None) -> list[int]:
    """Who goes on with minutes. Those of a private meeting stay with those who were there: an heir reads past ones no
    more than anybody else."""
    there = access.attendees(access.rows_of(session, found))
    if meetings.get(session, found.meeting_id).private:
        wanted = [found.taker_id, *there, *([heir_id] if found.state is MinutesState.TAKING else [])]
    else:
        wanted = [heir_id, found.taker_id, *there]
    return [one for one in dict.fromkeys(wanted) if one is not None and one != leaver.id and access.here(session, one)]
