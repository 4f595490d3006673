"""Which steps something goes through, and who is asked in each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.catalogue import RequestType
from office.duties import budgets
from office.duties.approvals import default_route
from office.duties.approvals.access import barred
from office.duties.approvals.alike import whole_of
from office.duties.budgets import Room
from office.duties.people import refuse_unless_admin
from office.errors import Refusal
from office.rules import approval_routing as rule
from office.rules.approval_routing import OVER_BUDGET, Asked, Matter, Step
from office.rules.money import Money
from storage import approvals, history, offices, people
from storage import budgets as budgets_stored
from storage.money_tables import Approval, Route
from storage.tables import Person
from storage.words import Role

ASK = "ask"  # the type of what has none
PURCHASE = "purchase"  # an order to a supplier
# What has routes beside the request types of the catalogue.
OF_THE_OFFICE = (ASK, PURCHASE)


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


def save(session: Session, actor: Person, type_key: str, department_id: int | None, steps: Sequence[Step]) -> None:
    """The route of a type, for one department or for all, from now on; no steps take it away. What is asked already
    goes on as it was asked."""
    refuse_unless_admin(actor)
    for who in (one for step in steps for one in step.who if "@" in one and not one.startswith("group:")):
        if people.find_named(session, who) is None:
            raise Refusal(
                "There is nobody called {who}. Write a Slack handle, an e-mail address or a Slack id.", who=who
            )
    approvals.save_route(session, type_key, department_id, written(steps))
    after = {"type": type_key, "department_id": department_id, "steps": written(steps)}
    history.record(session, clock.now(), actor.id, "route", "office", 0, after=after)


def declared(session: Session, approval: Approval, kind: RequestType | None = None) -> list[Step]:
    """All steps that hold for an approval now, whether they apply or not. Whom an asker names has a voice before them,
    and takes nobody's place; what the office has declared nothing about has a route of its own all the same."""
    own = steps_for(session, approval.type, approval.department_id, kind)
    if approval.type == PURCHASE:
        return own or default_route.of_purchase(session, approval)
    if approval.type != ASK:
        # Without the catalogue at hand, what it said when this was asked.
        return own if own or kind is not None else [Step.read(one) for one in approval.steps]
    steps = own or default_route.of_ask(session, approval)
    if not any("manager" in one.who for one in steps) and own:
        requester = people.find(session, approval.requester_id)
        steps = [default_route.manager_or_next(session, requester), *steps]
    return [*_voices(session, approval, steps), *steps]


def _voices(session: Session, approval: Approval, steps: Sequence[Step]) -> list[Step]:
    """Those whom the asker named, but for whoever is asked anyway, alone in a later step."""
    matter = _matter(session, approval)
    alone = [asked_in(session, approval, one).approvers for one in rule.applying(steps, matter)]
    asked_anyway = {f"person:{one[0]}" for one in alone if len(one) == 1}
    named = tuple(one for one in approval.named if one not in asked_anyway)
    return [Step(named, need="all")] if named else []


def plan(session: Session, approval: Approval, expected: bool = False) -> list[Step]:
    """The steps that apply to an approval, with the owners of budgets that it would exceed at the end. They look at the
    whole sum that it is part of. `expected`: people whom an office file named and who have not appeared in Slack yet
    count, too; for trying a route only."""
    steps = rule.applying([Step.read(one) for one in approval.steps], _matter(session, approval))
    if approval.type == ASK and not steps:
        # What is asked for is never simply let through.
        steps = [default_route.manager_or_next(session, people.find(session, approval.requester_id))]
    return each_once(session, approval, [*steps, *over_budget(budgets.rooms(session, approval))], expected)


def takes_money(session: Session, approval: Approval) -> bool:
    """Whether something is written down even where nobody is asked: what it costs is taken from its budget, and counts
    in the sum of what else is asked."""
    if is_purchase(approval):
        return True
    return approval.amount is not None and bool(approval.steps or budgets.rooms(session, approval))


def each_once(session: Session, approval: Approval, steps: list[Step], expected: bool = False) -> list[Step]:
    """Somebody who would be asked alone in two steps is asked in the later one, after the others have agreed."""
    alone = [asked_in(session, approval, step, expected).approvers for step in steps]
    return [step for at, step in enumerate(steps) if len(alone[at]) != 1 or alone[at] not in alone[at + 1 :]]


def over_budget(found: Iterable[Room]) -> list[Step]:
    """A step for each budget that would be exceeded: its owner allows just as much as they were shown."""
    return [
        Step((f"budget:{room.budget.id}",), kind=OVER_BUDGET, allows={room.budget.id or 0: room.short})
        for room in found
        if room.short
    ]


def preview(
    session: Session, approval: Approval, steps: Sequence[Step] | None = None, expected: bool = False
) -> list[Planned]:
    """A route with the people of each step, as they would be asked now."""
    shown = [Step.read(one) for one in approval.route] if steps is None else steps
    return [Planned(step, asked_in(session, approval, step, expected)) for step in shown]


def asked_in(session: Session, approval: Approval, step: Step, expected: bool = False) -> Asked:
    candidates = named_in(session, approval, step, expected)
    return rule.asked(candidates, step.need, manager_of(session), may_decide(session, approval, expected))


def named_in(session: Session, approval: Approval, step: Step, expected: bool = False) -> list[int]:
    """Everybody whom a step's words mean, whether they may decide or not."""
    return [one for who in step.who for one in _candidates(session, approval, step, who, expected)]


def may_decide(session: Session, approval: Approval, expected: bool = False) -> Callable[[int], bool]:
    out = barred(session, approval)

    def may(person_id: int) -> bool:
        person = people.find(session, person_id)
        if person is None or person_id in out:
            return False
        return rule.can_decide(person.standing) or (expected and person.slack_id is None)

    return may


def manager_of(session: Session) -> Callable[[int], int | None]:
    def manager(person_id: int) -> int | None:
        person = people.find(session, person_id)
        return person.manager_id if person is not None else None

    return manager


def department_name(session: Session, department_id: int | None) -> str:
    return next((one.name for one in offices.departments(session) if one.id == department_id), "")


def is_purchase(approval: Approval) -> bool:
    """Whether money is spent by it in any case: an order to a supplier, or what its invoice is higher."""
    return approval.purchase_id is not None or approval.invoice_id is not None


def _matter(session: Session, approval: Approval) -> Matter:
    minor = whole_of(session, approval)
    amount = Money(minor, approval.home_currency).decimal if minor is not None else None
    if approval.amount is None and approval.type == ASK and not approval.unclear:
        # Not everything that people ask for costs something; an amount that comes later is asked about anew.
        amount = Decimal(0)
    return Matter(amount, department_name(session, approval.department_id), approval.answers)


def _route(found: Sequence[Route], type_key: str, department_id: int | None) -> Route | None:
    return next((one for one in found if one.type == type_key and one.department_id == department_id), None)


def _candidates(session: Session, approval: Approval, step: Step, who: str, expected: bool) -> list[int]:
    """Whom a step's word means, in whatever standing they are."""
    kind, _, name = who.partition(":")
    match kind:
        case "manager" | "managers_manager":
            return _managers(session, approval.requester_id, 1 if kind == "manager" else 2)
        case "budget_owner":
            return budgets.owners_of(session, [room.budget for room in budgets.rooms(session, approval)])
        case "budget":
            return budgets.owners_of(session, [budgets_stored.get(session, int(name))])
        case "role":
            awaited = [one for one in people.everyone(session) if one.slack_id is None] if expected else []
            return _ids([*people.with_role(session, Role(name)), *(one for one in awaited if one.has(Role(name)))])
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
