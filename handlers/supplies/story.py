"""The whole chain of one purchase in sentences: who asked, who agreed, what was ordered, what came, what was paid."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.approvals import evidence
from handlers.i18n import Md, Reader, escape, mention
from handlers.supplies.cards import item_name, line_name
from handlers.times import moment_said
from office.catalogue import Catalogue
from office.duties.supplies.receiving import receipts_of
from office.rules.money import Money
from storage import approvals, history, people, purchases, supplies, supply_orders
from storage.supply_tables import Invoice, Purchase, Receipt
from storage.tables import History
from storage.words import ReceiptKind


def lines(session: Session, catalogue: Catalogue, reader: Reader, purchase: Purchase, full: bool = False) -> list[str]:
    """One line of mrkdwn an event, oldest first. `full`: each day with its year, for a paper that is kept."""
    found = sorted(_events(session, catalogue, reader, purchase), key=lambda one: one[0])
    return [f"{escape(moment_said(reader, at) if full else reader.moment(at))} · {said}" for at, said in found]


def _events(
    session: Session, catalogue: Catalogue, reader: Reader, purchase: Purchase
) -> Iterator[tuple[datetime, str]]:
    yield from _asks(session, reader, purchase)
    yield from _approvals(session, catalogue, reader, purchase)
    for entry in history.of(session, "purchase", purchase.id or 0, 2000):
        if said := _done(session, reader, entry):
            yield entry.at, said
    for receipt in receipts_of(session, purchase.id or 0):
        yield receipt.at, _receipt(session, reader, receipt)
    for invoice in purchases.all_invoices_of(session, purchase.id or 0):
        yield from _invoice(session, reader, invoice)


def _asks(session: Session, reader: Reader, purchase: Purchase) -> Iterator[tuple[datetime, str]]:
    asked = supply_orders.brought_by(session, [one.id or 0 for one in purchases.lines(session, purchase.id or 0)])
    orders = supply_orders.of_lines(session, asked)
    items = supplies.by_ids(session, [one.item_id for one in asked])
    for line in asked:
        order = orders[line.order_id]
        who = mention(people.find(session, order.requester_id))
        name = item_name(reader, items.get(line.item_id or 0), line.text)
        yield order.created_at, reader.md("{who} asked for {count} × {name} (S{number})", who=who, count=line.quantity,
                                          name=name, number=str(order.id))  # fmt: skip


def _approvals(
    session: Session, catalogue: Catalogue, reader: Reader, purchase: Purchase
) -> Iterator[tuple[datetime, str]]:
    numbers = [purchase.approval_id]
    for invoice in purchases.all_invoices_of(session, purchase.id or 0):
        extra = approvals.of_invoice(session, invoice.id or 0)
        numbers.append(extra.id if extra is not None else None)
    for number in (one for one in numbers if one is not None):
        for at, said in evidence.events(session, catalogue, reader, approvals.get(session, number)):
            yield at, f"A{number}: {said}"


def _done(session: Session, reader: Reader, entry: History) -> str:
    who = mention(people.find(session, entry.actor_id)) if entry.actor_id else Md("Deskhand")
    why = f": {escape(entry.why)}" if entry.why else ""
    after = entry.after
    match entry.act:
        case "order":
            return reader.md("{who} placed the order", who=who)
        case "sent" if after.get("how") == "mail":
            return reader.md("It was sent to {address}", address=str(after.get("to", "")))
        case "sent":
            return reader.md("{who} sent it to the supplier", who=who)
        case "not_mailed":
            return reader.md("It could not be sent by e-mail")
        case "confirm":
            promised = reader.day(date.fromisoformat(after["promised_on"])) if after.get("promised_on") else ""
            answer = " · ".join(part for part in (str(after.get("confirmation") or ""), promised) if part)
            return reader.md("{who} noted the supplier's answer: {answer}", who=who, answer=answer)
        case "crossed":
            return reader.md("It was taken back just as it left for {address}", address=str(after.get("to", "")))
        case "cancelled":
            return reader.md("It was not ordered") + why
    texts = {
        "packs": reader.md("{who} changed a line", who=who),
        "price": reader.md("{who} changed a line", who=who),
        "edit": reader.md("{who} changed a line", who=who),
        "add": reader.md("{who} put something on it", who=who),
        "drop": reader.md("{who} dropped a line", who=who) + why,
        "postpone": reader.md("{who} moved a line to next week", who=who),
    }
    return texts.get(entry.act, "")


def _receipt(session: Session, reader: Reader, receipt: Receipt) -> str:
    who = mention(people.find(session, receipt.actor_id))
    name = line_name(session, reader, purchases.get_line(session, receipt.purchase_line_id))
    note = f": {escape(receipt.note)}" if receipt.note else ""
    facts = {"who": who, "count": abs(receipt.quantity), "name": name}
    if receipt.corrects_id is not None:
        by = f"{'+' if receipt.quantity > 0 else '−'}{reader.number(abs(receipt.quantity))}"
        return reader.md("{who} corrected a slip: {by} × {name}", who=who, by=by, name=name) + note
    texts = {
        ReceiptKind.RECEIVED: reader.md("{who} received {count} × {name}", **facts),
        ReceiptKind.DAMAGED: reader.md("{who} booked as damaged: {count} × {name}", **facts),
        ReceiptKind.WRONG: reader.md("{who} booked as wrong: {count} × {name}", **facts),
        ReceiptKind.RETURNED: reader.md("{who} sent back {count} × {name}", **facts),
        ReceiptKind.EXTRA: reader.md("{who} kept what came beyond the order: {count} × {name}", **facts),
        ReceiptKind.CLOSED: reader.md("{who} closed what is missing: {count} × {name}", **facts),
    }
    return texts[receipt.kind] + note


def _invoice(session: Session, reader: Reader, invoice: Invoice) -> Iterator[tuple[datetime, str]]:
    named = Md(f"I{invoice.id} {escape(invoice.number)}")
    for entry in reversed(history.of(session, "invoice", invoice.id or 0, 500)):
        who = mention(people.find(session, entry.actor_id))
        why = f": {escape(entry.why)}" if entry.why else ""
        match entry.act:
            case "enter":
                amount = Money(entry.after["total"], invoice.currency)
                kind = reader.term(invoice.kind)
                yield (
                    entry.at,
                    reader.md(
                        "{who} entered the {kind} {what} of {amount}", who=who, kind=kind, what=named, amount=amount
                    ),
                )
            case "accept":
                amount = Money(entry.after["difference"], invoice.currency)
                yield (
                    entry.at,
                    reader.md("{who} accepted {amount} too much on {what}", who=who, what=named, amount=amount) + why,
                )
            case "pay":
                yield entry.at, reader.md("{who} booked {what} as paid", who=who, what=named)
            case "cancel":
                yield entry.at, reader.md("{who} took {what} out", who=who, what=named) + why
