"""What stands on an invoice, as it is entered: whose it is, its days, and its sums as on paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.orm import Session

from office.duties.people import office_today
from office.duties.supplies import access, settled
from office.duties.supplies.prices import freight_vat
from office.errors import Refusal
from office.rules import invoice_amounts
from office.rules.invoice_amounts import Amounts, Tax, Unclear, taxed
from office.rules.invoice_matching import TOLERANCE, Invoiced, gross, rounded
from office.rules.money import Money
from storage import people, purchases
from storage.supply_tables import Invoice, Purchase, Supplier
from storage.tables import Person
from storage.words import InvoiceKind, InvoiceState, PurchaseState

S = InvoiceState
ORDERED = (PurchaseState.READY, PurchaseState.SENT, PurchaseState.DONE)


class Billed(NamedTuple):
    """A line of an order as an invoice asks for it: the price without VAT is of `per` packs."""

    line_id: int
    packs: int
    price: int
    per: int = 1


@dataclass(frozen=True)
class Said:
    """What stands on an invoice. `total`: with VAT; of it, of `net` and of `vat` two are enough, and one where there is
    one rate only. `taxes`: VAT by rate. `lines`: none where its total is compared. `due_on`: None for what the
    supplier's terms say. `credits_id`: the invoice that a credit note is for."""

    supplier_id: int
    number: str
    day: date
    total: int | None = None
    purchase_id: int | None = None
    kind: InvoiceKind = InvoiceKind.INVOICE
    due_on: date | None = None
    lines: tuple[tuple[int, ...], ...] = ()
    credits_id: int | None = None
    net: int | None = None
    vat: int | None = None
    taxes: tuple[Tax, ...] = ()

    @property
    def billed(self) -> list[Billed]:
        return [Billed(*one) for one in self.lines]


def purchase_of(session: Session, actor: Person, said: Said, supplier: Supplier) -> Purchase | None:
    """The order that an invoice is for, if any. Raises Refusal for what does not fit together."""
    if (said.kind is InvoiceKind.CREDIT) != (said.credits_id is not None):
        raise _no_credit()
    if said.credits_id is not None:
        of = access.look_invoice(session, actor, said.credits_id)
        same = (of.supplier_id, of.purchase_id) == (supplier.id, said.purchase_id)
        if of.kind is not InvoiceKind.INVOICE or of.state is S.CANCELLED or not same:
            raise _no_credit()
    if said.purchase_id is None:
        return None
    purchase = access.look_purchase(session, actor, said.purchase_id)
    if purchase.supplier_id != supplier.id:
        raise Refusal("P{number} went to another supplier.", number=str(purchase.id))
    if said.credits_id is None:
        refuse_unordered(purchase)
    known = {one.id for one in purchases.lines(session, purchase.id or 0)}
    twice = len({one.line_id for one in said.billed}) < len(said.lines)
    if twice or any(one.line_id not in known or one.packs < 1 or one.price < 0 for one in said.billed):
        raise Refusal("Write the lines as packs and price: 8 x 45.00.")
    return purchase


def refuse_unordered(purchase: Purchase) -> None:
    if purchase.state not in ORDERED:
        raise Refusal("P{number} has not been ordered. /supplies P{number} shows it.", number=str(purchase.id))


def refuse_twice(session: Session, supplier: Supplier, cleaned: str) -> None:
    earlier = purchases.same_invoice(session, supplier.id or 0, cleaned)
    if earlier is not None:
        who = people.find(session, earlier.entered_by_id)
        raise Refusal(
            "This invoice is there already: I{number}, {typed} of {supplier}, entered by {who}, {when}. It is not "
            "entered twice.",
            number=str(earlier.id), typed=earlier.number, supplier=supplier.name,
            who=who.known_as if who else "Deskhand", when=earlier.created_at,
        )  # fmt: skip


def refuse_days(session: Session, said: Said) -> None:
    today = office_today(session)
    if said.day > today:
        raise Refusal("The invoice is dated {day}, which is still to come. Look at its date again.", day=said.day)
    if said.day < today - timedelta(days=3 * 366):
        raise Refusal("The invoice is dated {day}, more than three years ago. Look at its date again.", day=said.day)
    if said.due_on is not None and said.due_on < said.day:
        raise Refusal("It can't be due before it was written. Look at its dates again.", due=said.due_on)


def sums_of(session: Session, said: Said, purchase: Purchase | None, currency: str) -> tuple[Amounts, int]:
    """The sums of an invoice as on paper, and how much of them is freight. Raises Refusal where they are not enough,
    or don't agree."""
    rates = set(_rates(session, said, purchase))
    try:
        if said.lines and purchase is not None:
            return _by_lines(session, said, purchase, currency)
        found = invoice_amounts.on_paper(said.net, said.vat, said.total, said.taxes, rates)
    except Unclear as unclear:
        raise _unclear(unclear, currency, rates) from unclear
    if not 0 < found.total <= 10**13:
        raise Refusal("Write the total of the invoice, with VAT, as an amount above nothing.", total=found.total)
    _refuse_too_much_credit(session, said, found)
    is_invoice = purchase is not None and said.credits_id is None
    return found, settled.expected(session, purchase).freight if purchase is not None and is_invoice else 0


def _by_lines(session: Session, said: Said, purchase: Purchase, currency: str) -> tuple[Amounts, int]:
    """The lines give what is asked for without VAT; what the total has beyond them is freight, as far as one was
    agreed, and else it is too much."""
    lines = purchases.lines(session, purchase.id or 0)
    rates = {one.id: Decimal(one.vat) for one in lines}
    goods = [(Invoiced(*one).net, rates[one.line_id]) for one in said.billed]
    with_vat, top = gross(goods), freight_vat(lines)
    total = said.total
    if total is None and said.net is not None:
        over = said.net - sum(net for net, _ in goods)
        total = gross([*goods, (max(0, over), top)])
    elif total is None:
        total = with_vat
    if total < with_vat - TOLERANCE:
        raise Refusal("The lines come to {lines} with VAT, which is more than the total. Look at both again.",
                      lines=Money(with_vat, currency))  # fmt: skip
    over = rounded(Decimal(max(0, total - with_vat)) / (1 + top / 100))
    by_rate: dict[Decimal, int] = {}
    for net, rate in [*goods, (over, top)]:
        by_rate[rate] = by_rate.get(rate, 0) + net
    taxes = said.taxes or tuple(taxed(rate, net) for rate, net in by_rate.items() if net)
    net = said.net if said.net is not None else sum(by_rate.values())
    if abs(net - sum(by_rate.values())) > invoice_amounts.ROUNDING:
        raise Unclear("differ", abs(net - sum(by_rate.values())))
    return Amounts(net, total, taxes), min(over, settled.expected(session, purchase).freight)


def _rates(session: Session, said: Said, purchase: Purchase | None) -> Iterable[Decimal]:
    """The rates of VAT that an invoice may have."""
    if said.credits_id is not None:
        of = purchases.get_invoice(session, said.credits_id)
        if of.taxes:
            return [Decimal(str(rate)) for rate, *_ in of.taxes]
    if purchase is None:
        return []
    return [Decimal(one.vat) for one in purchases.lines(session, purchase.id or 0)]


def _refuse_too_much_credit(session: Session, said: Said, found: Amounts) -> None:
    if said.credits_id is None:
        return
    of, off = purchases.get_invoice(session, said.credits_id), None
    off = settled.credited(session, of)
    left = Money(of.total - off.total, of.currency)
    if found.total > left.minor or found.net > of.net - off.net:
        raise Refusal("{left} are left of this invoice; a credit note can't be more than that.", left=left)


def _unclear(unclear: Unclear, currency: str, rates: set[Decimal]) -> Refusal:
    if unclear.why == "differ":
        return Refusal("The sums don't agree: they are {off} apart. Look at the invoice again.",
                       net=None, off=Money(unclear.off, currency))  # fmt: skip
    if rates:
        return Refusal("Write what it is without VAT, too, as it stands on the invoice: it has several rates of VAT.",
                       net=None)  # fmt: skip
    return Refusal("Write what it is without VAT, or its VAT, too, as they stand on the invoice.", net=None)


def _no_credit() -> Refusal:
    return Refusal("A credit note is for an invoice of the same supplier that was not taken out.")


def written(taxes: Iterable[Tax]) -> list[list[object]] | None:
    """VAT by rate as it is kept: [[per cent, net, VAT], ...]."""
    return [[format(one.rate.normalize(), "f"), one.net, one.vat] for one in taxes] or None


def taxes_of(invoice: Invoice) -> list[Tax]:
    return [Tax(Decimal(str(rate)), int(net), int(vat)) for rate, net, vat in invoice.taxes or ()]
