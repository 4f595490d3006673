"""Taking back one's own last act, while it is fresh and nobody has built on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.catalogue import Catalogue
from office.duties import absences, notices, reminders
from office.duties.changes import Overtaken
from office.duties.meetings import cancelling
from office.duties.minutes import taking
from office.duties.requests import gate
from office.duties.requests.access import look
from office.duties.requests.change import change, rebudget, revived
from office.duties.supplies import asks, corrections
from office.duties.tasks.change import change as change_task
from office.duties.tasks.change import revived_owners
from office.errors import Refusal
from storage import history, meetings
from storage import minutes as minutes_stored
from storage import reminders as reminders_stored
from storage import tasks as tasks_stored
from storage.tables import History, Person, Request
from storage.time_tables import Task
from storage.words import UNFINISHED, Act, ClockKind, Closes, ReminderState, RequestState, TaskAct, TaskState

WITHIN = timedelta(minutes=10)

# What was said to somebody cannot be unsaid: comments, notes and questions are answered by another word.
UNDOABLE: Mapping[str, frozenset[str]] = {
    "request": frozenset(
        {
            Act.LOG, Act.TAKE, Act.ASSIGN, Act.HAND_OVER, Act.HAND_BACK, Act.ACCEPT, Act.MOVE_DESK, Act.PRIORITISE,
            Act.RETYPE, Act.HOLD, Act.RESUME, Act.SOLVE, Act.CONFIRM, Act.REOPEN, Act.CANCEL, Act.EDIT,
        }
    ),
    "task": frozenset(
        {
            TaskAct.ADD, TaskAct.DONE, TaskAct.REOPEN, TaskAct.OFFER, TaskAct.ACCEPT, TaskAct.DECLINE, TaskAct.SNOOZE,
            TaskAct.EDIT, TaskAct.DELETE,
        }
    ),
    "reminder": frozenset({"remind", "done", "snooze", "move", "move_next", "skip", "end", "decline"}),
    "absence": frozenset({"away"}),
    "supply_order": frozenset({"ask"}),
    "meeting": frozenset({"book"}),
    "minutes": frozenset({"write"}),
    "item": frozenset({"take", "bring", "damage", "count"}),
}  # fmt: skip


@dataclass(frozen=True)
class Undone:
    """What was taken back: of which thing, and how that stands now."""

    subject: str
    subject_id: int
    act: str


def undo(session: Session, catalogue: Catalogue, actor: Person, only: tuple[str, int, int] | None = None) -> Undone:
    """Undoes the actor's newest act of the last ten minutes with an entry of its own; nothing is erased.

    `only`: the kind and number of a thing and the version that the act led to, when a button names one act.
    """
    assert actor.id is not None
    entry = history.last_of_actor(session, actor.id, clock.now() - WITHIN)
    if entry is None:
        raise Refusal("There is nothing of yours to undo from the last ten minutes.")
    if only is not None and (entry.subject, entry.subject_id, entry.after.get("version")) != only:
        raise Refusal("You have done something else since. /desk undo takes back your last step.")
    if entry.subject == "approval":
        raise Refusal(
            "What concerns approvals is not undone: others may be reading it. Take yours back with /approvals withdraw "
            "{number}.",
            number=entry.subject_id,
        )
    if entry.act not in UNDOABLE.get(entry.subject, frozenset()):
        raise Refusal(
            "Your last step can't be undone: others have read it or acted on it. Comment on it, or do the opposite."
        )
    _UNDO[entry.subject](session, catalogue, actor, entry)
    return Undone(entry.subject, entry.subject_id, entry.act)


def _request(session: Session, catalogue: Catalogue, actor: Person, entry: History) -> None:
    gate.lock(session, entry.subject_id)
    request = look(session, actor, entry.subject_id)
    if request.version != entry.after.get("version"):
        raise Refusal(
            "#{number} has been changed since, so undoing would lose that. /request {number} shows it.",
            number=request.id,
        )
    values = {column: revived(column, value) for column, value in entry.before.items()}
    if entry.act == Act.LOG.value:
        values = {"state": RequestState.CANCELLED}
    changed = change(session, actor, request, Act.UNDO, values, why=entry.act, undoes_id=entry.id)
    if entry.act in (Act.RETYPE, Act.PRIORITISE):
        kind = catalogue.get(changed.type)
        rebudget(session, changed, {one: kind.minutes(one, changed.priority) for one in ClockKind})
    if changed.state is RequestState.CANCELLED:
        gate.cancelled(session, actor, changed)
    elif request.state not in UNFINISHED:
        changed = gate.reopened(session, actor, changed)
    elif entry.act in (Act.EDIT, Act.RETYPE):
        changed = gate.edited(session, actor, changed, catalogue.get(changed.type), anew=entry.act == Act.RETYPE)
    _tell_of_request(session, actor, request, changed, entry)


def _tell_of_request(session: Session, actor: Person, before: Request, changed: Request, entry: History) -> None:
    readers = {before.owner_id, before.offered_to_id, before.requester_id, changed.owner_id}
    notices.tell(
        session, "requests.undone", "request", changed.id or 0, readers, detail_id=entry.id, except_for=actor.id
    )


def _task(session: Session, catalogue: Catalogue, actor: Person, entry: History) -> None:
    task = tasks_stored.get(session, entry.subject_id)
    if task.version != entry.after.get("version"):
        raise Refusal(
            "T{number} has been changed since, so undoing would lose that. /task {number} shows it.", number=task.id
        )
    before = dict(entry.before)
    owners = before.pop("owners", None)
    values: dict[str, Any] = {name: _task_value(name, value) for name, value in before.items()}
    if entry.act == TaskAct.ADD.value:
        values = {"state": TaskState.DELETED}
    were = tasks_stored.owners(session, entry.subject_id)
    change_task(
        session, actor, task, TaskAct.UNDO, values, revived_owners(owners) if owners is not None else None,
        why=entry.act, undoes_id=entry.id,
    )  # fmt: skip
    _forget_next(session, actor, task, entry)
    told = {task.giver_id, *(one.person_id for one in were)}
    notices.tell(session, "tasks.undone", "task", entry.subject_id, told, detail_id=entry.id, except_for=actor.id)


def _forget_next(session: Session, actor: Person, task: Task, entry: History) -> None:
    """A repeating task that was not done after all has no next one yet."""
    following = tasks_stored.following(session, entry.subject_id) if entry.act == TaskAct.DONE.value else None
    if following is not None and following.state is TaskState.OPEN:
        change_task(session, actor, following, TaskAct.DELETE, {"state": TaskState.DELETED}, why="undo")


def _task_value(name: str, value: Any) -> Any:
    readers: dict[str, Callable[[Any], Any]] = {
        "done_at": datetime.fromisoformat, "due_at": datetime.fromisoformat, "due_on": date.fromisoformat,
        "first_day": date.fromisoformat, "state": TaskState, "closes": Closes,
    }  # fmt: skip
    return readers[name](value) if name in readers and value is not None else value


def _reminder(session: Session, catalogue: Catalogue, actor: Person, entry: History) -> None:
    reminder = reminders.look(session, actor, entry.subject_id)
    if reminder.version != entry.after.get("version"):
        raise Refusal(
            "R{number} has come or was changed since, so it can't be undone. /desk reminders shows it.",
            number=reminder.id,
        )
    values = {name: _reminder_value(name, value) for name, value in entry.before.items()}
    if entry.act == "remind":
        values = {"state": ReminderState.ENDED, "next_at": None}
    if not reminders_stored.change(session, reminder, values):
        raise Overtaken
    if (copy := entry.after.get("copy")) is not None:
        # A repeating one that was snoozed: its second telling was a reminder of its own.
        reminders.end(session, actor, copy)
    changed = reminders_stored.get(session, entry.subject_id)
    history.record(
        session, clock.now(), actor.id, "undo", "reminder", entry.subject_id,
        after={"version": changed.version}, why=entry.act, undoes_id=entry.id,
    )  # fmt: skip
    notices.redraw(session, "reminder", entry.subject_id, [reminder.maker_id, reminder.person_id])


def _reminder_value(name: str, value: Any) -> Any:
    readers: dict[str, Callable[[Any], Any]] = {
        "next_at": datetime.fromisoformat, "due_at": datetime.fromisoformat, "settled_at": datetime.fromisoformat,
        "day": date.fromisoformat, "state": ReminderState,
    }  # fmt: skip
    return readers[name](value) if name in readers and value is not None else value


def _absence(session: Session, catalogue: Catalogue, actor: Person, entry: History) -> None:
    absences.cancel(session, actor, entry.subject_id)
    for number in entry.after.get("merged", ()):
        absences.revive(session, actor, number)
    history.record(
        session, clock.now(), actor.id, "undo", "absence", entry.subject_id, why=entry.act, undoes_id=entry.id
    )  # fmt: skip


def _supplies(session: Session, catalogue: Catalogue, actor: Person, entry: History) -> None:
    """What was asked for is cancelled, what was booked in stock has its counter-entries."""
    if entry.subject == "supply_order":
        asks.cancel(session, actor, entry.subject_id)
    for move in entry.after.get("moves", ()):
        corrections.correct(session, actor, move, "undo")
    history.record(
        session, clock.now(), actor.id, "undo", entry.subject, entry.subject_id, why=entry.act, undoes_id=entry.id
    )  # fmt: skip


def _meeting(session: Session, catalogue: Catalogue, actor: Person, entry: History) -> None:
    """A meeting that was booked is cancelled; everybody who was invited is told."""
    if meetings.get(session, entry.subject_id).version != entry.after.get("version"):
        raise Refusal(
            "M{number} has been changed since, so undoing would lose that. /meeting M{number} shows it.",
            number=entry.subject_id,
        )
    cancelling.cancel(session, actor, entry.subject_id)
    history.record(
        session, clock.now(), actor.id, "undo", "meeting", entry.subject_id, why=entry.act, undoes_id=entry.id
    )  # fmt: skip


def _minutes(session: Session, catalogue: Catalogue, actor: Person, entry: History) -> None:
    """What was written down is struck out, as long as the minutes are being taken."""
    them = [minutes_stored.get_entry(session, number) for number in entry.after.get("entries", ())]
    if any(one.version != 1 and not one.struck for one in them):
        raise Refusal("It was changed since, so undoing would lose that. Open the minutes and strike it out there.")
    for number in (one.id or 0 for one in them if not one.struck):
        taking.strike(session, actor, entry.subject_id, number)
    history.record(
        session, clock.now(), actor.id, "undo", "minutes", entry.subject_id, why=entry.act, undoes_id=entry.id
    )  # fmt: skip


_UNDO: Mapping[str, Callable[[Session, Catalogue, Person, History], None]] = {
    "request": _request,
    "task": _task,
    "reminder": _reminder,
    "absence": _absence,
    "supply_order": _supplies,
    "item": _supplies,
    "meeting": _meeting,
    "minutes": _minutes,
}
