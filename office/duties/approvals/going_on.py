"""How an approval goes on: to the next step that is needed as things stand now, or to its end."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from office import clock
from office.duties import budgets, notices
from office.duties.approvals import routes
from office.duties.approvals.afterwards import AFTERWARDS, lock_subject, subject_of
from office.duties.approvals.alike import look_at_siblings
from office.duties.approvals.change import change, show
from office.duties.approvals.charging import tell_uncharged
from office.duties.approvals.seats import open_step, seats_now
from office.duties.changes import Overtaken
from office.duties.one_by_one import one_by_one
from office.rules import approval_routing as rule
from office.rules.approval_routing import OVER_BUDGET, Step
from storage import approvals
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import ApprovalState, SeatState

S = ApprovalState


def go_on(session: Session, actor: Person | None, approval: Approval) -> Approval:
    """The present step is done. What is asked next is worked out anew: since it was asked, the sum that it is part of
    may have grown, and others may have taken from its budget."""
    approvals.close_seats(session, approval.id or 0, SeatState.SPARED)
    route = _route(approval)
    done, to_come = route[: approval.step + 1], route[approval.step + 1 :]
    rest = _still_to_ask(session, approval, done, to_come)
    if not rest:
        if (ended := _conclude(session, actor, approval, done)) is not None:
            return ended
        rest = _still_to_ask(session, approval, done, [])  # others were faster, and have taken from the budget
    if not rest:
        raise Overtaken
    values = {"step": len(done), **({"route": routes.written([*done, *rest])} if rest != to_come else {})}
    return open_step(session, actor, change(session, actor, approval, "next_step", values))


def look_again(session: Session) -> int:
    """Looks at what may show something else than it did: what is asked follows the budgets and sums of now, and its
    cards are drawn anew."""
    looks = approvals.to_look_at(session)
    seen: list[int] = []
    numbers = sorted({one.approval_id for one in looks})
    one_by_one(session, numbers, lambda one: seen.append(_look(session, one)), seen.append)
    approvals.looked_at(session, [one for one in looks if one.approval_id in seen])
    return len(looks)


def _look(session: Session, number: int) -> int:
    # Whoever presses takes the approval first, too.
    approvals.lock(session, number)
    approval = approvals.get(session, number)
    lock_subject(session, approval)
    show(session, follow(session, approval) if approval.state is S.WAITING else approval)
    return number


def follow(session: Session, approval: Approval) -> Approval:
    """Brings what is still to be asked in line with the budgets and sums of now. Whoever is asked already stays asked,
    but for the owner of a budget that has room again."""
    route = _route(approval)
    done, had = route[: approval.step], route[approval.step :]
    rest = _still_to_ask(session, approval, done, had, shown=1)
    if not rest:
        approvals.close_seats(session, approval.id or 0, SeatState.SPARED)
        ended = _conclude(session, None, approval, done)
        if ended is None:
            raise Overtaken
        return ended
    if rest == had:
        return approval
    changed = change(session, None, approval, "route", {"route": routes.written([*done, *rest])})
    asked = {one.approver_id for one in seats_now(session, approval) if one.state is SeatState.OPEN}
    if rule.is_same(rest[0], had[0]) or asked & set(routes.asked_in(session, changed, rest[0]).approvers):
        return changed
    approvals.close_seats(session, approval.id or 0, SeatState.VOID)
    return open_step(session, None, changed)


def _still_to_ask(
    session: Session, approval: Approval, done: Sequence[Step], expected: Sequence[Step], shown: int = 0
) -> list[Step]:
    """The steps that were to come, but for a budget's owner where there is room now, and whatever is needed beside
    them now. The first `shown` of them stand on a card as they are."""
    wanted = rule.not_covered(routes.plan(session, approval), done)
    kept = []
    for at, step in enumerate(expected):
        now = next((one for one in wanted if rule.is_same(one, step)), None)
        if step.kind != OVER_BUDGET or now is not None:
            kept.append(step if now is None or at < shown else now)
    new = rule.not_covered(wanted, kept, whatever_amount=True)
    return routes.each_once(session, approval, [*kept, *new])


def _conclude(session: Session, actor: Person | None, approval: Approval, done: Sequence[Step]) -> Approval | None:
    """Everybody has agreed: the money is taken and what was asked for happens, or neither. None where a budget has too
    little."""
    allowed = {budget_id: amount for step in done for budget_id, amount in step.allows.items()}
    reasons = [one.why for one in approvals.seats(session, approval.id or 0) if _allows(approval, one)]
    if budgets.commit(session, actor, approval, allowed, " · ".join(reasons)):
        return None
    values: dict[str, object] = {"state": S.APPROVED, "decided_at": clock.now()}
    if len(done) < len(approval.route):
        # What was to come is not needed any more.
        values |= {"route": routes.written(done), "step": max(0, len(done) - 1)}
    ended = change(session, actor, approval, "approved", values)
    AFTERWARDS[subject_of(ended)].approved(session, actor, ended)
    told = [ended.requester_id, ended.beneficiary_id]
    except_for = actor.id if actor is not None else None
    notices.tell(
        session, "approvals.approved", "approval", ended.id or 0, told, None, is_card=True, except_for=except_for
    )
    look_at_siblings(session, ended)
    return tell_uncharged(session, ended)


def _allows(approval: Approval, seat: Seat) -> bool:
    """Whether a seat's answer lets a budget be exceeded."""
    agreed = seat.edition == approval.edition and seat.state is SeatState.APPROVED
    return agreed and seat.step < len(approval.route) and Step.read(approval.route[seat.step]).kind == OVER_BUDGET


def _route(approval: Approval) -> list[Step]:
    return [Step.read(one) for one in approval.route]
