"""How an invoice stands against its order: what it is held for, and what lets it be paid."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import budgets, digest_cards, notices
from office.duties.approvals.ending import drop
from office.duties.changes import Overtaken
from office.duties.supplies import access
from office.duties.supplies.due import next_reminder
from office.duties.supplies.prices import freight_vat, total_as_ordered, total_of
from office.errors import Refusal
from office.rules import invoice_matching as rule
from office.rules.invoice_matching import Difference, Invoiced, Ordered
from office.rules.money import Money
from storage import approvals, history, purchases
from storage.money_tables import Approval
from storage.supply_tables import Invoice, Purchase
from storage.tables import Person
from storage.words import ApprovalState, HeldFor, InvoiceKind, InvoiceState, PurchaseState

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
    if invoice.kind is InvoiceKind.CREDIT:
        return []
    if invoice.purchase_id is None:
        # Nobody has agreed to it yet: finance looks at it first.
        return [Difference(HeldFor.ORDER, None, invoice.total)]
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
    # What the total says beyond its lines is neither goods nor the freight that was agreed; and what others have asked
    # for by their totals is not asked for again by lines.
    beyond = rule.by_total(invoice.total, adds_up) or (
        [] if by_line else rule.by_total(invoice.total - credited(session, invoice).total, found.total)
    )
    return [*by_line, *beyond]


def match_again(session: Session, purchase_id: int) -> None:
    """More has come, went back, or was credited: what was held may be paid now, and the other way round."""
    for invoice in purchases.invoices_of(session, purchase_id):
        if invoice.state in (S.HELD, S.OPEN) and invoice.accepted_by_id is None:
            settle(session, invoice)
        elif invoice.state is S.HELD and not differences(session, invoice):
            _needless(session, invoice)


def _needless(session: Session, invoice: Invoice) -> None:
    """What somebody was to agree to is no difference any more."""
    asked = approvals.of_invoice(session, invoice.id or 0)
    if asked is not None and asked.state is ApprovalState.WAITING:
        drop(session, None, asked, ApprovalState.WITHDRAWN, "")
    purchases.change_invoice(session, invoice, {"accepted_by_id": None, "why": ""})
    settle(session, purchases.get_invoice(session, invoice.id or 0))


def reckon(session: Session, actor: Person | None, purchase_id: int) -> None:
    """Brings the budget in line with an order: what was paid is spent, what is still to be paid is committed, and when
    all has come, was invoiced and is paid, the rest is free."""
    purchase = purchases.get(session, purchase_id)
    approval = approvals.find(session, purchase.approval_id or 0)
    if approval is None or approval.state is not ApprovalState.APPROVED:
        return
    lines = purchases.lines(session, purchase_id)
    paid = min(_paid(session, purchase_id), total_as_ordered(purchase, lines).minor)
    left = 0 if _is_over(session, purchase) else max(0, total_of(purchase, lines).minor - paid)
    budgets.settle(session, actor, approval, Money(left, purchase.currency), Money(paid, purchase.currency))


def _paid(session: Session, purchase_id: int) -> int:
    """What was paid for an order without VAT, less what was credited, and less what was agreed to for itself."""
    paid = 0
    for one in purchases.invoices_of(session, purchase_id):
        if one.state is S.PAID:
            extra = approvals.of_invoice(session, one.id or 0)
            beyond = extra.amount or 0 if extra is not None and extra.state is ApprovalState.APPROVED else 0
            paid += -one.net if one.kind is InvoiceKind.CREDIT else one.net - beyond
    return max(0, paid)


def _is_over(session: Session, purchase: Purchase) -> bool:
    """Whether all has come, was invoiced and is paid."""
    invoices = purchases.invoices_of(session, purchase.id or 0)
    if purchase.state is not PurchaseState.DONE or not invoices or any(one.state is not S.PAID for one in invoices):
        return False
    found = expected(session, purchase)
    by_packs = all(one.invoiced * one.pack >= one.received for one in found.ordered)
    return by_packs or found.net <= rule.TOLERANCE


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
        "held_for": [{"why": one.why.value, "line": one.line_id, "amount": one.amount} for one in found] if held
        else [],
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
    if invoice.state is S.HELD:
        release(session, invoice)


def release(session: Session, invoice: Invoice) -> None:
    """It can be paid."""
    values = {"state": S.OPEN, "next_at": next_reminder(session, invoice.due_on)}
    if not purchases.change_invoice(session, invoice, values):
        raise Overtaken
    notices.tell(session, "supplies.released", "invoice", invoice.id or 0, access.payers(session), is_card=True)
    show(session, purchases.get_invoice(session, invoice.id or 0))


def refused(session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
    """The difference is not agreed to: the invoice stays held until it is credited or asked about anew."""
    invoice = purchases.get_invoice(session, approval.invoice_id or 0)
    if invoice.state is S.HELD:
        purchases.change_invoice(session, invoice, {"accepted_by_id": None, "why": ""})
        settle(session, purchases.get_invoice(session, invoice.id or 0))
    show(session, purchases.get_invoice(session, invoice.id or 0))


def refuse_done(session: Session, approval: Approval) -> None:
    invoice = purchases.get_invoice(session, approval.invoice_id or 0)
    if invoice.state is not S.HELD:
        raise Refusal(
            "The invoice I{number} is released already; its difference can't be taken back.", number=str(invoice.id)
        )


def show(session: Session, invoice: Invoice) -> None:
    notices.redraw(session, "invoice", invoice.id or 0, [*access.managers(session), *access.payers(session)])
    digest_cards.redraw(session, access.payers(session))
    if invoice.purchase_id is not None:
        notices.redraw(session, "purchase", invoice.purchase_id, [])
