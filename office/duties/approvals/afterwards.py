"""AFTERWARDS: what follows a last verdict, by what was asked for; in the verdict's own transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from office.duties.requests import held
from office.duties.supplies import placed, settled
from storage import supplies
from storage.money_tables import Approval
from storage.tables import Person


@dataclass(frozen=True)
class Afterwards:
    """`approved`: it may happen. `refused`: it may not, for this reason; also when it was withdrawn or has expired."""

    approved: Callable[[Session, Person | None, Approval], None]
    refused: Callable[[Session, Person | None, Approval, str], None]


def lock_subject(session: Session, approval: Approval) -> None:
    """Called before money moves: whoever changes supplies takes their lock before that of any budget, too."""
    if subject_of(approval) in ("purchase", "invoice"):
        supplies.lock(session)


def refuse_done(session: Session, approval: Approval) -> None:
    """What has been done can't be taken back."""
    if approval.request_id is not None:
        held.refuse_done(session, approval)
    if approval.purchase_id is not None:
        placed.refuse_done(session, approval)
    if approval.invoice_id is not None:
        settled.refuse_done(session, approval)


def subject_of(approval: Approval) -> str:
    if approval.purchase_id is not None:
        return "purchase"
    if approval.invoice_id is not None:
        return "invoice"
    return "request" if approval.request_id is not None else "ask"


def _nothing(session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
    """What was asked for happens outside Deskhand; whoever asked is told."""


# Looked up when they are called: what settles invoices imports approvals, too, and either may be read first.
def _invoice_approved(session: Session, actor: Person | None, approval: Approval) -> None:
    settled.approved(session, actor, approval)


def _invoice_refused(session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
    settled.refused(session, actor, approval, why)


AFTERWARDS: Mapping[str, Afterwards] = {
    "ask": Afterwards(_nothing, _nothing),
    "request": Afterwards(held.release, held.refuse),
    "purchase": Afterwards(placed.approved, placed.refused),
    "invoice": Afterwards(_invoice_approved, _invoice_refused),
}
