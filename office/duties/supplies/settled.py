"""How an invoice stands against its order: what it is held for, and what lets it be paid."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.supplies import access
from office.duties.supplies.due import next_reminder
from office.duties.supplies.prices import freight_vat
from office.errors import Refusal
from office.rules import invoice_matching as rule
from office.rules.invoice_matching import Difference, Invoiced, Ordered
from storage import history, purchases
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
    others = [
        one for one in purchases.invoices_of(session, purchase.id or 0)
        if one.id != but and one.kind is InvoiceKind.INVOICE
    ]  # fmt: skip
    freight = purchase.freight if any(one.received for one in ordered) else 0
    gross = rule.gross([*came, (freight, freight_vat(lines))])
    net = sum(amount for amount, _ in came) + freight
    left = gross - sum(one.total - credited(session, one).total for one in others)
    left_net = net - sum(one.net - credited(session, one).net for one in others)
    billed = sum(one.freight for one in others)
    return Expected(ordered, max(0, left_net), max(0, left), max(0, freight - billed))


@dataclass(frozen=True)
class Credited:
    """What credit notes take off an invoice, without VAT and with it."""

    net: int
    total: int


def credited(session: Session, invoice: Invoice) -> Credited:
    notes = purchases.credited(session, invoice.id or 0)
    return Credited(sum(one.net for one in notes), sum(one.total for one in notes))


def differences(session: Session, invoice: Invoice) -> list[Difference]:
    """Why an invoice is higher than what has come, now."""
    if invoice.purchase_id is None or invoice.kind is InvoiceKind.CREDIT:
        return []
    purchase = purchases.get(session, invoice.purchase_id)
    found = expected(session, purchase, but=invoice.id or 0)
    lines = purchases.invoice_lines(session, invoice.id or 0)
    if not lines:
        return rule.by_total(invoice.total - credited(session, invoice).total, found.total)
    said = [Invoiced(one.purchase_line_id, one.packs, one.price) for one in lines]
    rates = {one.line_id: one.vat for one in found.ordered}
    goods = [(one.packs * one.price, rates[one.line_id]) for one in said]
    top = freight_vat(purchases.lines(session, purchase.id or 0))
    adds_up = rule.gross([*goods, (found.freight, top)])
    by_line = rule.by_lines(found.ordered, said)
    # What the total says beyond its lines is neither goods nor the freight that was agreed.
    return [*by_line, *rule.by_total(invoice.total, adds_up)]


def match_again(session: Session, purchase_id: int) -> None:
    """More has come, went back, or was credited: what was held may be paid now, and the other way round."""
    for invoice in purchases.invoices_of(session, purchase_id):
        if invoice.state in (S.HELD, S.OPEN) and invoice.accepted_by_id is None:
            settle(session, invoice)


def settle(session: Session, invoice: Invoice) -> Invoice:
    """Held or to be paid, as it stands now against what has come."""
    found = differences(session, invoice)
    too_high = sum(one.amount for one in found)
    if purchases.invoice_lines(session, invoice.id or 0):
        # Lines are compared without VAT; a total has its credit notes taken off already.
        too_high -= credited(session, invoice).net
    held = bool(found) and too_high > rule.TOLERANCE
    pays = not held and invoice.kind is InvoiceKind.INVOICE
    values: dict[str, Any] = {
        "state": S.HELD if held else S.OPEN, "difference": too_high if held else 0,
        "held_for": [{"why": one.why.value, "line": one.line_id, "amount": one.amount} for one in found] if held else [],
        "next_at": next_reminder(session, invoice.due_on) if pays else None,
    }  # fmt: skip
    if all(getattr(invoice, name) == value for name, value in values.items()):
        return invoice
    if not purchases.change_invoice(session, invoice, values):
        raise Overtaken
    changed = purchases.get_invoice(session, invoice.id or 0)
    if changed.state is not invoice.state:
        _tell(session, changed)
    show(session, changed)
    return changed


def _tell(session: Session, invoice: Invoice) -> None:
    """Those who entered it and those who pay hear that it is held now, or is not any more."""
    kind = "supplies.held" if invoice.state is S.HELD else "supplies.released"
    after = {"state": invoice.state.value, "difference": invoice.difference}
    history.record(session, clock.now(), None, "matched", "invoice", invoice.id or 0, after=after)
    told = [invoice.entered_by_id, *access.payers(session)]
    notices.tell(session, kind, "invoice", invoice.id or 0, told, is_card=True)


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
