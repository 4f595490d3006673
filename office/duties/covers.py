"""Who is away at a moment, and who stands in for them."""

from datetime import datetime

from sqlalchemy.orm import Session

from storage import absences, people
from storage.tables import Person
from storage.words import CoverState


def stand_in_for(session: Session, person: Person, moment: datetime) -> Person | None:
    """Who stands in for somebody at a moment: None while they are here, and while nobody has accepted to."""
    absence = absences.current(session, person.id or 0, moment)
    if absence is None or absence.cover_state is not CoverState.ACCEPTED:
        return None
    return people.find(session, absence.cover_id)


def may_get_cover(session: Session, person_id: int, moment: datetime) -> bool:
    """Whether somebody was asked to stand in who has not answered yet."""
    absence = absences.current(session, person_id, moment)
    return absence is not None and absence.cover_state is CoverState.ASKED


def asked_cover(session: Session, person_id: int, moment: datetime) -> tuple[Person | None, CoverState]:
    """Who was asked to stand in for somebody who is away, and what they said."""
    absence = absences.current(session, person_id, moment)
    if absence is None or absence.cover_id is None:
        return None, CoverState.NONE
    return people.find(session, absence.cover_id), absence.cover_state


def is_away(session: Session, person_id: int, moment: datetime) -> bool:
    return absences.current(session, person_id, moment) is not None
