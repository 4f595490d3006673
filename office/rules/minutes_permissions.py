"""Who may do what with minutes: one table, denying whatever it does not name."""

from collections.abc import Collection, Set
from dataclasses import dataclass

from storage.words import MinutesAct, MinutesRelation, MinutesState, Standing

R = MinutesRelation
_LEADS = frozenset({R.CHAIR, R.STAND_IN})
_KEEPS = _LEADS | {R.TAKER}
_THERE = _KEEPS | {R.ATTENDEE}

ALLOWED: dict[MinutesAct, frozenset[MinutesRelation]] = {
    MinutesAct.SEE: _THERE | {R.READER},
    MinutesAct.WRITE: _THERE | {R.READER},
    MinutesAct.VOTE: _THERE | {R.READER},
    MinutesAct.FINISH: _KEEPS,
    MinutesAct.DROP: _KEEPS,
    MinutesAct.CONFIRM: frozenset({R.ATTENDEE}),
    MinutesAct.PROPOSE: _THERE,
    MinutesAct.DECIDE: _LEADS,
    MinutesAct.LOCK: _LEADS,
}

# In which states an act is possible at all.
POSSIBLE: dict[MinutesAct, frozenset[MinutesState]] = {
    MinutesAct.SEE: frozenset(MinutesState) - {MinutesState.DROPPED},
    MinutesAct.WRITE: frozenset({MinutesState.TAKING}),
    MinutesAct.VOTE: frozenset({MinutesState.TAKING}),
    MinutesAct.FINISH: frozenset({MinutesState.TAKING}),
    MinutesAct.DROP: frozenset({MinutesState.TAKING}),
    MinutesAct.CONFIRM: frozenset({MinutesState.SENT}),
    MinutesAct.PROPOSE: frozenset({MinutesState.SENT, MinutesState.CONFIRMED}),
    MinutesAct.DECIDE: frozenset({MinutesState.SENT, MinutesState.CONFIRMED}),
    MinutesAct.LOCK: frozenset({MinutesState.CONFIRMED}),
}


@dataclass(frozen=True)
class MinutesParties:
    """Who has to do with some minutes, by person id."""

    chair_id: int
    stand_ins: Set[int]
    taker_id: int
    attendees: Set[int]
    readers: Set[int]


def relations(person_id: int, standing: Standing, parties: MinutesParties) -> frozenset[MinutesRelation]:
    """What somebody is to minutes; nothing for those who have left or belong to another company."""
    if standing in (Standing.DEACTIVATED, Standing.EXTERNAL):
        return frozenset()
    is_ = {
        R.CHAIR: person_id == parties.chair_id,
        R.STAND_IN: standing == Standing.MEMBER and person_id in parties.stand_ins,
        R.TAKER: person_id == parties.taker_id,
        R.ATTENDEE: person_id in parties.attendees,
        R.READER: person_id in parties.readers,
    }
    return frozenset(relation for relation, so in is_.items() if so)


def may(act: MinutesAct, are: Collection[MinutesRelation]) -> bool:
    return bool(ALLOWED[act] & frozenset(are))


def may_read(person_id: int | None, readers: Collection[int]) -> bool:
    """Whether somebody sees an item: everybody does, unless its readers are named."""
    return not readers or person_id in readers
