"""Who must agree, in which order: a route's steps, which of them apply, and who is asked in each."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from office.rules.guests import Deed, may
from storage.words import Role, SeatVia, Standing

OVER_BUDGET = "over_budget"
MOST = Decimal(10) ** 12
_KEYS = ("who", "need", "from", "below", "department", "when", "hours")
_TYPED = ("need", "from", "below", "hours", "when")
# What the office's own steps hold beside it: whom an asker named, and by how much a budget may be exceeded.
_INNER = ("kind", "allows")
_WHO = re.compile(r"manager|managers_manager|budget_owner|role:[a-z ]+|group:@?\S+|@\S+|[^:\s]+@\S+\.\S+")
_INNER_WHO = re.compile(r"person:\d{1,9}|budget:\d{1,9}")


@dataclass(frozen=True)
class Step:
    """One place in a route. `who`: "manager", "managers_manager", "budget_owner", "@handle", "name@company.example",
    "role:finance", "group:S0123" or "group:@handle". `need`: "any", "all", or how many of them. `start` and `below`
    bound the amount in the currency of the requester's place, `departments` and `when` say when else it applies.
    `hours`: working hours until it is escalated; None for the end of the fifth working day. `allows`: budget id ->
    minor units by which it would be exceeded, of a step that a budget's owner answers."""

    who: tuple[str, ...]
    need: str | int = "any"
    start: Decimal | None = None
    below: Decimal | None = None
    departments: tuple[str, ...] = ()
    when: Mapping[str, str] = field(default_factory=dict)
    hours: int | None = None
    kind: str = ""
    allows: Mapping[int, int] = field(default_factory=dict)

    @staticmethod
    def declared(written: object) -> "Step":
        """A step as people declare it in a file. Raises ValueError with a sentence."""
        if isinstance(written, Mapping):
            unknown = [key for key in written if key not in _KEYS]
            if unknown:
                raise ValueError(f"a step has no {unknown[0]!r}; there are {', '.join(_KEYS)}")
            inner = [one for one in _texts(written.get("who"), "who") if _INNER_WHO.fullmatch(one)]
            if inner:
                raise ValueError(f"who: {inner[0]!r} names nobody; write @handle, an e-mail address or a role")
        step = Step.read(written)
        if step.start is not None and step.below is not None and step.start >= step.below:
            raise ValueError(f"from: {step.start} is not below {step.below}")
        return step

    @staticmethod
    def read(written: object) -> "Step":
        """A step as TOML or JSON holds it. Raises ValueError with a sentence."""
        if not isinstance(written, Mapping):
            raise ValueError(f"a step is a table like {{ who = 'manager' }}, not {written!r:.40}")
        unknown = [key for key in written if key not in (*_KEYS, *_INNER)]
        if unknown:
            raise ValueError(f"a step has no {unknown[0]!r}; there are {', '.join(_KEYS)}")
        who = _texts(written.get("who"), "who")
        wrong = [one for one in who if not _WHO.fullmatch(one) and not _INNER_WHO.fullmatch(one)]
        if not who or wrong:
            raise ValueError(
                f"who: {wrong[0] if wrong else ''!r} names nobody; write manager, managers_manager, budget_owner, "
                "@handle, an e-mail address, role:finance or group:@handle"
            )
        roles = [one.partition(":")[2] for one in who if one.startswith("role:")]
        if unknown := [one for one in roles if one not in list(Role)]:
            raise ValueError(f"who: {unknown[0]!r} is not a role; there are {', '.join(Role)}")
        hours = written.get("hours")
        if hours is not None and (isinstance(hours, bool) or not isinstance(hours, int) or not 1 <= hours <= 1000):
            raise ValueError(f"hours: expected working hours from 1 to 1000, found {hours!r}")
        when = written.get("when", {})
        if not isinstance(when, Mapping):
            raise ValueError("when: expected a table like { hotel = 'yes' }")
        return Step(
            who,
            _need(written.get("need", "any")),
            _amount(written.get("from"), "from"),
            _amount(written.get("below"), "below"),
            _texts(written.get("department"), "department"),
            {str(key): str(value) for key, value in when.items()},
            hours,
            str(written.get("kind", "")),
            {int(budget_id): int(amount) for budget_id, amount in written.get("allows", {}).items()},
        )

    @staticmethod
    def typed(line: str) -> "Step":
        """A step as an administrator types it: "@greta, role:finance need 2 from 10000 hours 16 when what=laptop".
        Raises ValueError."""
        parts = [one for one in re.split(rf"\s+(?=(?:{'|'.join(_TYPED)})\s)", line.strip()) if one]
        written: dict[str, Any] = {"who": [one.strip() for one in parts[0].split(",") if one.strip()] if parts else []}
        for part in parts[1:]:
            key, _, value = part.partition(" ")
            value = value.strip()
            if key == "when":
                name, _, wanted = value.partition("=")
                written.setdefault("when", {})[name.strip()] = wanted.strip()
            else:
                written[key] = int(value) if value.isdecimal() and key in ("need", "hours") else value
        return Step.declared(written)

    def line(self) -> str:
        """The same as `typed` reads it."""
        found = [", ".join(self.who)]
        found += [f"need {self.need}"] if self.need != "any" else []
        found += [f"from {self.start}"] if self.start is not None else []
        found += [f"below {self.below}"] if self.below is not None else []
        found += [f"hours {self.hours}"] if self.hours is not None else []
        return " ".join(found + [f"when {key}={value}" for key, value in self.when.items()])

    def written(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        found: dict[str, Any] = {"who": list(self.who), "need": self.need}
        found |= {"hours": self.hours} if self.hours is not None else {}
        found |= {"from": str(self.start)} if self.start is not None else {}
        found |= {"below": str(self.below)} if self.below is not None else {}
        found |= {"department": list(self.departments)} if self.departments else {}
        found |= {"when": dict(self.when)} if self.when else {}
        found |= {"kind": self.kind} if self.kind else {}
        return found | ({"allows": {str(one): amount for one, amount in self.allows.items()}} if self.allows else {})


@dataclass(frozen=True)
class Matter:
    """What a step looks at. `amount` in the currency of the requester's place; None when nobody has said it."""

    amount: Decimal | None
    department: str
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """Who is asked in a step, and how many of them must agree. `missing` have nobody who could stand for them."""

    approvers: tuple[int, ...]
    needed: int
    missing: int


def applying(steps: Sequence[Step], matter: Matter) -> list[Step]:
    """The steps of a route that apply, in order. An amount that nobody has said counts as a large one: leaving it out
    must not be the way past a limit."""
    return [step for step in steps if _applies(step, matter)]


def asked(
    candidates: Sequence[int],
    need: str | int,
    manager_of: Callable[[int], int | None],
    may_decide: Callable[[int], bool],
) -> Asked:
    """Who of a step's people is asked. Whoever may not decide gives way to the next level, where they are needed."""
    wanted = list(dict.fromkeys(candidates))
    approvers = [one for one in wanted if may_decide(one)]
    count = len(wanted) if need == "all" else 1 if need == "any" else int(need)
    missing = 0
    for one in wanted:
        if one in approvers or len(approvers) + missing >= count:
            continue
        # Somebody who is not asked yet: two who are needed are never one.
        above = next_level(one, manager_of, lambda other: may_decide(other) and other not in approvers)
        if above is None:
            missing += 1
        else:
            approvers.append(above)
    needed = max(1, len(approvers) + missing) if need == "all" else count
    return Asked(tuple(approvers), needed, max(0, needed - len(approvers)))


def is_same(step: Step, other: Step) -> bool:
    """Whether two steps ask the same people for the same reason, whatever conditions made them apply."""
    return (step.who, step.need, step.kind) == (other.who, other.need, other.kind)


def not_covered(steps: Sequence[Step], done: Sequence[Step], whatever_amount: bool = False) -> list[Step]:
    """Those of some steps that others have not done already, each counting once. A budget's owner has allowed just as
    much as they were shown, unless `whatever_amount`."""
    left = list(done)
    rest = []
    for step in steps:
        same = (one for one in left if is_same(one, step) and (whatever_amount or _allows_as_much(one, step)))
        found = next(same, None)
        if found is None:
            rest.append(step)
        else:
            left.remove(found)
    return rest


def in_order_of(expected: Sequence[Step], steps: Sequence[Step]) -> list[Step]:
    """Steps in the order in which they were to come; those that nobody expected come last."""
    return sorted(
        steps, key=lambda step: next((at for at, one in enumerate(expected) if is_same(one, step)), len(expected))
    )


def _allows_as_much(had: Step, wanted: Step) -> bool:
    return all(had.allows.get(budget_id, 0) >= amount for budget_id, amount in wanted.allows.items())


def next_level(
    person_id: int, manager_of: Callable[[int], int | None], may_decide: Callable[[int], bool]
) -> int | None:
    """The nearest manager above somebody who may decide; None at the top, or where managers go in a circle."""
    seen = {person_id}
    above = manager_of(person_id)
    while above is not None and above not in seen:
        if may_decide(above):
            return above
        seen.add(above)
        above = manager_of(above)
    return None


def holder(
    approver: int,
    is_away: Callable[[int], bool],
    cover: int | None,
    manager_of: Callable[[int], int | None],
    may_hold: Callable[[int], bool],
) -> tuple[int, SeatVia]:
    """Who has an approver's question now: they themselves while they are here; else whoever stands in; else, as work
    must not wait for a return, their manager, or the next above who is here. Where there is nobody, they keep it, and
    it is for the administrators to see to."""
    if not is_away(approver):
        return approver, SeatVia.SELF
    if cover is not None and may_hold(cover) and not is_away(cover):
        return cover, SeatVia.COVER
    above = next_level(approver, manager_of, lambda one: may_hold(one) and not is_away(one))
    return (above, SeatVia.MANAGER) if above is not None else (approver, SeatVia.SELF)


def can_decide(standing: Standing) -> bool:
    """Only full members of the workspace decide: no guest, nobody who has left, nobody who has never appeared."""
    return may(standing, Deed.DECIDE)


def _applies(step: Step, matter: Matter) -> bool:
    if step.departments and matter.department not in step.departments:
        return False
    if matter.amount is None:
        if step.below is not None:
            return False
    elif (step.start is not None and matter.amount < step.start) or (
        step.below is not None and matter.amount >= step.below
    ):
        return False
    return all(_answered(matter.answers.get(key), value) for key, value in step.when.items())


def _answered(answer: Any, value: str) -> bool:
    return value in [str(one) for one in answer] if isinstance(answer, list | tuple) else str(answer) == value


def _texts(written: object, key: str) -> tuple[str, ...]:
    if written is None:
        return ()
    texts = [written] if isinstance(written, str) else written
    if not isinstance(texts, Sequence) or not all(isinstance(one, str) for one in texts):
        raise ValueError(f"{key}: expected a text or a list of texts, found {written!r}")
    return tuple(texts)


def _need(written: object) -> str | int:
    if written in ("any", "all") and isinstance(written, str):
        return written
    if isinstance(written, int) and not isinstance(written, bool) and 1 <= written <= 50:
        return written
    raise ValueError(f"need: expected 'any', 'all' or how many, found {written!r}")


def _amount(written: object, key: str) -> Decimal | None:
    if written is None:
        return None
    try:
        amount = Decimal(str(written))
    except InvalidOperation:
        amount = Decimal(-1)
    if isinstance(written, bool) or not amount.is_finite() or not 0 <= amount <= MOST:
        raise ValueError(f"{key}: expected an amount like 500, found {written!r}")
    return amount
