"""A request that waits for an approval: held, let go, or ended by it."""

from sqlalchemy.orm import Session

from office.duties import notices
from office.duties.requests.change import change, follow_clocks
from office.errors import Refusal
from office.rules.request_states import settled
from storage import offices, requests
from storage.money_tables import Approval
from storage.tables import Person, Request
from storage.words import UNFINISHED, Act, RequestState


def hold_new(session: Session, request: Request, approval_id: int) -> Request:
    """A request that has just been logged begins by waiting; to whoever asked this is one step, to be undone as one."""
    assert request.id is not None
    requests.await_approval(session, request.id, approval_id)
    held = requests.get(session, request.id)
    follow_clocks(session, held)
    return held


def hold(session: Session, actor: Person | None, request: Request, approval_id: int) -> Request:
    """Nothing more may be done with a request until it is approved."""
    values = {"state": RequestState.ON_HOLD, "awaits_id": approval_id}
    return change(session, actor, request, Act.AWAIT, values)


def approved(session: Session, actor: Person | None, approval: Approval) -> None:
    """Approved, or no approval is needed any more: the desk may begin, or go on."""
    request = requests.get(session, approval.request_id or 0)
    if request.awaits_id is None or request.state not in UNFINISHED:
        return
    state = settled(RequestState.IN_PROGRESS, owned=request.owner_id is not None)
    # Not a step of whoever decided: they can't take back what follows from their word.
    changed = change(session, None, request, Act.ALLOW, {"state": state, "awaits_id": None})
    # Where the desk has heard nothing of it until now, it does.
    notices.post_card_once(
        session, "requests.card", "request", changed.id or 0, offices.get_desk(session, changed.desk_id)
    )


def refused(session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
    """Not approved: it is not done. It waits still, so that opening it again asks again."""
    request = requests.get(session, approval.request_id or 0)
    if request.state in UNFINISHED:
        ended = {"state": RequestState.CANCELLED, "offered_to_id": None, "awaits_id": approval.id}
        change(session, None, request, Act.CANCEL, ended, why=f"A{approval.id}: {why}" if why else f"A{approval.id}")


def refuse_done(session: Session, approval: Approval) -> None:
    """The request has been solved: what was approved has happened."""
    request = requests.get(session, approval.request_id or 0)
    if request.state in (RequestState.SOLVED, RequestState.CLOSED):
        raise Refusal("#{number} has been done already; it can't be taken back any more.", number=request.id)
