"""Supplies as Excel and CSV: what goes to suppliers and accountants, and what `import` takes back."""

from decimal import Decimal

from sqlalchemy.orm import Session

from handlers.i18n import Reader
from handlers.spreadsheets import Cell
from handlers.supplies.cards import line_name
from office.duties.supplies.headings import ITEM_COLUMNS, SUPPLIER_COLUMNS
from office.duties.supplies.invoice_entry import taxes_of
from office.duties.supplies.prices import line_net
from office.duties.supplies.sellers import seller
from office.rules.money import Money
from office.rules.unit_prices import UnitPrice
from storage import people, purchases, supplies
from storage.supply_tables import Invoice, Purchase
from storage.words import InvoiceKind


def purchase_rows(session: Session, reader: Reader, purchase: Purchase) -> tuple[list[str], list[list[Cell]]]:
    """The lines of an order to a supplier."""
    heads = [
        reader.say("Line"), reader.say("Article number"), reader.say("Article"), reader.say("Packs"),
        reader.say("Units a pack"), reader.say("Price"), reader.say("Sum"), reader.say("Currency"), reader.say("VAT %"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for at, line in enumerate(purchases.lines(session, purchase.id or 0), start=1):
        price = UnitPrice(line.price or 0, line.per).decimal(purchase.currency)
        total = Money(line_net(line), purchase.currency).decimal
        rows.append([
            at, line.article, line_name(session, reader, line), line.packs, line.pack, price, total, purchase.currency,
            Decimal(line.vat),
        ])  # fmt: skip
    return heads, rows


def item_rows(session: Session) -> tuple[list[str], list[list[Cell]]]:
    """All items, as `import items` takes them."""
    heads = [words.split("|")[0] for words in ITEM_COLUMNS.values()]
    sellers = {one.id: one for one in purchases.suppliers(session)}
    rows: list[list[Cell]] = []
    for item in supplies.everything(session):
        supplier = sellers.get(item.supplier_id)
        currency = item.currency or "EUR"
        price = UnitPrice(item.price, item.per).decimal(currency) if item.price is not None else None
        breaks = "; ".join(f"{least}: {UnitPrice(cost, item.per).decimal(currency)}" for least, cost in item.breaks)
        rows.append([
            *(item.names.get(one, "") for one in ("en", "sv", "de", "es")), "; ".join(item.synonyms), item.category,
            item.unit.value, item.pack, price, Decimal(item.vat), breaks, supplier.name if supplier else "",
            item.article, item.ean, item.lead_days, item.minimum, item.target, item.usual, item.shelf, item.photo,
            item.on_hand if item.counted_at is not None else None,
        ])  # fmt: skip
    return heads, rows


def supplier_rows(session: Session) -> tuple[list[str], list[list[Cell]]]:
    heads = [words.split("|")[0] for words in SUPPLIER_COLUMNS.values()]
    rows: list[list[Cell]] = [
        [
            one.name, one.contact, one.email, one.address, one.account, one.language, one.currency, one.terms,
            *(Money(amount, one.currency).decimal for amount in (one.minimum, one.freight, one.free_from)), one.note,
        ]
        for one in purchases.suppliers(session)
    ]  # fmt: skip
    return heads, rows


def invoice_rows(session: Session, reader: Reader) -> tuple[list[str], list[list[Cell]]]:
    """Every invoice, for the accountant."""
    heads = [
        reader.say("Number"), reader.say("Kind"), reader.say("Supplier"), reader.say("Invoice number"),
        reader.say("Invoice date"), reader.say("Due"), reader.say("Order"), reader.say("Without VAT"),
        reader.say("VAT"), reader.say("VAT by rate"),
        reader.say("Total with VAT"), reader.say("Currency"), reader.say("State"), reader.say("Difference"),
        reader.say("Reason"), reader.say("Paid on"), reader.say("Entered by"), reader.say("Accepted by"),
        reader.say("Paid by"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in purchases.all_invoices(session):
        sign = -1 if one.kind is InvoiceKind.CREDIT else 1
        net, total = (Money(sign * amount, one.currency).decimal for amount in (one.net, one.total))
        who = people.by_ids(session, [one.entered_by_id, one.accepted_by_id, one.paid_by_id])
        names = [
            who[number].known_as if number in who else ""
            for number in (one.entered_by_id, one.accepted_by_id, one.paid_by_id)
        ]
        rows.append([
            f"I{one.id}", reader.term(one.kind), seller(session, one).name, one.number, one.day, one.due_on,
            f"P{one.purchase_id}" if one.purchase_id else "", net, total - net, _by_rate(one), total, one.currency,
            reader.term(one.state), Money(one.difference, one.currency).decimal, one.why, one.paid_on, *names,
        ])  # fmt: skip
    return heads, rows


def _by_rate(invoice: Invoice) -> str:
    """ "21 %: 38.33 + 8.05; 10 %: 12.00 + 1.20", as it stands on the invoice."""
    parts = []
    for one in taxes_of(invoice):
        net, vat = (Money(amount, invoice.currency).decimal for amount in (one.net, one.vat))
        parts.append(f"{one.rate:f} %: {net} + {vat}")
    return "; ".join(parts)
