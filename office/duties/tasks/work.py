"""Doing tasks: done, opened again, put off, deleted."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.calendars import calendar_of
from office.duties import notices
from office.duties.tasks.change import change, look, revived_owners, written
from office.duties.tasks.give import Due, add, next_of
from office.errors import Refusal
from office.rules.repetition import OnHolidays, Repetition, days_from, taken
from office.rules.working_time import Calendar
from storage import offices, people, tasks
from storage.tables import Person
from storage.time_tables import Task
from storage.words import Closes, Holding, TaskAct, TaskState


def done(session: Session, actor: Person, number: int) -> Task:
    """The actor's part is done; with the last part, or where one is enough, the task is. One that repeats goes on."""
    task = look(session, actor, number, TaskAct.DONE)
    rows = tasks.owners(session, number)
    owners = [
        one for one in written(rows) if one["holding"] != Holding.OFFERED.value
    ]  # an offer ends with what was offered
    mine = next((one for one in owners if one["person_id"] == actor.id), None)
    if mine is not None and mine["holding"] == Holding.DONE.value and task.giver_id != actor.id:
        raise Refusal("You have done your part of T{number} already. The others have not yet.", number=number)
    everybody = mine is None or task.closes is Closes.ANY or (task.giver_id == actor.id and mine["holding"] == "done")
    for one in owners:
        if everybody or one is mine:
            one |= {"holding": Holding.DONE.value, "remind_at": None, "snoozed": False}
    finished = all(one["holding"] == Holding.DONE.value for one in owners)
    values = {"state": TaskState.DONE, "done_at": clock.now(), "done_by_id": actor.id} if finished else {}
    changed = change(session, actor, task, TaskAct.DONE, values, revived_owners(owners))
    # Whoever had a part that somebody else closed hears of it too.
    closed = (one.person_id for one in rows if finished and everybody)
    others = {task.giver_id, *closed}
    notices.tell(session, "tasks.done", "task", number, others, detail_id=actor.id, except_for=actor.id)
    if finished and task.rule:
        _make_next(session, changed)
    return changed


def reopen(session: Session, actor: Person, number: int) -> Task:
    """It was not done after all."""
    task = look(session, actor, number, TaskAct.REOPEN)
    owners = [{**one, "holding": Holding.HOLDS.value} for one in written(tasks.owners(session, number))]
    values = {"state": TaskState.OPEN, "done_at": None, "done_by_id": None}
    changed = change(session, actor, task, TaskAct.REOPEN, values, revived_owners(owners))
    told = {task.giver_id, *(one["person_id"] for one in owners)}
    notices.tell(session, "tasks.reopened", "task", number, told, detail_id=actor.id, except_for=actor.id)
    return changed


def snooze(session: Session, actor: Person, number: int, until: datetime) -> Task:
    """Reminds the actor at another time; the deadline stays where it is."""
    task = look(session, actor, number, TaskAct.SNOOZE)
    if until <= clock.now():
        raise Refusal("This time is over. Choose a later one.")
    owners = written(tasks.owners(session, number))
    for one in owners:
        if one["person_id"] == actor.id:
            one |= {"remind_at": until.isoformat(), "snoozed": True}
    return change(session, actor, task, TaskAct.SNOOZE, {}, revived_owners(owners))


def delete(session: Session, actor: Person, number: int, why: str = "") -> Task:
    """Takes a task away; whoever had it hears of it. Its history stays."""
    task = look(session, actor, number, TaskAct.DELETE)
    rows = tasks.owners(session, number)
    quiet = [{**one, "remind_at": None} for one in written(rows)]
    changed = change(session, actor, task, TaskAct.DELETE, {"state": TaskState.DELETED}, revived_owners(quiet), why=why)
    told = [one.person_id for one in rows]
    notices.tell(session, "tasks.deleted", "task", number, told, detail_id=actor.id, except_for=actor.id)
    return changed


def _make_next(session: Session, task: Task) -> None:
    """The next one of a task that repeats: the first day of its rule after both this one's and today."""
    following = tasks.following(session, task.id or 0)
    if following is not None and following.state is not TaskState.DELETED:
        return  # done, opened again, and done: the next one is there
    assert task.rule is not None and task.first_day is not None and task.due_on is not None
    giver = people.get(session, task.giver_id)
    first_owner = next(iter(tasks.owners(session, task.id or 0)), None)
    owner = people.find(session, first_owner.person_id) if first_owner else giver
    place = offices.find_place(session, owner.place_id if owner else None) or offices.first_place(session)
    calendar = calendar_of(place)
    today = calendar.local(clock.now()).date()
    at = time.fromisoformat(task.clock) if task.clock else None
    repetition = Repetition(task.rule, task.first_day, at or time(), task.zone, OnHolidays(task.on_holidays))
    day = _next_day(repetition, max(task.due_on, today), calendar)
    if day is None:
        return
    # The rule goes on counting from its first day: "every other week" must not begin anew.
    due = Due(day, at, task.zone, task.rule, OnHolidays(task.on_holidays), first=task.first_day)
    add(session, giver, next_of(session, task, due), follows_id=task.id)


def _next_day(repetition: Repetition, after: date, calendar: Calendar) -> date | None:
    for day in days_from(repetition.rule, repetition.first, after + timedelta(days=1)):
        shown = taken(repetition, day, calendar)
        if shown is not None and shown > after:
            return shown
    return None
