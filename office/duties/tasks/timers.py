"""What happens to tasks by themselves: their people are reminded."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.one_by_one import one_by_one
from office.rules.repetition import wall
from office.rules.snooze import MORNING
from storage import absences, people, tasks
from storage.tables import Person
from storage.time_tables import Absence, TaskOwner
from storage.words import Holding, TaskState

# What is later than this and has a day stands in the next digest, as overdue.
TOO_LATE = timedelta(hours=24)
PUT_OFF = timedelta(minutes=10)


def remind_of_tasks(session: Session) -> int:
    """Reminds whoever has a task that is open still; whoever is away is reminded when they are back."""
    due = tasks.due_pings(session, clock.now())
    one_by_one(
        session,
        due,
        lambda owner: _remind(session, owner),
        lambda owner: tasks.put_off_ping(session, owner, clock.now() + PUT_OFF),
    )
    return len(due)


def _remind(session: Session, owner: TaskOwner) -> None:
    if not tasks.claim_ping(session, owner) or owner.remind_at is None:
        return
    task = tasks.get(session, owner.task_id)
    if task.state is not TaskState.OPEN or owner.holding is not Holding.HOLDS:
        return
    now = clock.now()
    away = absences.current(session, owner.person_id, now)
    if away is not None:
        person = people.get(session, owner.person_id)
        tasks.set_ping(session, owner.task_id, owner.person_id, _back(person, away), owner.snoozed)
    elif task.due_on is None or now - owner.remind_at < TOO_LATE:
        notices.tell_in_time(session, "tasks.due", "task", owner.task_id, owner.person_id, 0, owner.remind_at)


def _back(person: Person, away: Absence) -> datetime:
    """The morning of the day on which somebody is back, or the moment, when that is later."""
    local = away.ends_at.astimezone(ZoneInfo(person.zone))
    return max(away.ends_at, wall(local.date(), MORNING, person.zone))
