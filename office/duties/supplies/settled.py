"""How an invoice stands against its order: what it is held for, and what lets it be paid."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.supplies import access
from office.duties.supplies.due import next_reminder
from office.duties.supplies.prices import freight_vat
from office.errors import Refusal
from office.rules import invoice_matching as rule
from office.rules.invoice_matching import Difference, Invoiced, Ordered
from storage import purchases
from storage.money_tables import Approval
from storage.supply_tables import Invoice, Purchase
from storage.tables import Person
from storage.words import InvoiceKind, InvoiceState

S = InvoiceState


@dataclass(frozen=True)
class Expected:
    """What an order may still be invoiced for: goods that have come and were not invoiced, and its freight."""

    ordered: tuple[Ordered, ...]
    net: int
    total: int
    freight: int


def expected(session: Session, purchase: Purchase, but: int = 0) -> Expected:
    """`but`: an invoice that is not counted, as it is the one that is looked at."""
    lines = purchases.lines(session, purchase.id or 0)
    packs = purchases.invoiced_packs(session, [one.id or 0 for one in lines], but)
    ordered = tuple(
        Ordered(one.id or 0, one.pack, one.price or 0, Decimal(one.vat), one.received, packs.get(one.id or 0, 0))
        for one in lines
    )
    came = [(rule.worth(one.received, one.pack, one.price), one.vat) for one in ordered]
    others = [one for one in purchases.invoices_of(session, purchase.id or 0) if one.id != but]
    freight = purchase.freight if any(one.received for one in ordered) else 0
    gross = rule.gross([*came, (freight, freight_vat(lines))])
    net = sum(amount for amount, _ in came) + freight
    left = gross - sum(_signed(one, one.total) for one in others)
    left_net = net - sum(_signed(one, one.net) for one in others)
    billed = sum(_signed(one, one.freight) for one in others)
    return Expected(ordered, max(0, left_net), max(0, left), max(0, freight - billed))


def differences(session: Session, invoice: Invoice) -> list[Difference]:
    """Why an invoice is higher than what has come, now."""
    if invoice.purchase_id is None or invoice.kind is InvoiceKind.CREDIT:
        return []
    purchase = purchases.get(session, invoice.purchase_id)
    found = expected(session, purchase, but=invoice.id or 0)
    lines = purchases.invoice_lines(session, invoice.id or 0)
    if not lines:
        return rule.by_total(invoice.total, found.total)
    said = [Invoiced(one.purchase_line_id, one.packs, one.price) for one in lines]
    rates = {one.line_id: one.vat for one in found.ordered}
    goods = [(one.packs * one.price, rates[one.line_id]) for one in said]
    top = freight_vat(purchases.lines(session, purchase.id or 0))
    adds_up = rule.gross([*goods, (found.freight, top)])
    by_line = rule.by_lines(found.ordered, said)
    # What the total says beyond its lines is neither goods nor the freight that was agreed.
    return [*by_line, *rule.by_total(invoice.total, adds_up)]


def match_again(session: Session, actor: Person | None, purchase_id: int) -> None:
    """More has come, or was credited: an invoice that was held for it may be paid now."""
    for invoice in purchases.invoices_of(session, purchase_id):
        if invoice.state is S.HELD and invoice.accepted_by_id is None:
            settle(session, actor, invoice)


def settle(session: Session, actor: Person | None, invoice: Invoice) -> Invoice:
    """Held or to be paid, as it stands now against what has come."""
    found = differences(session, invoice)
    # A credit note for the same order makes up for what is too high.
    too_high = sum(one.amount for one in found) - _credited(session, invoice)
    held = bool(found) and too_high > rule.TOLERANCE
    state = S.HELD if held else S.OPEN
    values: dict[str, Any] = {
        "state": state, "difference": too_high if held else 0,
        "held_for": [{"why": one.why.value, "line": one.line_id, "amount": one.amount} for one in found] if held
        else [],
        "next_at": None if held else next_reminder(session, invoice.due_on),
    }  # fmt: skip
    if all(getattr(invoice, name) == value for name, value in values.items()):
        return invoice
    if not purchases.change_invoice(session, invoice, values):
        raise Overtaken
    changed = purchases.get_invoice(session, invoice.id or 0)
    if invoice.state is S.HELD and state is S.OPEN:
        notices.tell(
            session, "supplies.released", "invoice", invoice.id or 0, [invoice.entered_by_id, *access.payers(session)]
        )
    show(session, changed)
    return changed


def approved(session: Session, actor: Person | None, approval: Approval) -> None:
    """Those who must agree to a difference have: the invoice can be paid."""
    invoice = purchases.get_invoice(session, approval.invoice_id or 0)
    if invoice.state is not S.HELD:
        return
    values = {"state": S.OPEN, "next_at": next_reminder(session, invoice.due_on)}
    if not purchases.change_invoice(session, invoice, values):
        raise Overtaken
    notices.tell(session, "supplies.released", "invoice", invoice.id or 0, access.payers(session))
    show(session, purchases.get_invoice(session, invoice.id or 0))


def refused(session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
    """The difference is not agreed to: the invoice stays held until it is credited or asked about anew."""
    invoice = purchases.get_invoice(session, approval.invoice_id or 0)
    if invoice.state is S.HELD:
        purchases.change_invoice(session, invoice, {"accepted_by_id": None, "why": ""})
    show(session, purchases.get_invoice(session, invoice.id or 0))


def refuse_done(session: Session, approval: Approval) -> None:
    invoice = purchases.get_invoice(session, approval.invoice_id or 0)
    if invoice.state is not S.HELD:
        raise Refusal(
            "The invoice I{number} is released already; its difference can't be taken back.", number=str(invoice.id)
        )


def show(session: Session, invoice: Invoice) -> None:
    notices.redraw(session, "invoice", invoice.id or 0, [*access.managers(session), *access.payers(session)])
    if invoice.purchase_id is not None:
        notices.redraw(session, "purchase", invoice.purchase_id, [])


def _credited(session: Session, invoice: Invoice) -> int:
    """What credit notes of the same order take off, without VAT where lines are compared and with it for totals."""
    if invoice.purchase_id is None:
        return 0
    has_lines = bool(purchases.invoice_lines(session, invoice.id or 0))
    credits = [
        one for one in purchases.invoices_of(session, invoice.purchase_id)
        if one.kind is InvoiceKind.CREDIT and not purchases.invoice_lines(session, one.id or 0)
    ]  # fmt: skip
    # One with lines, and any beside a total, counts in what is expected already.
    return sum(one.net for one in credits) if has_lines else 0


def _signed(invoice: Invoice, amount: int) -> int:
    return -amount if invoice.kind is InvoiceKind.CREDIT else amount
