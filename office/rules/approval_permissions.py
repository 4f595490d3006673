"""Who may do what with an approval, in which state: one table, denying whatever it does not name.

Being asked is what lets somebody decide, and nothing else does: no role, and least of all running the office. Whoever
asked, whoever it is for, whoever changed it last, and those who stand in for them never decide, asked or not.
"""

from collections.abc import Collection, Set
from dataclasses import dataclass

from storage.words import ApprovalAct, ApprovalRelation, ApprovalState, Standing

A, R, S = ApprovalAct, ApprovalRelation, ApprovalState

DECISIONS = frozenset({A.APPROVE, A.REJECT, A.CHANGES})
# Who else may decide is as little theirs to say.
_NOT_THEIRS = DECISIONS | {A.REASSIGN}
BARRED = frozenset({R.REQUESTER, R.BENEFICIARY, R.EDITOR, R.STAND_IN})
_INSIDE = frozenset({R.REQUESTER, R.BENEFICIARY, R.ASKED, R.DECIDED, R.ADMIN, R.FINANCE, R.PAYER, R.BUDGET_OWNER})

# act -> who may, and in which states.
ALLOWED: dict[ApprovalAct, tuple[frozenset[ApprovalRelation], frozenset[ApprovalState]]] = {
    A.SEE: (_INSIDE, frozenset(S)),
    A.APPROVE: (frozenset({R.ASKED}), frozenset({S.WAITING})),
    A.REJECT: (frozenset({R.ASKED}), frozenset({S.WAITING})),
    A.CHANGES: (frozenset({R.ASKED}), frozenset({S.WAITING})),
    # An administrator gets it out of the wrong hands, with a reason, but does not decide.
    A.REASSIGN: (frozenset({R.ASKED, R.ADMIN}), frozenset({S.WAITING})),
    A.SNOOZE: (frozenset({R.ASKED}), frozenset({S.WAITING})),
    A.WITHDRAW: (frozenset({R.REQUESTER}), frozenset({S.WAITING, S.CHANGES, S.APPROVED})),
    A.EDIT: (frozenset({R.REQUESTER}), frozenset({S.WAITING, S.CHANGES, S.APPROVED})),
    A.REOPEN: (frozenset({R.REQUESTER}), frozenset({S.REJECTED, S.WITHDRAWN, S.EXPIRED})),
    A.PAY: (frozenset({R.PAYER}), frozenset({S.APPROVED})),
    A.UNPAY: (frozenset({R.PAYER}), frozenset({S.APPROVED})),
}


@dataclass(frozen=True)
class ApprovalParties:
    """Who has to do with one approval, by person id."""

    requester_id: int
    beneficiary_id: int | None
    editor_id: int | None
    stand_ins: Set[int]
    asked: Set[int]
    decided: Set[int]
    budget_owners: Set[int]
    payers: Set[int] = frozenset()


def relations(
    person_id: int, standing: Standing, admin: bool, finance: bool, parties: ApprovalParties
) -> frozenset[ApprovalRelation]:
    """What somebody is to an approval; nothing for those who have left or belong to another company."""
    if standing in (Standing.DEACTIVATED, Standing.EXTERNAL):
        return frozenset()
    member = standing is Standing.MEMBER
    is_ = {
        R.REQUESTER: person_id == parties.requester_id,
        R.BENEFICIARY: person_id == parties.beneficiary_id,
        R.EDITOR: person_id == parties.editor_id,
        R.STAND_IN: person_id in parties.stand_ins,
        R.ASKED: member and person_id in parties.asked,
        R.DECIDED: member and person_id in parties.decided,
        R.ADMIN: member and admin,
        R.FINANCE: member and finance,
        R.PAYER: member and person_id in parties.payers,
        R.BUDGET_OWNER: member and person_id in parties.budget_owners,
    }
    return frozenset(relation for relation, so in is_.items() if so)


def may(act: ApprovalAct, are: Collection[ApprovalRelation], state: ApprovalState) -> bool:
    """Whether somebody who stands in these relations to an approval may do this with it now."""
    who, states = ALLOWED[act]
    if state not in states or (act in _NOT_THEIRS and BARRED & frozenset(are)):
        return False
    return bool(who & frozenset(are))


def may_ever(act: ApprovalAct, are: Collection[ApprovalRelation]) -> bool:
    """Whether they might in another state: then they are told how it stands, and else whose it is."""
    return any(may(act, are, state) for state in S)
