"""Approvals, the questions to their approvers, and the routes of the office."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.kept import forget_kept, kept
from storage.money_tables import Approval, ApprovalLook, Route, Seat, UserGroup
from storage.pages import Page, page_of
from storage.statements import BATCH, add_all, changed, maybe, one, rows, upsert
from storage.statements import add as add_row
from storage.words import ApprovalState, SeatState


def add(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Approval, values)


def get(session: Session, number: int) -> Approval:
    return one(session, select(Approval).where(col(Approval.id) == number))


def find(session: Session, number: int) -> Approval | None:
    return maybe(session, select(Approval).where(col(Approval.id) == number)) if 0 < number < 2**31 else None


def of_request(session: Session, request_id: int) -> Approval | None:
    return maybe(session, select(Approval).where(col(Approval.request_id) == request_id))


def of_invoice(session: Session, invoice_id: int) -> Approval | None:
    return maybe(session, select(Approval).where(col(Approval.invoice_id) == invoice_id))


def lock(session: Session, number: int) -> None:
    """Lets one change of an approval follow the other. SQLite has one writer at a time anyway."""
    if 0 < number < 2**31:
        session.execute(select(col(Approval.id)).where(col(Approval.id) == number).with_for_update())


def change(session: Session, approval: Approval, values: Mapping[str, Any]) -> bool:
    """Changes an approval if it is still the version that was read; says whether it was."""
    same = update(Approval).where(col(Approval.id) == approval.id, col(Approval.version) == approval.version)
    return changed(session.execute(same.values(version=approval.version + 1, **values))) == 1


COUNTED = (ApprovalState.WAITING, ApprovalState.CHANGES, ApprovalState.APPROVED)
STILL = (ApprovalState.WAITING, ApprovalState.CHANGES)


def near(session: Session, approval: Approval, since: datetime, until: datetime, limit: int = 200) -> list[Approval]:
    """Other approvals with an amount that count and that may be one purchase with this one: of the same person, or of
    the same department; newest first."""
    same = [col(Approval.requester_id) == approval.requester_id]
    if approval.department_id is not None:
        same.append(col(Approval.department_id) == approval.department_id)
    others = select(Approval).where(
        or_(*same), col(Approval.created_at) >= since, col(Approval.created_at) <= until,
        col(Approval.state).in_(COUNTED), col(Approval.amount).is_not(None), col(Approval.id) != (approval.id or 0),
    )  # fmt: skip
    return rows(session, others.order_by(col(Approval.id).desc()).limit(limit))


def waiting_for(session: Session, person_id: int, page: int, size: int) -> Page[Approval]:
    """What somebody is asked to decide now, the longest waiting first."""
    theirs = select(col(Seat.approval_id)).where(
        or_(col(Seat.holder_id) == person_id, col(Seat.approver_id) == person_id), col(Seat.state) == SeatState.OPEN
    )
    due = select(Approval).where(col(Approval.state) == ApprovalState.WAITING, col(Approval.id).in_(theirs))
    return page_of(session, due.order_by(col(Approval.moved_at), col(Approval.id)), page, size)


def sent_back_to(session: Session, person_id: int) -> list[Approval]:
    """What somebody asked for and an approver wants changed."""
    theirs = select(Approval).where(
        col(Approval.requester_id) == person_id, col(Approval.state) == ApprovalState.CHANGES
    )
    return rows(session, theirs.order_by(col(Approval.id)))


def asked_by(session: Session, person_id: int, page: int, size: int) -> Page[Approval]:
    mine = or_(col(Approval.requester_id) == person_id, col(Approval.beneficiary_id) == person_id)
    return page_of(session, select(Approval).where(mine).order_by(col(Approval.id).desc()), page, size)


def decided_by(session: Session, person_id: int, page: int, size: int) -> Page[Approval]:
    """What somebody has decided, and what others have decided in their place."""
    theirs = select(col(Seat.approval_id)).where(
        or_(col(Seat.decided_by_id) == person_id, col(Seat.approver_id) == person_id),
        col(Seat.decided_by_id).is_not(None),
    )
    return page_of(
        session, select(Approval).where(col(Approval.id).in_(theirs)).order_by(col(Approval.id).desc()), page, size
    )


def decided_for(session: Session, person_id: int, since: datetime, until: datetime) -> list[Seat]:
    """The questions to somebody that others have answered in their place, in the order in which they did."""
    theirs = select(Seat).where(
        col(Seat.approver_id) == person_id, col(Seat.decided_by_id) != person_id, col(Seat.decided_at) > since,
        col(Seat.decided_at) <= until,
    )  # fmt: skip
    return rows(session, theirs.order_by(col(Seat.decided_at)))


def concerning(session: Session, person_id: int) -> list[Approval]:
    """What waits and is by somebody, for them, or was changed by them last."""
    own = or_(
        col(Approval.requester_id) == person_id,
        col(Approval.beneficiary_id) == person_id,
        col(Approval.editor_id) == person_id,
    )
    waiting = select(Approval).where(own, col(Approval.state) == ApprovalState.WAITING)
    return rows(session, waiting.order_by(col(Approval.id)))


def still_waiting(session: Session, department_ids: Iterable[int] | None = None) -> list[Approval]:
    """What is not decided: all of it, or that of some departments."""
    waiting = select(Approval).where(col(Approval.state).in_(STILL))
    if department_ids is not None:
        waiting = waiting.where(col(Approval.department_id).in_(list(department_ids)))
    return rows(session, waiting.order_by(col(Approval.id)))


def waiting_of_years_before(session: Session, year: int) -> list[Approval]:
    """What is not decided and shows the budgets of a year before this one."""
    old = select(Approval).where(col(Approval.state).in_(STILL), col(Approval.year) < year)
    return rows(session, old.order_by(col(Approval.id)).limit(BATCH))


def look_at(session: Session, numbers: Iterable[int]) -> None:
    """What these cards show may have changed; somebody looks in a moment, in a transaction of its own: whoever takes
    money holds the lock of one approval, and must not wait for those of others."""
    add_all(session, ApprovalLook, [{"approval_id": one} for one in sorted(set(numbers))])


def to_look_at(session: Session, limit: int = BATCH) -> list[ApprovalLook]:
    return rows(session, select(ApprovalLook).order_by(col(ApprovalLook.id)).limit(limit))


def looked_at(session: Session, looks: Iterable[ApprovalLook]) -> None:
    session.execute(delete(ApprovalLook).where(col(ApprovalLook.id).in_([one.id for one in looks])))


def unmoved_since(session: Session, moment: datetime, limit: int = BATCH) -> list[Approval]:
    """Approvals that nobody has touched since a moment, and that still wait."""
    waiting = [ApprovalState.WAITING, ApprovalState.CHANGES]
    old = select(Approval).where(col(Approval.state).in_(waiting), col(Approval.moved_at) <= moment)
    return rows(session, old.order_by(col(Approval.moved_at)).limit(limit))


def stuck(session: Session, limit: int = 20) -> list[Approval]:
    found = select(Approval).where(col(Approval.state) == ApprovalState.WAITING, col(Approval.stuck).is_(True))
    return rows(session, found.order_by(col(Approval.id)).limit(limit))


def add_seats(session: Session, seats: Sequence[Mapping[str, Any]]) -> None:
    add_all(session, Seat, seats)


def seats(session: Session, number: int) -> list[Seat]:
    """All questions of an approval, in the order in which they were asked."""
    return rows(session, select(Seat).where(col(Seat.approval_id) == number).order_by(col(Seat.id)))


def get_seat(session: Session, seat_id: int) -> Seat:
    return one(session, select(Seat).where(col(Seat.id) == seat_id))


def open_seats_of(session: Session, person_id: int) -> list[Seat]:
    """The open questions that somebody has, in their own right or in another's place."""
    theirs = or_(col(Seat.holder_id) == person_id, col(Seat.approver_id) == person_id)
    return rows(session, select(Seat).where(theirs, col(Seat.state) == SeatState.OPEN).order_by(col(Seat.id)))


def change_seat(session: Session, seat: Seat, values: Mapping[str, Any]) -> bool:
    """Changes a question that is open still and with the same person; says whether it was."""
    same = update(Seat).where(
        col(Seat.id) == seat.id, col(Seat.state) == SeatState.OPEN, col(Seat.holder_id) == seat.holder_id
    )
    return changed(session.execute(same.values(**values))) == 1


def close_seats(session: Session, number: int, state: SeatState) -> None:
    """Ends all open questions of an approval."""
    open_ones = update(Seat).where(col(Seat.approval_id) == number, col(Seat.state) == SeatState.OPEN)
    session.execute(open_ones.values(state=state, next_at=None))


def void_spared(session: Session, number: int, edition: int, step: int) -> None:
    """Those of a step whose answer was not needed are asked anew: their old seats are gone."""
    theirs = update(Seat).where(
        col(Seat.approval_id) == number,
        col(Seat.edition) == edition,
        col(Seat.step) == step,
        col(Seat.state) == SeatState.SPARED,
    )
    session.execute(theirs.values(state=SeatState.VOID, next_at=None))


def void_given(session: Session, number: int) -> None:
    """What was agreed to is another thing now."""
    given = update(Seat).where(col(Seat.approval_id) == number, col(Seat.state) == SeatState.APPROVED)
    session.execute(given.values(state=SeatState.VOID))


def due_seats(session: Session, now: datetime, limit: int = BATCH) -> list[Seat]:
    ripe = select(Seat).where(col(Seat.next_at) <= now).order_by(col(Seat.next_at))
    return rows(session, ripe.limit(limit))


def put_off(session: Session, seat: Seat, at: datetime) -> None:
    session.execute(update(Seat).where(col(Seat.id) == seat.id).values(next_at=at))


def routes(session: Session) -> list[Route]:
    def load() -> list[Route]:
        return rows(session, select(Route).order_by(col(Route.type), col(Route.id)))

    return kept(session, ("routes",), load)


def save_route(session: Session, type_key: str, department_id: int | None, steps: list[dict[str, Any]]) -> None:
    """One route for a type and department; no steps take it away."""
    forget_kept(session)
    same_department = (
        col(Route.department_id).is_(None) if department_id is None else col(Route.department_id) == department_id
    )
    session.execute(delete(Route).where(col(Route.type) == type_key, same_department))
    if steps:
        add_all(session, Route, [{"type": type_key, "department_id": department_id, "steps": steps}])


def groups(session: Session) -> list[UserGroup]:
    def load() -> list[UserGroup]:
        return rows(session, select(UserGroup).order_by(col(UserGroup.handle)))

    return kept(session, ("user groups",), load)


def find_group(session: Session, name: str) -> UserGroup | None:
    """A user group by its Slack id or @handle."""
    bare = name.removeprefix("@").lower()
    return next((one for one in groups(session) if one.id == name or one.handle.lower() == bare), None)


def save_groups(session: Session, found: Iterable[Mapping[str, Any]]) -> None:
    """The user groups as Slack tells of them now; those that are gone have no members."""
    forget_kept(session)
    known = {one["id"]: one for one in found}
    for values in known.values():
        upsert(session, UserGroup, values, by=("id",))
    session.execute(update(UserGroup).where(col(UserGroup.id).not_in(list(known))).values(members=[]))


def agreed_by(session: Session, approval: Approval) -> set[int]:
    """Everybody who has agreed to this edition, and those in whose place it was done."""
    given = [one for one in seats(session, approval.id or 0) if one.state is SeatState.APPROVED]
    return {one for seat in given for one in (seat.decided_by_id, seat.approver_id) if one is not None}


def open_seats(session: Session, approval: Approval) -> list[Seat]:
    return [one for one in seats(session, approval.id or 0) if one.state is SeatState.OPEN]
