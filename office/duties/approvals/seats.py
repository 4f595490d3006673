"""Asking approvers: each has a seat in a step, which passes to their cover while they are away and comes back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.approvals import routes
from office.duties.approvals.change import change, note
from office.duties.covers import asked_cover, is_away, may_get_cover, stand_in_for
from office.duties.people import calendar_of_person
from office.rules import approval_clocks as clocks
from office.rules import approval_routing as rule
from office.rules.approval_routing import Step
from storage import approvals, people
from storage.approvals import open_seats
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import ApprovalState, CoverState, NoCover, SeatState, SeatVia

_NOT_ASKED_AGAIN = (SeatState.OPEN, SeatState.APPROVED, SeatState.REJECTED, SeatState.MOVED)


def open_step(session: Session, actor: Person | None, approval: Approval) -> Approval:
    """Asks everybody of the step whose turn it is, but for those who have answered in it already, or have given their
    question to somebody else. A step that was opened before never needs fewer than it did."""
    had = [one for one in approvals.seats(session, approval.id or 0) if _is_of(one, approval)]
    asked = routes.asked_in(session, approval, step_of(approval))
    settled = {one.approver_id for one in had if one.state in _NOT_ASKED_AGAIN}
    for approver in asked.approvers:
        if approver not in settled:
            ask(session, approval, approver, reserved=asked.approvers)
    needed = max(asked.needed, approval.needed) if had else asked.needed
    more = {"step": approval.step, "edition": approval.edition}
    values: dict[str, Any] = {"needed": needed, "stuck": is_stuck(session, approval, needed), "proposed": None}
    changed = change(session, actor, approval, "step", values, more=more)
    if changed.stuck:
        tell_stuck(session, changed)
    return changed


def reopen_step(session: Session, actor: Person | None, approval: Approval) -> Approval:
    """After changes those are asked again who were asked before them."""
    may = routes.may_decide(session, approval)
    had = seats_now(session, approval)
    agreed = {one.approver_id for one in had if one.state is SeatState.APPROVED}
    again = [
        one.approver_id
        for one in had
        if one.state in (SeatState.CHANGES, SeatState.SPARED) and may(one.approver_id) and one.approver_id not in agreed
    ]
    approvals.void_spared(session, approval.id or 0, approval.edition, approval.step)
    for approver in dict.fromkeys(again):
        ask(session, approval, approver, reserved=again)
    return open_step(session, actor, approval)


def is_stuck(session: Session, approval: Approval, needed: int) -> bool:
    """Whether too few are left who have agreed, or are asked and here to answer."""
    counted = [
        one
        for one in seats_now(session, approval)
        if one.state is SeatState.APPROVED or (one.state is SeatState.OPEN and not _is_lost(session, one))
    ]
    return len({one.decided_by_id or one.approver_id for one in counted}) < needed


def _is_lost(session: Session, seat: Seat) -> bool:
    """Whether a question lies with somebody who is away and whom nobody stands in for. Whoever was asked to has a
    working day to say so."""
    now = clock.now()
    waits = may_get_cover(session, seat.approver_id, now) and not seat.chased
    return is_away(session, seat.holder_id, now) and not waits


def _see_whether_stuck(session: Session, number: int) -> None:
    """The administrators hear when a question has come to lie with nobody who is here."""
    approval = approvals.get(session, number)
    stuck = is_stuck(session, approval, approval.needed)
    if stuck != approval.stuck:
        changed = change(session, None, approval, "stuck", {"stuck": stuck})
        if stuck:
            tell_stuck(session, changed)


def _is_of(seat: Seat, approval: Approval) -> bool:
    return (seat.edition, seat.step) == (approval.edition, approval.step)


def ask(session: Session, approval: Approval, approver: int, why: str = "", reserved: Collection[int] = ()) -> Seat:
    """Gives somebody a seat in the step whose turn it is, and tells whoever has it now. `reserved` are asked in the
    same step in their own right, and stand in for nobody there."""
    assert approval.id is not None
    reserved = {*reserved} - {approver}
    holder, via = _holder(session, approval, approver, reserved=reserved)
    due_at = due_of(session, approval, holder, clock.now())
    approvals.add_seats(session, [{
        "approval_id": approval.id, "edition": approval.edition, "step": approval.step, "approver_id": approver,
        "holder_id": holder, "via": via, "state": SeatState.OPEN, "asked_at": clock.now(), "due_at": due_at,
        "next_at": next_of(session, holder, clock.now(), due_at, 0), "chased": 0, "escalated": 0, "why": "",
        "absent": no_cover(session, approval, approver, holder, None, reserved),
    }])  # fmt: skip
    seat = approvals.seats(session, approval.id)[-1]
    _note_asked(session, None, approval, seat, why)
    _tell_asked(session, approval, seat)
    return seat


def resettle(session: Session, person_id: int) -> None:
    """Somebody's absence has begun, ended or got another cover: their open questions go where they belong now, and so
    do those about what they asked for."""
    concerned = {one.approval_id for one in approvals.open_seats_of(session, person_id)}
    concerned |= {one.id or 0 for one in approvals.concerning(session, person_id)}
    for number in sorted(concerned):
        # Whoever presses takes the approval first, too.
        approvals.lock(session, number)
        approval = approvals.get(session, number)
        if approval.state is ApprovalState.WAITING:
            for seat in open_seats(session, approval):
                if person_id in (seat.approver_id, seat.holder_id) or not _may_be_held(session, approval, seat):
                    settle(session, approval, seat)
            _replace_barred(session, approvals.get(session, number))
            _see_whether_stuck(session, number)
    # What has steps to come says who is asked in them.
    to_come = [one.id or 0 for one in approvals.still_waiting(session) if len(one.route) > one.step + 1]
    approvals.look_at(session, to_come)


def _may_be_held(session: Session, approval: Approval, seat: Seat) -> bool:
    return bool(routes.may_decide(session, approval)(seat.holder_id))


def _replace_barred(session: Session, approval: Approval) -> None:
    """Whoever stands in for the requester now may not decide for them: others are asked instead."""
    may = routes.may_decide(session, approval)
    barred = [one for one in open_seats(session, approval) if not may(one.holder_id) and not may(one.approver_id)]
    for seat in barred:
        approvals.change_seat(session, seat, {"state": SeatState.VOID, "next_at": None})
        note(session, None, approval.id or 0, "left", {}, {"seat": seat.id, "approver_id": seat.approver_id})
    if barred:
        open_step(session, None, approval)


def let_go(session: Session, person: Person) -> list[int]:
    """Somebody has left, or is a guest now: what they were to decide moves at once. Returns the approvals' numbers."""
    assert person.id is not None
    moved = []
    for number in sorted({one.approval_id for one in approvals.open_seats_of(session, person.id)}):
        approvals.lock(session, number)
    for seat in approvals.open_seats_of(session, person.id):
        approval = approvals.get(session, seat.approval_id)
        if seat.approver_id == person.id:
            approvals.change_seat(session, seat, {"state": SeatState.VOID, "next_at": None})
            note(session, None, approval.id or 0, "left", {}, {"seat": seat.id, "approver_id": person.id})
            open_step(session, None, approval)
        else:
            settle(session, approval, seat)
        moved.append(seat.approval_id)
    return moved


def escalate(session: Session, approval: Approval, seat: Seat) -> None:
    """An approver's time is over: whoever is above has it too, and everybody concerned hears of it."""
    manager, free = routes.manager_of(session), _may_hold(session, approval, seat)
    above = rule.next_level(seat.holder_id, manager, lambda one: free(one) and not is_away(session, one, clock.now()))
    now = clock.now()
    if above is None:
        due_at = due_of(session, approval, seat.holder_id, now)
        approvals.change_seat(session, seat, {"due_at": due_at, "next_at": due_at})
        tell_stuck(session, approval)
        return
    due_at = due_of(session, approval, above, now)
    values = {
        "holder_id": above, "via": SeatVia.ESCALATED, "due_at": due_at, "chased": 0, "escalated": seat.escalated + 1,
        "next_at": next_of(session, above, now, due_at, 0),
    }  # fmt: skip
    if not approvals.change_seat(session, seat, values):
        return
    moved = approvals.get_seat(session, seat.id or 0)
    _note_asked(session, None, approval, moved, "escalated")
    change(session, None, approval, "escalated", {})
    _tell_asked(session, approval, moved)
    told = {seat.holder_id, seat.approver_id, approval.requester_id} - {above}
    notices.tell(session, "approvals.escalated", "approval", approval.id or 0, sorted(told), detail_id=seat.id)


def step_of(approval: Approval) -> Step:
    return Step.read(approval.route[approval.step])


def seats_now(session: Session, approval: Approval) -> list[Seat]:
    """The seats of this edition's step, however they stand; not those that were made void."""
    return [
        one
        for one in approvals.seats(session, approval.id or 0)
        if one.edition == approval.edition and one.step == approval.step and one.state is not SeatState.VOID
    ]


def due_of(session: Session, approval: Approval, holder: int, asked: datetime) -> datetime:
    """When somebody's time for the present step is over, by their own working hours."""
    calendar = calendar_of_person(session, people.get(session, holder))
    return clocks.due(calendar, asked, step_of(approval).hours)


def next_of(session: Session, holder: int, asked: datetime, due_at: datetime, chased: int) -> datetime:
    calendar = calendar_of_person(session, people.get(session, holder))
    return clocks.following(calendar, asked, due_at, chased)


def tell_stuck(session: Session, approval: Approval) -> None:
    """Nobody is left who may decide: the administrators find somebody, and decide nothing themselves."""
    admins = notices.admins(session)
    notices.tell(session, "approvals.stuck", "approval", approval.id or 0, admins, is_card=True)


def taken_in_step(session: Session, approval: Approval, but: Collection[int | None] = ()) -> set[int]:
    """Who has a seat in the present step, or has decided in it: each counts once only."""
    return {
        one
        for seat in seats_now(session, approval)
        if seat.id not in but and seat.state in (SeatState.OPEN, SeatState.APPROVED, SeatState.REJECTED)
        for one in (seat.approver_id, seat.holder_id, seat.decided_by_id)
        if one is not None
    }


def settle(session: Session, approval: Approval, seat: Seat, patient: bool = True) -> None:
    """Gives an open question to whoever should have it now. `patient`: an absent approver keeps it while the one who
    was asked to stand in has not answered."""
    escalated = seat.via is SeatVia.ESCALATED and _may_hold(session, approval, seat)(seat.holder_id)
    if escalated and not is_away(session, seat.holder_id, clock.now()):
        return
    holder, via = _holder(session, approval, seat.approver_id, seat, patient)
    if holder == seat.holder_id:
        _see_whether_stuck(session, seat.approval_id)
        return
    now = clock.now()
    values = {
        "holder_id": holder, "via": via, "next_at": next_of(session, holder, now, seat.due_at, seat.chased),
        "absent": no_cover(session, approval, seat.approver_id, holder, seat),
    }  # fmt: skip
    if not approvals.change_seat(session, seat, values):
        return
    moved = approvals.get_seat(session, seat.id or 0)
    _note_asked(session, None, approval, moved, "moved")
    change(session, None, approval, "moved", {})
    _tell_asked(session, approval, moved, but=seat.holder_id)
    _see_whether_stuck(session, seat.approval_id)


def no_cover(
    session: Session, approval: Approval, approver: int, holder: int, seat: Seat | None, reserved: Collection[int] = ()
) -> dict[str, Any] | None:
    """Why whoever stands in for an approver does not have their question; None where they are here, or it has it."""
    now = clock.now()
    if not is_away(session, approver, now):
        return None
    cover, said = asked_cover(session, approver, now)
    if cover is None or cover.id == holder:
        return None if cover is not None else {"why": NoCover.NONE.value, "cover": None}
    if said is not CoverState.ACCEPTED:
        why = NoCover.UNANSWERED if said is CoverState.ASKED else NoCover.REFUSED
    elif is_away(session, cover.id or 0, now):
        why = NoCover.AWAY
    elif not routes.may_decide(session, approval)(cover.id or 0):
        why = NoCover.BARRED
    else:
        why = NoCover.TAKEN
    return {"why": why.value, "cover": cover.id}


def _holder(
    session: Session,
    approval: Approval,
    approver: int,
    seat: Seat | None = None,
    patient: bool = True,
    reserved: Collection[int] = (),
) -> tuple[int, SeatVia]:
    now = clock.now()
    if patient and may_get_cover(session, approver, now):
        return approver, SeatVia.SELF
    cover = stand_in_for(session, people.get(session, approver), now)
    return rule.holder(
        approver,
        lambda one: is_away(session, one, now),
        cover.id if cover is not None else None,
        routes.manager_of(session),
        _may_hold(session, approval, seat, reserved),
    )


def _may_hold(session: Session, approval: Approval, seat: Seat | None, reserved: Collection[int] = ()) -> Any:
    """Whoever may decide, and has no other seat in this step: nobody agrees twice to the same thing."""
    may_decide = routes.may_decide(session, approval)
    taken = taken_in_step(session, approval, but=[seat.id] if seat is not None else []) | set(reserved)
    return lambda one: may_decide(one) and one not in taken


def _tell_asked(session: Session, approval: Approval, seat: Seat, but: int | None = None) -> None:
    """The card of whoever has the question; an approver whose question somebody else has hears of that."""
    number = approval.id or 0
    notices.tell(session, "approvals.asked", "approval", number, [seat.holder_id], detail_id=seat.id, is_card=True)
    if seat.holder_id != seat.approver_id and seat.via is not SeatVia.ESCALATED and seat.approver_id != but:
        notices.tell(session, "approvals.covered", "approval", number, [seat.approver_id], seat.id, is_card=True)


def _note_asked(session: Session, actor: Person | None, approval: Approval, seat: Seat, why: str) -> None:
    after = {
        "seat": seat.id, "edition": seat.edition, "step": seat.step, "approver_id": seat.approver_id,
        "holder_id": seat.holder_id, "via": seat.via.value, "absent": seat.absent,
    }  # fmt: skip
    note(session, actor, approval.id or 0, "asked", {}, after, why)
