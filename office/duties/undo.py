"""Taking back one's own last act, while it is fresh and nobody has built on it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from office.catalogue import Catalogue
from office.duties import notices
from office.duties.requests.access import look
from office.duties.requests.change import change, rebudget, revived
from office.errors import Refusal
from storage import history
from storage.tables import History, Person, Request
from storage.words import Act, ClockKind, RequestState

WITHIN = timedelta(minutes=10)

# What was said to somebody cannot be unsaid: comments, notes and questions are answered by another word.
UNDOABLE = frozenset(
    {
        Act.LOG, Act.TAKE, Act.ASSIGN, Act.HAND_OVER, Act.HAND_BACK, Act.ACCEPT, Act.MOVE_DESK, Act.PRIORITISE,
        Act.RETYPE, Act.HOLD, Act.RESUME, Act.SOLVE, Act.CONFIRM, Act.REOPEN, Act.CANCEL, Act.EDIT,
    }
)  # fmt: skip


def undo(session: Session, catalogue: Catalogue, actor: Person, only: tuple[int, int] | None = None) -> Request:
    """Undoes the actor's newest act of the last ten minutes with an entry of its own; nothing is erased.

    `only`: the request's number and the version that the act led to, when a button names one act.
    """
    assert actor.id is not None
    entry = history.last_of_actor(session, actor.id, clock.now() - WITHIN)
    if entry is None:
        raise Refusal("There is nothing of yours to undo from the last ten minutes.")
    if only is not None and (entry.subject_id, entry.after.get("version")) != only:
        raise Refusal("You have done something else since. /desk undo takes back your last step.")
    if entry.subject != "request" or entry.act not in UNDOABLE:
        raise Refusal("Your last act can't be undone: what was said has been read. Write another comment instead.")
    request = look(session, actor, entry.subject_id)
    if request.version != entry.after.get("version"):
        raise Refusal(
            "#{number} has been changed since, so undoing would lose that. /request {number} shows it.",
            number=request.id,
        )
    return _undo(session, catalogue, actor, request, entry)


def _undo(session: Session, catalogue: Catalogue, actor: Person, request: Request, entry: History) -> Request:
    values = {column: revived(column, value) for column, value in entry.before.items()}
    if entry.act == Act.LOG.value:
        values = {"state": RequestState.CANCELLED}
    changed = change(session, actor, request, Act.UNDO, values, why=entry.act, undoes_id=entry.id)
    if entry.act in (Act.RETYPE, Act.PRIORITISE):
        kind = catalogue.get(changed.type)
        rebudget(session, changed, {one: kind.minutes(one, changed.priority) for one in ClockKind})
    readers = {request.owner_id, request.offered_to_id, request.requester_id, changed.owner_id}
    assert request.id is not None
    notices.tell(session, "requests.undone", "request", request.id, readers, detail_id=entry.id, except_for=actor.id)
    return changed
