"""How an invoice looks: what it asks for, whether it fits, and what can be done."""

from datetime import date

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.i18n import Reader, escape, mention
from handlers.supplies.cards import line_name, price_said
from office.duties.supplies import access
from office.rules.money import Money
from storage import approvals, people, purchases
from storage.supply_tables import Invoice
from storage.tables import Person
from storage.words import HeldFor, InvoiceKind, InvoiceState, SupplyAct

A = SupplyAct


def invoice_card(session: Session, reader: Reader, invoice: Invoice, viewer: Person) -> list[Block]:
    """An invoice: what it asks for, whether it fits, and what can be done."""
    supplier = purchases.get_supplier(session, invoice.supplier_id)
    pairs: list[tuple[str, object]] = [
        (reader.say("State"), reader.term(invoice.state)),
        (reader.say("Total with VAT"), _signed(invoice)),
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


def held_said(session: Session, reader: Reader, invoice: Invoice) -> list[str]:
    """Why an invoice is held, each reason with its amount."""
    if any(one["why"] == HeldFor.ORDER for one in invoice.held_for):
        return [reader.md("⚠️ *Held: it has no order, so somebody of finance looks at it before it is paid.*")]
    found = [reader.md("⚠️ *Held: {amount} too much.*", amount=Money(invoice.difference, invoice.currency))]
    for one in invoice.held_for:
        line = purchases.find_line(session, one["line"]) if one["line"] else None
        amount = Money(one["amount"], invoice.currency)
        name = line_name(session, reader, line) if line is not None else ""
        match HeldFor(one["why"]):
            case HeldFor.PRICE if line is not None:
                ordered = price_said(reader, line.price, invoice.currency, line.per)
                found.append(reader.md("• {name}: a higher price than the {ordered} that were ordered: {amount}",
                                       name=name, ordered=ordered, amount=amount))  # fmt: skip
            case HeldFor.QUANTITY if line is not None:
                found.append(reader.md("• {name}: more than the {count} that have come: {amount}",
                                       name=name, count=line.received, amount=amount))  # fmt: skip
            case _:
                found.append(reader.md("• The total is higher than what has come is worth: {amount}", amount=amount))
    return found


def _invoice_buttons(session: Session, reader: Reader, invoice: Invoice, viewer: Person) -> list[Block]:
    number = str(invoice.id)
    row = []
    pays, enters = (access.may(session, viewer, act) for act in (A.PAY, A.ENTER))
    if invoice.state is InvoiceState.OPEN and pays:
        label = reader.say("Settled") if invoice.kind is InvoiceKind.CREDIT else reader.say("Paid today")
        row.append(blocks.button(label, "supplies.pay", f"{number}.{invoice.version}", style="primary"))
        row.append(blocks.button(reader.say("Paid another day"), "supplies.form:paid", f"paid.{number}"))
    if invoice.state is InvoiceState.HELD and pays and invoice.accepted_by_id is None:
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
    supplier = purchases.get_supplier(session, invoice.supplier_id)
    late = invoice.state is InvoiceState.OPEN and invoice.due_on < today
    parts = [
        escape(price_said(reader, _signed(invoice).minor, invoice.currency)),
        reader.md("due {day}", day=invoice.due_on)
        if invoice.paid_on is None
        else reader.md("paid {day}", day=invoice.paid_on),
        reader.md("*{state}*", state=invoice.state) if invoice.state is not InvoiceState.OPEN else "",
    ]
    mark = "⏰ " if late else ""
    text = f"{mark}*I{invoice.id}* {escape(supplier.name)} {escape(invoice.number)}\n" + " · ".join(
        part for part in parts if part
    )
    return blocks.md(text, blocks.button(reader.say("Open"), f"supplies.open:{place}.I{invoice.id}", f"I{invoice.id}"))


def _signed(invoice: Invoice) -> Money:
    return Money(-invoice.total if invoice.kind is InvoiceKind.CREDIT else invoice.total, invoice.currency)
