"""Every role x act x state: the table says, and nothing else does."""

import itertools

import pytest

from office.rules import request_states
from office.rules.permissions import ALLOWED, Parties, may, relations
from storage.words import UNFINISHED, Act, Relation, RequestState, Standing, Visibility

# What each party may do with a request of a desk's own, and with one that is open to all; written by hand, so that a
# change of the table has to be said twice.
ASKER = {
    Act.SEE, Act.COMMENT, Act.REPLY, Act.PRIORITISE, Act.RETYPE, Act.CONFIRM, Act.REOPEN, Act.CANCEL, Act.EDIT,
}  # fmt: skip
WORKER = {
    Act.SEE, Act.SEE_NOTES, Act.TAKE, Act.ASSIGN, Act.HAND_OVER, Act.MOVE_DESK, Act.COMMENT, Act.NOTE, Act.ASK,
    Act.PRIORITISE, Act.RETYPE, Act.HOLD, Act.RESUME, Act.SOLVE, Act.REOPEN,
}  # fmt: skip
EXPECTED: dict[tuple[str, Visibility], set[Act]] = {
    ("requester", Visibility.DESK): ASKER,
    ("beneficiary", Visibility.DESK): ASKER,
    ("owner", Visibility.DESK): WORKER | {Act.HAND_BACK},
    ("desk member", Visibility.DESK): WORKER,
    ("desk lead", Visibility.DESK): WORKER | {Act.CANCEL},
    ("offered", Visibility.DESK): {Act.SEE, Act.SEE_NOTES, Act.ACCEPT, Act.HAND_BACK, Act.COMMENT, Act.NOTE},
    ("follower", Visibility.DESK): set(),
    ("follower", Visibility.EVERYONE): {Act.SEE, Act.FOLLOW},
    ("office manager", Visibility.DESK): set(),
    ("colleague", Visibility.DESK): set(),
    ("office manager", Visibility.EVERYONE): WORKER | {Act.FOLLOW},
    ("colleague", Visibility.EVERYONE): {Act.SEE, Act.FOLLOW},
    ("guest", Visibility.EVERYONE): set(),
    ("guest", Visibility.DESK): set(),
    ("guest who asked", Visibility.DESK): ASKER,
    ("deactivated owner", Visibility.EVERYONE): set(),
    ("external requester", Visibility.EVERYONE): set(),
    ("guest in the desk", Visibility.EVERYONE): set(),
}
PEOPLE = {
    "requester": (1, Standing.MEMBER, False),
    "beneficiary": (2, Standing.MEMBER, False),
    "owner": (3, Standing.MEMBER, False),
    "desk member": (5, Standing.MEMBER, False),
    "desk lead": (6, Standing.MEMBER, False),
    "offered": (4, Standing.MEMBER, False),
    "follower": (7, Standing.MEMBER, False),
    "office manager": (8, Standing.MEMBER, True),
    "colleague": (9, Standing.MEMBER, False),
    "guest": (9, Standing.GUEST, False),
    "guest who asked": (1, Standing.GUEST, False),
    "deactivated owner": (3, Standing.DEACTIVATED, True),
    "external requester": (1, Standing.EXTERNAL, False),
    "guest in the desk": (5, Standing.GUEST, True),
}


def of(person: str, visibility: Visibility) -> frozenset[Relation]:
    number, standing, manager = PEOPLE[person]
    parties = Parties(1, 2, 3, 4, 6, {5}, {7}, visibility)
    return relations(number, standing, manager, parties)


@pytest.mark.parametrize(
    ("person", "visibility", "act"),
    [(*key, act) for key, act in itertools.product(EXPECTED, Act) if act is not Act.LOG],
)
def test_the_table_says_who_may_do_what(person: str, visibility: Visibility, act: Act) -> None:
    assert may(act, of(person, visibility), visibility) == (act in EXPECTED[person, visibility])


@pytest.mark.parametrize(("person", "allowed"), [("colleague", True), ("guest", True), ("deactivated owner", False)])
def test_everyone_here_may_ask(person: str, allowed: bool) -> None:
    assert may(Act.LOG, of(person, Visibility.DESK), Visibility.DESK) == allowed


def test_every_act_stands_in_the_table() -> None:
    assert set(ALLOWED) == set(Act)


@pytest.mark.parametrize(("act", "state"), list(itertools.product(Act, RequestState)))
def test_a_finished_request_is_only_looked_at_talked_about_or_opened(act: Act, state: RequestState) -> None:
    after = request_states.after(act, state)
    if state in UNFINISHED or after is None:
        return
    assert act in {Act.SEE, Act.SEE_NOTES, Act.COMMENT, Act.NOTE, Act.REOPEN, Act.CONFIRM, Act.CLOSE}


@pytest.mark.parametrize("state", list(RequestState))
def test_no_state_is_a_trap_but_the_end(state: RequestState) -> None:
    ways_out = {after for (_, before), after in request_states.MOVES.items() if before == state} - {state}
    assert ways_out or state is RequestState.CLOSED
