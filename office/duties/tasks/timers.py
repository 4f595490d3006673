"""What happens to tasks by themselves: their people are reminded."""

from datetime import timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from storage import absences, tasks
from storage.words import Holding, TaskState

# What is later than this stands in the next digest, as overdue.
TOO_LATE = timedelta(hours=24)


def remind_of_tasks(session: Session) -> int:
    """Reminds whoever has a task that is open still; somebody who is away finds it in their catch-up."""
    now = clock.now()
    due = tasks.due_pings(session, now)
    for owner in due:
        if not tasks.claim_ping(session, owner) or owner.remind_at is None:
            continue
        task = tasks.get(session, owner.task_id)
        wanted = task.state is TaskState.OPEN and owner.holding is Holding.HOLDS
        away = absences.current(session, owner.person_id, now) is not None
        if wanted and not away and now - owner.remind_at < TOO_LATE:
            notices.tell_in_time(session, "tasks.due", "task", owner.task_id, owner.person_id, 0, owner.remind_at)
    return len(due)
