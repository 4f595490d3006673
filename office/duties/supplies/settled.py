"""How an invoice stands against its order: what it is held for, and what lets it be paid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import budgets, digest_cards, notices
from office.duties.approvals.ending import ALIVE, drop
from office.duties.changes import Overtaken
from office.duties.supplies import access
from office.duties.supplies.due import next_reminder
from office.duties.supplies.prices import freight_vat, total_of
from office.errors import Refusal
from office.rules import invoice_matching as rule
from office.rules.invoice_matching import Difference, Invoiced, Ordered
from office.rules.invoice_numbers import likeness
from office.rules.money import Money
from storage import approvals, history, purchases, supplier_changes
from storage.approvals import agreed_by
from storage.money_tables import Approval
from storage.supply_tables import Invoice, Purchase
from storage.tables import Person
from storage.words import ApprovalState, HeldFor, InvoiceKind, InvoiceState, PurchaseState

S = InvoiceState
# Reasons that no credit note makes up for.
WHATEVER = (HeldFor.ALIKE, HeldFor.SUPPLIER)
COUNTED = (S.HELD, S.OPEN, S.PAID)


@dataclass(frozen=True)
class Expected:
    """What an order may still be invoiced for: goods that have come and were not invoiced, and its freight."""

    ordered: tuple[Ordered, ...]
    net: int
    total: int
    freight: int
    credited: bool


def expected(session: Session, purchase: Purchase, but: int = 0) -> Expected:
    """`but`: an invoice that is not counted, as it is the one that is looked at."""
    lines = purchases.lines(session, purchase.id or 0)
    packs = purchases.invoiced_packs(session, [one.id or 0 for one in lines], but)
    ordered = tuple(
        Ordered(
            one.id or 0, one.pack, one.price or 0, Decimal(one.vat), one.received, packs.get(one.id or 0, 0), one.per
        )
        for one in lines
    )
    came = [(rule.worth(one.received, one.pack, one.price, one.per), one.vat) for one in ordered]
    others = [
        one for one in purchases.invoices_of(session, purchase.id or 0)
        if one.id != but and one.kind is InvoiceKind.INVOICE and not (but and _waits_behind(one, but))
    ]  # fmt: skip
    freight = purchase.freight if any(one.received for one in ordered) else 0
    gross = rule.gross([*came, (freight, freight_vat(lines))])
    net = sum(amount for amount, _ in came) + freight
    asked = [_asked(session, one) for one in others]
    left_net, left = net - sum(one.net for one in asked), gross - sum(one.total for one in asked)
    billed = sum(one.freight for one in others)
    off = any(credited(session, one).total for one in others)
    return Expected(ordered, max(0, left_net), max(0, left), max(0, freight - billed), off)


def _waits_behind(invoice: Invoice, number: int) -> bool:
    """One that is held takes nothing from those that were there before it."""
    return invoice.state is S.HELD and invoice.accepted_by_id is None and (invoice.id or 0) > number


@dataclass(frozen=True)
class Amounts:
    """Amounts of invoices or credit notes, without VAT and with it."""

    net: int
    total: int


def _asked(session: Session, invoice: Invoice) -> Amounts:
    """What an invoice asks for of its order: less its credit notes, and what was agreed to on top."""
    off = credited(session, invoice)
    net, total = invoice.net - off.net, invoice.total - off.total
    if invoice.accepted_by_id is None or not invoice.net or not invoice.total:
        return Amounts(net, total)
    rate = Decimal(invoice.total) / invoice.net
    with_lines = bool(purchases.invoice_lines(session, invoice.id or 0))
    on_top = Decimal(invoice.difference) if with_lines else invoice.difference / rate
    return Amounts(net - rule.rounded(on_top), total - rule.rounded(on_top * rate))


def credited(session: Session, invoice: Invoice) -> Amounts:
    notes = purchases.credited(session, invoice.id or 0)
    return Amounts(sum(one.net for one in notes), sum(one.total for one in notes))


@dataclass(frozen=True)
class Excess:
    """Why an invoice is too high before its credit notes: `net` by its lines, without VAT; `gross` by its total. What
    else it is held for has no amount."""

    found: tuple[Difference, ...] = ()
    net: int = 0
    gross: int = 0

    @property
    def holds(self) -> bool:
        """Whether it is held whatever it comes to."""
        return any(one.why in WHATEVER for one in self.found)


def excess(session: Session, invoice: Invoice) -> Excess:
    """By how much an invoice is higher than what has come and was not invoiced otherwise, now; and what else holds
    it."""
    if invoice.kind is InvoiceKind.CREDIT:
        return Excess()
    more = tuple(_whatever(session, invoice))
    if invoice.purchase_id is None:
        # Nobody has agreed to it yet: finance looks at it first.
        return Excess((Difference(HeldFor.ORDER, None, invoice.total), *more), 0, invoice.total)
    purchase = purchases.get(session, invoice.purchase_id)
    found = expected(session, purchase, but=invoice.id or 0)
    lines = purchases.invoice_lines(session, invoice.id or 0)
    if not lines:
        over = rule.by_total(invoice.total, found.total)
        return Excess((*over, *more), 0, _sum(over))
    said = [Invoiced(one.purchase_line_id, one.packs, one.price, one.per) for one in lines]
    rates = {one.line_id: one.vat for one in found.ordered}
    goods = [(one.net, rates[one.line_id]) for one in said]
    top = freight_vat(purchases.lines(session, purchase.id or 0))
    by_line = rule.by_lines(found.ordered, said)
    if found.credited:
        # A replacement is invoiced anew: then packs say nothing, and the sums below decide.
        by_line = [one for one in by_line if one.why is HeldFor.PRICE]
    # What others have asked for by their totals is not asked for again by lines.
    twice = sum(net for net, _ in goods) + invoice.freight - found.net - _sum(by_line)
    again = [Difference(HeldFor.TOTAL, None, twice)] if twice > rule.TOLERANCE else []
    # What the total says beyond its lines is neither goods nor the freight that was agreed.
    beyond = rule.by_total(invoice.total, rule.gross([*goods, (found.freight, top)]))
    return Excess((*by_line, *again, *beyond, *more), _sum(by_line) + _sum(again), _sum(beyond))


def _whatever(session: Session, invoice: Invoice) -> Iterator[Difference]:
    if supplier_changes.asked(session, invoice.supplier_id) is not None:
        yield Difference(HeldFor.SUPPLIER, None, 0)
    if alike(session, invoice) is not None:
        yield Difference(HeldFor.ALIKE, None, 0)


def alike(session: Session, invoice: Invoice) -> Invoice | None:
    """An earlier invoice of the same supplier whose number is so like this one's that it may be the same."""
    own = likeness(invoice.number)
    earlier = purchases.invoices_of_supplier(session, invoice.supplier_id, COUNTED)
    found = (one for one in earlier if (one.id or 0) < (invoice.id or 0) and one.kind is invoice.kind)
    return next((one for one in found if own and likeness(one.number) == own), None)


def too_high(session: Session, invoice: Invoice) -> tuple[int, Excess]:
    """What is still too much of an invoice after its credit notes, and why; 0 where nothing is."""
    found, off = excess(session, invoice), credited(session, invoice)
    amount = rule.after_credits(found.net, found.gross, off.net, off.total)
    return (0 if off.total and amount <= rule.TOLERANCE else amount), found


def payers(session: Session, invoice: Invoice) -> list[int]:
    """Who may book that an invoice is paid: finance without those who have agreed to it or to its order; where all of
    finance have, those who run the office."""
    order = purchases.get(session, invoice.purchase_id) if invoice.purchase_id is not None else None
    found = [approvals.find(session, order.approval_id or 0) if order is not None else None]
    found.append(approvals.of_invoice(session, invoice.id or 0))
    agreed = {one for approval in found if approval is not None for one in agreed_by(session, approval)}
    others = [one for one in access.payers(session) if one not in agreed]
    return others or [one for one in access.managers(session) if one not in agreed]


def look_at_supplier(session: Session, supplier_id: int) -> None:
    """Somebody wants a supplier to be called or paid otherwise, or that was decided: what is open is held, or not any
    more. What was accepted of it stays accepted."""
    is_asked = supplier_changes.asked(session, supplier_id) is not None
    for invoice in purchases.invoices_of_supplier(session, supplier_id, (S.HELD, S.OPEN)):
        if invoice.kind is InvoiceKind.CREDIT:
            continue
        if invoice.accepted_by_id is None:
            settle(session, invoice)
        elif is_asked and invoice.state is S.OPEN:
            _hold_for_supplier(session, invoice)
        elif not is_asked and _only_for_supplier(invoice):
            release(session, invoice)


def _only_for_supplier(invoice: Invoice) -> bool:
    return invoice.state is S.HELD and [one["why"] for one in invoice.held_for] == [HeldFor.SUPPLIER.value]


def _hold_for_supplier(session: Session, invoice: Invoice) -> None:
    why = [{"why": HeldFor.SUPPLIER.value, "line": None, "amount": 0}]
    if not purchases.change_invoice(session, invoice, {"state": S.HELD, "held_for": why, "next_at": None}):
        raise Overtaken
    held = purchases.get_invoice(session, invoice.id or 0)
    _tell(session, held)
    show(session, held)


def match_again(session: Session, purchase_id: int) -> None:
    """More has come, went back, or was credited: what was held may be paid now, and the other way round."""
    for invoice in purchases.invoices_of(session, purchase_id):
        if invoice.state not in (S.HELD, S.OPEN) or invoice.kind is InvoiceKind.CREDIT:
            continue
        if invoice.accepted_by_id is None:
            settle(session, invoice)
            continue
        if _only_for_supplier(invoice):
            continue
        now, _ = too_high(session, invoice)
        # What was taken as it is was that much, and no more.
        if now > invoice.difference + rule.TOLERANCE or (invoice.state is S.HELD and now == 0):
            _look_anew(session, invoice)


def _look_anew(session: Session, invoice: Invoice) -> None:
    """What somebody agreed to, or was to, is another difference now, or none any more."""
    asked = approvals.of_invoice(session, invoice.id or 0)
    if asked is not None and asked.state in ALIVE:
        drop(session, None, asked, ApprovalState.WITHDRAWN, "")
    found = purchases.get_invoice(session, invoice.id or 0)
    purchases.change_invoice(session, found, {"accepted_by_id": None, "why": ""})
    settle(session, purchases.get_invoice(session, invoice.id or 0))


def _sum(found: Sequence[Difference]) -> int:
    return sum(one.amount for one in found)


def reckon(session: Session, actor: Person | None, purchase_id: int) -> None:
    """Brings the budget in line with an order: what was paid is spent, what is still to be paid is committed, and when
    all has come, was invoiced and is paid, the rest is free."""
    purchase = purchases.get(session, purchase_id)
    approval = approvals.find(session, purchase.approval_id or 0)
    if approval is None or approval.state is not ApprovalState.APPROVED:
        return
    lines = purchases.lines(session, purchase_id)
    paid = _paid(session, purchase_id)
    left = 0 if _is_over(session, purchase) else max(0, total_of(purchase, lines).minor - paid)
    budgets.settle(session, actor, approval, Money(left, purchase.currency), Money(paid, purchase.currency))


def reckon_extra(session: Session, actor: Person | None, invoice: Invoice) -> None:
    """The same for what was agreed to for an invoice on top of its order, or without one."""
    extra = approvals.of_invoice(session, invoice.id or 0)
    if invoice.state is S.PAID and extra is not None and extra.state is ApprovalState.APPROVED:
        spent = Money(_extra_paid(session, invoice), extra.currency)
        budgets.settle(session, actor, extra, Money(0, extra.currency), spent)


def _paid(session: Session, purchase_id: int) -> int:
    """What was paid for an order without VAT, less what was credited, and less what was agreed to for itself."""
    paid = 0
    for one in purchases.invoices_of(session, purchase_id):
        if one.state is S.PAID:
            paid += -one.net if one.kind is InvoiceKind.CREDIT else one.net - _extra_paid(session, one)
    return max(0, paid)


def _extra_paid(session: Session, invoice: Invoice) -> int:
    """How much of an invoice was paid by what was agreed to for itself; without an order that is all of it."""
    extra = approvals.of_invoice(session, invoice.id or 0)
    if extra is None or extra.state is not ApprovalState.APPROVED:
        return 0
    notes = [one for one in purchases.credited(session, invoice.id or 0) if one.state is S.PAID]
    return max(0, min(extra.amount or 0, invoice.net - sum(one.net for one in notes)))


def _is_over(session: Session, purchase: Purchase) -> bool:
    """Whether all has come, was invoiced and is paid."""
    invoices = purchases.invoices_of(session, purchase.id or 0)
    if purchase.state is not PurchaseState.DONE or not invoices or any(one.state is not S.PAID for one in invoices):
        return False
    found = expected(session, purchase)
    # What went back is brought anew, and asked for anew; what was only credited is not.
    came_back = any(one.returned for one in purchases.lines(session, purchase.id or 0))
    if found.credited and not came_back:
        return True
    by_packs = all(one.invoiced * one.pack >= one.received for one in found.ordered) and not found.credited
    return by_packs or found.net <= rule.TOLERANCE


def settle(session: Session, invoice: Invoice) -> Invoice:
    """Held or to be paid, as it stands now against what has come."""
    amount, why = too_high(session, invoice)
    is_held = bool(amount) or why.holds
    pays = not is_held and invoice.kind is InvoiceKind.INVOICE
    reasons = [one for one in why.found if amount or one.why in WHATEVER]
    values: dict[str, Any] = {
        "state": S.HELD if is_held else S.OPEN, "difference": amount,
        "held_for": [{"why": one.why.value, "line": one.line_id, "amount": one.amount} for one in reasons],
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
    looks = access.payers(session) if invoice.state is S.HELD else payers(session, invoice)
    told = [invoice.entered_by_id, *looks]
    notices.tell(session, kind, "invoice", invoice.id or 0, told, is_card=True)


def approved(session: Session, actor: Person | None, approval: Approval) -> None:
    """Those who must agree to a difference have: the invoice can be paid."""
    invoice = purchases.get_invoice(session, approval.invoice_id or 0)
    if invoice.state is S.HELD:
        release(session, invoice)


def release(session: Session, invoice: Invoice) -> None:
    """It can be paid, unless where it is paid to is being changed."""
    if supplier_changes.asked(session, invoice.supplier_id) is not None:
        if not _only_for_supplier(invoice):
            _hold_for_supplier(session, invoice)
        return
    values = {"state": S.OPEN, "next_at": next_reminder(session, invoice.due_on)}
    if not purchases.change_invoice(session, invoice, values):
        raise Overtaken
    notices.tell(session, "supplies.released", "invoice", invoice.id or 0, payers(session, invoice), is_card=True)
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
