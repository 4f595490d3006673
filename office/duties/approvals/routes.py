"""Which steps something goes through, and who is asked in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office.catalogue import RequestType
from office.duties import budgets
from office.duties.approvals.access import barred
from office.rules import approval_routing as rule
from office.rules.approval_routing import OVER_BUDGET, Asked, Matter, Step
from office.rules.money import Money
from storage import approvals, offices, people
from storage.money_tables import Approval, Route
from storage.tables import Person
from storage.words import Role

ASK = "ask"  # the type of what has none


@dataclass(frozen=True)
class Planned:
    """A step of a route with those who would be asked in it now."""

    step: Step
    asked: Asked


def steps_for(session: Session, type_key: str, department_id: int | None, kind: RequestType | None) -> list[Step]:
    """All steps that are declared: the office's for this department, else its for all, else the catalogue's."""
    found = approvals.routes(session)
    own = _route(found, type_key, department_id) or _route(found, type_key, None)
    if own is not None:
        return [Step.read(one) for one in own.steps]
    return list(kind.approval) if kind is not None else []


def plan(session: Session, approval: Approval) -> list[Step]:
    """The steps that apply to an approval, with its budget owner's last where it would exceed the budget."""
    steps = rule.applying([Step.read(one) for one in approval.steps], _matter(session, approval))
    steps = _each_once(session, approval, steps)
    short = [room for room in budgets.rooms(session, approval) if room.short and room.budget.mode.value == "stop"]
    # Where nothing else is asked for, a budget alone does not make an approval necessary.
    return [*steps, over_budget()] if short and steps else steps


def _each_once(session: Session, approval: Approval, steps: list[Step]) -> list[Step]:
    """Somebody who would be asked alone in two steps is asked in the later one, after the others have agreed."""
    alone = [asked_in(session, approval, step).approvers for step in steps]
    return [
        step for at, step in enumerate(steps) if len(alone[at]) != 1 or alone[at] not in alone[at + 1 :]
    ]  # fmt: skip


def over_budget() -> Step:
    return Step(("budget_owner",), kind=OVER_BUDGET)


def preview(session: Session, approval: Approval, steps: Sequence[Step] | None = None) -> list[Planned]:
    """A route with the people of each step, as they would be asked now."""
    shown = [Step.read(one) for one in approval.route] if steps is None else steps
    return [Planned(step, asked_in(session, approval, step)) for step in shown]


def asked_in(session: Session, approval: Approval, step: Step) -> Asked:
    candidates = [one for who in step.who for one in _candidates(session, approval, step, who)]
    return rule.asked(candidates, step.need, manager_of(session), may_decide(session, approval))


def may_decide(session: Session, approval: Approval) -> Callable[[int], bool]:
    out = barred(session, approval)

    def may(person_id: int) -> bool:
        person = people.find(session, person_id)
        return person is not None and rule.can_decide(person.standing) and person_id not in out

    return may


def manager_of(session: Session) -> Callable[[int], int | None]:
    def manager(person_id: int) -> int | None:
        person = people.find(session, person_id)
        return person.manager_id if person is not None else None

    return manager


def department_name(session: Session, department_id: int | None) -> str:
    return next((one.name for one in offices.departments(session) if one.id == department_id), "")


def _matter(session: Session, approval: Approval) -> Matter:
    amount = Money(approval.home_amount, approval.home_currency).decimal if approval.home_amount is not None else None
    if amount is None and approval.type == ASK:
        # Not everything that people ask for costs something; an amount that comes later is asked about anew.
        amount = Decimal(0)
    return Matter(amount, department_name(session, approval.department_id), approval.answers)


def _route(found: Sequence[Route], type_key: str, department_id: int | None) -> Route | None:
    return next((one for one in found if one.type == type_key and one.department_id == department_id), None)


def _candidates(session: Session, approval: Approval, step: Step, who: str) -> list[int]:
    """Whom a step's word means, in whatever standing they are."""
    kind, _, name = who.partition(":")
    match kind:
        case "manager" | "managers_manager":
            return _managers(session, approval.requester_id, 1 if kind == "manager" else 2)
        case "budget_owner":
            found = budgets.rooms(session, approval)
            short = [room for room in found if room.short] if step.kind == OVER_BUDGET else []
            return budgets.owners_of(session, [room.budget for room in short or found])
        case "role":
            return _ids(people.with_role(session, Role(name)))
        case "group":
            group = approvals.find_group(session, name)
            members = [people.find_by_slack(session, one) for one in group.members] if group is not None else []
            return _ids([one for one in members if one is not None])
        case "person":
            return [int(name)]
    person = people.find_named(session, who)
    return _ids([person]) if person is not None else []


def _managers(session: Session, person_id: int, levels: int) -> list[int]:
    above: int | None = person_id
    for _ in range(levels):
        above = manager_of(session)(above) if above is not None else None
    return [above] if above is not None else []


def _ids(found: Sequence[Person]) -> list[int]:
    return [one.id for one in found if one.id is not None]


def written(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [one.written() for one in steps]
