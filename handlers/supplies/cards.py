"""How supplies look: what somebody asked for, an item, an order to a supplier, an invoice; and their buttons."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.i18n import Reader, escape, mention
from handlers.people import shown as shown_person
from office.duties.supplies import access, draft, levels, placed
from office.duties.supplies.ledger import use_of
from office.duties.supplies.prices import gross_of, line_net, net_of, shown_total
from office.duties.supplies.stock import lines_of
from office.rules import stock_levels
from office.rules.money import Money
from storage import approvals, offices, outbox, people, purchases, supplies, supply_orders
from storage.supply_tables import Invoice, Item, Purchase, PurchaseLine, SupplyLine, SupplyOrder
from storage.tables import Person
from storage.words import HeldFor, InvoiceKind, InvoiceState, OutboxState, PurchaseState, Standing, SupplyAct

P, A = PurchaseState, SupplyAct
# As many lines as one message holds; the rest is in the window behind Open.
MOST_LINES = 25
MOST_ASKERS = 6


def item_name(reader: Reader, item: Item | None, text: str = "") -> str:
    return reader.titles(item.names) if item is not None else text


def line_name(session: Session, reader: Reader, line: PurchaseLine) -> str:
    return item_name(reader, supplies.find(session, line.item_id), line.text)


def price_said(reader: Reader, minor: int | None, currency: str) -> str:
    return reader.money(Money(minor, currency).decimal, currency) if minor is not None and currency else ""


def unit_price(reader: Reader, item: Item, viewer: Person) -> str:
    """What one costs, without VAT; of what is sold in packs the price of the pack. Guests see no prices."""
    if item.price is None or not item.currency or viewer.standing is not Standing.MEMBER:
        return ""
    price = price_said(reader, item.price, item.currency)
    return price if item.pack == 1 else reader.say("{price} a pack of {count}", price=price, count=item.pack)


# What somebody asked for.


def order_card(
    session: Session, reader: Reader, order: SupplyOrder, viewer: Person, most: int = MOST_LINES
) -> list[Block]:
    """An order of somebody, line by line as it stands, with what the viewer may do."""
    them = people.by_ids(session, [order.requester_id, order.beneficiary_id])
    facts = [reader.md("*From*\n{who}", who=shown_person(session, reader, them.get(order.requester_id)))]
    if order.beneficiary_id is not None:
        facts.append(reader.md("*For*\n{who}", who=shown_person(session, reader, them.get(order.beneficiary_id))))
    place = offices.find_place(session, order.place_id)
    if place is not None:
        facts.append(reader.md("*To*\n{place}", place=place.name))
    if order.needed_by is not None:
        facts.append(reader.md("*Needed by*\n{day}", day=order.needed_by))
    found = lines_of(session, order.id or 0)
    keeps = access.may(session, viewer, A.KEEP)
    lines = [_order_line(session, reader, line, item, keeps) for line, item in found[:most]]
    if len(found) > most:
        lines.append(blocks.context(reader.md("… and {count} more lines, behind *Open*.", count=len(found) - most)))
    return [
        blocks.header(reader.say("S{number} Supplies", number=str(order.id))),
        blocks.fields(facts),
        *lines,
        *blocks.actions(_order_buttons(reader, order, [line for line, _ in found], opens=len(found) > most)),
    ]


def _order_line(session: Session, reader: Reader, line: SupplyLine, item: Item | None, keeps: bool) -> Block:
    text = f"*{reader.number(line.quantity)} × {escape(item_name(reader, item, line.text))}*\n" + line_state(
        session, reader, line, item
    )
    if keeps and line.price is not None:
        text += " · " + reader.md("thought to cost {price}", price=Money(line.price, line.currency))
    if line.link:
        text += f" · <{escape(line.link)}|{escape(reader.say('Link'))}>" if line.link.startswith("http") else ""
    accessory = None
    if line.reserved:
        accessory = blocks.button(reader.say("I have it"), f"supplies.collect:{line.id}", f"{line.id}")
    elif keeps and line.item_id is None and line.waiting and line.purchase_line_id is None:
        accessory = blocks.button(reader.say("Put on an order"), f"supplies.form:free.{line.id}", f"free.{line.id}")
    return blocks.md(text, accessory)


def ready_line(session: Session, reader: Reader, line: SupplyLine, place: str) -> Block:
    """What lies ready, where, and the press that says it was fetched."""
    item = supplies.find(session, line.item_id)
    text = reader.md("{count} × {name}", count=line.reserved, name=item_name(reader, item, line.text))
    where = f" · {escape(item.shelf)}" if item is not None and item.shelf else ""
    return blocks.md(
        text + where, blocks.button(reader.say("I have it"), f"supplies.collect:{place}.{line.id}", f"{line.id}")
    )


def line_state(session: Session, reader: Reader, line: SupplyLine, item: Item | None) -> str:
    """Where the units of a line are, in words."""
    said = []
    if line.reserved:
        shelf = item.shelf if item is not None else ""
        said.append(
            reader.md("✅ {count} ready: {shelf}", count=line.reserved, shelf=shelf)
            if shelf
            else reader.md("✅ {count} ready", count=line.reserved)
        )
    if line.waiting:
        said.append(_coming(session, reader, line, item))
    if line.taken:
        said.append(reader.md("{count} fetched", count=line.taken))
    if line.dropped:
        said.append(reader.md("{count} cancelled", count=line.dropped) + (f": {escape(line.why)}" if line.why else ""))
    return " · ".join(said)


def _coming(session: Session, reader: Reader, line: SupplyLine, item: Item | None) -> str:
    on = purchases.find_line(session, line.purchase_line_id) if line.purchase_line_id else None
    purchase = purchases.get(session, on.purchase_id) if on is not None else None
    if purchase is not None and purchase.state is P.SENT:
        day = placed.expected_on(session, purchase)
        if day is not None:
            return reader.md("🚚 {count} on the way, expected {day}", count=line.waiting, day=day)
    if purchase is not None and purchase.state in (P.WAITING, P.READY, P.SENT):
        return reader.md("🕓 {count} being ordered", count=line.waiting)
    if line.item_id is None and purchase is None:
        return reader.md("🕓 {count}: the office desk looks for it", count=line.waiting)
    return reader.md("🕓 {count} on the next order, {day}", count=line.waiting, day=draft.comes_on(session, item))


def _order_buttons(reader: Reader, order: SupplyOrder, lines: Sequence[SupplyLine], opens: bool) -> list[Block]:
    row = [blocks.button(reader.say("Open"), f"supplies.open:S{order.id}", f"S{order.id}")] if opens else []
    if sum(bool(one.reserved) for one in lines) > 1:
        row.append(
            blocks.button(reader.say("I have all of it"), "supplies.collect_all", str(order.id), style="primary")
        )
    if any(one.waiting or one.reserved for one in lines):
        row.append(cancel_button(reader, order))
    return row


def cancel_button(reader: Reader, order: SupplyOrder) -> Block:
    sure = blocks.confirm(
        reader.say("Cancel S{number}?", number=str(order.id)),
        reader.say("What is not fetched yet is free for others again."),
        reader.say("Cancel it"), reader.say("Keep it"),
    )  # fmt: skip
    return blocks.button(reader.say("Cancel the order"), "supplies.cancel", str(order.id), confirm=sure)


# Items.


def item_card(session: Session, reader: Reader, item: Item, viewer: Person) -> list[Block]:
    """An item: how many there are, what it costs, where it is; for those who look after supplies the rest as well."""
    keeps = access.may(session, viewer, A.KEEP)
    pairs: list[tuple[str, object]] = [
        (reader.say("In stock"), reader.number(item.on_hand)),
        (reader.say("Free"), reader.number(item.available)),
        (reader.say("On order"), reader.number(item.on_order)),
        (reader.say("Price"), unit_price(reader, item, viewer) or "–"),
        (reader.say("Place"), item.shelf or "–"),
        (reader.say("Category"), reader.category(item.category)),
        (reader.say("Counted in"), reader.term(item.unit)),
    ]
    if keeps:
        supplier = purchases.find_supplier(session, item.supplier_id)
        pairs += [
            (reader.say("Minimum and target"), f"{reader.number(item.minimum)} / {reader.number(item.target)}"),
            (reader.say("Supplier"), f"{supplier.name} {item.article}".strip() if supplier else "–"),
            (reader.say("Lead time"), reader.count("{count} working day", "{count} working days", item.lead_days)),
        ]
    facts = [reader.md("*{label}*\n{value}", label=label, value=value) for label, value in pairs]
    shown = [blocks.header(item_name(reader, item)), blocks.fields(facts)]
    if item.removed:
        shown.append(blocks.md(reader.md("This is not kept any more.")))
    if item.photo:
        shown.append(blocks.context(f"<{escape(item.photo)}|{escape(reader.say('Photo'))}>"))
    if keeps:
        shown += _item_outlook(session, reader, item)
    return [*shown, *blocks.actions(_item_buttons(session, reader, item, viewer, keeps))]


def _item_outlook(session: Session, reader: Reader, item: Item) -> list[Block]:
    used, days = use_of(session, item.id or 0)
    level = levels.level_of(session, item)
    left = stock_levels.days_left(level, used, days)
    said = []
    if left is not None:
        said.append(
            reader.md(
                "{count} used in {days} days; at that rate it lasts {left} days.", count=used, days=days, left=left
            )
        )
    if item.counted_at is None:
        said.append(reader.md("⚠️ Nobody has counted it yet: until then it is not ordered by itself."))
    elif item.low_at is not None:
        said.append(reader.md("⚠️ Low since {when}.", when=item.low_at))
    if level.waiting:
        said.append(reader.md("{count} are waited for.", count=level.waiting))
    breaks = [
        reader.md("from {count} packs on {price}", count=least, price=price_said(reader, cost, item.currency))
        for least, cost in item.breaks
    ]
    said += [", ".join(breaks)] if breaks else []
    return [blocks.context(" ".join(said))] if said else []


def _item_buttons(session: Session, reader: Reader, item: Item, viewer: Person, keeps: bool) -> list[Block]:
    number = str(item.id)
    if item.removed:
        return [blocks.button(reader.say("Edit"), "supplies.form:item", f"item.{number}")] if keeps else []
    favourite = (item.id or 0) in supplies.favourites(session, viewer.id or 0)
    row = [
        blocks.button(reader.say("Order some"), "supplies.form:ask", f"ask.{number}", style="primary"),
        blocks.button(reader.say("I took some"), "supplies.form:take", f"take.{number}"),
        blocks.button(
            reader.say("No favourite") if favourite else reader.say("Favourite"), "supplies.favourite",
            f"{number}.{'off' if favourite else 'on'}",
        ),
    ]  # fmt: skip
    if keeps:
        row += [
            blocks.button(reader.say("Count"), "supplies.form:count", f"count.{number}"),
            blocks.button(reader.say("Damaged"), "supplies.form:damaged", f"damaged.{number}"),
            blocks.button(reader.say("Put on an order"), "supplies.add", number),
            blocks.button(reader.say("Every change"), "supplies.ledger", number),
            blocks.button(reader.say("Edit"), "supplies.form:item", f"item.{number}"),
        ]
    return row


def item_line(reader: Reader, item: Item, place: str, viewer: Person) -> Block:
    """One item in a list. `place` keeps action ids of one view apart."""
    parts = [
        reader.md("{count} free", count=item.available),
        reader.md("{count} on order", count=item.on_order) if item.on_order else "",
        escape(unit_price(reader, item, viewer)),
        escape(item.shelf),
    ]
    mark = "⚠️ " if item.low_at is not None else ""
    text = f"{mark}*{escape(item_name(reader, item))}*\n" + " · ".join(part for part in parts if part)
    options = [
        blocks.option(reader.say("Order some"), f"ask.{item.id}"),
        blocks.option(reader.say("I took some"), f"take.{item.id}"),
        blocks.option(reader.say("Open"), f"open.{item.id}"),
    ]
    return blocks.md(text, blocks.overflow(f"supplies.item_menu:{place}.{item.id}", options))


# Orders to suppliers.


def purchase_card(
    session: Session, reader: Reader, purchase: Purchase, viewer: Person, most: int = MOST_LINES
) -> list[Block]:
    """An order to a supplier: every line, who or what asked for it, what it comes to, and what can be done."""
    supplier = purchases.get_supplier(session, purchase.supplier_id)
    lines = purchases.lines(session, purchase.id or 0)
    keeps = access.may(session, viewer, A.KEEP)
    shown = [
        blocks.header(f"P{purchase.id} {supplier.name}"),
        blocks.fields(_purchase_facts(session, reader, purchase, lines)),
        *_purchase_news(session, reader, purchase, lines),
        *(_purchase_line(session, reader, purchase, one, keeps) for one in lines[:most]),
    ]
    if len(lines) > most:
        shown.append(blocks.context(reader.md("… and {count} more lines, behind *Open*.", count=len(lines) - most)))
    return [*shown, *blocks.actions(_purchase_buttons(session, reader, purchase, lines, viewer, keeps))]


def _purchase_facts(session: Session, reader: Reader, purchase: Purchase, lines: Sequence[PurchaseLine]) -> list[str]:
    supplier = purchases.get_supplier(session, purchase.supplier_id)
    total = shown_total(supplier, purchase, lines)
    freight = total.minor - net_of(lines)
    gross = gross_of(purchase.model_copy(update={"freight": freight}), lines)
    pairs: list[tuple[str, object]] = [
        (reader.say("State"), reader.term(purchase.state)),
        (reader.say("Total without VAT"), total),
        (reader.say("With VAT"), gross),
    ]
    if freight:
        pairs.append((reader.say("Freight in it"), Money(freight, purchase.currency)))
    if purchase.ordered_by_id is not None:
        pairs.append((reader.say("Ordered by"), mention(people.find(session, purchase.ordered_by_id))))
    if purchase.approval_id is not None:
        approval = approvals.get(session, purchase.approval_id)
        pairs.append((reader.say("Approval"), f"A{approval.id}: {reader.term(approval.state)}"))
    if purchase.confirmation:
        pairs.append((reader.say("Supplier's number"), purchase.confirmation))
    expected = placed.expected_on(session, purchase) if purchase.state is P.SENT else None
    if expected is not None:
        pairs.append((reader.say("Expected"), expected))
    return [reader.md("*{label}*\n{value}", label=label, value=value) for label, value in pairs]


def _purchase_news(session: Session, reader: Reader, purchase: Purchase, lines: Sequence[PurchaseLine]) -> list[Block]:
    """What is to be known before one presses anything."""
    supplier = purchases.get_supplier(session, purchase.supplier_id)
    said = []
    if purchase.state is P.DRAFT:
        net = net_of(lines)
        if purchase.drawn_at is None:
            said.append(reader.md("It is drawn up {when}. It can go out earlier.", when=draft.next_order_at(session)))
        if net < supplier.minimum:
            said.append(reader.md("⚠️ {supplier} takes orders from {least} on; {missing} are missing.",
                                  supplier=supplier.name, least=Money(supplier.minimum, purchase.currency),
                                  missing=Money(supplier.minimum - net, purchase.currency)))  # fmt: skip
        elif supplier.free_from and net < supplier.free_from:
            said.append(reader.md("{missing} more, and no freight is charged.",
                                  missing=Money(supplier.free_from - net, purchase.currency)))  # fmt: skip
    if purchase.state is P.READY:
        letter = outbox.newest_mail(session, "purchase", purchase.id or 0)
        if letter is not None and letter.state is OutboxState.DEAD:
            letter = None
        if letter is None or letter.trouble is None:
            said.append(reader.md("It goes to {address} by e-mail now.", address=supplier.email) if letter is not None
                        else reader.md("Send the PDF to the supplier, then press *I have sent it*."))  # fmt: skip
        else:
            said.append(reader.md("⚠️ The mail server does not take it yet; I keep trying. You can send it yourself."))
    if purchase.state is P.CANCELLED and purchase.why:
        said.append(escape(purchase.why))
    return [blocks.context(" ".join(said))] if said else []


def _purchase_line(session: Session, reader: Reader, purchase: Purchase, line: PurchaseLine, keeps: bool) -> Block:
    name = line_name(session, reader, line)
    price = price_said(reader, line.price, purchase.currency)
    sum_said = price_said(reader, line_net(line), purchase.currency)
    packs = (
        reader.count("{count} pack of {pack}", "{count} packs of {pack}", line.packs, pack=line.pack)
        if line.pack > 1
        else reader.number(line.packs)
    )
    head = f"*{escape(name)}* · {escape(packs)}"
    # What will not come is not paid: then the sum is no product of the two any more.
    sign = "→" if line.closed else "="
    head += f" × {escape(price)} {sign} {escape(sum_said)}" if price else reader.md(" · ⚠️ no price yet")
    tail = _for_whom(session, reader, purchase, line)
    came = _came(reader, line)
    offer = _offer(session, reader, purchase, line)
    text = "\n".join(part for part in (head, tail, came, offer) if part)
    options = _line_options(session, reader, purchase, line) if keeps else []
    return blocks.md(text, blocks.overflow(f"supplies.line:{line.id}", options) if options else None)


def _for_whom(session: Session, reader: Reader, purchase: Purchase, line: PurchaseLine) -> str:
    """Who asked, and how much fills the shelf."""
    waiting = (
        supply_orders.unbrought(session, line.item_id)
        if purchase.state is P.DRAFT and line.item_id is not None
        else supply_orders.brought_by(session, [line.id or 0])
    )
    orders = supply_orders.of_lines(session, waiting)
    alive = purchase.state in (P.DRAFT, P.WAITING, P.READY, P.SENT)
    units = {one.id: one.waiting if alive else one.quantity for one in waiting}
    said = []
    for one in [one for one in waiting if units[one.id]][:MOST_ASKERS]:
        order = orders[one.order_id]
        who = people.find(session, order.beneficiary_id or order.requester_id)
        place = offices.find_place(session, order.place_id)
        where = f" ({place.name})" if place is not None else ""
        said.append(f"{who.known_as if who else '–'}{where} {reader.number(units[one.id])}")
    others = sum(bool(one) for one in units.values()) - len(said)
    if others > 0:
        said.append(reader.say("{count} more", count=others))
    rest = line.quantity - line.received - sum(units.values())
    if rest > 0 and line.item_id is not None and alive:
        said.append(reader.say("for stock {count}", count=rest))
    return f"↳ {escape(', '.join(said))}" if said else ""


def _came(reader: Reader, line: PurchaseLine) -> str:
    parts = [
        reader.md("{count} came", count=line.received) if line.received else "",
        reader.md("{count} damaged", count=line.damaged) if line.damaged else "",
        reader.md("{count} wrong", count=line.wrong) if line.wrong else "",
        reader.md("{count} sent back", count=line.returned) if line.returned else "",
        reader.md("{count} will not come", count=line.closed) if line.closed else "",
    ]
    touched = any(parts)
    if touched and line.open:
        parts.append(reader.md("*{count} still expected*", count=line.open))
    return " · ".join(part for part in parts if part)


def _offer(session: Session, reader: Reader, purchase: Purchase, line: PurchaseLine) -> str:
    """The cheaper bulk price, with what it would save."""
    item = supplies.find(session, line.item_id)
    if purchase.state is not P.DRAFT or item is None or item.price is None:
        return ""
    offer = stock_levels.better(line.packs, item.price, item.breaks)
    if offer is None:
        return ""
    return reader.md(
        "💡 {packs} packs cost {price} each, {total} in all: {saves} less than at today's price.",
        packs=offer.packs, price=Money(offer.price, purchase.currency), total=Money(offer.total, purchase.currency),
        saves=Money(offer.saves, purchase.currency),
    )  # fmt: skip


def _line_options(session: Session, reader: Reader, purchase: Purchase, line: PurchaseLine) -> list[Block]:
    value = line.id
    match purchase.state:
        case P.DRAFT:
            item = supplies.find(session, line.item_id)
            offer = (
                stock_levels.better(line.packs, item.price, item.breaks) if item and item.price is not None else None
            )
            bulk = (
                [blocks.option(reader.say("Take {count} packs", count=offer.packs), f"bulk.{value}.{offer.packs}")]
                if offer
                else []
            )
            later = [blocks.option(reader.say("Next week"), f"later.{value}")] if line.item_id is not None else []
            return [
                blocks.option(reader.say("Change number or price"), f"line.{value}"), *bulk, *later,
                blocks.option(reader.say("Drop, and say why"), f"drop.{value}"),
            ]  # fmt: skip
        case P.WAITING:
            return [blocks.option(reader.say("Change number or price"), f"line.{value}")]
        case P.READY | P.SENT | P.DONE:
            options = [blocks.option(reader.say("It has come"), f"receive.{value}")] if line.open else []
            options += [blocks.option(reader.say("Send back"), f"back.{value}")] if line.received else []
            options += [blocks.option(reader.say("Will not come"), f"close.{value}")] if line.open else []
            return options
    return []


def _purchase_buttons(
    session: Session, reader: Reader, purchase: Purchase, lines: Sequence[PurchaseLine], viewer: Person, keeps: bool
) -> list[Block]:
    number = str(purchase.id)
    story = blocks.button(reader.say("The whole story"), "supplies.story", f"P{number}")
    if not keeps:
        return [story]
    paper = blocks.button(reader.say("PDF and CSV"), "supplies.papers", number)
    opens = blocks.button(reader.say("Open"), "supplies.open:purchase", f"P{number}")
    match purchase.state:
        case P.DRAFT:
            supplier = purchases.get_supplier(session, purchase.supplier_id)
            total = reader.say("{total} without VAT.", total=shown_total(supplier, purchase, lines))
            sure = blocks.confirm(reader.say("Order it?"), total, reader.say("Order it"), reader.say("Not yet"))
            row = [
                blocks.button(
                    reader.say("Order it"), "supplies.submit", f"{number}.{purchase.version}", "primary", sure
                )
            ]
            return [
                *(row if lines else []),
                blocks.button(reader.say("Add something"), "supplies.form:onto", f"onto.{number}"),
                opens,
            ]
        case P.WAITING:
            return [
                blocks.button(reader.say("Take back"), "supplies.form:withdraw", f"withdraw.{number}"),
                opens,
                story,
            ]
        case P.READY:
            return [
                blocks.button(reader.say("I have sent it"), "supplies.sent", number, style="primary"), paper,
                blocks.button(reader.say("Take back"), "supplies.form:withdraw", f"withdraw.{number}"), opens, story,
            ]  # fmt: skip
        case P.SENT:
            sure = blocks.confirm(
                reader.say("Has everything come?"), reader.say("All lines are booked as received in full."),
                reader.say("Everything"), reader.say("No"),
            )  # fmt: skip
            return [
                blocks.button(reader.say("All has come"), "supplies.receive_all", number, "primary", sure),
                blocks.button(reader.say("Some has come"), "supplies.form:receipt", f"receipt.{number}"),
                blocks.button(reader.say("Supplier's answer"), "supplies.form:confirm", f"confirm.{number}"),
                blocks.button(reader.say("Enter invoice"), "supplies.form:invoice", f"invoice.{number}"), paper,
                opens, story,
            ]  # fmt: skip
        case P.DONE:
            return [
                blocks.button(reader.say("Enter invoice"), "supplies.form:invoice", f"invoice.{number}"),
                paper,
                opens,
                story,
            ]
    return [story]


def purchase_line(session: Session, reader: Reader, purchase: Purchase, place: str) -> Block:
    """One order to a supplier in a list."""
    supplier = purchases.get_supplier(session, purchase.supplier_id)
    lines = purchases.lines(session, purchase.id or 0)
    parts = [
        reader.term(purchase.state),
        reader.count("{count} line", "{count} lines", len(lines)),
        reader.say("{total} without VAT", total=shown_total(supplier, purchase, lines)),
    ]
    if purchase.state is P.SENT and (day := placed.expected_on(session, purchase)) is not None:
        late = day < reader.today()
        parts.append(reader.say("expected {day}", day=day) + (" ⚠️" if late else ""))
    text = f"*P{purchase.id}* {escape(supplier.name)}\n{escape(' · '.join(parts))}"
    return blocks.md(
        text, blocks.button(reader.say("Open"), f"supplies.open:{place}.P{purchase.id}", f"P{purchase.id}")
    )


# Invoices.


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
                ordered = price_said(reader, line.price, invoice.currency)
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
