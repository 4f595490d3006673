"""How an order to a supplier looks, to those who place it and pay for it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.i18n import Reader, escape, mention
from handlers.supplies.cards import MOST_LINES, line_name, price_said
from office.duties.supplies import access, draft, placed
from office.duties.supplies.prices import gross_of, line_net, net_of, shown_total
from office.duties.supplies.sellers import seller
from office.rules import stock_levels
from office.rules.money import Money
from storage import approvals, offices, outbox, people, purchases, supplies, supply_orders
from storage.supply_tables import Purchase, PurchaseLine
from storage.tables import Person
from storage.words import OutboxState, PurchaseState, SupplyAct

A, P = SupplyAct, PurchaseState

MOST_ASKERS = 6


def purchase_card(
    session: Session, reader: Reader, purchase: Purchase, viewer: Person, most: int = MOST_LINES
) -> list[Block]:
    """An order to a supplier: every line, who or what asked for it, what it comes to, and what can be done."""
    lines = purchases.lines(session, purchase.id or 0)
    keeps = access.may(session, viewer, A.KEEP)
    shown = [
        blocks.header(f"P{purchase.id} {seller(session, purchase).name}"),
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
        (reader.say("State"), reader.term(placed.shown_state(purchase, lines))),
        (reader.say("Total without VAT"), total),
        (reader.say("VAT"), Money(gross.minor - total.minor, purchase.currency)),
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
            address = seller(session, purchase).email
            said.append(reader.md("It goes to {address} by e-mail now.", address=address) if letter is not None
                        else reader.md("Send the PDF to the supplier, then press *I have sent it*."))  # fmt: skip
        else:
            said.append(reader.md("⚠️ The mail server does not take it yet; I keep trying. You can send it yourself."))
    if purchase.state is P.CANCELLED and purchase.why:
        said.append(escape(purchase.why))
    return [blocks.context(" ".join(said))] if said else []


def _purchase_line(session: Session, reader: Reader, purchase: Purchase, line: PurchaseLine, keeps: bool) -> Block:
    name = line_name(session, reader, line)
    price = price_said(reader, line.price, purchase.currency, line.per)
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
        reader.md("{count} kept beyond the order", count=line.extra) if line.extra else "",
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
    offer = stock_levels.better(line.packs, item.price, item.breaks, item.per)
    if offer is None:
        return ""
    return reader.md(
        "💡 {packs} packs cost {price} each, {total} in all: {saves} less than at today's price.",
        packs=offer.packs, price=price_said(reader, offer.price, purchase.currency, item.per),
        total=Money(offer.total, purchase.currency),
        saves=Money(offer.saves, purchase.currency),
    )  # fmt: skip


def _line_options(session: Session, reader: Reader, purchase: Purchase, line: PurchaseLine) -> list[Block]:
    value = line.id
    match purchase.state:
        case P.DRAFT:
            item = supplies.find(session, line.item_id)
            offer = None
            if item is not None and item.price is not None:
                offer = stock_levels.better(line.packs, item.price, item.breaks, item.per)
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
            options.append(blocks.option(reader.say("Keep what is too much"), f"extra.{value}"))
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
        reader.term(placed.shown_state(purchase, lines)),
        reader.count("{count} line", "{count} lines", len(lines)),
        reader.say("{total} without VAT", total=shown_total(supplier, purchase, lines)),
    ]
    if purchase.state is P.SENT and (day := placed.expected_on(session, purchase)) is not None:
        late = day < reader.today()
        parts.append(reader.say("expected {day}", day=day) + (" ⚠️" if late else ""))
    text = f"*P{purchase.id}* {escape(seller(session, purchase).name)}\n{escape(' · '.join(parts))}"
    return blocks.md(
        text, blocks.button(reader.say("Open"), f"supplies.open:{place}.P{purchase.id}", f"P{purchase.id}")
    )
