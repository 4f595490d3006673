"""Which steps apply, who is asked in each, and who has a question while its approver is away."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.rules import approval_routing as rule
from office.rules.approval_routing import Asked, Matter, Step
from storage.words import SeatVia

# 1 reports to 2, 2 to 3, 3 to 4; 5 to 3; 8 and 9 to each other.
MANAGERS = {1: 2, 2: 3, 3: 4, 5: 3, 8: 9, 9: 8}


def all_but(*out: int) -> Callable[[int], bool]:
    return lambda one: one not in out


def matter(amount: str | None, department: str = "Sales", **answers: object) -> Matter:
    return Matter(Decimal(amount) if amount is not None else None, department, answers)


def names(steps: list[Step]) -> list[str]:
    return [step.who[0] for step in steps]


ROUTE = [
    Step.read({"who": "manager"}),
    Step.read({"who": "@ops", "from": 500}),
    Step.read({"who": "@cfo", "from": 5000, "department": ["Sales", "IT"]}),
    Step.read({"who": "@travel", "when": {"hotel": "yes"}, "below": 5000}),
]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (matter("499.99"), ["manager"]),
        (matter("500"), ["manager", "@ops"]),
        (matter("5000"), ["manager", "@ops", "@cfo"]),
        (matter("5000", "HR"), ["manager", "@ops"]),
        (matter("100", hotel="yes"), ["manager", "@travel"]),
        (matter("5000", hotel="yes"), ["manager", "@ops", "@cfo"]),
        (matter("100", hotel=["yes", "no"]), ["manager", "@travel"]),
        # Leaving the amount out is not the way past a limit.
        (matter(None), ["manager", "@ops", "@cfo"]),
    ],
)
def test_a_step_applies_by_amount_department_and_answers(wanted: Matter, expected: list[str]) -> None:
    assert names(rule.applying(ROUTE, wanted)) == expected


@pytest.mark.parametrize(
    ("candidates", "need", "out", "expected"),
    [
        ([2], "any", (), Asked((2,), 1, 0)),
        ([2], "any", (2,), Asked((3,), 1, 0)),  # whoever asked is the approver: the next level
        ([2], "any", (2, 3, 4), Asked((), 1, 1)),  # nobody: an administrator is told, never a yes
        ([], "any", (), Asked((), 1, 1)),
        ([2, 5], "any", (2,), Asked((5,), 1, 0)),  # one is enough, and there is one
        ([2, 5], "all", (), Asked((2, 5), 2, 0)),
        ([2, 5], "all", (2,), Asked((5, 3), 2, 0)),
        ([2, 3], "all", (2,), Asked((3, 4), 2, 0)),  # the next level is asked anyway: two are never one
        ([4, 5], "all", (4,), Asked((5,), 2, 1)),  # there is nothing above the top
        ([2, 3, 5], 2, (2,), Asked((3, 5), 2, 0)),
        ([2, 5], 2, (2,), Asked((5, 3), 2, 0)),
        ([1, 2], 3, (), Asked((1, 2), 3, 1)),  # fewer people than are needed
        ([8], "any", (8, 9), Asked((), 1, 1)),  # managers in a circle
    ],
)
def test_whoever_may_not_decide_gives_way(
    candidates: list[int], need: str | int, out: tuple[int, ...], expected: Asked
) -> None:
    assert rule.asked(candidates, need, MANAGERS.get, all_but(*out)) == expected


@given(
    st.lists(st.integers(1, 9), max_size=5),
    st.sampled_from(["any", "all", 1, 2, 3]),
    st.sets(st.integers(1, 9)),
)
def test_nobody_who_may_not_decide_is_ever_asked(candidates: list[int], need: str | int, out: set[int]) -> None:
    asked = rule.asked(candidates, need, MANAGERS.get, lambda one: one not in out)
    assert not set(asked.approvers) & out and len(set(asked.approvers)) == len(asked.approvers)
    assert asked.needed >= 1
    # Either enough are asked, or somebody is told that too few are.
    assert asked.missing > 0 or len(asked.approvers) >= asked.needed


@pytest.mark.parametrize(
    ("away", "cover", "free", "expected"),
    [
        ((), None, (), (2, SeatVia.SELF)),
        ((2,), 5, (), (5, SeatVia.COVER)),
        ((2,), None, (), (3, SeatVia.MANAGER)),
        ((2,), 5, (5,), (3, SeatVia.MANAGER)),  # the cover asked for it, or has a seat already
        ((2, 5), 5, (), (3, SeatVia.MANAGER)),
        ((2, 3), None, (), (4, SeatVia.MANAGER)),
        ((2, 3, 4), None, (), (2, SeatVia.SELF)),
    ],
)
def test_a_question_is_with_somebody_who_is_here(
    away: tuple[int, ...], cover: int | None, free: tuple[int, ...], expected: tuple[int, SeatVia]
) -> None:
    assert rule.holder(2, lambda one: one in away, cover, MANAGERS.get, all_but(*free)) == expected


@pytest.mark.parametrize(
    "written",
    [
        {"who": []},
        {"who": "the boss"},
        {"who": "role:king"},
        {"who": "manager", "need": 0},
        {"who": "manager", "need": "most"},
        {"who": "manager", "from": "much"},
        {"who": "manager", "from": -1},
        {"who": "manager", "hours": 0},
        {"who": "manager", "hours": True},
        {"who": "manager", "from": 500, "below": 100},
        {"who": "manager", "from": "1e999999"},
        {"who": "manager", "kind": "over_budget"},
        {"who": "person:7"},
        {"who": "manager", "limit": 3},
        {"who": "manager", "when": "yes"},
        "manager",
    ],
)
def test_a_step_that_is_none_says_what_was_expected(written: object) -> None:
    with pytest.raises(ValueError, match=r"who|need|from|hours|step|when"):
        Step.declared(written)


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("manager", Step(("manager",))),
        ("manager from 1000", Step(("manager",), start=Decimal(1000))),
        ("@greta, role:finance need 2 from 10000 hours 16", Step(("@greta", "role:finance"), 2, Decimal(10000), hours=16)),
        ("group:@leadership need all below 500.50 when what=laptop", Step(
            ("group:@leadership",), "all", below=Decimal("500.50"), when={"what": "laptop"})),
    ],
)  # fmt: skip
def test_a_step_is_typed_in_a_line_and_shown_as_one(line: str, step: Step) -> None:
    assert Step.typed(line) == step and step.line() == line


@pytest.mark.parametrize(
    "line", ["", "the boss", "manager need", "manager need 0", "manager from much", "manager limit 3"]
)
def test_a_line_that_is_no_step_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Step.typed(line)


def test_a_step_is_written_as_it_was_read() -> None:
    for step in ROUTE:
        assert Step.read(step.written()) == step
