"""Who may do what with a task: one table, denying whatever it does not name."""

from collections.abc import Collection, Set
from dataclasses import dataclass

from storage.words import Standing, TaskAct, TaskRelation, TaskState

R = TaskRelation

ALLOWED: dict[TaskAct, frozenset[TaskRelation]] = {
    TaskAct.ADD: frozenset(),  # needs no task: office.duties.tasks decides by standing
    TaskAct.SEE: frozenset({R.GIVER, R.OWNER, R.OFFERED, R.MANAGER}),
    TaskAct.DONE: frozenset({R.GIVER, R.OWNER}),
    TaskAct.REOPEN: frozenset({R.GIVER, R.OWNER}),
    TaskAct.OFFER: frozenset({R.GIVER, R.OWNER}),
    TaskAct.ACCEPT: frozenset({R.OFFERED}),
    TaskAct.DECLINE: frozenset({R.OFFERED, R.OWNER}),
    TaskAct.SNOOZE: frozenset({R.OWNER}),
    TaskAct.EDIT: frozenset({R.GIVER, R.OWNER}),
    TaskAct.DELETE: frozenset({R.GIVER}),
    # Whoever did it; office.duties.undo checks that.
    TaskAct.UNDO: frozenset(),
}

# In which states an act is possible at all.
POSSIBLE: dict[TaskAct, frozenset[TaskState]] = {
    TaskAct.SEE: frozenset({TaskState.OPEN, TaskState.DONE}),
    TaskAct.REOPEN: frozenset({TaskState.DONE}),
    **{
        act: frozenset({TaskState.OPEN})
        for act in (
            TaskAct.DONE,
            TaskAct.OFFER,
            TaskAct.ACCEPT,
            TaskAct.DECLINE,
            TaskAct.SNOOZE,
            TaskAct.EDIT,
            TaskAct.DELETE,
        )
    },
}


@dataclass(frozen=True)
class TaskParties:
    """Who has to do with one task, by person id."""

    giver_id: int
    owners: Set[int]
    offered: Set[int]
    managers: Set[int]


def relations(person_id: int, standing: Standing, parties: TaskParties) -> frozenset[TaskRelation]:
    """What somebody is to a task; nothing for those who have left or belong to another company."""
    if standing in (Standing.DEACTIVATED, Standing.EXTERNAL):
        return frozenset()
    is_ = {
        R.GIVER: person_id == parties.giver_id,
        R.OWNER: person_id in parties.owners,
        R.OFFERED: person_id in parties.offered,
        R.MANAGER: standing == Standing.MEMBER and person_id in parties.managers,
    }
    return frozenset(relation for relation, so in is_.items() if so)


def may(act: TaskAct, are: Collection[TaskRelation]) -> bool:
    return bool(ALLOWED[act] & frozenset(are))
