"""The one way to a task, and the one place where it changes: version, history, cards."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import digest_cards, notices
from office.duties.changes import Overtaken, plain
from office.errors import Refusal
from office.rules import task_permissions as rule
from office.rules.task_permissions import TaskParties
from storage import history, people, tasks
from storage.tables import Person
from storage.time_tables import Task, TaskOwner
from storage.words import Holding, TaskAct, TaskRelation, TaskState

Owners = Iterable[Mapping[str, Any]]


def look(session: Session, actor: Person, number: int, act: TaskAct = TaskAct.SEE) -> Task:
    """A task that somebody may do this with, in a state in which it can be done."""
    task = tasks.find(session, number)
    if task is None or task.state is TaskState.DELETED or not is_allowed(session, actor, task, TaskAct.SEE):
        raise Refusal("There is no task T{number} that you can see. /task list shows yours.", number=number)
    if not is_allowed(session, actor, task, act):
        raise Refusal(
            "You can see T{number}, but this is for others to do: {who}.",
            number=number,
            who=_who_may(session, task, act),
        )
    if task.state not in rule.POSSIBLE[act]:
        raise Refusal(
            "T{number} is {state}: {who}, {when}. /task {number} shows it.",
            number=number,
            state=task.state,
            **last_change(session, task),
        )
    return task


def is_allowed(session: Session, actor: Person, task: Task, act: TaskAct) -> bool:
    assert actor.id is not None
    return rule.may(act, rule.relations(actor.id, actor.standing, parties_of(session, task)))


def parties_of(session: Session, task: Task) -> TaskParties:
    assert task.id is not None
    rows = tasks.owners(session, task.id)
    owners = people.by_ids(session, [one.person_id for one in rows])
    return TaskParties(
        giver_id=task.giver_id,
        # Whoever has done their part is an owner still: they may open it again.
        owners={one.person_id for one in rows if one.holding is not Holding.OFFERED},
        offered={one.person_id for one in rows if one.holding is Holding.OFFERED},
        managers={one.manager_id for one in owners.values() if one.manager_id is not None},
    )


def change(
    session: Session,
    actor: Person | None,
    task: Task,
    act: TaskAct,
    values: Mapping[str, Any],
    owners: Owners | None = None,
    why: str = "",
    undoes_id: int | None = None,
) -> Task:
    """Changes a task as it was read, with its history and everything that follows; returns how it stands."""
    assert task.id is not None
    were = tasks.owners(session, task.id)
    before = {name: plain(getattr(task, name)) for name in values}
    if not tasks.change(session, task, values):
        raise Overtaken
    if owners is not None:
        tasks.set_owners(session, task.id, owners)
    changed = tasks.get(session, task.id)
    now_are = tasks.owners(session, task.id)
    after = {name: plain(getattr(changed, name)) for name in values} | {"version": changed.version}
    if owners is not None:
        before["owners"], after["owners"] = written(were), written(now_are)
    actor_id = actor.id if actor else None
    history.record(
        session, clock.now(), actor_id, act.value, "task", task.id, before, after, why, undoes_id=undoes_id
    )  # fmt: skip
    show(session, changed, {one.person_id for one in [*were, *now_are]})
    return changed


def show(session: Session, task: Task, owners: Iterable[int]) -> None:
    """Redraws the cards of a task, and the digests and home tabs of those it concerns."""
    assert task.id is not None
    concerned = {task.giver_id, *owners}
    notices.redraw(session, "task", task.id, concerned)
    digest_cards.redraw(session, concerned)


def written(rows: Iterable[TaskOwner]) -> list[dict[str, Any]]:
    """Owners as history holds them."""
    return [
        {
            "person_id": one.person_id,
            "holding": one.holding.value,
            "from_id": one.from_id,
            "remind_at": plain(one.remind_at),
            "snoozed": one.snoozed,
        }
        for one in rows
    ]


def revived_owners(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Owners as history holds them -> as they are stored."""
    return [
        {
            **row,
            "holding": Holding(row["holding"]),
            "remind_at": datetime.fromisoformat(row["remind_at"]) if row["remind_at"] else None,
        }
        for row in rows
    ]


def last_change(session: Session, task: Task) -> dict[str, object]:
    """Who changed a task last, and when."""
    newest = history.of(session, "task", task.id or 0, limit=1)
    if not newest:
        return {"who": "Deskhand", "when": task.created_at}
    actor = people.find(session, newest[0].actor_id)
    return {"who": actor.known_as if actor else "Deskhand", "when": newest[0].at}


def _who_may(session: Session, task: Task, act: TaskAct) -> list[str]:
    parties = parties_of(session, task)
    giver = TaskRelation.GIVER in rule.ALLOWED[act]
    ids = {task.giver_id} if giver else parties.offered if act is TaskAct.ACCEPT else parties.owners
    return [person.known_as for person in people.by_ids(session, sorted(ids)).values()] or ["–"]
