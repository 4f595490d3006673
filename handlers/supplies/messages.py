"""What Deskhand says by itself about supplies: to those who asked, who keep, who order, who pay."""

from collections.abc import Callable
from decimal import Decimal

from sqlalchemy.orm import Session

from handlers import blocks, pictures, spreadsheets
from handlers.blocks import Block
from handlers.drawing import Attachment, Drawing, Mail, Message
from handlers.i18n import Md, escape, mention
from handlers.supplies import cards, import_cards, invoice_cards, papers, purchase_cards, questions, suppliers, tables
from office.duties.supplies import access, placed, spending
from office.duties.supplies.prices import total_of
from office.duties.supplies.sellers import seller
from office.rules.money import digits
from storage import drafts, history, people, purchases, stock_claims, supplies, supply_imports, supply_orders
from storage.supply_tables import Invoice, Item, Purchase, SupplyLine, SupplyOrder
from storage.tables import Person
from storage.words import ClaimState, InvoiceState, PurchaseState

P = PurchaseState


# To those who asked.


def mine(drawing: Drawing) -> Message:
    """The card of whoever asked; it stays current."""
    order = _order(drawing)
    shown = cards.order_card(drawing.session, drawing.reader, order, _reader(drawing))
    plain = drawing.reader.say("Your supplies: S{number}", number=str(order.id))
    return Message(plain, tuple(blocks.fitting(shown)))


def free(drawing: Drawing) -> Message | None:
    """To those who look after supplies: something in words, which they find and put on an order."""
    order = _order(drawing)
    lines = [
        line for line in supply_orders.lines(drawing.session, order.id or 0) if line.item_id is None and line.waiting
    ]
    if not lines and drawing.row.redraws_id is None:
        return None
    who = mention(people.find(drawing.session, order.requester_id))
    text = drawing.reader.md(
        "{who} asks for something that is not in the catalogue (S{number}).", who=who, number=str(order.id)
    )
    shown = cards.order_card(drawing.session, drawing.reader, order, _reader(drawing))
    plain = drawing.reader.say("Supplies to find: S{number}", number=str(order.id))
    return Message(plain, tuple(blocks.fitting([blocks.context(text), *shown])))


def ready(drawing: Drawing) -> Message | None:
    line, item = _line(drawing)
    if not line.reserved:
        # It was fetched or cancelled meanwhile: nothing is to be pressed any more.
        state = cards.line_state(drawing.session, drawing.reader, line, item)
        return None if drawing.row.redraws_id is None else _news(drawing, f"{_name(drawing, line, item)}: {state}")
    shelf = item.shelf if item is not None else ""
    text = drawing.reader.md(
        "✅ {count} × {name} are ready for you.", count=line.reserved, name=_name(drawing, line, item)
    )
    if shelf:
        text += " " + drawing.reader.md("They lie here: {place}.", place=shelf)
    button = blocks.button(
        drawing.reader.say("I have it"), f"supplies.collect:{line.id}", f"{line.id}", style="primary"
    )
    return _news(drawing, text, button)


def gone(drawing: Drawing) -> Message:
    line, item = _line(drawing)
    text = drawing.reader.md("There is less of {name} than I thought.", name=_name(drawing, line, item))
    return _news(drawing, f"{text}\n{cards.line_state(drawing.session, drawing.reader, line, item)}")


def dropped(drawing: Drawing) -> Message:
    line, item = _line(drawing)
    text = drawing.reader.md(
        "{count} × {name} will not be bought:", count=line.dropped, name=_name(drawing, line, item)
    )
    return _news(drawing, f"{text} {escape(line.why)}")


def delayed(drawing: Drawing) -> Message:
    line, item = _line(drawing)
    text = drawing.reader.md(
        "The supplier does not bring {name}. You wait for {count}; they are on the next order.",
        name=_name(drawing, line, item), count=line.waiting,
    )  # fmt: skip
    return _news(drawing, text)


def not_ordered(drawing: Drawing) -> Message | None:
    """The order that was to bring it was not agreed to, or was taken back."""
    line, item = _line(drawing)
    if not line.waiting:
        return None
    name = _name(drawing, line, item)
    text = drawing.reader.md("The order that was to bring {name} was not placed.", name=name)
    if line.why:
        text = drawing.reader.md("The order that was to bring {name} was not placed: {why}", name=name, why=line.why)
    return _news(drawing, f"{text}\n{cards.line_state(drawing.session, drawing.reader, line, item)}")


def cancelled(drawing: Drawing) -> Message:
    order = _order(drawing)
    entry = next(
        (one for one in history.of(drawing.session, "supply_order", order.id or 0, 10) if one.act == "cancel"), None
    )
    who = mention(people.find(drawing.session, entry.actor_id if entry else None))
    return _news(drawing, drawing.reader.md("{who} cancelled your order S{number}.", who=who, number=str(order.id)))


# To those who look after supplies.


def low(drawing: Drawing) -> Message | None:
    item = supplies.get(drawing.session, drawing.row.subject_id)
    if item.low_at is None:
        return None
    reader = drawing.reader
    text = reader.md("⚠️ *{name}* runs low: {count} left.", name=cards.item_name(reader, item), count=item.available)
    supplier = purchases.find_supplier(drawing.session, item.supplier_id)
    drafted = purchases.drafted_line_of(drawing.session, item.id or 0)
    if drafted is not None:
        text += " " + reader.md("It is on the next order, P{number}.", number=str(drafted.purchase_id))
    elif supplier is None:
        text += " " + reader.md("It has no supplier yet.")
    row = [blocks.button(reader.say("Open"), f"supplies.open:item{item.id}", f"item.{item.id}")]
    if drafted is None and supplier is not None:
        row.insert(0, blocks.button(reader.say("Put on an order"), "supplies.add", str(item.id), style="primary"))
    plain = reader.say("Running low: {name}", name=cards.item_name(reader, item))
    return Message(plain, (blocks.md(text), *blocks.actions(row)))


def claim(drawing: Drawing) -> Message | None:
    """To those who look after supplies: somebody brings what the ledger knows nothing of."""
    found = stock_claims.find(drawing.session, drawing.row.subject_id)
    if found is None:
        return None
    reader = drawing.reader
    name = cards.item_name(reader, supplies.find(drawing.session, found.item_id))
    who = mention(people.find(drawing.session, found.person_id))
    text = reader.md(
        "{who} wants to bring back {count} × {name}. By the ledger they have taken less. Is it there?",
        who=who, count=found.quantity, name=name,
    )  # fmt: skip
    plain = reader.say("Brought back: {name}", name=name)
    if found.state is not ClaimState.ASKED:
        by = mention(people.find(drawing.session, found.decided_by_id))
        said = (
            reader.md("✅ It is there, says {who}.", who=by)
            if found.state is ClaimState.CONFIRMED
            else reader.md("It is not there, says {who}.", who=by)
        )
        return Message(plain, (blocks.md(f"{text}\n{said}"),))
    row = [
        blocks.button(reader.say("It is there"), "supplies.claim:yes", f"{found.id}.yes", style="primary"),
        blocks.button(reader.say("It is not there"), "supplies.claim:no", f"{found.id}.no"),
    ]
    return Message(plain, (blocks.md(text), *blocks.actions(row)))


def claimed(drawing: Drawing) -> Message | None:
    """To whoever brought it."""
    found = stock_claims.find(drawing.session, drawing.row.subject_id)
    if found is None:
        return None
    name = cards.item_name(drawing.reader, supplies.find(drawing.session, found.item_id))
    if found.state is ClaimState.CONFIRMED:
        text = drawing.reader.say("Brought back, thank you: {what}.", what=f"{found.quantity} × {name}")
    else:
        text = drawing.reader.say("{count} × {name} were not found. Talk to those who look after supplies.",
                                  count=found.quantity, name=name)  # fmt: skip
    return Message(text, (blocks.words(text),))


def drafted(drawing: Drawing) -> Message | None:
    """The order of the week, to be looked at and placed; the card stays current through all that follows."""
    purchase = _purchase(drawing)
    lines = purchases.lines(drawing.session, purchase.id or 0)
    if not lines and drawing.row.redraws_id is None:
        return None
    reader = drawing.reader
    supplier = seller(drawing.session, purchase)
    shown = purchase_cards.purchase_card(drawing.session, reader, purchase, _reader(drawing))
    head = [
        blocks.context(
            reader.md(
                "The next order to {supplier} is drawn up. Look at it, and press *Order it*.", supplier=supplier.name
            )
        )
    ]
    plain = reader.say("Order P{number}", number=str(purchase.id))
    return Message(plain, tuple(blocks.fitting([*(head if purchase.state is P.DRAFT else []), *shown])))


def lowered(drawing: Drawing) -> Message | None:
    """To who placed an order and who is asked about it: somebody does not want some of it any more."""
    purchase = _purchase(drawing)
    line = purchases.find_line(drawing.session, drawing.row.detail_id or 0)
    entry = next((one for one in history.of(drawing.session, "purchase", purchase.id or 0, 20)
                  if one.act == "edit" and one.after.get("line") == drawing.row.detail_id), None)  # fmt: skip
    if line is None or entry is None:
        return None
    reader, who = drawing.reader, mention(people.find(drawing.session, entry.actor_id))
    old = reader.number(int(entry.before.get("packs", 0)) * line.pack)
    total = total_of(purchase, purchases.lines(drawing.session, purchase.id or 0))
    text = reader.md(
        "{who} does not want all of it any more: P{number} brings {new} × {name} and not {old}. It comes to {total} "
        "without VAT now.",
        who=who, number=str(purchase.id), new=line.quantity, old=old, total=total,
        name=cards.line_name(drawing.session, reader, line),
    )  # fmt: skip
    return Message(reader.say("P{number} is less now", number=str(purchase.id)), (blocks.md(text),))


def by_hand(drawing: Drawing) -> Message:
    is_ready = _purchase(drawing).state is P.READY
    text = drawing.reader.md("✅ The order is agreed to. Send the PDF to the supplier; both files follow here.")
    return _purchase_news(drawing, text if is_ready else "")


def mailing(drawing: Drawing) -> Message:
    purchase = _purchase(drawing)
    supplier = seller(drawing.session, purchase)
    if purchase.state is P.READY:
        text = drawing.reader.md("✅ The order is agreed to, and goes to {address} by e-mail.", address=supplier.email)
    elif purchase.state in (P.SENT, P.DONE):
        text = drawing.reader.md("The order was sent to {address}.", address=supplier.email)
    else:
        text = ""
    return _purchase_news(drawing, text)


def crossed(drawing: Drawing) -> Message:
    """It was taken back while it was leaving."""
    supplier = seller(drawing.session, _purchase(drawing))
    text = drawing.reader.md(
        "⚠️ The order was taken back just as it left: {address} has it. Tell the supplier that it does not count.",
        address=supplier.email,
    )  # fmt: skip
    return _purchase_news(drawing, text)


def not_mailed(drawing: Drawing) -> Message:
    purchase = _purchase(drawing)
    supplier = seller(drawing.session, purchase)
    entries = history.of(drawing.session, "purchase", purchase.id or 0, 20)
    entry = next((one for one in entries if one.act == "not_mailed"), None)
    trouble = str(entry.after.get("trouble", "")) if entry else ""
    if purchase.state is not P.READY:
        return _purchase_news(drawing, "")
    if trouble.startswith("mail_unclear"):
        text = drawing.reader.md(
            "⚠️ Whether the order reached {address} is unclear: the mail server did not say. Ask the supplier "
                "before you send "
            "it again; both files follow here.",
            address=supplier.email,
        )  # fmt: skip
    else:
        text = drawing.reader.md(
            "⚠️ The order could not be sent to {address} by e-mail. Send it yourself; both files follow here. "
                "Your administrator "
            "sees why in /desk letters.",
            address=supplier.email,
        )  # fmt: skip
    return _purchase_news(drawing, text)


def late(drawing: Drawing) -> Message | None:
    purchase = _purchase(drawing)
    if purchase.state is not P.SENT and drawing.row.redraws_id is None:
        return None
    supplier = seller(drawing.session, purchase)
    day = placed.expected_on(drawing.session, purchase)
    text = drawing.reader.md(
        "⏰ The delivery of {supplier} was expected {day}. Ask them, and note their answer.", supplier=supplier.name,
        day=day or "–",
    )  # fmt: skip
    is_late = purchase.state is P.SENT and day is not None and day < drawing.reader.today()
    return _purchase_news(drawing, text if is_late else "")


def paper(drawing: Drawing) -> Message:
    purchase = _purchase(drawing)
    attached = papers.order_pdf(drawing.session, purchase, drawing.row.key)
    return Message(drawing.reader.say("Order P{number} as PDF", number=str(purchase.id)), (), attached)


def sheet(drawing: Drawing) -> Message:
    purchase = _purchase(drawing)
    attached = papers.order_csv(drawing.session, purchase, drawing.row.key)
    return Message(drawing.reader.say("Order P{number} as CSV", number=str(purchase.id)), (), attached)


def story_paper(drawing: Drawing) -> Message:
    purchase = _purchase(drawing)
    attached = papers.story_pdf(drawing.session, drawing.catalogue, drawing.reader, purchase, drawing.row.key)
    return Message(drawing.reader.say("P{number}: the whole story as PDF", number=str(purchase.id)), (), attached)


def counted(drawing: Drawing) -> Message | None:
    """What came of a count in a form, which closes."""
    kept = drafts.find(drawing.session, drawing.row.detail_id or 0, drawing.row.reader_id or 0)
    if kept is None:
        return None
    heading = drawing.reader.say("Counted")
    return Message(heading, (blocks.header(heading), *(blocks.words(one) for one in _parts(str(kept["said"])))))


def _parts(said: str, longest: int = 2900) -> list[str]:
    """Lines in as few blocks as hold them."""
    found = [""]
    for line in said.splitlines():
        if len(found[-1]) + len(line) >= longest:
            found.append("")
        found[-1] = f"{found[-1]}\n{line}".strip()
    return found


def counting(drawing: Drawing) -> Message:
    return Message(
        drawing.reader.say("Counting sheet"), (), papers.count_sheet(drawing.session, drawing.reader, drawing.row.key)
    )


def export(drawing: Drawing) -> Message:
    """Items, suppliers or invoices as Excel, for whoever asked."""
    reader = drawing.reader
    what = ("items", "suppliers", "invoices")[drawing.row.detail_id or 0]
    made = {
        "items": lambda: tables.item_rows(drawing.session),
        "suppliers": lambda: tables.supplier_rows(drawing.session),
        "invoices": lambda: tables.invoice_rows(drawing.session, reader),
    }[what]()
    titles = {"items": reader.say("Items"), "suppliers": reader.say("Suppliers"), "invoices": reader.say("Invoices")}
    content = spreadsheets.excel(*made)
    return Message(
        titles[what], (), Attachment(f"{what}-{drawing.row.key[:8]}.xlsx", titles[what], content, spreadsheets.XLSX)
    )


def imported(drawing: Drawing) -> Message:
    found = supply_imports.find(drawing.session, drawing.row.subject_id)
    assert found is not None
    failed, name = found.found.get("failed", []), found.name
    count = len(found.rows) - len(failed)
    said = drawing.reader.count(
        "{count} row of {name} was taken over.", "{count} rows of {name} were taken over.", count, name=name
    )
    row = [blocks.button(drawing.reader.say("Catalogue"), "supplies.catalogue")]
    wrong = drawing.reader.md("⚠️ These rows could not be taken over: {rows}", rows=", ".join(map(str, failed[:50])))
    shown = [blocks.words(f"✅ {said}"), *([blocks.md(wrong)] if failed else [])]
    return Message(said, (*shown, *blocks.actions(row)))


# To those who pay.


def invoice(drawing: Drawing) -> Message:
    found = _invoice(drawing)
    shown = invoice_cards.invoice_card(drawing.session, drawing.reader, found, _reader(drawing))
    return Message(drawing.reader.say("Invoice I{number}", number=str(found.id)), tuple(shown))


def due(drawing: Drawing) -> Message | None:
    found = _invoice(drawing)
    if found.state is not InvoiceState.OPEN and drawing.row.redraws_id is None:
        return None
    text = drawing.reader.md("⏰ An invoice is due {day}.", day=found.due_on)
    shown = invoice_cards.invoice_card(drawing.session, drawing.reader, found, _reader(drawing))
    head = [blocks.context(text)] if found.state is InvoiceState.OPEN else []
    return Message(drawing.reader.say("Invoice I{number} is due", number=str(found.id)), (*head, *shown))


def released(drawing: Drawing) -> Message | None:
    found = _invoice(drawing)
    if found.state is not InvoiceState.OPEN:
        return None
    text = drawing.reader.md("✅ Nothing holds the invoice any more: it can be paid.")
    shown = invoice_cards.invoice_card(drawing.session, drawing.reader, found, _reader(drawing))
    return Message(drawing.reader.say("Invoice I{number}", number=str(found.id)), (blocks.context(text), *shown))


def spent(drawing: Drawing) -> Message | None:
    """The weekly picture: what supplies cost, this month against last, by category."""
    rows = spending.by_category(drawing.session)
    if not rows:
        return None
    reader = drawing.reader
    currency = rows[0][2].currency
    same = [row for row in rows if row[2].currency == currency]
    unit = Decimal(10) ** digits(currency)
    bars = [(reader.category(name), float(last.minor / unit), float(this.minor / unit)) for name, last, this in same]
    title = reader.say("Supplies received, in {currency} without VAT", currency=currency)
    left = spending.budget_left(drawing.session)
    if left is not None:
        title += "\n" + reader.say("Budget {name}: {left} left of {amount}", name=left[0], left=left[1], amount=left[2])
    labels = (reader.say("last month"), reader.say("this month"))
    content = pictures.pairs(title, bars, labels, lambda value: reader.number(Decimal(round(value))))
    name = reader.say("What supplies cost")
    return Message(name, (), Attachment(f"supplies-{drawing.row.key[:8]}.png", name, content, "image/png"))


def mail(drawing: Drawing) -> Mail | None:
    """The order to its supplier; nothing where it was taken back or sent by hand meanwhile."""
    purchase = _purchase(drawing)
    return papers.order_mail(drawing.session, purchase) if purchase.state is P.READY else None


MESSAGES: dict[str, Callable[[Drawing], Message | None]] = {
    "supplies.mine": mine,
    "supplies.free": free,
    "supplies.ready": ready,
    "supplies.gone": gone,
    "supplies.dropped": dropped,
    "supplies.delayed": delayed,
    "supplies.not_ordered": not_ordered,
    "supplies.cancelled": cancelled,
    "supplies.low": low,
    "supplies.claim": claim,
    "supplies.claimed": claimed,
    "supplies.draft": drafted,
    "supplies.lowered": lowered,
    "supplies.by_hand": by_hand,
    "supplies.mailing": mailing,
    "supplies.not_mailed": not_mailed,
    "supplies.late": late,
    "supplies.paper": paper,
    "supplies.sheet": sheet,
    "supplies.story": story_paper,
    "supplies.counting": counting,
    "supplies.counted": counted,
    "supplies.crossed": crossed,
    "supplies.export": export,
    "supplies.imported": imported,
    "supplies.preview": import_cards.preview,
    "supplies.invoice": invoice,
    "supplies.held": invoice,
    "supplies.due": due,
    "supplies.released": released,
    "supplies.spending": spent,
    "supplies.pending": questions.asked,
    "supplies.supplier_change": suppliers.change_asked,
}
MAILS: dict[str, Callable[[Drawing], Mail | None]] = {"supplies.mail": mail}


def may_see_order(session: Session, reader: Person, number: int) -> bool:
    return access.sees_order(session, reader, supply_orders.get(session, number))


def _purchase_news(drawing: Drawing, text: str) -> Message:
    purchase = _purchase(drawing)
    shown = purchase_cards.purchase_card(drawing.session, drawing.reader, purchase, _reader(drawing), most=10)
    plain = drawing.reader.say("Order P{number}", number=str(purchase.id))
    return Message(plain, tuple(blocks.fitting([*([blocks.context(text)] if text else []), *shown])))


def _news(drawing: Drawing, text: str, *row: Block) -> Message:
    number = drawing.row.subject_id
    opens = blocks.button(drawing.reader.say("Open"), f"supplies.open:S{number}", f"S{number}")
    plain = drawing.reader.say("News on S{number}", number=str(number))
    return Message(plain, (blocks.md(text), *blocks.actions([*row, opens])))


def _name(drawing: Drawing, line: SupplyLine, item: Item | None) -> Md:
    return Md(escape(cards.item_name(drawing.reader, item, line.text)))


def _order(drawing: Drawing) -> SupplyOrder:
    return supply_orders.get(drawing.session, drawing.row.subject_id)


def _line(drawing: Drawing) -> tuple[SupplyLine, Item | None]:
    line = supply_orders.get_line(drawing.session, drawing.row.detail_id or 0)
    return line, supplies.find(drawing.session, line.item_id)


def _purchase(drawing: Drawing) -> Purchase:
    return purchases.get(drawing.session, drawing.row.subject_id)


def _invoice(drawing: Drawing) -> Invoice:
    return purchases.get_invoice(drawing.session, drawing.row.subject_id)


def _reader(drawing: Drawing) -> Person:
    return people.get(drawing.session, drawing.row.reader_id or 0)
