"""An approval that ends without a verdict."""

from sqlalchemy.orm import Session

from office.duties import budgets, notices
from office.duties.approvals.change import change
from office.errors import Refusal
from storage import approvals
from storage.approvals import open_seats
from storage.money_tables import Approval
from storage.tables import Person
from storage.words import ApprovalState, SeatState

ALIVE = (ApprovalState.WAITING, ApprovalState.CHANGES, ApprovalState.APPROVED)


def drop(session: Session, actor: Person | None, approval: Approval, state: ApprovalState, why: str) -> Approval:
    """Withdrawn or expired: those who were to decide hear of it, and the budget gets its money back."""
    assert approval.id is not None
    if approval.state is ApprovalState.APPROVED and budgets.is_paid(approval):
        raise Refusal("A{number} has been paid; it can't be taken back any more.", number=approval.id)
    holders = {one.holder_id for one in open_seats(session, approval)}
    budgets.release(session, actor, approval)
    approvals.close_seats(session, approval.id, SeatState.SPARED)
    ended = change(session, actor, approval, state.value, {"state": state, "stuck": False}, why)
    told = holders if actor is not None else holders | {approval.requester_id}
    if approval.state is ApprovalState.APPROVED:
        seats = approvals.seats(session, approval.id)
        told |= {
            one.decided_by_id for one in seats if one.edition == approval.edition and one.decided_by_id is not None
        }
    kind = f"approvals.{state.value}"
    except_for = actor.id if actor else None
    notices.tell(session, kind, "approval", approval.id, sorted(told), is_card=True, except_for=except_for)
    return ended
