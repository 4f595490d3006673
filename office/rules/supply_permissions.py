"""Who may do what with supplies: one table, denying whatever it does not name."""

from collections.abc import Set
from enum import StrEnum

from office.rules import guests
from office.rules.guests import Deed
from storage.words import Standing, SupplyAct

A = SupplyAct


class SupplyRelation(StrEnum):
    """What somebody is to the supplies of the office."""

    MEMBER = "member"
    GUEST = "guest"
    KEEPER = "keeper"  # of the office desk, or an office manager
    FINANCE = "finance"


R = SupplyRelation

ALLOWED: dict[SupplyAct, frozenset[SupplyRelation]] = {
    A.ASK: frozenset({R.MEMBER, R.GUEST}),
    A.KEEP: frozenset({R.KEEPER}),
    A.ENTER: frozenset({R.KEEPER, R.FINANCE}),
    A.PAY: frozenset({R.FINANCE}),
    A.SEE_MONEY: frozenset({R.KEEPER, R.FINANCE}),
}


def relations(standing: Standing, keeps: bool, pays: bool) -> frozenset[SupplyRelation]:
    """Only full members keep and pay; strangers and those who left are nothing."""
    if standing is not Standing.MEMBER and guests.may(standing, Deed.ASK_FOR_SUPPLIES):
        return frozenset({R.GUEST})
    if standing is not Standing.MEMBER:
        return frozenset()
    found = {R.MEMBER} | ({R.KEEPER} if keeps else set()) | ({R.FINANCE} if pays else set())
    return frozenset(found)


def may(act: SupplyAct, are: Set[SupplyRelation]) -> bool:
    return bool(ALLOWED[act] & are)
