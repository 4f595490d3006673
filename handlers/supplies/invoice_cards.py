"""How an invoice looks: what it asks for, whether it fits, and what can be done."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_percent
from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.i18n import Reader, escape, mention
from handlers.supplies.cards import line_name, price_said
from office.duties.supplies import access, settled
from office.duties.supplies.invoice_entry import taxes_of
from office.duties.supplies.sellers import seller
from office.rules.money import Money
from office.rules.unit_prices import UnitPrice
from storage import approvals, people, purchases
from storage.supply_tables import Invoice
from storage.tables import Person
from storage.words import HeldFor, InvoiceKind, InvoiceState, SupplyAct

A = SupplyAct


def invoice_card(session: Session, reader: Reader, invoice: Invoice, viewer: Person) -> list[Block]:
    """An invoice: what it asks for, whether it fits, and what can be done."""
    supplier = seller(session, invoice)
    pairs: list[tuple[str, object]] = [
        (reader.say("State"), state_said(reader, invoice)),
        (reader.say("Total with VAT"), _signed(invoice)),
        (reader.say("Without VAT"), _signed(invoice, invoice.net)),
        (reader.say("VAT"), _vat_said(reader, invoice)),
        (reader.say("Invoice date"), invoice.day),
    ]
    if invoice.kind is InvoiceKind.INVOICE:
        pairs.append((reader.say("Due date"), invoice.due_on))
    notes = purchases.credited(session, invoice.id or 0)
    if notes:
        left = invoice.total - sum(one.total for one in notes)
        pairs.append((reader.say("Credit notes"), ", ".join(f"I{one.id}" for one in notes)))
        pairs.append((reader.say("Left to pay after them"), Money(left, invoice.currency)))
    if invoice.credits_id is not None:
        pairs.append((reader.say("Credit note for"), f"I{invoice.credits_id}"))
    if invoice.purchase_id is not None:
        pairs.append((reader.say("Order"), f"P{invoice.purchase_id}"))
    pairs.append((reader.say("Entered by"), mention(people.find(session, invoice.entered_by_id))))
    if invoice.paid_on is not None:
        pairs.append((reader.say("Paid on"), invoice.paid_on))
    facts = [reader.md("*{label}*\n{value}", label=label, value=value) for label, value in pairs]
    kind = reader.term(invoice.kind).capitalize() if invoice.kind is InvoiceKind.CREDIT else ""
    head = " ".join(part for part in (f"I{invoice.id}", kind, supplier.name, invoice.number) if part)
    shown = [blocks.header(head), blocks.fields(facts)]
    if invoice.state is InvoiceState.HELD:
        shown.append(blocks.md("\n".join(held_said(session, reader, invoice))))
    if invoice.why:
        accepter = people.find(session, invoice.accepted_by_id) if invoice.state is not InvoiceState.CANCELLED else None
        said = reader.md("{who}: {why}", who=mention(accepter), why=invoice.why) if accepter else escape(invoice.why)
        shown.append(blocks.context(said))
    extra = approvals.of_invoice(session, invoice.id or 0)
    if extra is not None and invoice.state is InvoiceState.HELD:
        shown.append(blocks.context(reader.md("The difference is asked about in A{number}: {state}.",
                                              number=str(extra.id), state=extra.state)))  # fmt: skip
    return [*shown, *blocks.actions(_invoice_buttons(session, reader, invoice, viewer))]


def state_said(reader: Reader, invoice: Invoice) -> str:
    """How an invoice stands; a credit note is not paid but settled."""
    if invoice.kind is InvoiceKind.CREDIT and invoice.state is InvoiceState.OPEN:
        return reader.say("to be settled")
    if invoice.kind is InvoiceKind.CREDIT and invoice.state is InvoiceState.PAID:
        return reader.say("settled")
    return reader.term(invoice.state)


def held_said(session: Session, reader: Reader, invoice: Invoice) -> list[str]:
    """Why an invoice is held, each reason with its amount."""
    found = [_whatever_said(session, reader, invoice, HeldFor(one["why"])) for one in invoice.held_for]
    found = [one for one in found if one]
    by_amount = [one for one in invoice.held_for if one["amount"] and one["why"] != HeldFor.ORDER]
    if not by_amount:
        return found
    amount = Money(invoice.difference, invoice.currency)
    share = _share(reader, invoice.difference, invoice.total - invoice.difference)
    found.append(reader.md("⚠️ *Held: {amount} too much ({share}).*", amount=amount, share=share))
    return found + [_difference_said(session, reader, invoice, one) for one in by_amount]


def _whatever_said(session: Session, reader: Reader, invoice: Invoice, why: HeldFor) -> str:
    match why:
        case HeldFor.ORDER:
            return reader.md("⚠️ *Held: it has no order, so somebody of finance looks at it before it is paid.*")
        case HeldFor.SUPPLIER:
            return reader.md("⚠️ *Held: the supplier is being changed. A second person looks at that first.*")
        case HeldFor.ALIKE if (other := settled.alike(session, invoice)) is not None:
            who = mention(people.find(session, other.entered_by_id))
            return reader.md(
                "⚠️ *Held: its number is like that of I{number}*, {typed} of {day}, {amount}, entered by {who}. Is it "
                "the same one?",
                number=str(other.id), typed=other.number, day=other.day, amount=_signed(other), who=who,
            )  # fmt: skip
    return ""


def _difference_said(session: Session, reader: Reader, invoice: Invoice, one: Mapping[str, Any]) -> str:
    line = purchases.find_line(session, one["line"]) if one["line"] else None
    amount = Money(one["amount"], invoice.currency)
    name = line_name(session, reader, line) if line is not None else ""
    match HeldFor(one["why"]):
        case HeldFor.PRICE if line is not None:
            billed = next(each for each in purchases.invoice_lines(session, invoice.id or 0)
                          if each.purchase_line_id == line.id)  # fmt: skip
            ordered = UnitPrice(line.price or 0, line.per).one
            asked = UnitPrice(billed.price, billed.per).one
            return reader.md(
                "• {name}: {billed} on the invoice, {ordered} ordered ({share}): {amount}",
                name=name, billed=price_said(reader, billed.price, invoice.currency, billed.per),
                ordered=price_said(reader, line.price, invoice.currency, line.per),
                share=_share(reader, asked - ordered, ordered), amount=amount,
            )  # fmt: skip
        case HeldFor.QUANTITY if line is not None:
            return reader.md("• {name}: more than the {count} that have come: {amount}",
                             name=name, count=line.received, amount=amount)  # fmt: skip
    return reader.md("• The total is higher than what has come is worth: {amount}", amount=amount)


def _share(reader: Reader, part: Decimal | int, of: Decimal | int) -> str:
    """ "+9.2 %"; "–" of nothing."""
    return f"+{format_percent(Decimal(part) / of, '#,##0.0#%', locale=reader.locale)}" if of > 0 else "–"


def _vat_said(reader: Reader, invoice: Invoice) -> str:
    """VAT as it stands on the invoice, by rate where there are several."""
    sign = -1 if invoice.kind is InvoiceKind.CREDIT else 1
    whole = price_said(reader, sign * (invoice.total - invoice.net), invoice.currency)
    taxes = taxes_of(invoice)
    rates = [f"{reader.number(one.rate)} %" for one in taxes]
    if len(taxes) < 2:
        return " ".join([whole, *(f"({rate})" for rate in rates)])
    parts = [
        f"{rate}: {price_said(reader, sign * one.vat, invoice.currency)}"
        for rate, one in zip(rates, taxes, strict=True)
    ]
    return f"{whole} ({', '.join(parts)})"


def _invoice_buttons(session: Session, reader: Reader, invoice: Invoice, viewer: Person) -> list[Block]:
    number = str(invoice.id)
    row = []
    pays, enters = (access.may(session, viewer, act) for act in (A.PAY, A.ENTER))
    if invoice.state is InvoiceState.OPEN and viewer.id in settled.payers(session, invoice):
        label = reader.say("Settled") if invoice.kind is InvoiceKind.CREDIT else reader.say("Paid today")
        row.append(blocks.button(label, "supplies.pay", f"{number}.{invoice.version}", style="primary"))
        row.append(blocks.button(reader.say("Paid another day"), "supplies.form:paid", f"paid.{number}"))
    of_supplier = any(one["why"] == HeldFor.SUPPLIER for one in invoice.held_for)
    if invoice.state is InvoiceState.HELD and pays and invoice.accepted_by_id is None and not of_supplier:
        row.append(blocks.button(reader.say("Pay it all the same"), "supplies.form:accept", f"accept.{number}"))
    if invoice.kind is InvoiceKind.INVOICE and invoice.state is not InvoiceState.CANCELLED and enters:
        row.append(blocks.button(reader.say("Enter credit note"), "supplies.form:credit", f"credit.{invoice.id}"))
    if invoice.state in (InvoiceState.HELD, InvoiceState.OPEN) and enters:
        row.append(blocks.button(reader.say("Take out"), "supplies.form:takeout", f"takeout.{number}"))
    if invoice.purchase_id is not None:
        row.append(blocks.button(f"P{invoice.purchase_id}", "supplies.open:order", f"P{invoice.purchase_id}"))
        row.append(blocks.button(reader.say("The whole story"), "supplies.story", f"P{invoice.purchase_id}"))
    return row


def invoice_line(session: Session, reader: Reader, invoice: Invoice, today: date, place: str) -> Block:
    """One invoice in a list."""
    supplier = seller(session, invoice)
    late = invoice.state is InvoiceState.OPEN and invoice.due_on < today
    parts = [
        escape(price_said(reader, _signed(invoice).minor, invoice.currency)),
        reader.md("due {day}", day=invoice.due_on)
        if invoice.paid_on is None
        else reader.md("paid {day}", day=invoice.paid_on),
        f"*{escape(state_said(reader, invoice))}*" if invoice.state is not InvoiceState.OPEN else "",
    ]
    mark = "⏰ " if late else ""
    text = f"{mark}*I{invoice.id}* {escape(supplier.name)} {escape(invoice.number)}\n" + " · ".join(
        part for part in parts if part
    )
    return blocks.md(text, blocks.button(reader.say("Open"), f"supplies.open:{place}.I{invoice.id}", f"I{invoice.id}"))


def _signed(invoice: Invoice, amount: int | None = None) -> Money:
    """An amount of an invoice, its total where none is given; a credit note gives back."""
    of = invoice.total if amount is None else amount
    return Money(-of if invoice.kind is InvoiceKind.CREDIT else of, invoice.currency)
