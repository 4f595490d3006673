"""Who may become the decider of a question that somebody else was asked."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from office.duties import budgets, notices
from office.duties.approvals import routes
from office.duties.approvals.seats import step_of
from office.errors import Refusal
from office.rules import approval_routing as rule
from storage import approvals, people
from storage.money_tables import Approval, Seat
from storage.tables import Person
from storage.words import Role, SeatState

NAMED = 5


def refuse_unfit(session: Session, actor: Person, approval: Approval, to: Person) -> None:
    """Refuses somebody who can't decide, or should not: never whoever passes it on, and never somebody twice."""
    if not rule.can_decide(to.standing):
        raise Refusal("{who} can't decide here: not a full member of the workspace.", who=to.known_as)
    if to.id == actor.id:
        raise Refusal("You can't give it to yourself. Name somebody else.")
    if not routes.may_decide(session, approval)(to.id or 0):
        raise Refusal("{who} can't decide on this: it is by them or for them. Name somebody else.", who=to.known_as)
    if to.id in voices(session, approval):
        raise Refusal(
            "{who} has a voice in this approval already, and nobody has two. Name somebody else.", who=to.known_as
        )


def voices(session: Session, approval: Approval) -> set[int]:
    """Everybody who has been asked in this edition, has answered, has given it on, or will be asked in a later step."""
    seats = [one for one in approvals.seats(session, approval.id or 0) if one.edition == approval.edition]
    had = {
        one
        for seat in seats
        if seat.state is not SeatState.VOID
        for one in (seat.approver_id, seat.holder_id, seat.decided_by_id)
        if one is not None
    }
    later = [rule.Step.read(one) for one in approval.route[approval.step + 1 :]]
    return had | {one for step in later for one in routes.asked_in(session, approval, step).approvers}


def could_be_asked(session: Session, approval: Approval) -> list[int]:
    """Whom the route could have asked in the present step and can be asked still: its people, or those who hold its
    role, their managers upwards, and who answers for the budget."""
    own = routes.named_in(session, approval, step_of(approval))
    above = [one for person in own for one in _upwards(session, person)]
    rooms = budgets.rooms(session, approval)
    owners = budgets.owners_of(session, [room.budget for room in rooms]) if rooms else []
    may, taken = routes.may_decide(session, approval), voices(session, approval)
    return [one for one in dict.fromkeys([*own, *above, *owners]) if may(one) and one not in taken]


def is_second_word(approval: Approval, actor: Person, to: Person, seat: Seat | None) -> bool:
    """Whether another administrator has proposed just this."""
    proposed = approval.proposed or {}
    same = (proposed.get("to"), proposed.get("seat")) == (to.id, seat.id if seat is not None else None)
    return bool(proposed) and same and proposed.get("by") != actor.id


def refuse_without_second(session: Session, actor: Person) -> None:
    """Where the route knows nobody any more, one administrator alone must not choose who decides."""
    if not [one for one in notices.admins(session) if one != actor.id]:
        raise Refusal(
            "The route knows nobody else who could decide, so two administrators choose somebody together, and you are "
            "the only one. Make somebody a second one first: /desk office."
        )


def refuse_outside(session: Session, approval: Approval, to: Person, fit: Iterable[int]) -> None:
    """An administrator gives a question only to somebody whom its route could have asked."""
    names = [person.known_as for person in people.by_ids(session, list(fit)[:NAMED]).values()]
    raise Refusal(
        "{who} is nobody whom this route could have asked, so an administrator can't choose them. These could be: "
        "{names}.",
        who=to.known_as,
        names=names,
    )


def chain(session: Session, approval: Approval) -> set[int]:
    """Everybody who has to do with an approval: who asked, whom it is for, who was asked, and who will be."""
    asked = voices(session, approval)
    own = {one for one in (approval.requester_id, approval.beneficiary_id) if one is not None}
    return own | asked


def is_admins_move(actor: Person, seat: Seat | None) -> bool:
    """Whether an administrator moves what is not theirs."""
    own = seat is not None and actor.id in (seat.holder_id, seat.approver_id)
    return actor.has(Role.ADMIN) and not own


def _upwards(session: Session, person_id: int) -> list[int]:
    manager, found = routes.manager_of(session), [person_id]
    while (above := manager(found[-1])) is not None and above not in found:
        found.append(above)
    return found[1:]
