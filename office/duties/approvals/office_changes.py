"""What waits follows the office: somebody's department, their manager, who has which role."""

from sqlalchemy.orm import Session

from office.duties.approvals import routes
from office.duties.approvals.ask import ask_again
from office.duties.approvals.change import note
from office.duties.approvals.seats import open_step, seats_now, step_of
from storage import approvals
from storage.money_tables import Approval
from storage.tables import Person
from storage.words import ApprovalState, SeatState

_FOLLOWS = ("manager", "managers_manager")


def follow_person(session: Session, actor: Person | None, before: Person, after: Person) -> None:
    """Somebody is of another department, or reports to somebody else: what they have asked for is asked of those who
    answer for it now, and goes on waiting meanwhile."""
    moved, reports = before.department_id != after.department_id, before.manager_id != after.manager_id
    if reports or before.roles != after.roles:
        _ask_where_nobody_was(session)
    if not moved and not reports:
        return
    for found in approvals.concerning(session, after.id or 0):
        if found.requester_id != after.id or routes.is_purchase(found):
            continue
        approvals.lock(session, found.id or 0)
        approval = approvals.get(session, found.id or 0)
        if moved and approval.department_id == before.department_id:
            ask_again(session, actor, approval, {"department_id": after.department_id}, stays=True)
        elif reports:
            _ask_the_new_manager(session, approval)


def _ask_where_nobody_was(session: Session) -> None:
    """Somebody has a role now, or a manager: what could not go on for want of anybody is looked at again."""
    for found in approvals.stuck(session):
        approvals.lock(session, found.id or 0)
        approval = approvals.get(session, found.id or 0)
        if approval.state is ApprovalState.WAITING and routes.asked_in(session, approval, step_of(approval)).approvers:
            open_step(session, None, approval)


def _ask_the_new_manager(session: Session, approval: Approval) -> None:
    if approval.state is not ApprovalState.WAITING or not set(_FOLLOWS) & set(step_of(approval).who):
        return
    asked = routes.asked_in(session, approval, step_of(approval)).approvers
    open_ones = [one for one in seats_now(session, approval) if one.state is SeatState.OPEN]
    others = [one for one in open_ones if one.approver_id not in asked]
    for seat in others:
        approvals.change_seat(session, seat, {"state": SeatState.VOID, "next_at": None})
        note(session, None, approval.id or 0, "left", {}, {"seat": seat.id, "approver_id": seat.approver_id})
    if others:
        open_step(session, None, approval)
