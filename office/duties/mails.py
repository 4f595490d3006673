"""What follows when an e-mail has left, or can't."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from office.duties.meetings import letters
from office.duties.minutes import finishing
from office.duties.supplies import placed
from storage.tables import Outbox


@dataclass(frozen=True)
class Fate:
    """`left`: the server has taken it. `lost`: it could not leave, or nobody knows, for this reason."""

    left: Callable[[Session, int, str], None]
    lost: Callable[[Session, int, str], None]


FATES: Mapping[str, Fate] = {
    "supplies.mail": Fate(placed.mailed, placed.not_mailed),
    "meetings.mail": Fate(letters.left, letters.lost),
    "meetings.mail_off": Fate(letters.left, letters.lost),
    "minutes.mail": Fate(letters.left, finishing.mail_lost),
}


def left(session: Session, row: Outbox, address: str) -> None:
    FATES[row.kind].left(session, row.subject_id, address)


def lost(session: Session, row: Outbox, trouble: str) -> None:
    FATES[row.kind].lost(session, row.subject_id, trouble)
