"""Which installation this is: a name that a restored database does not share with what it was before."""

import secrets

from sqlalchemy.orm import Session

from office import clock
from storage import facts

_EPOCH, _RESTORED = "epoch", "restored_at"


def keep_epoch(session: Session) -> None:
    """Made once, at the first start."""
    facts.put_first(session, _EPOCH, secrets.token_hex(4))


def epoch_of(session: Session) -> str:
    """The installation's name; empty before the first start."""
    return facts.find(session, _EPOCH) or ""


def begin_anew(session: Session) -> None:
    """After a restore: numbers will be given again, so nothing that was drawn until now may act."""
    facts.put(session, _EPOCH, secrets.token_hex(4))
    facts.put(session, _RESTORED, clock.now().isoformat())


def was_restored(session: Session) -> bool:
    return facts.find(session, _RESTORED) is not None
