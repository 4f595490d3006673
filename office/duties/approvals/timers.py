"""What happens to approvals by themselves: approvers are reminded, time runs out, and what nobody touches expires."""

from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import budgets, notices
from office.duties.approvals.afterwards import AFTERWARDS, lock_subject, subject_of
from office.duties.approvals.ask import ask_again
from office.duties.approvals.charging import is_of_old_year
from office.duties.approvals.ending import drop
from office.duties.approvals.seats import escalate, next_of, settle
from office.duties.covers import is_away
from office.duties.one_by_one import one_by_one
from storage import approvals
from storage.money_tables import Approval, Seat
from storage.words import ApprovalState, SeatState

PUT_OFF = timedelta(minutes=10)
# By then it has been escalated to the top several times: whoever asked knows better than we whether it matters still.
EXPIRES_AFTER = timedelta(days=60)


def chase(session: Session) -> int:
    """Reminds approvers on their own working days, and escalates what their time has run out for."""
    now = clock.now()
    due = approvals.due_seats(session, now)
    in_order = sorted(due, key=lambda seat: seat.approval_id)
    one_by_one(
        session,
        in_order,
        lambda seat: _chase(session, seat),
        lambda seat: approvals.put_off(session, seat, now + PUT_OFF),
    )
    return len(due)


def expire(session: Session) -> int:
    """Ends what nobody has touched for a long time; whoever asked may open it again."""
    now = clock.now()
    old = sorted(approvals.unmoved_since(session, now - EXPIRES_AFTER), key=lambda one: one.id or 0)
    one_by_one(session, old, lambda one: _expire(session, one), lambda one: None)
    return len(old)


def turn_of_year(session: Session) -> int:
    """Another budget year has begun: what still waits shows what is left of that of the year before, so it is asked
    anew."""
    # Somewhere it is tomorrow already.
    newest = budgets.this_year(session, (clock.now() + timedelta(hours=14)).date())
    old = [one for one in approvals.waiting_of_years_before(session, newest) if is_of_old_year(session, one)]
    one_by_one(session, old, lambda one: _turn(session, one), lambda one: None)
    return len(old)


def _turn(session: Session, found: Approval) -> None:
    approvals.lock(session, found.id or 0)
    approval = approvals.get(session, found.id or 0)
    if approval.version == found.version:
        lock_subject(session, approval)
        ask_again(session, None, approval, {}, stays=True)


def _chase(session: Session, found: Seat) -> None:
    # Whoever presses takes the approval first, too.
    approvals.lock(session, found.approval_id)
    seat, approval = approvals.get_seat(session, found.id or 0), approvals.get(session, found.approval_id)
    if seat.state is not SeatState.OPEN or approval.state is not ApprovalState.WAITING:
        approvals.change_seat(session, seat, {"next_at": None})
        return
    now = clock.now()
    if seat.due_at <= now:
        escalate(session, approval, seat)
        return
    # After a standstill the reminders that have passed are one.
    due, chased, following = seat.next_at or now, seat.chased, now
    while following <= now:
        chased += 1
        following = next_of(session, seat.holder_id, seat.asked_at, seat.due_at, chased)
    if not approvals.change_seat(session, seat, {"chased": chased, "next_at": following}):
        return
    if is_away(session, seat.holder_id, now):
        # Whoever was asked to stand in has had a working day to answer.
        settle(session, approval, approvals.get_seat(session, seat.id or 0), patient=False)
    else:
        number = approval.id or 0
        notices.tell_in_time(session, "approvals.chased", "approval", number, seat.holder_id, seat.id or 0, due)


def _expire(session: Session, found: Approval) -> None:
    approvals.lock(session, found.id or 0)
    approval = approvals.get(session, found.id or 0)
    if approval.version != found.version:
        return  # somebody has touched it in this moment
    lock_subject(session, approval)
    ended = drop(session, None, approval, ApprovalState.EXPIRED, "")
    AFTERWARDS[subject_of(ended)].refused(session, None, ended, "")
