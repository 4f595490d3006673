"""The one place where an approval changes: version, history, cards."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import digest_cards, notices
from office.duties.changes import Overtaken, plain
from storage import approvals, history
from storage.money_tables import Approval, Seat
from storage.tables import Person


def change(
    session: Session,
    actor: Person | None,
    approval: Approval,
    act: str,
    values: Mapping[str, Any],
    why: str = "",
    more: Mapping[str, Any] | None = None,
) -> Approval:
    """Changes an approval as it was read, with its history and everything that follows; returns how it stands.

    `more` goes into the history beside what has changed: what was seen, for whom it was decided.
    """
    assert approval.id is not None
    before = {name: plain(getattr(approval, name)) for name in values}
    if not approvals.change(session, approval, {"moved_at": clock.now(), **values}):
        raise Overtaken
    changed = approvals.get(session, approval.id)
    after = {name: plain(getattr(changed, name)) for name in values} | {"version": changed.version, **(more or {})}
    note(session, actor, approval.id, act, before, after, why, quietly=_follows(approval, act))
    show(session, changed)
    return changed


def note(
    session: Session,
    actor: Person | None,
    number: int,
    act: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    why: str = "",
    quietly: bool = False,
) -> None:
    """Writes one line of an approval's history. `quietly`: it follows from what the actor did with the request, which
    stays their last step, and can be undone."""
    actor_id = actor.id if actor else None
    if quietly:
        after = {**after, "by": actor_id}
    history.record(
        session, clock.now(), None if quietly else actor_id, act, "approval", number, before, after, why
    )  # fmt: skip


def _follows(approval: Approval, act: str) -> bool:
    return approval.request_id is not None and act in ("edit", "route", "step", "needless", "withdrawn")


def show(session: Session, approval: Approval) -> None:
    """Redraws the cards of an approval, and the digests and home tabs of those it concerns."""
    assert approval.id is not None
    seats = approvals.seats(session, approval.id)
    concerned = {approval.requester_id, approval.beneficiary_id, *_people(seats)}
    notices.redraw(session, "approval", approval.id, concerned)
    if approval.request_id is not None:
        notices.redraw(session, "request", approval.request_id, [])
    if approval.purchase_id is not None:
        notices.redraw(session, "purchase", approval.purchase_id, [])
    if approval.invoice_id is not None:
        notices.redraw(session, "invoice", approval.invoice_id, [])
    digest_cards.redraw(session, concerned)


def _people(seats: list[Seat]) -> set[int]:
    return {one for seat in seats for one in (seat.holder_id, seat.approver_id)}
