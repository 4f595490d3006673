"""Invoices of suppliers: entered once, matched with order and receipts, released, paid; credit notes; who is unpaid."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.approvals.ask import Proposal, amend, begin_purchase
from office.duties.approvals.ending import ALIVE, drop
from office.duties.changes import Overtaken
from office.duties.one_by_one import one_by_one
from office.duties.people import office_today
from office.duties.supplies import access, habits, settled
from office.duties.supplies.due import due_on, next_reminder
from office.duties.supplies.invoice_entry import (
    ORDERED,
    Said,
    purchase_of,
    refuse_days,
    refuse_twice,
    sums_of,
    written,
)
from office.duties.supplies.prices import CATEGORY, total_as_ordered
from office.duties.supplies.sellers import as_kept, seller
from office.errors import Refusal
from office.rules import invoice_matching as rule
from office.rules import invoice_numbers
from office.rules.money import Money
from office.rules.words import clean_line
from storage import approvals, history, people, purchases, supplies
from storage.supply_tables import Invoice, Purchase
from storage.tables import Person
from storage.words import ApprovalState, HeldFor, InvoiceKind, InvoiceState, SupplyAct

S = InvoiceState
PUT_OFF = timedelta(minutes=10)


def enter(session: Session, actor: Person, said: Said) -> Invoice:
    """Enters an invoice or a credit note. One that is higher than what has come is held with its difference."""
    access.refuse_unless(session, actor, SupplyAct.ENTER)
    supplies.lock(session)
    supplier = purchases.find_supplier(session, said.supplier_id)
    if supplier is None:
        raise Refusal("Choose a supplier. New ones are made with /supplies suppliers.")
    purchase = purchase_of(session, actor, said, supplier)
    number = clean_line(said.number)[:60]
    cleaned = invoice_numbers.cleaned(number)
    if not cleaned:
        raise Refusal("Write the number that stands on the invoice.")
    refuse_twice(session, supplier, cleaned)
    refuse_days(session, said)
    currency = purchase.currency if purchase else supplier.currency
    sums, freight = sums_of(session, said, purchase, currency)
    of = purchase.seller if purchase is not None and purchase.seller else as_kept(supplier)
    values: dict[str, Any] = {
        "supplier_id": supplier.id, "seller": {**of, "account": supplier.account},
        "purchase_id": purchase.id if purchase else None, "kind": said.kind,
        "state": S.OPEN, "number": number, "cleaned": cleaned, "day": said.day,
        "due_on": said.due_on or due_on(said.day, supplier.terms), "currency": currency, "net": sums.net,
        "total": sums.total, "taxes": written(sums.taxes), "freight": freight, "credits_id": said.credits_id,
        "difference": 0, "held_for": [], "entered_by_id": actor.id, "why": "", "created_at": clock.now(), "version": 1,
    }  # fmt: skip
    number_of = purchases.add_invoice(session, values)
    purchases.add_invoice_lines(session, number_of, [
        {"purchase_line_id": one.line_id, "packs": one.packs, "price": one.price, "per": one.per}
        for one in said.billed
    ])  # fmt: skip
    about = {"number": number, "supplier_id": supplier.id, "kind": said.kind.value}
    after = {**about, "total": sums.total, "net": sums.net}
    history.record(session, clock.now(), actor.id, "enter", "invoice", number_of, after=after)
    invoice = settled.settle(session, purchases.get_invoice(session, number_of))
    if purchase is not None:
        settled.match_again(session, purchase.id or 0)
    if invoice.state is not S.HELD:
        told = [actor.id, *settled.payers(session, invoice)]
        notices.tell(session, "supplies.invoice", "invoice", number_of, told, is_card=True)
    settled.show(session, invoice)
    return purchases.get_invoice(session, number_of)


def accept(session: Session, actor: Person, number: int, why: str) -> Invoice:
    """Finance takes a difference as it is, for a reason. What is beyond all that was agreed to is asked about, and
    of the whole purchase, so that a small order can't become a large one by its invoices."""
    access.refuse_unless(session, actor, SupplyAct.PAY)
    supplies.lock(session)
    invoice = access.look_invoice(session, actor, number)
    if invoice.state is not S.HELD or invoice.accepted_by_id is not None:
        raise _not_now(invoice)
    if any(one["why"] == HeldFor.SUPPLIER for one in invoice.held_for):
        raise Refusal("The supplier is being changed, so nothing of it is paid. A second person looks at that first: "
                      "/supplies suppliers.")  # fmt: skip
    if not why.strip():
        raise Refusal("Say why it is paid all the same, so that it can be read in a year.")
    order = purchases.get(session, invoice.purchase_id) if invoice.purchase_id is not None else None
    if order is not None and order.ordered_by_id == actor.id:
        raise Refusal("You ordered P{number} yourself, so somebody else of finance looks at the difference.",
                      number=str(order.id))  # fmt: skip
    if invoice.entered_by_id == actor.id:
        raise Refusal("You entered I{number} yourself, so somebody else of finance looks at it.", number=str(number))
    values = {"accepted_by_id": actor.id, "why": clean_line(why)[:300]}
    if not purchases.change_invoice(session, invoice, values):
        raise Overtaken
    history.record(session, clock.now(), actor.id, "accept", "invoice", number,
                   after={"difference": invoice.difference}, why=why)  # fmt: skip
    beyond, whole = _beyond(session, order, invoice)
    if beyond <= 0:
        settled.release(session, purchases.get_invoice(session, number))
        return purchases.get_invoice(session, number)
    proposal = _difference(session, order, invoice, why, beyond, whole)
    # The routes look at it in the money of whoever ordered, as they looked at the order.
    requester = people.get(session, (order.ordered_by_id if order is not None else None) or invoice.entered_by_id)
    earlier = approvals.of_invoice(session, number)
    asked = (
        begin_purchase(session, requester, proposal, invoice_id=number, editor=actor)
        if earlier is None
        else amend(session, actor, earlier, proposal, anew=True)
    )
    if asked.state is ApprovalState.APPROVED:
        settled.approved(session, actor, asked)
    return purchases.get_invoice(session, number)


def _beyond(session: Session, order: Purchase | None, invoice: Invoice) -> tuple[int, int]:
    """(what all invoices of an order ask for beyond what was agreed to, the whole of it), without VAT."""
    off = settled.credited(session, invoice)
    if order is None:
        return invoice.net - off.net, invoice.net
    agreed = 0
    if order.state in ORDERED:
        agreed = total_as_ordered(order, purchases.lines(session, order.id or 0)).minor
    others = [
        one for one in purchases.invoices_of(session, order.id or 0)
        if one.kind is InvoiceKind.INVOICE and one.id != invoice.id and (one.state is not S.HELD or one.accepted_by_id)
    ]  # fmt: skip
    own = invoice.net - off.net
    billed = own + sum(one.net - settled.credited(session, one).net for one in others)
    given = sum(_extra(session, one) for one in others)
    return min(billed - agreed - given, own), billed


def _extra(session: Session, invoice: Invoice) -> int:
    """What was agreed to for an invoice on top of its order."""
    extra = approvals.of_invoice(session, invoice.id or 0)
    return extra.amount or 0 if extra is not None and extra.state is ApprovalState.APPROVED else 0


def pay(session: Session, actor: Person, number: int, day: date | None = None) -> Invoice:
    """Finance has paid it: what was committed for it is spent. A credit note that is settled gives it back. Nobody
    books what they have agreed to themselves."""
    supplies.lock(session)
    invoice = access.look_invoice(session, actor, number)
    if actor.id not in (may := settled.payers(session, invoice)):
        access.refuse_unless(session, actor, SupplyAct.PAY)
        raise Refusal("You agreed to this yourself, so somebody else books what was paid: {who}.",
                      who=[one.known_as for one in people.by_ids(session, may).values()] or ["–"])  # fmt: skip
    today = office_today(session)
    paid_on = day or today
    if invoice.state is not S.OPEN:
        raise _not_now(invoice)
    if paid_on > today:
        raise Refusal("{day} is still to come. Book it when it is paid.", day=paid_on)
    if paid_on < invoice.day:
        raise Refusal("{day} is before the invoice was written. Look at the day again.", day=paid_on)
    values = {"state": S.PAID, "paid_on": paid_on, "paid_by_id": actor.id, "next_at": None}
    if not purchases.change_invoice(session, invoice, values):
        raise Overtaken
    for one in (number, invoice.credits_id):
        if one is not None:
            settled.reckon_extra(session, actor, purchases.get_invoice(session, one))
    if invoice.purchase_id is not None:
        settled.reckon(session, actor, invoice.purchase_id)
    history.record(session, clock.now(), actor.id, "pay", "invoice", number, after={"paid_on": paid_on.isoformat()})
    paid = purchases.get_invoice(session, number)
    settled.show(session, paid)
    return paid


def cancel(session: Session, actor: Person, number: int, why: str) -> Invoice:
    """It was entered by mistake: its number is free again."""
    access.refuse_unless(session, actor, SupplyAct.ENTER)
    supplies.lock(session)
    invoice = access.look_invoice(session, actor, number)
    if invoice.state not in (S.HELD, S.OPEN):
        raise _not_now(invoice)
    if not why.strip():
        raise Refusal("Say why it is taken out, so that it can be read in a year.")
    _refuse_settled(session, invoice)
    extra = approvals.of_invoice(session, number)
    if extra is not None and extra.state in ALIVE:
        # What was agreed to for its difference is free again.
        drop(session, actor, extra, ApprovalState.WITHDRAWN, why)
    if not purchases.change_invoice(
        session, invoice, {"state": S.CANCELLED, "next_at": None, "why": clean_line(why)[:300]}
    ):
        raise Overtaken
    history.record(session, clock.now(), actor.id, "cancel", "invoice", number, why=why)
    if invoice.kind is InvoiceKind.INVOICE and invoice.purchase_id is not None:
        settled.reckon(session, actor, invoice.purchase_id)
    for note in purchases.credited(session, number):
        if note.state is not S.PAID:
            purchases.change_invoice(
                session, note, {"state": S.CANCELLED, "next_at": None, "why": clean_line(why)[:300]}
            )
    if invoice.purchase_id is not None:
        settled.match_again(session, invoice.purchase_id)
    cancelled = purchases.get_invoice(session, number)
    settled.show(session, cancelled)
    return cancelled


def _refuse_settled(session: Session, invoice: Invoice) -> None:
    """An invoice and its credit notes belong together: none of them goes once money has moved for another."""
    together = purchases.credited(session, invoice.id or 0)
    if invoice.credits_id is not None:
        together.append(purchases.get_invoice(session, invoice.credits_id))
    paid = next((one for one in together if one.state is S.PAID), None)
    if paid is not None:
        raise Refusal("I{number} can't be taken out: I{other}, which belongs to it, is paid already.",
                      number=str(invoice.id), other=str(paid.id))  # fmt: skip


def to_pay(session: Session, actor: Person) -> list[Invoice]:
    """What is released and not paid, the earliest due first; credit notes among them."""
    access.refuse_unless(session, actor, SupplyAct.SEE_MONEY)
    return purchases.invoices_in(session, [S.OPEN])


def held(session: Session, actor: Person) -> list[Invoice]:
    access.refuse_unless(session, actor, SupplyAct.SEE_MONEY)
    return purchases.invoices_in(session, [S.HELD])


def uninvoiced(session: Session) -> list[tuple[Purchase, Money]]:
    """Orders of which something has come that no invoice asks for yet, with what it is worth without VAT."""
    found = []
    for number, came, billed in purchases.came_and_billed(session):
        if came - billed > rule.TOLERANCE:
            purchase = purchases.get(session, number)
            found.append((purchase, Money(came - billed, purchase.currency)))
    return found


def choose_reminder(session: Session, actor: Person | None, days: int) -> None:
    """How many working days before it is due an invoice is spoken of, also of those that wait. `actor`: None for a
    file."""
    habits.choose(session, actor, remind=days)
    for invoice in purchases.invoices_in(session, [S.OPEN], 10_000):
        if invoice.kind is InvoiceKind.INVOICE:
            purchases.change_invoice(session, invoice, {"next_at": next_reminder(session, invoice.due_on)})


def remind(session: Session) -> int:
    """Tells those who pay what is due, on working days."""
    now = clock.now()
    due = purchases.due_invoices(session, now)
    one_by_one(
        session, due, lambda one: _remind(session, one),
        lambda one: purchases.change_invoice(session, one, {"next_at": now + PUT_OFF}),
    )  # fmt: skip
    return len(due)


def _remind(session: Session, invoice: Invoice) -> None:
    is_open = invoice.state is S.OPEN and invoice.kind is InvoiceKind.INVOICE
    following = next_reminder(session, invoice.due_on) if is_open else None
    if purchases.change_invoice(session, invoice, {"next_at": following}) and is_open:
        told = settled.payers(session, invoice)
        notices.tell(session, "supplies.due", "invoice", invoice.id or 0, told, is_card=True)


def _difference(
    session: Session, order: Purchase | None, invoice: Invoice, why: str, beyond: int, whole: int
) -> Proposal:
    supplier = seller(session, invoice)
    orderer = people.get(session, (order.ordered_by_id if order is not None else None) or invoice.entered_by_id)
    return Proposal(
        title=f"I{invoice.id} {supplier.name} {invoice.number}",
        text=why,
        money=Money(beyond, invoice.currency),
        whole=Money(max(whole, beyond), invoice.currency),
        supplier=supplier.name,
        department_id=access.department_of(session, orderer),
        category=CATEGORY,
    )


def _not_now(invoice: Invoice) -> Refusal:
    return Refusal("The invoice I{number} is {state}. /supplies I{number} shows it.",
                   number=str(invoice.id), state=invoice.state)  # fmt: skip


def sums(found: Sequence[Invoice]) -> list[Money]:
    """What they come to in each currency; credit notes take off."""
    total: dict[str, int] = {}
    for one in found:
        amount = -one.total if one.kind is InvoiceKind.CREDIT else one.total
        total[one.currency] = total.get(one.currency, 0) + amount
    return [Money(amount, currency) for currency, amount in sorted(total.items())]
