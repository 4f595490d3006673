"""AFTERWARDS: what follows a last verdict, by what was asked for; in the verdict's own transaction."""

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy.orm import Session

from office.duties.requests import held
from office.duties.supplies import placed, settled
from storage import supplies
from storage.money_tables import Approval
from storage.tables import Person


class Afterwards(Protocol):
    """A module of what waits. It is asked when it is called: what waits imports approvals, and either is read first."""

    def approved(self, session: Session, actor: Person | None, approval: Approval) -> None:
        """It may happen."""

    def refused(self, session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
        """It may not, for this reason; also when it was withdrawn or has expired."""

    def refuse_done(self, session: Session, approval: Approval) -> None:
        """What has been done can't be taken back.

        Raises:
            Refusal: it has been done.
        """


class _Elsewhere:
    """What was asked for happens outside Deskhand; whoever asked is told."""

    def approved(self, session: Session, actor: Person | None, approval: Approval) -> None:
        pass

    def refused(self, session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
        pass

    def refuse_done(self, session: Session, approval: Approval) -> None:
        pass


AFTERWARDS: Mapping[str, Afterwards] = {
    "ask": _Elsewhere(),
    "request": held,
    "purchase": placed,
    "invoice": settled,
}


def lock_subject(session: Session, approval: Approval) -> None:
    """Called before money moves: whoever changes supplies takes their lock before that of any budget, too."""
    if subject_of(approval) in ("purchase", "invoice"):
        supplies.lock(session)


def refuse_done(session: Session, approval: Approval) -> None:
    """What has been done can't be taken back."""
    AFTERWARDS[subject_of(approval)].refuse_done(session, approval)


def subject_of(approval: Approval) -> str:
    if approval.purchase_id is not None:
        return "purchase"
    if approval.invoice_id is not None:
        return "invoice"
    return "request" if approval.request_id is not None else "ask"
