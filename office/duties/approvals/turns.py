"""What else is done with an approval: passed to somebody else, put off, taken back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices, reminders
from office.duties.approvals.access import look, open_seats
from office.duties.approvals.afterwards import AFTERWARDS, lock_subject, refuse_done, subject_of
from office.duties.approvals.change import change, note
from office.duties.approvals.ending import drop
from office.duties.approvals.routes import may_decide
from office.duties.approvals.seats import ask, is_stuck, step_of, taken_in_step
from office.errors import Refusal
from office.rules import approval_routing as rule
from office.rules.approval_routing import OVER_BUDGET
from office.when import When
from storage import approvals
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import ApprovalAct, ApprovalState, SeatState

A, S = ApprovalAct, ApprovalState


def reassign(
    session: Session, actor: Person, number: int, to: Person, why: str, seat_id: int | None = None
) -> Approval:
    """Gives a question to somebody else, with a reason; everybody concerned hears of it. An administrator may, too,
    whoever has it: `seat_id` says whose, where several are open."""
    approvals.lock(session, number)
    approval = look(session, actor, number, A.REASSIGN)
    if not why.strip():
        raise Refusal("Say why, so that everybody understands: /approvals reassign {number} @anna …", number=number)
    seat = _seat_to_move(session, actor, approval, seat_id)
    if (
        step_of(approval).kind == OVER_BUDGET
        and seat is not None
        and actor.id not in (seat.holder_id, seat.approver_id)
    ):
        raise Refusal("Only the budget's owner may pass this on: it is about exceeding their budget.")
    if not rule.can_decide(to.standing):
        raise Refusal("{who} can't decide here: not a full member of the workspace.", who=to.known_as)
    if to.id is None or not may_decide(session, approval)(to.id):
        raise Refusal("{who} can't decide on this: it is by them or for them. Name somebody else.", who=to.known_as)
    if to.id in taken_in_step(session, approval, but=[seat.id] if seat else []) or (seat and to.id == seat.approver_id):
        raise Refusal("{who} is asked in this step already. Name somebody else.", who=to.known_as)
    before = {"approver_id": seat.approver_id, "holder_id": seat.holder_id} if seat is not None else {}
    note(session, actor, number, "reassign", before, {"approver_id": to.id}, why.strip())
    if seat is not None:
        approvals.change_seat(session, seat, {"state": SeatState.MOVED, "next_at": None})
    ask(session, approval, to.id, why.strip())
    still = {"stuck": is_stuck(session, approval, approval.needed)}
    changed = change(session, actor, approval, "reassigned", still)
    told = [approval.requester_id, *([seat.holder_id, seat.approver_id] if seat else [])]
    told = [one for one in told if one != to.id]
    notices.tell(session, "approvals.reassigned", "approval", number, told, detail_id=to.id, except_for=actor.id)
    return changed


def snooze(session: Session, actor: Person, number: int, until: datetime, zone: str) -> Approval:
    """Reminds an approver later. The step's own clock goes on: others wait for it."""
    approval = look(session, actor, number, A.SNOOZE)
    if until <= clock.now():
        raise Refusal("This time is over. Choose a later one.")
    local = until.astimezone(ZoneInfo(zone))
    when = When(local.date(), local.time(), zone, start=until, floats=False)
    reminders.make(session, actor, reminders.Note(f"A{number} {approval.title}"[:200], when, actor.id))
    return approval


def withdraw(session: Session, actor: Person, number: int, why: str = "") -> Approval:
    """Takes back what one asked for; those who were to decide hear of it, and the budget gets its money back."""
    approvals.lock(session, number)
    approval = look(session, actor, number, A.WITHDRAW)
    lock_subject(session, approval)
    refuse_done(session, approval)
    ended = drop(session, actor, approval, S.WITHDRAWN, why)
    AFTERWARDS[subject_of(ended)].refused(session, actor, ended, why)
    return ended


def _seat_to_move(session: Session, actor: Person, approval: Approval, seat_id: int | None) -> Seat | None:
    """The seat that somebody means; None where nobody has one and an administrator finds somebody."""
    found = open_seats(session, approval)
    mine = [one for one in found if actor.id in (one.holder_id, one.approver_id)]
    if mine:
        return mine[0]
    named = next((one for one in found if one.id == seat_id), None)
    # Where too few are asked, one more is what is missing.
    return named or (found[0] if found and not approval.stuck else None)
