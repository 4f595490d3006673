"""Who may do what with a meeting: one table, denying whatever it does not name."""

from collections.abc import Collection, Set
from dataclasses import dataclass

from storage.words import MeetingAct, MeetingRelation, Standing

R = MeetingRelation
_LEADS = frozenset({R.ORGANISER, R.STAND_IN})
_TAKES_PART = _LEADS | {R.INVITED}

ALLOWED: dict[MeetingAct, frozenset[MeetingRelation]] = {
    MeetingAct.SEE: _TAKES_PART | {R.COLLEAGUE, R.OFFICE_MANAGER},
    MeetingAct.ANSWER: frozenset({R.INVITED}),
    MeetingAct.PROPOSE: frozenset({R.INVITED}),
    MeetingAct.PREPARE: _TAKES_PART,
    MeetingAct.INVITE: _LEADS,
    MeetingAct.MOVE: _LEADS | {R.OFFICE_MANAGER},
    MeetingAct.CANCEL: _LEADS | {R.OFFICE_MANAGER},
    MeetingAct.CHANGE: _LEADS,
    MeetingAct.CHECK_IN: _TAKES_PART,
    MeetingAct.SEE_OUR_SIDE: frozenset({R.OUR_SIDE}),
}


@dataclass(frozen=True)
class MeetingParties:
    """Who has to do with one meeting, by person id."""

    organiser_id: int
    stand_ins: Set[int]
    invited: Set[int]
    our_side: Set[int]
    private: bool


def relations(person_id: int, standing: Standing, manages: bool, parties: MeetingParties) -> frozenset[MeetingRelation]:
    """What somebody is to a meeting; nothing for those who have left or belong to another company."""
    if standing in (Standing.DEACTIVATED, Standing.EXTERNAL):
        return frozenset()
    member = standing == Standing.MEMBER
    takes_part = person_id == parties.organiser_id or person_id in parties.invited
    is_ = {
        R.ORGANISER: person_id == parties.organiser_id,
        R.STAND_IN: member and person_id in parties.stand_ins,
        R.INVITED: person_id in parties.invited,
        # Whoever is not in the meeting any more sees no more of what our side wants.
        R.OUR_SIDE: takes_part and (person_id == parties.organiser_id or person_id in parties.our_side),
        R.OFFICE_MANAGER: member and manages and not parties.private,
        R.COLLEAGUE: member and not parties.private,
    }
    return frozenset(relation for relation, so in is_.items() if so)


def may(act: MeetingAct, are: Collection[MeetingRelation]) -> bool:
    return bool(ALLOWED[act] & frozenset(are))
