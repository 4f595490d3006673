"""What supplies cost, by category: this month against the last one, once a week where the office wants it."""

from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties.budgets import first_month
from office.duties.people import office_calendar, office_today
from office.duties.supplies import access
from office.duties.supplies.prices import CATEGORY
from office.rules import fiscal
from office.rules.money import Money
from storage import budgets, facts, history, offices, outbox, people, supplies
from storage.outbox import Letter
from storage.tables import Person
from storage.words import SupplyAct

WANTED, NEXT = "supplies_picture", "supplies_picture_at"
MONDAY, AT = 0, time(9, 30)


def want(session: Session, actor: Person, wanted: bool) -> None:
    """Whether the picture comes to the channel of the office desk every Monday."""
    access.refuse_unless(session, actor, SupplyAct.SEE_MONEY)
    facts.put(session, WANTED, "on" if wanted else "")
    facts.put(session, NEXT, _following(session).isoformat())
    history.record(session, clock.now(), actor.id, "picture", "office", 0, after={"wanted": wanted})


def is_wanted(session: Session) -> bool:
    return bool(facts.find(session, WANTED))


def tell_weekly(session: Session) -> None:
    """Posts the picture when its time has come; after a standstill once."""
    due = facts.find(session, NEXT)
    if not is_wanted(session) or due is None or clock.now() < datetime.fromisoformat(due):
        return
    facts.put(session, NEXT, _following(session).isoformat())
    desk = offices.find_desk(session, access.DESK)
    if desk is not None and desk.channel:
        outbox.add(session, [Letter("supplies.spending", "office", 0, desk.channel)], clock.now())


def by_category(session: Session) -> list[tuple[str, Money, Money]]:
    """(category, last month, this month) in each currency, the largest first."""
    this, last = _month(session, 0), _month(session, -1)
    found: dict[tuple[str, str], list[int]] = {}
    for at, (start, end) in enumerate((last, this)):
        for category, currency, amount in supplies.spent_by_category(session, start, end):
            found.setdefault((category, currency), [0, 0])[at] += amount
    rows = [
        (category, Money(one, currency), Money(two, currency)) for (category, currency), (one, two) in found.items()
    ]
    return sorted(rows, key=lambda row: -row[2].minor)


def budget_left(session: Session) -> tuple[str, Money, Money] | None:
    """(name, left, amount) of the budget that supplies are taken from: of the department whose people keep them."""
    managers = people.by_ids(session, access.managers(session))
    department = next((one.department_id for one in managers.values() if one.department_id is not None), None)
    if department is None:
        return None
    today = office_today(session)
    found = budgets.of_departments(session, [department], fiscal.year_of(today, first_month(session)))
    own = [one for one in found if one.category == CATEGORY] or [one for one in found if not one.category]
    if not own:
        return None
    name = next((one.name for one in offices.departments(session) if one.id == department), "")
    one = own[0]
    return name, Money(one.left, one.currency), Money(one.amount, one.currency)


def _month(session: Session, back: int) -> tuple[datetime, datetime]:
    calendar = office_calendar(session)
    first = office_today(session).replace(day=1)
    if back:
        first = (first - timedelta(days=1)).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return calendar.at(first, time(0)), calendar.at(following, time(0))


def _following(session: Session) -> datetime:
    today = office_today(session)
    return office_calendar(session).at(today + timedelta(days=7 - (today.weekday() - MONDAY) % 7), AT)
