"""Who keeps the supplies and who pays, and the one way to what they may see."""

from sqlalchemy.orm import Session

from office.errors import Refusal
from office.rules import supply_permissions as rule
from storage import offices, people, purchases, supplies, supply_orders
from storage.supply_tables import Invoice, Item, Purchase, PurchaseLine, SupplyOrder
from storage.tables import Person
from storage.words import Role, Standing, SupplyAct

A = SupplyAct
# The desk whose people keep the supplies.
DESK = "office"


def may(session: Session, person: Person, act: SupplyAct) -> bool:
    return rule.may(act, rule.relations(person.standing, _keeps(session, person), _pays(session, person)))


def refuse_unless(session: Session, person: Person, act: SupplyAct) -> None:
    if may(session, person, act):
        return
    names = [one.known_as for one in _here(session, payers(session) if act is A.PAY else keepers(session))]
    if act is A.PAY:
        raise Refusal("Invoices are released and paid by finance. Ask {who}.", who=names or ["–"])
    raise Refusal("This is for those who look after the supplies. Ask {who}.", who=names or ["–"])


def keepers(session: Session) -> list[int]:
    """Who looks after the supplies: the office desk and the office managers; where there is nobody, administrators."""
    desk = offices.find_desk(session, DESK)
    named = [*sorted(offices.members(session, desk.id or 0)), desk.lead_id] if desk is not None else []
    found = [*named, *(one.id for one in people.with_role(session, Role.OFFICE_MANAGER))]
    here = [one.id or 0 for one in _here(session, found)]
    return here or [one.id or 0 for one in people.with_role(session, Role.ADMIN)]


def managers(session: Session) -> list[int]:
    """Who is told what concerns the orders to suppliers: the office managers, else all who look after supplies."""
    return _ids(session, people.with_role(session, Role.OFFICE_MANAGER)) or keepers(session)


def payers(session: Session) -> list[int]:
    """Finance; where there is nobody, the office managers."""
    return _ids(session, people.with_role(session, Role.FINANCE)) or managers(session)


def department_of(session: Session, person: Person) -> int | None:
    """Whose budget a purchase is taken from: that of whoever orders, else of the office managers."""
    if person.department_id is not None:
        return person.department_id
    them = people.by_ids(session, managers(session))
    return next((one.department_id for one in them.values() if one.department_id is not None), None)


def look_item(session: Session, person: Person, item_id: int) -> Item:
    refuse_unless(session, person, A.ASK)
    found = supplies.find(session, item_id)
    if found is None:
        raise Refusal("This is not kept in stock any more. /supplies stock shows what is.")
    return found


def look_order(session: Session, person: Person, number: int) -> SupplyOrder:
    """What somebody asked for: seen by them, whom it is for, and those who look after supplies."""
    refuse_unless(session, person, A.ASK)
    found = supply_orders.find(session, number)
    if found is None or not sees_order(session, person, found):
        raise Refusal("There is no order S{number} that you can see. /supplies mine lists yours.", number=number)
    return found


def sees_order(session: Session, person: Person, order: SupplyOrder) -> bool:
    return person.id in (order.requester_id, order.beneficiary_id) or may(session, person, A.KEEP)


def look_purchase(session: Session, person: Person, number: int) -> Purchase:
    found = purchases.find(session, number) if may(session, person, A.SEE_MONEY) else None
    if found is None:
        raise Refusal("There is no order P{number} to a supplier that you can see.", number=number)
    return found


def look_line(session: Session, person: Person, line_id: int) -> tuple[PurchaseLine, Purchase]:
    """A line of an order to a supplier, for those who place it."""
    refuse_unless(session, person, A.KEEP)
    line = purchases.find_line(session, line_id)
    if line is None:
        raise Refusal("This line is not on the order any more. /supplies drafts shows what is.")
    return line, purchases.get(session, line.purchase_id)


def look_invoice(session: Session, person: Person, number: int) -> Invoice:
    found = purchases.find_invoice(session, number) if may(session, person, A.SEE_MONEY) else None
    if found is None:
        raise Refusal("There is no invoice I{number} that you can see.", number=number)
    return found


def _keeps(session: Session, person: Person) -> bool:
    return person.id in keepers(session)


def _pays(session: Session, person: Person) -> bool:
    return person.id in payers(session)


def _ids(session: Session, found: list[Person]) -> list[int]:
    return [one.id or 0 for one in _here(session, [one.id for one in found])]


def _here(session: Session, ids: list[int | None] | list[int]) -> list[Person]:
    found = people.by_ids(session, ids)
    return [one for one in found.values() if one.standing is Standing.MEMBER]
