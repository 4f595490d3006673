"""What people have to do: given, taken over, done."""

from office.duties.tasks.change import is_allowed, look, parties_of
from office.duties.tasks.give import Due, Job, accept, add, decline, due_of, edit, job_of, offer, pass_on
from office.duties.tasks.timers import remind_of_tasks
from office.duties.tasks.work import delete, done, reopen, snooze

__all__ = [
    "Due", "Job", "accept", "add", "decline", "delete", "done", "due_of", "edit", "is_allowed", "job_of", "look",
    "offer", "parties_of", "pass_on", "remind_of_tasks", "reopen", "snooze",
]  # fmt: skip
