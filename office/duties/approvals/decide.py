"""Deciding: one verdict of one person in one step, and what follows from it, in one transaction."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import budgets, notices
from office.duties.approvals.access import look, refuse_changed, refuse_old
from office.duties.approvals.afterwards import AFTERWARDS, lock_subject, subject_of
from office.duties.approvals.change import change
from office.duties.approvals.charging import refuse_old_year
from office.duties.approvals.going_on import go_on
from office.duties.approvals.seats import is_stuck, seats_now, step_of, tell_stuck
from office.duties.changes import Overtaken
from office.errors import Refusal
from office.rules.approval_routing import OVER_BUDGET
from storage import approvals
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import ApprovalAct, ApprovalState, SeatState

A, S = ApprovalAct, ApprovalState


def approve(
    session: Session, actor: Person, number: int, edition: int | None = None, why: str = "", step: int | None = None
) -> Approval:
    """Agrees to what the card of that edition and step showed. With the last one that is needed it takes effect."""
    approval, _ = _verdict(session, actor, number, edition, A.APPROVE, why, step)
    agreed = {one.decided_by_id for one in seats_now(session, approval) if one.state is SeatState.APPROVED}
    if len(agreed) < approval.needed:
        return _see_to_it(session, actor, approval)
    return go_on(session, actor, approval)


def reject(session: Session, actor: Person, number: int, edition: int | None, why: str) -> Approval:
    """Says no, with a reason. Where several of many are needed, it is over when enough can't be had any more."""
    if not why.strip():
        raise Refusal(
            "Say why, so that whoever asked can do something about it: /approvals reject {number} …", number=number
        )
    approval, seat = _verdict(session, actor, number, edition, A.REJECT, why)
    open_ones = [one for one in seats_now(session, approval) if one.state is SeatState.OPEN]
    given = sum(one.state is SeatState.APPROVED for one in seats_now(session, approval))
    if isinstance(step_of(approval).need, int) and given + len(open_ones) >= approval.needed:
        return _see_to_it(session, actor, approval)
    approvals.close_seats(session, number, SeatState.SPARED)
    ended = change(session, actor, approval, "rejected", {"state": S.REJECTED, "decided_at": clock.now()}, why)
    AFTERWARDS[subject_of(ended)].refused(session, actor, ended, why)
    _tell_requester(session, actor, ended, "approvals.rejected", seat)
    return ended


def want_changes(session: Session, actor: Person, number: int, edition: int | None, what: str) -> Approval:
    """Sends it back to whoever asked, who changes it and asks again."""
    if not what.strip():
        raise Refusal("Say what should be different: /approvals changes {number} …", number=number)
    approval, seat = _verdict(session, actor, number, edition, A.CHANGES, what)
    approvals.close_seats(session, number, SeatState.SPARED)
    waiting = change(session, actor, approval, "sent_back", {"state": S.CHANGES}, what)
    _tell_requester(session, actor, waiting, "approvals.changes", seat)
    return waiting


def approve_several(
    session: Session, actor: Person, chosen: Iterable[tuple[int, int, int]]
) -> list[tuple[int, Refusal | None]]:
    """Agrees to several at once, each by number, edition and step; what can't be done of them is said of each."""
    found: list[tuple[int, Refusal | None]] = []
    # In the order of their numbers: two who approve several never wait for each other.
    for number, edition, step in sorted(chosen):
        try:
            with session.begin_nested():
                approve(session, actor, number, edition, step=step)
            found.append((number, None))
        except Refusal as refusal:
            found.append((number, refusal))
    return found


def pay(session: Session, actor: Person, number: int, paid: Any) -> Approval:
    """Finance books what was paid: what was committed is spent, and the rest is free again."""
    approvals.lock(session, number)
    approval = look(session, actor, number, A.PAY)
    if approval.purchase_id is not None or approval.invoice_id is not None:
        raise Refusal("A{number} is paid by its invoices: /supplies invoices.", number=number)
    budgets.pay(session, actor, approval, paid)
    more = {"paid": paid.minor, "currency": paid.currency}
    return change(session, actor, approval, "pay", {"paid_at": clock.now()}, more=more)


def unpay(session: Session, actor: Person, number: int, why: str) -> Approval:
    """Finance takes a payment back that was booked wrong, with a reason; it can be booked again as it was."""
    approvals.lock(session, number)
    approval = look(session, actor, number, A.UNPAY)
    if not budgets.is_paid(approval):
        raise Refusal("A{number} has not been booked as paid. /approvals paid {number} does that.", number=number)
    if not why.strip():
        raise Refusal("Say what was wrong with it, so that it can be read in a year.")
    budgets.unpay(session, actor, approval)
    return change(session, actor, approval, "unpay", {"paid_at": None}, why.strip())


def _verdict(
    session: Session,
    actor: Person,
    number: int,
    edition: int | None,
    act: ApprovalAct,
    why: str,
    step: int | None = None,
) -> tuple[Approval, Seat]:
    # The row is locked first: of fifty presses one is a verdict, and the others are told of it.
    approvals.lock(session, number)
    refuse_changed(session, actor, number, edition)
    approval = look(session, actor, number, act)
    lock_subject(session, approval)
    refuse_old(session, approval, edition, step)
    refuse_old_year(session, approval)
    seat = _seat_of(session, actor, approval)
    if act is A.APPROVE and step_of(approval).kind == OVER_BUDGET and not why.strip():
        raise Refusal(
            "This exceeds the budget. Say why it may: /approvals approve {number} and your reason.", number=number
        )
    states = {A.APPROVE: SeatState.APPROVED, A.REJECT: SeatState.REJECTED, A.CHANGES: SeatState.CHANGES}
    values = {
        "state": states[act], "decided_by_id": actor.id, "decided_at": clock.now(), "why": why.strip(), "next_at": None,
    }  # fmt: skip
    if not approvals.change_seat(session, seat, values):
        raise Overtaken
    more = {
        "seat": seat.id, "edition": approval.edition, "step": approval.step, "approver_id": seat.approver_id,
        "via": seat.via.value, "saw": _seen(session, approval),
    }  # fmt: skip
    return change(session, actor, approval, act.value, {}, why.strip(), more), seat


def _seat_of(session: Session, actor: Person, approval: Approval) -> Seat:
    """Somebody's own seat before one that they have in another's place."""
    mine = [one for one in seats_now(session, approval) if one.state is SeatState.OPEN]
    own = [one for one in mine if one.approver_id == actor.id] or [one for one in mine if one.holder_id == actor.id]
    if not own:
        raise Overtaken
    return own[0]


def _see_to_it(session: Session, actor: Person, approval: Approval) -> Approval:
    """It goes on with the others; where too few of them are left, the administrators hear of it."""
    if approval.stuck or not is_stuck(session, approval, approval.needed):
        return approval
    changed = change(session, actor, approval, "stuck", {"stuck": True})
    tell_stuck(session, changed)
    return changed


def _tell_requester(session: Session, actor: Person, approval: Approval, kind: str, seat: Seat | None) -> None:
    told = [approval.requester_id, approval.beneficiary_id]
    detail = seat.id if seat is not None else None
    notices.tell(session, kind, "approval", approval.id or 0, told, detail, is_card=True, except_for=actor.id)


def _seen(session: Session, approval: Approval) -> dict[str, Any]:
    """What a verdict was given to, as its card showed it."""
    return {
        "title": approval.title, "amount": approval.amount, "currency": approval.currency,
        "home_amount": approval.home_amount, "home_currency": approval.home_currency, "rate": approval.rate,
        "supplier": approval.supplier, "beneficiary_id": approval.beneficiary_id,
        "department_id": approval.department_id, "day": approval.day.isoformat() if approval.day else None,
        "budgets": {room.budget.id: room.budget.left + room.held for room in budgets.rooms(session, approval)},
    }  # fmt: skip
