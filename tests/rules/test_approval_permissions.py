"""Every role x act x state of an approval: written by hand, so that a change of the table has to be said twice."""

import itertools

import pytest

from office.rules.approval_permissions import ALLOWED, ApprovalParties, may, relations
from storage.words import ApprovalAct as A
from storage.words import ApprovalRelation, Standing
from storage.words import ApprovalState as S

# The acts of each party in each state, by letters: s see, a approve, r reject, c ask for changes, g reassign,
# z snooze, w withdraw, e edit, o reopen, p paid, u paid wrong.
LETTERS = {
    A.SEE: "s", A.APPROVE: "a", A.REJECT: "r", A.CHANGES: "c", A.REASSIGN: "g", A.SNOOZE: "z", A.WITHDRAW: "w",
    A.EDIT: "e", A.REOPEN: "o", A.PAY: "p", A.UNPAY: "u",
}  # fmt: skip
#                                    waiting   changes approved rejected withdrawn expired
EXPECTED: dict[str, tuple[str, ...]] = {
    "requester":                    ("swe",    "swe",  "swe",   "so",    "so",     "so"),
    "beneficiary":                  ("s",      "s",    "s",     "s",     "s",      "s"),
    "last editor":                  ("",       "",     "",      "",      "",       ""),
    "asked":                        ("sarcgz", "s",    "s",     "s",     "s",      "s"),
    "asked, and requester":         ("szwe",   "swe",  "swe",   "so",    "so",     "so"),
    "asked, and beneficiary":       ("sz",     "s",    "s",     "s",     "s",      "s"),
    "asked, and last editor":       ("sz",     "s",    "s",     "s",     "s",      "s"),
    "asked, standing in":           ("sz",     "s",    "s",     "s",     "s",      "s"),
    "has decided":                  ("s",      "s",    "s",     "s",     "s",      "s"),
    "administrator":                ("sg",     "s",    "s",     "s",     "s",      "s"),
    "administrator who requests":   ("swe",    "swe",  "swe",   "so",    "so",     "so"),
    "administrator who is asked":   ("sarcgz", "s",    "s",     "s",     "s",      "s"),
    "finance":                      ("s",      "s",    "s",     "s",     "s",      "s"),
    "payer":                        ("s",      "s",    "spu",   "s",     "s",      "s"),
    "guest who pays":               ("",       "",     "",      "",      "",       ""),
    "budget owner":                 ("s",      "s",    "s",     "s",     "s",      "s"),
    "colleague":                    ("",       "",     "",      "",      "",       ""),
    "guest":                        ("",       "",     "",      "",      "",       ""),
    "guest who asked":              ("swe",    "swe",  "swe",   "so",    "so",     "so"),
    "guest who is asked":           ("",       "",     "",      "",      "",       ""),
    "guest with roles":             ("",       "",     "",      "",      "",       ""),
    "leaver who is asked":          ("",       "",     "",      "",      "",       ""),
    "external requester":           ("",       "",     "",      "",      "",       ""),
}  # fmt: skip
MEMBER, GUEST, GONE, OTHER = Standing.MEMBER, Standing.GUEST, Standing.DEACTIVATED, Standing.EXTERNAL
# person id, standing, administrator, finance
PEOPLE = {
    "requester": (1, MEMBER, False, False),
    "beneficiary": (2, MEMBER, False, False),
    "last editor": (3, MEMBER, False, False),
    "asked": (4, MEMBER, False, False),
    "asked, and requester": (11, MEMBER, False, False),
    "asked, and beneficiary": (12, MEMBER, False, False),
    "asked, and last editor": (13, MEMBER, False, False),
    "asked, standing in": (14, MEMBER, False, False),
    "has decided": (5, MEMBER, False, False),
    "administrator": (6, MEMBER, True, False),
    "administrator who requests": (1, MEMBER, True, False),
    "administrator who is asked": (4, MEMBER, True, False),
    "finance": (7, MEMBER, False, True),
    "payer": (10, MEMBER, False, True),
    "guest who pays": (10, GUEST, False, True),
    "budget owner": (8, MEMBER, False, False),
    "colleague": (9, MEMBER, False, False),
    "guest": (9, GUEST, False, False),
    "guest who asked": (1, GUEST, False, False),
    "guest who is asked": (4, GUEST, False, False),
    "guest with roles": (9, GUEST, True, True),
    "leaver who is asked": (4, GONE, True, True),
    "external requester": (1, OTHER, True, True),
}


def of(person: str) -> frozenset[ApprovalRelation]:
    number, standing, admin, finance = PEOPLE[person]
    own = {11: (11, 2, 3), 12: (1, 12, 3), 13: (1, 2, 13)}.get(number, (1, 2, 3))
    asked = {4, 11, 12, 13, 14}
    parties = ApprovalParties(*own, stand_ins={14}, asked=asked, decided={5}, budget_owners={8}, payers={10})
    return relations(number, standing, admin, finance, parties)


@pytest.mark.parametrize(("person", "act", "state"), list(itertools.product(EXPECTED, A, S)))
def test_the_table_says_who_may_do_what_when(person: str, act: A, state: S) -> None:
    expected = LETTERS[act] in EXPECTED[person][list(S).index(state)]
    assert may(act, of(person), state) == expected


def test_every_act_stands_in_the_table_and_in_this_test() -> None:
    assert set(ALLOWED) == set(A) == set(LETTERS) and set(EXPECTED) == set(PEOPLE)
