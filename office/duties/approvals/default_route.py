"""Whom an office that has declared no route asks: it is safe from its first day."""

from decimal import Decimal

from sqlalchemy.orm import Session

from office import clock
from office.duties import budgets, rates
from office.duties.people import office_currency, office_today, refuse_unless_admin
from office.errors import Refusal
from office.rules import money
from office.rules.approval_routing import Step, can_decide
from office.rules.money import Money
from storage import facts, history, people
from storage.money_tables import Approval
from storage.tables import Person
from storage.words import Role

LIMIT = "approval_limit"
# In the office's currency, as the set-up is shipped.
SHIPPED = Decimal(5000)


def limit(session: Session) -> Money:
    """The amount above which finance is asked, too."""
    currency = office_currency(session)
    amount = Decimal(facts.find(session, LIMIT) or SHIPPED)
    return Money(int(amount.scaleb(money.digits(currency))), currency)


def choose_limit(session: Session, actor: Person | None, amount: Money) -> None:
    """`actor`: None for an office file. The limit is in the office's currency."""
    if actor is not None:
        refuse_unless_admin(actor)
    if amount.currency != office_currency(session):
        raise Refusal("Write the limit in {currency}, the currency of the office.", currency=office_currency(session))
    facts.put(session, LIMIT, str(amount.decimal))
    after = {"limit": str(amount.decimal)}
    history.record(session, clock.now(), actor.id if actor else None, "limit", "office", 0, after=after)


def manager_or_next(session: Session, requester: Person | None) -> Step:
    """The manager; of whoever has none, finance, else those who run the office."""
    if requester is not None and requester.manager_id is None:
        for role in (Role.FINANCE, Role.OFFICE_MANAGER):
            others = [one for one in people.with_role(session, role) if one.id != requester.id]
            if any(can_decide(one.standing) for one in others):
                return Step((f"role:{role}",))
    return Step(("manager",))


def of_ask(session: Session, approval: Approval) -> list[Step]:
    """The requester's manager and, above the office's limit, finance. What exceeds a budget goes to its owner, too."""
    return [manager_or_next(session, people.find(session, approval.requester_id)), _finance(session, approval)]


def of_purchase(session: Session, approval: Approval) -> list[Step]:
    """Orders are placed by those whom the office has chosen for it, and watched by their budget; where none is charged,
    finance agrees to what is above the limit."""
    return [] if budgets.rooms(session, approval) else [_finance(session, approval)]


def _finance(session: Session, approval: Approval) -> Step:
    """Above the limit, in the currency in which the approval is looked at. Without a rate to compare, it is asked
    always: nobody knows that it is less."""
    found = limit(session)
    try:
        home = rates.convert(session, found, approval.home_currency or found.currency, office_today(session)).money
    except Refusal:
        return Step(("role:finance",))
    least = Money(home.minor + 1, home.currency).decimal
    return Step(("role:finance",), start=least)
