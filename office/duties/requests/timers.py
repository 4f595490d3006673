"""What happens to requests by themselves: clocks that ring, and solved ones that close."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.requests.access import REOPEN_DAYS, too_old_to_reopen
from office.duties.requests.change import change
from storage import offices, request_clocks, requests
from storage.tables import Request, RequestClock
from storage.words import Act, ClockKind, ClockStep, RequestState

# A warning for something long over helps nobody; the breach that follows says it.
_KINDS = {
    (ClockKind.ANSWER, ClockStep.WARN): "requests.answer_soon",
    (ClockKind.ANSWER, ClockStep.BREACH): "requests.answer_late",
    (ClockKind.SOLVE, ClockStep.WARN): "requests.solve_soon",
    (ClockKind.SOLVE, ClockStep.BREACH): "requests.solve_late",
}


def ring_clocks(session: Session) -> int:
    """Warns the owner at 75 % and the desk's lead at 100 % of the working time promised, each once."""
    now = clock.now()
    due = request_clocks.due(session, now)
    for one in due:
        request = requests.get(session, one.request_id)
        step, next_at = _still_to_come(one)
        if one.next_at is not None and request_clocks.change(session, one, {"step": step, "next_at": next_at}):
            _warn(session, request, one, _last_passed(one, step))
    return len(due)


def close_old(session: Session) -> int:
    """Closes what was solved and not reopened within the working days for that."""
    old = requests.solved_before(session, clock.now() - timedelta(days=REOPEN_DAYS))
    ripe = [one for one in old if too_old_to_reopen(session, one)]
    for request in ripe:
        change(session, None, request, Act.CLOSE, {"state": RequestState.CLOSED})
    return len(ripe)


def _still_to_come(one: RequestClock) -> tuple[ClockStep, datetime | None]:
    """The step that is still to come, and when; after downtime both may have passed."""
    if one.step is ClockStep.WARN and one.due_at is not None and one.due_at > clock.now():
        return ClockStep.BREACH, one.due_at
    return ClockStep.NONE, None


def _last_passed(one: RequestClock, following: ClockStep) -> ClockStep:
    return ClockStep.WARN if following is ClockStep.BREACH else ClockStep.BREACH


def _warn(session: Session, request: Request, one: RequestClock, step: ClockStep) -> None:
    assert request.id is not None and one.id is not None
    desk = offices.get_desk(session, request.desk_id)
    owner_first = [request.owner_id] if request.owner_id else notices.desk_people(session, desk)
    moment = one.next_at if step is one.step else one.due_at
    for reader in owner_first if step is ClockStep.WARN else notices.lead_of(session, desk):
        if moment is not None:
            notices.tell_in_time(session, _KINDS[one.kind, step], "request", request.id, reader, one.id, moment)
    notices.redraw(session, "request", request.id, [request.owner_id, desk.lead_id])
