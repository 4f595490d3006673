"""Budgets: set up, raised, moved; taken from by approvals, and given back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices, rates
from office.duties.people import calendar_of_person
from office.errors import Refusal
from office.rules import fiscal
from office.rules.guests import Deed, may
from office.rules.money import Money
from office.rules.words import clean_line
from storage import approvals, budgets, facts, history, offices, people
from storage.money_tables import Approval, Budget
from storage.tables import Person
from storage.words import BudgetMode, MoveKind, Role, Standing


@dataclass(frozen=True)
class BudgetSetup:
    """A budget as it is set up. `category` "" is everything, `month` 0 the whole fiscal year."""

    department_id: int
    year: int
    money: Money
    category: str = ""
    month: int = 0
    mode: BudgetMode = BudgetMode.STOP
    owner_id: int | None = None
    spent: Money | None = None  # before Deskhand came; None leaves it as it is


@dataclass(frozen=True)
class Room:
    """What one budget has for one approval: `wanted` is the amount in the budget's currency, None without a rate."""

    budget: Budget
    wanted: int | None
    held: int = 0  # what this approval has committed there already

    @property
    def after(self) -> int:
        return self.budget.left + self.held - (self.wanted or 0)

    @property
    def short(self) -> int:
        """By how much it would be exceeded; 0 where there is room, or where the budget only warns."""
        return max(0, -self.after) if self.budget.mode is BudgetMode.STOP else 0


# In the ledger, where nobody said why.
BEFORE = "before Deskhand"


def years_seen_by(session: Session, person: Person) -> list[int]:
    """The fiscal years that somebody may see budgets of."""
    years = sorted({one.year for one in budgets.everything(session)})
    return [year for year in years if seen_by(session, person, year)]


def first_month(session: Session) -> int:
    return int(facts.find(session, "fiscal_year_start") or 1)


def this_year(session: Session, day: date) -> int:
    return fiscal.year_of(day, first_month(session))


def save(session: Session, actor: Person | None, setup: BudgetSetup, why: str = "", is_new: bool = False) -> Budget:
    """Sets a budget up, or changes one; another amount is a raise, in its ledger. `is_new`: made by a form for new
    ones, which must not write over another."""
    _refuse_unless_finance(actor)
    if setup.owner_id is not None and people.get(session, setup.owner_id).standing not in (
        Standing.MEMBER, Standing.UNKNOWN,
    ):  # fmt: skip
        raise Refusal("A budget's owner is somebody of this company. Choose somebody else.")
    if not 0 <= setup.month <= 12 or not 2000 <= setup.year <= 2100:
        raise Refusal("Choose a year like 2027, and a month from 1 to 12 or none.")
    if setup.department_id not in [one.id for one in offices.departments(session)]:
        raise Refusal("There is no such department any more. Close this and open it again.")
    if actor is not None:
        # A file may come before its rates do: until then the cards say what is missing.
        _refuse_without_rate(session, setup.money.currency)
    category = clean_line(setup.category).lower()[:60]
    found = budgets.named(session, setup.department_id, setup.year, category, setup.month)
    if found is not None and is_new:
        raise Refusal("There is such a budget already. Edit it with /desk budget.")
    if found is None:
        values = {
            "department_id": setup.department_id, "year": setup.year, "category": category, "month": setup.month,
            "currency": setup.money.currency, "amount": setup.money.minor, "mode": setup.mode,
            "owner_id": setup.owner_id,
        }  # fmt: skip
        number = budgets.open_new(session, values)
        _line(session, actor, number, MoveKind.SET, setup.money.minor, why=why)
    else:
        number = found.id or 0
        if found.currency != setup.money.currency:
            raise Refusal("This budget is in {currency}. Write its amount in {currency}.", currency=found.currency)
        budgets.set_up(session, number, {"mode": setup.mode, "owner_id": setup.owner_id})
        if setup.money.minor != found.amount:
            _raise(session, actor, found, setup.money.minor - found.amount, why)
    if setup.spent is not None:
        _spent_before(session, actor, budgets.get(session, number), setup.spent, why)
    _record(session, actor, "budget", number, {"mode": setup.mode.value, "owner_id": setup.owner_id}, why)
    return budgets.get(session, number)


def spent_before(session: Session, budget_id: int) -> int:
    """Minor units that had been spent of a budget when Deskhand came."""
    moves = budgets.moves(session, budget_id)
    return sum(one.amount for one in moves if one.kind is MoveKind.SPEND and one.approval_id is None)


def _spent_before(session: Session, actor: Person | None, budget: Budget, spent: Money, why: str) -> None:
    """Brings what was spent before in line with what is said of it now, with a line for the difference."""
    if spent.currency != budget.currency:
        raise Refusal("This budget is in {currency}. Write its amount in {currency}.", currency=budget.currency)
    number = budget.id or 0
    by = spent.minor - spent_before(session, number)
    if not by:
        return
    short = by - budget.left
    if budget.mode is BudgetMode.STOP and short > budget.allowed:
        # It has happened; nothing can be stopped any more.
        budgets.allow(session, number, short - budget.allowed)
        _line(session, actor, number, MoveKind.ALLOW, short - budget.allowed, why=why or BEFORE)
    budgets.spend(session, number, 0, by)
    _line(session, actor, number, MoveKind.SPEND, by, why=why or BEFORE)
    _trim(session, actor, number)
    _show(session, budgets.get(session, number))


def raise_by(session: Session, actor: Person, budget_id: int, amount: Money, up: bool, why: str) -> Budget:
    """Gives a budget more money, or less, with a reason. Its owner may give some up, and not help themselves."""
    budget = _mine(session, actor, budget_id)
    if up:
        _refuse_unless_finance(actor)
    if not why.strip():
        raise Refusal("Say why, so that it can be read in a year.")
    if amount.currency != budget.currency:
        raise Refusal("This budget is in {currency}. Write its amount in {currency}.", currency=budget.currency)
    _raise(session, actor, budget, amount.minor if up else -amount.minor, why)
    return budgets.get(session, budget_id)


def move(session: Session, actor: Person, from_id: int, to_id: int, amount: Money, why: str) -> Budget:
    """Moves money from one budget to another, with a reason; both ledgers tell of it."""
    source, target = _mine(session, actor, from_id), look(session, actor, to_id)
    if from_id == to_id:
        raise Refusal("Choose another budget to move the money to.")
    if not why.strip():
        raise Refusal("Say why, so that it can be read in a year.")
    if amount.currency != source.currency:
        raise Refusal("This budget is in {currency}. Write its amount in {currency}.", currency=source.currency)
    arriving = rates.convert(session, amount, target.currency, clock.now().date()).money
    # The lower number first, as everywhere: two who move crosswise must not wait for each other.
    for number, change in sorted(((from_id, -amount.minor), (to_id, arriving.minor))):
        if not budgets.raise_by(session, number, change):
            raise _too_little(source)
    _line(session, actor, from_id, MoveKind.MOVE, -amount.minor, other_id=to_id, why=why)
    _line(session, actor, to_id, MoveKind.MOVE, arriving.minor, other_id=from_id, why=why)
    _trim(session, actor, to_id)
    _record(session, actor, "budget_move", from_id, {"to": to_id, "amount": amount.minor}, why)
    _show(session, source, target)
    return budgets.get(session, from_id)


def seen_by(session: Session, person: Person, year: int) -> list[Budget]:
    """The budgets that somebody may see: of their department, their own, and all of them for finance and
    administrators."""
    if not may(person.standing, Deed.SEE_BUDGETS):
        return []
    everything = budgets.everything(session)
    wide = person.has(Role.FINANCE) or person.has(Role.ADMIN)
    return [
        one
        for one in everything
        if one.year == year and (wide or one.owner_id == person.id or one.department_id == person.department_id)
    ]


def categories(session: Session, person: Person) -> list[str]:
    """The categories that somebody's department has budgets for this year."""
    if person.department_id is None:
        return []
    year = this_year(session, calendar_of_person(session, person).local(clock.now()).date())
    return sorted({one.category for one in budgets.of_departments(session, [person.department_id], year)} - {""})


def look(session: Session, person: Person, budget_id: int) -> Budget:
    budget = budgets.find(session, budget_id)
    if budget is None or budget.id not in [one.id for one in seen_by(session, person, budget.year)]:
        raise Refusal("There is no such budget that you can see. /desk budget shows yours.")
    return budget


def rooms(session: Session, approval: Approval) -> list[Room]:
    """Every budget that an approval would take from now, with what it would take: in the currency of the requester's
    place what its card shows, else at the rate of the day on which it was asked."""
    wanted = _money(approval)
    if wanted is None or approval.department_id is None:
        return []
    day = _day_of(session, approval)
    year = this_year(session, day)
    found = budgets.matching(session, approval.department_id, year, approval.category, day.month)
    held = budgets.held(session, approval.id) if approval.id is not None else {}
    return [Room(one, _in_currency(session, approval, one.currency), held.get(one.id or 0, 0)) for one in found]


def year_of(session: Session, approval: Approval) -> int | None:
    """The fiscal year whose budgets an approval would take from now; None where it takes from none by its nature."""
    if approval.amount is None or approval.department_id is None:
        return None
    return this_year(session, _day_of(session, approval))


def has_any(session: Session) -> bool:
    """Whether this office keeps budgets at all."""
    return bool(budgets.everything(session))


def _day_of(session: Session, approval: Approval) -> date:
    """Today, where whoever asked is."""
    return calendar_of_person(session, people.get(session, approval.requester_id)).local(clock.now()).date()


def commit(
    session: Session, actor: Person | None, approval: Approval, allowed: Mapping[int, int], why: str
) -> list[Room]:
    """Takes an approval's amount from its budgets, all of them or none; returns those that have too little.

    `allowed`: budget id -> by how much its owner lets it be exceeded, for the reason `why`.
    """
    assert approval.id is not None
    # Nobody takes from them between what is read here and what is written.
    budgets.lock(session, [room.budget.id or 0 for room in rooms(session, approval)])
    found = rooms(session, approval)
    if any(room.wanted is None for room in found):
        # Raises, and says which rate is missing.
        missing = next(room.budget.currency for room in found if room.wanted is None)
        rates.convert(session, Money(approval.amount or 1, approval.currency), missing, _rate_day(approval))
    with session.begin_nested() as savepoint:
        short = [room for room in found if not _take(session, actor, approval, room, allowed, why)]
        if short:
            savepoint.rollback()
    _show(session, *(room.budget for room in found))
    return short


def release(session: Session, actor: Person | None, approval: Approval, keep: Mapping[int, int] | None = None) -> None:
    """Gives back what an approval holds, but for what is to be kept in each budget."""
    assert approval.id is not None
    for budget_id, amount in sorted(budgets.held(session, approval.id).items()):
        freed = amount - min(amount, (keep or {}).get(budget_id, 0))
        if freed and budgets.release(session, budget_id, freed):
            _line(session, actor, budget_id, MoveKind.RELEASE, freed, approval_id=approval.id)
            _trim(session, actor, budget_id)
            _show(session, budgets.get(session, budget_id))


def reduce(session: Session, actor: Person | None, approval: Approval, before: Money, after: Money) -> None:
    """An approved amount has become smaller: the difference is free again, in the budgets that it was taken from."""
    if before.currency != after.currency:
        after = rates.convert(session, after, before.currency, _rate_day(approval)).money
    share = Fraction(after.minor, before.minor)
    keep = {budget_id: ceil(amount * share) for budget_id, amount in budgets.held(session, approval.id or 0).items()}
    release(session, actor, approval, keep)


def pay(session: Session, actor: Person, approval: Approval, paid: Money) -> None:
    """What was committed has been paid: as much or less. More needs another approval first."""
    approved = _money(approval)
    assert approval.id is not None
    if approved is None:
        raise Refusal(
            "A{number} was approved without an amount; there is nothing to pay from a budget.", number=approval.id
        )
    day = clock.now().date()
    if rates.convert(session, paid, approved.currency, day).money.minor > approved.minor:
        raise Refusal(
            "This is more than was approved: {most}. Whoever asked edits A{number} first: /approvals edit {number}.",
            number=approval.id,
            most=approved,
        )
    if is_paid(approval):
        raise Refusal("A{number} has been booked as paid already.", number=approval.id)
    for budget_id, held in sorted(budgets.held(session, approval.id).items()):
        budget = budgets.get(session, budget_id)
        spent = min(held, rates.convert(session, paid, budget.currency, day).money.minor)
        budgets.spend(session, budget_id, held, spent)
        _line(session, actor, budget_id, MoveKind.RELEASE, held, approval_id=approval.id)
        _line(session, actor, budget_id, MoveKind.SPEND, spent, approval_id=approval.id)
        _trim(session, actor, budget_id)
        _show(session, budget)


def unpay(session: Session, actor: Person, approval: Approval) -> None:
    """A payment was booked wrong: counter-entries take it back, and what was agreed to is committed again."""
    number, agreed = approval.id or 0, _money(approval)
    assert agreed is not None
    for budget_id, spent in sorted(budgets.spent_for(session, number).items()):
        budgets.spend(session, budget_id, 0, -spent)
        _line(session, actor, budget_id, MoveKind.SPEND, -spent, approval_id=number)
        currency = budgets.get(session, budget_id).currency
        _commit_again(session, actor, number, budget_id, _share(session, approval, agreed, currency))
        _show(session, budgets.get(session, budget_id))


def settle(session: Session, actor: Person | None, approval: Approval, committed: Money, spent: Money) -> None:
    """Brings what a purchase holds of its budgets in line with what is still to be paid and what was paid: for one that
    is received, paid and credited in parts. What it holds again was agreed to before, so it is not refused."""
    number = approval.id or 0
    held, paid = budgets.held(session, number), budgets.spent_for(session, number)
    for budget_id in sorted({*held, *paid, *budgets.touched_by(session, number)}):
        currency = budgets.get(session, budget_id).currency
        wanted_held, wanted_paid = (_share(session, approval, one, currency) for one in (committed, spent))
        more = wanted_held - held.get(budget_id, 0)
        by = wanted_paid - paid.get(budget_id, 0)
        if not more and not by:
            continue
        if more < 0:
            budgets.release(session, budget_id, -more)
            _line(session, actor, budget_id, MoveKind.RELEASE, -more, approval_id=number)
        if by:
            budgets.spend(session, budget_id, 0, by)
            _line(session, actor, budget_id, MoveKind.SPEND, by, approval_id=number)
        if more > 0:
            _commit_again(session, actor, number, budget_id, more)
        _trim(session, actor, budget_id)
        _show(session, budgets.get(session, budget_id))


def _commit_again(session: Session, actor: Person | None, number: int, budget_id: int, amount: int) -> None:
    short = max(0, amount - budgets.get(session, budget_id).left)
    if short and not budgets.commit(session, budget_id, amount):
        budgets.allow(session, budget_id, short)
        _line(session, actor, budget_id, MoveKind.ALLOW, short, approval_id=number)
        budgets.commit(session, budget_id, amount)
    elif not short:
        budgets.commit(session, budget_id, amount)
    _line(session, actor, budget_id, MoveKind.COMMIT, amount, approval_id=number)


def _share(session: Session, approval: Approval, amount: Money, currency: str) -> int:
    """An amount of what was approved in a budget's currency, as it was counted when it was taken."""
    if approval.amount and (whole := _in_currency(session, approval, currency)) is not None:
        return round(Fraction(whole * amount.minor, approval.amount))
    return rates.convert(session, amount, currency, _rate_day(approval)).money.minor


def is_paid(approval: Approval) -> bool:
    return approval.paid_at is not None


def owners_of(session: Session, found: Iterable[Budget]) -> list[int]:
    """Who answers for some budgets: their owners, else finance."""
    owners = [one.owner_id for one in found]
    named = [one for one in owners if one is not None]
    return named or [person.id or 0 for person in people.with_role(session, Role.FINANCE)]


def _take(
    session: Session, actor: Person | None, approval: Approval, room: Room, allowed: Mapping[int, int], why: str
) -> bool:
    budget_id, wanted = room.budget.id or 0, room.wanted or 0
    if room.short > allowed.get(budget_id, 0):
        return False
    if room.short:
        beyond = room.short - room.budget.allowed
        if beyond > 0:
            budgets.allow(session, budget_id, beyond)
            _line(session, actor, budget_id, MoveKind.ALLOW, beyond, approval_id=approval.id, why=why)
    if not budgets.commit(session, budget_id, wanted):
        return False
    _line(session, actor, budget_id, MoveKind.COMMIT, wanted, approval_id=approval.id)
    return True


def _trim(session: Session, actor: Person | None, budget_id: int) -> None:
    """What an owner allowed for one purchase is not for the next: it ends when it is not used any more."""
    unused = budgets.trim_allowance(session, budget_id)
    if unused:
        _line(session, actor, budget_id, MoveKind.ALLOW, -unused)


def _in_currency(session: Session, approval: Approval, currency: str) -> int | None:
    for minor, own in ((approval.home_amount, approval.home_currency), (approval.amount, approval.currency)):
        if own == currency:
            return minor
    try:
        paid = Money(approval.amount or 0, approval.currency)
        return rates.convert(session, paid, currency, _rate_day(approval)).money.minor
    except Refusal:
        return None


def _rate_day(approval: Approval) -> date:
    return approval.rate_on or approval.created_at.date()


def _raise(session: Session, actor: Person | None, budget: Budget, by: int, why: str) -> None:
    if not budgets.raise_by(session, budget.id or 0, by):
        raise _too_little(budget)
    _line(session, actor, budget.id or 0, MoveKind.RAISE, by, why=why)
    _trim(session, actor, budget.id or 0)
    _record(session, actor, "budget_raise", budget.id or 0, {"by": by}, why)
    _show(session, budget)


def _refuse_without_rate(session: Session, currency: str) -> None:
    """A budget in money that can't be compared with what people ask for would stop everything."""
    for place in offices.places(session):
        rates.convert(session, Money(1, place.currency), currency, clock.now().date())


def _too_little(budget: Budget) -> Refusal:
    return Refusal(
        "That much is not free: {left} is left of this budget. Take less, or wait until something is given back.",
        left=Money(max(0, budget.left), budget.currency),
    )


def _mine(session: Session, actor: Person, budget_id: int) -> Budget:
    """A budget that somebody may change: its owner, or finance."""
    budget = look(session, actor, budget_id)
    if budget.owner_id != actor.id:
        _refuse_unless_finance(actor)
    return budget


def _refuse_unless_finance(actor: Person | None) -> None:
    # None: whoever has the machine itself, by `deskhand office load`.
    if actor is None:
        return
    if actor.standing is not Standing.MEMBER or not (actor.has(Role.FINANCE) or actor.has(Role.ADMIN)):
        raise Refusal("Budgets are set by finance or an administrator. Ask one of them.")


def _money(approval: Approval) -> Money | None:
    return Money(approval.amount, approval.currency) if approval.amount is not None else None


def _line(session: Session, actor: Person | None, budget_id: int, kind: MoveKind, amount: int, **more: Any) -> None:
    actor_id = actor.id if actor else None
    values = {"budget_id": budget_id, "kind": kind, "amount": amount, "actor_id": actor_id, "at": clock.now(), **more}
    budgets.record(session, values)
    if kind in (MoveKind.SET, MoveKind.RAISE, MoveKind.MOVE) and actor is not None:
        # Whoever did it reads that it is done, and whoever answers for the budget that it was.
        told = [actor.id, budgets.get(session, budget_id).owner_id]
        notices.tell(
            session, "budgets.changed", "budget", budget_id, told, detail_id=budgets.last_move(session, budget_id)
        )


def _record(session: Session, actor: Person | None, act: str, number: int, after: Mapping[str, Any], why: str) -> None:
    history.record(session, clock.now(), actor.id if actor else None, act, "budget", number, after=after, why=why)


def _show(session: Session, *found: Budget) -> None:
    departments = {one.department_id for one in found}
    # What waits and would be taken from them shows what is left.
    approvals.look_at(session, [one.id or 0 for one in approvals.still_waiting(session, departments)])
    here = [one.id for one in people.everyone(session) if one.department_id in departments and one.id is not None]
    concerned = {*here, *(one.owner_id for one in found if one.owner_id is not None)}
    if concerned and offices.departments(session):
        people.stale_homes(session, sorted(concerned), clock.now() - notices.HOME_KEPT)
