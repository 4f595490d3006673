"""Suppliers, orders to them, what came, and what they want to be paid."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from storage.statements import BATCH, add_all, changed, insert_or_ignore, maybe, one, rows
from storage.statements import add as add_row
from storage.supply_tables import Invoice, InvoiceLine, Item, Purchase, PurchaseLine, Receipt, Supplier
from storage.text import fold
from storage.words import InvoiceKind, InvoiceState, PurchaseState

S = PurchaseState
ALIVE = (S.DRAFT, S.WAITING, S.READY, S.SENT)


def suppliers(session: Session) -> list[Supplier]:
    return rows(session, select(Supplier).order_by(col(Supplier.folded)))


def get_supplier(session: Session, supplier_id: int) -> Supplier:
    return one(session, select(Supplier).where(col(Supplier.id) == supplier_id))


def find_supplier(session: Session, supplier_id: int | None) -> Supplier | None:
    if supplier_id is None or not 0 < supplier_id < 2**31:
        return None
    return maybe(session, select(Supplier).where(col(Supplier.id) == supplier_id))


def supplier_named(session: Session, name: str) -> Supplier | None:
    return maybe(session, select(Supplier).where(col(Supplier.folded) == fold(name)))


def add_supplier(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Supplier, {**values, "folded": fold(values["name"]), "version": 1})


def change_supplier(session: Session, supplier: Supplier, values: Mapping[str, Any]) -> bool:
    same = update(Supplier).where(col(Supplier.id) == supplier.id, col(Supplier.version) == supplier.version)
    names = {"folded": fold(values["name"])} if "name" in values else {}
    return changed(session.execute(same.values(version=supplier.version + 1, **values, **names))) == 1


def has_business(session: Session, supplier_id: int) -> bool:
    """Whether anything has a price in a supplier's currency: an item, kept or not, or an order that is not over."""
    items = select(col(Item.id)).where(col(Item.supplier_id) == supplier_id)
    orders = select(col(Purchase.id)).where(col(Purchase.supplier_id) == supplier_id, col(Purchase.state).in_(ALIVE))
    return any(session.execute(one.limit(1)).scalar() is not None for one in (items, orders))


def has_open(
    session: Session, supplier_id: int, orders: Collection[PurchaseState], invoices: Collection[InvoiceState]
) -> bool:
    """Whether a supplier has an order or an invoice in one of the states."""
    bought = select(col(Purchase.id)).where(col(Purchase.supplier_id) == supplier_id, col(Purchase.state).in_(orders))
    asked = select(col(Invoice.id)).where(col(Invoice.supplier_id) == supplier_id, col(Invoice.state).in_(invoices))
    return any(session.execute(one.limit(1)).scalar() is not None for one in (bought, asked))


def of_supplier(session: Session, supplier_id: int, states: Collection[PurchaseState]) -> list[Purchase]:
    theirs = select(Purchase).where(col(Purchase.supplier_id) == supplier_id, col(Purchase.state).in_(states))
    return rows(session, theirs.order_by(col(Purchase.id)))


def invoices_of_supplier(session: Session, supplier_id: int, states: Collection[InvoiceState]) -> list[Invoice]:
    theirs = select(Invoice).where(col(Invoice.supplier_id) == supplier_id, col(Invoice.state).in_(states))
    return rows(session, theirs.order_by(col(Invoice.id)))


def get(session: Session, number: int) -> Purchase:
    return one(session, select(Purchase).where(col(Purchase.id) == number))


def find(session: Session, number: int) -> Purchase | None:
    return maybe(session, select(Purchase).where(col(Purchase.id) == number)) if 0 < number < 2**31 else None


def draft_of(session: Session, supplier_id: int) -> Purchase | None:
    return maybe(session, select(Purchase).where(col(Purchase.supplier_id) == supplier_id, _is_draft()))


def begin_draft(session: Session, supplier: Supplier, now: datetime) -> Purchase:
    """The draft of a supplier; two who begin one at once get the same."""
    found = draft_of(session, supplier.id or 0)
    if found is None:
        values = {
            "supplier_id": supplier.id, "state": S.DRAFT, "currency": supplier.currency, "freight": 0,
            "created_at": now,
            "confirmation": "", "chased": 0, "why": "", "version": 1,
        }  # fmt: skip
        insert_or_ignore(session, Purchase, values)
        found = draft_of(session, supplier.id or 0)
    assert found is not None
    return found


def change(session: Session, purchase: Purchase, values: Mapping[str, Any]) -> bool:
    """Changes an order if it is still the version that was read; says whether it was."""
    same = update(Purchase).where(col(Purchase.id) == purchase.id, col(Purchase.version) == purchase.version)
    return changed(session.execute(same.values(version=purchase.version + 1, **values))) == 1


def in_states(session: Session, states: Collection[PurchaseState], limit: int = 200) -> list[Purchase]:
    found = select(Purchase).where(col(Purchase.state).in_(states)).order_by(col(Purchase.id).desc()).limit(limit)
    return rows(session, found)


def due(session: Session, now: datetime, limit: int = BATCH) -> list[Purchase]:
    late = select(Purchase).where(col(Purchase.next_at).is_not(None), col(Purchase.next_at) <= now)
    return rows(session, late.order_by(col(Purchase.next_at)).limit(limit))


def lines(session: Session, purchase_id: int) -> list[PurchaseLine]:
    """Without those that nobody wants any more: what was ordered once stays written, with nothing on it."""
    theirs = select(PurchaseLine).where(col(PurchaseLine.purchase_id) == purchase_id, col(PurchaseLine.packs) > 0)
    return rows(session, theirs.order_by(col(PurchaseLine.id)))


def get_line(session: Session, line_id: int) -> PurchaseLine:
    return one(session, select(PurchaseLine).where(col(PurchaseLine.id) == line_id))


def find_line(session: Session, line_id: int) -> PurchaseLine | None:
    return maybe(session, select(PurchaseLine).where(col(PurchaseLine.id) == line_id)) if 0 < line_id < 2**31 else None


def line_of_item(session: Session, purchase_id: int, item_id: int) -> PurchaseLine | None:
    theirs = select(PurchaseLine).where(col(PurchaseLine.purchase_id) == purchase_id)
    return maybe(session, theirs.where(col(PurchaseLine.item_id) == item_id))


def drafted_line_of(session: Session, item_id: int) -> PurchaseLine | None:
    """The line of an item on any draft, whichever supplier it was put on."""
    theirs = (
        select(PurchaseLine)
        .join(Purchase, col(Purchase.id) == col(PurchaseLine.purchase_id))
        .where(col(PurchaseLine.item_id) == item_id, _is_draft())
    )
    return maybe(session, theirs.limit(1))


def coming_lines(session: Session, item_id: int, states: Collection[PurchaseState]) -> list[PurchaseLine]:
    """The lines of orders in some states that still bring an item, the oldest order first."""
    theirs = (
        select(PurchaseLine)
        .join(Purchase, col(Purchase.id) == col(PurchaseLine.purchase_id))
        .where(col(PurchaseLine.item_id) == item_id, col(Purchase.state).in_(states))
    )
    return [one for one in rows(session, theirs.order_by(col(Purchase.id))) if one.open > 0]


def add_line(session: Session, values: Mapping[str, Any]) -> int:
    row = {
        "item_id": None, "text": "", "article": "", "pack": 1, "price": None, "per": 1, "vat": "0", "by_hand": False,
        "received": 0, "damaged": 0, "wrong": 0, "returned": 0, "closed": 0, "extra": 0, **values,
    }  # fmt: skip
    return add_row(session, PurchaseLine, row)


def change_line(session: Session, line_id: int, values: Mapping[str, Any]) -> None:
    session.execute(update(PurchaseLine).where(col(PurchaseLine.id) == line_id).values(**values))


def remove_line(session: Session, line_id: int) -> None:
    """Takes a line off a draft; what has been sent stays as it was sent."""
    session.execute(delete(PurchaseLine).where(col(PurchaseLine.id) == line_id))


def book(session: Session, line_id: int, by: Mapping[str, int]) -> bool:
    """Books what came: received and closed units never pass what was ordered, and nothing falls below zero. One
    statement, so that many small deliveries can't pass it together."""
    after = {name: getattr(PurchaseLine, name) + amount for name, amount in by.items()}
    total = sum((after.get(name, getattr(PurchaseLine, name)) for name in ("received", "closed")), start=0)
    room = [value >= 0 for value in after.values()]
    booked = update(PurchaseLine).where(
        col(PurchaseLine.id) == line_id, total <= col(PurchaseLine.packs) * col(PurchaseLine.pack), *room
    )
    return changed(session.execute(booked.values(**after))) == 1


def add_receipt(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Receipt, {"note": "", "move_id": None, "corrects_id": None, "actor_id": None, **values})


def receipts(session: Session, line_ids: Collection[int]) -> list[Receipt]:
    theirs = select(Receipt).where(col(Receipt.purchase_line_id).in_(line_ids))
    return rows(session, theirs.order_by(col(Receipt.id)))


def receipt_of_move(session: Session, move_id: int) -> Receipt | None:
    return maybe(session, select(Receipt).where(col(Receipt.move_id) == move_id))


def add_invoice(session: Session, values: Mapping[str, Any]) -> int:
    return add_row(session, Invoice, values)


def add_invoice_lines(session: Session, invoice_id: int, found: list[dict[str, Any]]) -> None:
    add_all(session, InvoiceLine, [{"invoice_id": invoice_id, **one} for one in found])


def get_invoice(session: Session, number: int) -> Invoice:
    return one(session, select(Invoice).where(col(Invoice.id) == number))


def find_invoice(session: Session, number: int) -> Invoice | None:
    return maybe(session, select(Invoice).where(col(Invoice.id) == number)) if 0 < number < 2**31 else None


def same_invoice(session: Session, supplier_id: int, cleaned: str) -> Invoice | None:
    same = select(Invoice).where(
        col(Invoice.supplier_id) == supplier_id, col(Invoice.cleaned) == cleaned,
        col(Invoice.state) != InvoiceState.CANCELLED,
    )  # fmt: skip
    return maybe(session, same)


def change_invoice(session: Session, invoice: Invoice, values: Mapping[str, Any]) -> bool:
    same = update(Invoice).where(col(Invoice.id) == invoice.id, col(Invoice.version) == invoice.version)
    return changed(session.execute(same.values(version=invoice.version + 1, **values))) == 1


def invoice_lines(session: Session, invoice_id: int) -> list[InvoiceLine]:
    return rows(
        session, select(InvoiceLine).where(col(InvoiceLine.invoice_id) == invoice_id).order_by(col(InvoiceLine.id))
    )


def invoices_of(session: Session, purchase_id: int) -> list[Invoice]:
    """What was invoiced for an order and counts."""
    theirs = select(Invoice).where(
        col(Invoice.purchase_id) == purchase_id, col(Invoice.state) != InvoiceState.CANCELLED
    )
    return rows(session, theirs.order_by(col(Invoice.id)))


def all_invoices_of(session: Session, purchase_id: int) -> list[Invoice]:
    """The same with those that were taken out."""
    return rows(session, select(Invoice).where(col(Invoice.purchase_id) == purchase_id).order_by(col(Invoice.id)))


def invoices_in(session: Session, states: Collection[InvoiceState], limit: int = 500) -> list[Invoice]:
    """By the day on which they are due."""
    found = select(Invoice).where(col(Invoice.state).in_(states)).order_by(col(Invoice.due_on), col(Invoice.id))
    return rows(session, found.limit(limit))


def all_invoices(session: Session) -> list[Invoice]:
    return rows(session, select(Invoice).order_by(col(Invoice.day), col(Invoice.id)))


def due_invoices(session: Session, now: datetime, limit: int = BATCH) -> list[Invoice]:
    late = select(Invoice).where(col(Invoice.next_at).is_not(None), col(Invoice.next_at) <= now)
    return rows(session, late.order_by(col(Invoice.next_at)).limit(limit))


def invoiced_packs(session: Session, line_ids: Collection[int], but: int = 0) -> dict[int, int]:
    """line of an order -> packs that were invoiced for it; without one invoice."""
    if not line_ids:
        return {}
    counted = (
        select(col(InvoiceLine.purchase_line_id), func.sum(col(InvoiceLine.packs)))
        .join(Invoice, col(Invoice.id) == col(InvoiceLine.invoice_id))
        .where(
            col(InvoiceLine.purchase_line_id).in_(line_ids), col(Invoice.state) != InvoiceState.CANCELLED,
            col(Invoice.id) != but,
        )
        .group_by(col(InvoiceLine.purchase_line_id))
    )  # fmt: skip
    return {line_id: int(packs) for line_id, packs in session.execute(counted)}


def credited(session: Session, invoice_id: int) -> list[Invoice]:
    """The credit notes for an invoice."""
    notes = select(Invoice).where(col(Invoice.credits_id) == invoice_id, col(Invoice.state) != InvoiceState.CANCELLED)
    return rows(session, notes.order_by(col(Invoice.id)))


def came_and_billed(session: Session) -> list[tuple[int, int, int]]:
    """(order, what has come at its prices, what was invoiced less what was credited), without VAT, of every order of
    which something has come."""
    # Rounded half up, as everywhere: both databases divide integers downwards.
    for_units = col(PurchaseLine.pack) * col(PurchaseLine.per)
    exact = 2 * col(PurchaseLine.received) * col(PurchaseLine.price)
    worth = func.sum((exact + for_units) / (2 * for_units))
    came = (
        select(col(Purchase.id), worth)
        .join(PurchaseLine, col(PurchaseLine.purchase_id) == col(Purchase.id))
        .where(col(Purchase.state).in_([S.SENT, S.DONE]), col(PurchaseLine.received) > 0)
        .group_by(col(Purchase.id))
        .order_by(col(Purchase.id).desc())
    )
    signed = case((col(Invoice.kind) == InvoiceKind.CREDIT, -col(Invoice.net)), else_=col(Invoice.net))
    billed = (
        select(col(Invoice.purchase_id), func.sum(signed))
        .where(col(Invoice.purchase_id).is_not(None), col(Invoice.state) != InvoiceState.CANCELLED)
        .group_by(col(Invoice.purchase_id))
    )
    asked = {number: int(amount) for number, amount in session.execute(billed)}
    return [(number or 0, int(amount or 0), asked.get(number, 0)) for number, amount in session.execute(came)]


def drafts(session: Session, limit: int = 200) -> list[Purchase]:
    """The drafts on which something stands."""
    some = select(col(PurchaseLine.id)).where(col(PurchaseLine.purchase_id) == col(Purchase.id)).exists()
    return rows(session, select(Purchase).where(_is_draft(), some).order_by(col(Purchase.id)).limit(limit))


def expected(session: Session, today: date) -> list[Purchase]:
    """What is on its way, the earliest promised first."""
    out = select(Purchase).where(col(Purchase.state) == S.SENT)
    return rows(session, out.order_by(func.coalesce(Purchase.promised_on, today), col(Purchase.id)))


def _is_draft() -> Any:
    return col(Purchase.state) == S.DRAFT
