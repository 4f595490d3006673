"""Who may do what with a request: one table, denying whatever it does not name.

What somebody *is* to a request comes from `relations`; a payload never says it. Administrators have no relation of
their own: running the office gives no sight of what people ask for.
"""

from collections.abc import Collection, Set
from dataclasses import dataclass

from office.rules import guests
from office.rules.guests import Deed
from storage.words import Act, Relation, Standing, Visibility

R = Relation
_ASKERS = frozenset({R.REQUESTER, R.BENEFICIARY})
_WORKERS = frozenset({R.OWNER, R.DESK_MEMBER, R.DESK_LEAD, R.OFFICE_MANAGER})

ALLOWED: dict[Act, frozenset[Relation]] = {
    Act.LOG: frozenset({R.COLLEAGUE, R.GUEST}),
    # Followers see what is open to all, as everybody does; once it is not, they don't.
    Act.SEE: _ASKERS | _WORKERS | {R.OFFERED},
    Act.SEE_NOTES: _WORKERS | {R.OFFERED},
    Act.TAKE: _WORKERS,
    Act.ASSIGN: frozenset({R.DESK_MEMBER, R.DESK_LEAD, R.OFFICE_MANAGER, R.OWNER}),
    Act.HAND_OVER: _WORKERS,
    Act.MOVE_DESK: _WORKERS,
    Act.ACCEPT: frozenset({R.OFFERED}),
    Act.HAND_BACK: frozenset({R.OFFERED, R.OWNER}),
    Act.COMMENT: _ASKERS | _WORKERS | {R.OFFERED},
    Act.NOTE: _WORKERS | {R.OFFERED},
    Act.ASK: _WORKERS,
    Act.REPLY: _ASKERS,
    Act.PRIORITISE: _ASKERS | _WORKERS,
    Act.RETYPE: _ASKERS | _WORKERS,
    Act.HOLD: _WORKERS,
    Act.RESUME: _WORKERS,
    Act.SOLVE: _WORKERS,
    Act.CONFIRM: _ASKERS,
    Act.REOPEN: _ASKERS | _WORKERS,
    Act.CANCEL: _ASKERS | {R.DESK_LEAD},
    Act.EDIT: _ASKERS,
    Act.FOLLOW: frozenset({R.COLLEAGUE}),
    # Done by the office itself, never by a person.
    Act.CLOSE: frozenset(),
    Act.AWAIT: frozenset(),
    Act.ALLOW: frozenset(),
    # Whoever did it; office.duties.undo checks that.
    Act.UNDO: frozenset(),
}

# What somebody outside the desk and outside the request may do with one that is open to all.
OPEN_TO_ALL = frozenset({Act.SEE, Act.FOLLOW})


@dataclass(frozen=True)
class Parties:
    """Who has to do with one request, by person id."""

    requester_id: int
    beneficiary_id: int | None
    owner_id: int | None
    offered_to_id: int | None
    lead_id: int | None
    desk_members: Set[int]
    followers: Set[int]
    visibility: Visibility


def relations(person_id: int, standing: Standing, office_manager: bool, parties: Parties) -> frozenset[Relation]:
    """What somebody is to a request; nothing for those who have left or belong to another company."""
    if standing in (Standing.DEACTIVATED, Standing.EXTERNAL):
        return frozenset()
    member = guests.may(standing, Deed.WORK_FOR_A_DESK)
    is_ = {
        R.COLLEAGUE: guests.may(standing, Deed.SEE_OTHERS),
        R.GUEST: not member and guests.may(standing, Deed.LOG_REQUESTS),
        R.REQUESTER: person_id == parties.requester_id,
        R.BENEFICIARY: person_id == parties.beneficiary_id,
        R.FOLLOWER: person_id in parties.followers,
        # A guest may ask; the work of a desk is done by members.
        R.OWNER: member and person_id == parties.owner_id,
        R.OFFERED: member and person_id == parties.offered_to_id,
        R.DESK_MEMBER: member and person_id in parties.desk_members,
        R.DESK_LEAD: member and person_id == parties.lead_id,
        R.OFFICE_MANAGER: member and office_manager and parties.visibility == Visibility.EVERYONE,
    }
    return frozenset(relation for relation, so in is_.items() if so)


def may(act: Act, are: Collection[Relation], visibility: Visibility) -> bool:
    """Whether somebody who stands in these relations to a request may do this with it."""
    if ALLOWED[act] & frozenset(are) and act is not Act.FOLLOW:
        return True
    return act in OPEN_TO_ALL and visibility == Visibility.EVERYONE and R.COLLEAGUE in are
