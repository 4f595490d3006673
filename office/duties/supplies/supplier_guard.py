"""What orders and payments of a supplier hang on: while some are open, a change of it needs a second person."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.supplies import access, settled
from office.errors import Refusal
from office.rules.invoice_matching import TOLERANCE
from office.rules.words import clean_line
from storage import approvals, history, people, purchases, supplier_changes, supplies
from storage.approvals import agreed_by, open_seats
from storage.supply_tables import Supplier, SupplierChange
from storage.tables import Person
from storage.words import ClaimState, InvoiceState, PurchaseState, Role, Standing, SupplyAct

# What somebody could turn an order or a payment to somebody else with.
GUARDED = ("name", "email", "address", "account")
OPEN_ORDERS = (PurchaseState.WAITING, PurchaseState.READY, PurchaseState.SENT)
OPEN_INVOICES = (InvoiceState.HELD, InvoiceState.OPEN)


def is_open(session: Session, supplier_id: int) -> bool:
    """Whether an order or an invoice of a supplier is on its way, or something has come that is still to be paid."""
    if purchases.has_open(session, supplier_id, OPEN_ORDERS, OPEN_INVOICES):
        return True
    done = {one.id for one in purchases.of_supplier(session, supplier_id, (PurchaseState.DONE,))}
    unbilled = purchases.came_and_billed(session) if done else []
    return any(number in done and came - billed > TOLERANCE for number, came, billed in unbilled)


def ask_change(session: Session, actor: Person, supplier: Supplier, after: Mapping[str, str]) -> SupplierChange:
    """Asks a second person for a change of what orders and payments hang on. Until then everything stays as it is, and
    nothing of the supplier is paid."""
    number = supplier.id or 0
    earlier = supplier_changes.asked(session, number)
    if earlier is not None:
        raise Refusal(
            "A change of {supplier} waits for a second person already. /supplies suppliers shows it.",
            supplier=supplier.name,
        )
    before = {name: str(getattr(supplier, name)) for name in after}
    change_id = supplier_changes.add(session, number, before, after, actor.id or 0, clock.now())
    history.record(
        session, clock.now(), actor.id, "ask_change", "supplier", number, before, {**after, "change": change_id}
    )
    settled.look_at_supplier(session, number)
    told = sorted({*told_of(session, supplier), actor.id or 0})
    notices.tell(session, "supplies.supplier_change", "supplier_change", change_id, told, is_card=True)
    return supplier_changes.get(session, change_id)


def told_of(session: Session, supplier: Supplier) -> set[int]:
    """Finance, those who place orders, and everybody who has agreed to something of a supplier that is open, or is
    asked to."""
    found = {*access.payers(session), *access.managers(session), *deciders(session)}
    orders = [one.approval_id for one in purchases.of_supplier(session, supplier.id or 0, OPEN_ORDERS)]
    extras = [
        approvals.of_invoice(session, one.id or 0)
        for one in purchases.invoices_of_supplier(session, supplier.id or 0, OPEN_INVOICES)
    ]
    for approval in (*(approvals.find(session, one or 0) for one in orders), *extras):
        if approval is not None:
            found |= agreed_by(session, approval) | {one.holder_id for one in open_seats(session, approval)}
    return found


def deciders(session: Session) -> list[int]:
    """Who is a second person: finance and those who run the office; where that is one alone, administrators, too."""
    found = {*access.payers(session), *access.managers(session)}
    if len(found) < 2:
        found |= {one.id or 0 for one in people.with_role(session, Role.ADMIN)}
    return sorted(found)


def may_decide(session: Session, person: Person, change: SupplierChange) -> bool:
    allowed = person.id in deciders(session) and person.standing is Standing.MEMBER
    return allowed and person.id != change.asked_by_id and change.state is ClaimState.ASKED


def confirm(session: Session, actor: Person, change_id: int) -> Supplier:
    """The second person agrees: from now on new orders go there. Those that are open stay as they were agreed to."""
    change, supplier = _look(session, actor, change_id)
    if not purchases.change_supplier(session, supplier, change.after):
        raise Overtaken
    return _decided(session, actor, change, ClaimState.CONFIRMED)


def refuse(session: Session, actor: Person, change_id: int, why: str = "") -> Supplier:
    """Nothing changes. Whoever asked takes it back by the same."""
    change, _ = _look(session, actor, change_id, by_asker=True)
    return _decided(session, actor, change, ClaimState.REFUSED, why)


def _look(session: Session, actor: Person, change_id: int, by_asker: bool = False) -> tuple[SupplierChange, Supplier]:
    supplies.lock(session)
    change = supplier_changes.find(session, change_id)
    if change is None or not access.may(session, actor, SupplyAct.SEE_MONEY):
        raise Refusal("There is no such change that you can see. /supplies suppliers shows how they are.")
    if change.state is not ClaimState.ASKED:
        who = people.find(session, change.decided_by_id)
        raise Refusal("{who} has decided about this already.", who=who.known_as if who else "Deskhand")
    if not may_decide(session, actor, change) and not (by_asker and actor.id == change.asked_by_id):
        raise Refusal(
            "A second person looks at this: {who}.",
            who=[one.known_as for one in people.by_ids(session, deciders(session)).values()
                 if one.id != change.asked_by_id] or ["–"],
        )  # fmt: skip
    return change, purchases.get_supplier(session, change.supplier_id)


def _decided(session: Session, actor: Person, change: SupplierChange, state: ClaimState, why: str = "") -> Supplier:
    values = {"state": state, "decided_by_id": actor.id, "decided_at": clock.now(), "why": clean_line(why)[:300]}
    if not supplier_changes.decide(session, change.id or 0, values):
        raise Overtaken
    after = {"change": change.id, **(change.after if state is ClaimState.CONFIRMED else {})}
    number = change.supplier_id
    history.record(session, clock.now(), actor.id, state.value, "supplier", number, change.before, after, why)
    settled.look_at_supplier(session, change.supplier_id)
    notices.redraw(session, "supplier_change", change.id or 0, deciders(session))
    return purchases.get_supplier(session, change.supplier_id)
