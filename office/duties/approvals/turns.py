"""What else is done with an approval: passed to somebody else, put off, taken back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices, reminders
from office.duties.approvals import deciders
from office.duties.approvals.access import look
from office.duties.approvals.afterwards import AFTERWARDS, lock_subject, refuse_done, subject_of
from office.duties.approvals.change import change, note
from office.duties.approvals.ending import drop
from office.duties.approvals.seats import ask, is_stuck, step_of
from office.errors import Refusal
from office.rules.approval_routing import OVER_BUDGET
from office.when import When
from storage import approvals
from storage.approvals import open_seats
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import ApprovalAct, ApprovalState, Role, SeatState

A, S = ApprovalAct, ApprovalState


def reassign(
    session: Session, actor: Person, number: int, to: Person, why: str, seat_id: int | None = None
) -> Approval:
    """Gives a question to somebody else, with a reason; everybody concerned hears of it. An administrator may, too,
    whoever has it (`seat_id` says whose, where several are open), and only to somebody whom the route could have asked.
    Where nobody like that is left, it is proposed, and holds when a second administrator says the same."""
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
    deciders.refuse_unfit(session, actor, approval, to)
    by_admin = deciders.is_admins_move(actor, seat)
    if by_admin and (waits := _second_word(session, actor, approval, seat, to, why.strip())) is not None:
        return waits
    told = deciders.chain(session, approval) if by_admin else _concerned(approval, seat)
    before = {"approver_id": seat.approver_id, "holder_id": seat.holder_id} if seat is not None else {}
    note(session, actor, number, "reassign", before, {"approver_id": to.id}, why.strip())
    if seat is not None:
        approvals.change_seat(session, seat, {"state": SeatState.MOVED, "next_at": None})
    ask(session, approval, to.id or 0, why.strip())
    still = {"stuck": is_stuck(session, approval, approval.needed), "proposed": None}
    changed = change(session, actor, approval, "reassigned", still)
    told -= {to.id or 0}
    notices.tell(
        session, "approvals.reassigned", "approval", number, sorted(told), detail_id=to.id, except_for=actor.id
    )
    return changed


def _second_word(
    session: Session, actor: Person, approval: Approval, seat: Seat | None, to: Person, why: str
) -> Approval | None:
    """None where an administrator may do it now; else the approval, with what waits for a second administrator."""
    fit = deciders.could_be_asked(session, approval)
    if to.id in fit or deciders.is_second_word(approval, actor, to, seat):
        return None
    if fit:
        deciders.refuse_outside(session, approval, to, fit)
    deciders.refuse_without_second(session, actor)
    proposed = {"by": actor.id, "to": to.id, "seat": seat.id if seat is not None else None, "why": why}
    if approval.proposed == proposed:
        raise Refusal("You have proposed {who} already. Another administrator says the same, or names somebody else.",
                      who=to.known_as)  # fmt: skip
    waits = change(session, actor, approval, "proposed", {"proposed": proposed}, why)
    others = [one for one in notices.admins(session) if one != actor.id]
    notices.tell(session, "approvals.proposed", "approval", approval.id or 0, others, detail_id=to.id, is_card=True)
    return waits


def _concerned(approval: Approval, seat: Seat | None) -> set[int]:
    return {approval.requester_id, *([seat.holder_id, seat.approver_id] if seat is not None else [])}


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
    if approval.stuck and actor.has(Role.ADMIN) and seat_id is None:
        # Where too few are asked, one more is what is missing.
        return None
    mine = [one for one in found if actor.id in (one.holder_id, one.approver_id)]
    if mine:
        return mine[0]
    named = next((one for one in found if one.id == seat_id), None)
    return named or (found[0] if found and not approval.stuck else None)
