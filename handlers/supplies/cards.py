"""How supplies look to everybody: what somebody asked for, and an item; names and prices wherever they are shown."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.i18n import Reader, escape
from handlers.people import shown as shown_person
from office.duties.supplies import access, draft, levels, placed
from office.duties.supplies.ledger import use_of
from office.duties.supplies.stock import lines_of
from office.rules import stock_levels
from office.rules.money import Money
from office.rules.unit_prices import UnitPrice
from storage import offices, people, purchases, supplies
from storage.supply_tables import Item, Purchase, PurchaseLine, SupplyLine, SupplyOrder
from storage.tables import Person
from storage.words import PurchaseState, Standing, SupplyAct

P, A = PurchaseState, SupplyAct
# As many lines as one message holds; the rest is in the window behind Open.
MOST_LINES = 25


def item_name(reader: Reader, item: Item | None, text: str = "") -> str:
    return reader.titles(item.names) if item is not None else text


def line_name(session: Session, reader: Reader, line: PurchaseLine) -> str:
    return item_name(reader, supplies.find(session, line.item_id), line.text)


def price_said(reader: Reader, minor: int | None, currency: str, per: int = 1) -> str:
    """An amount; of a price that is for so many packs, what one costs."""
    if minor is None or not currency:
        return ""
    return reader.money(UnitPrice(minor, per).decimal(currency), currency)


def unit_price(reader: Reader, item: Item, viewer: Person) -> str:
    """What one costs, without VAT; of what is sold in packs the price of the pack. Guests see no prices."""
    if item.price is None or not item.currency or viewer.standing is not Standing.MEMBER:
        return ""
    price = price_said(reader, item.price, item.currency, item.per)
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
        said += [_coming(session, reader, line, item, *one) for one in placed.coming(session, line)]
    if line.taken:
        said.append(reader.md("{count} fetched", count=line.taken))
    if line.dropped:
        said.append(reader.md("{count} cancelled", count=line.dropped) + (f": {escape(line.why)}" if line.why else ""))
    return " · ".join(said)


def _coming(
    session: Session, reader: Reader, line: SupplyLine, item: Item | None, units: int, purchase: Purchase | None
) -> str:
    """How so many units come that somebody waits for."""
    if purchase is not None and purchase.state is P.SENT:
        day = placed.expected_on(session, purchase)
        if day is not None:
            return reader.md("🚚 {count} on the way, expected {day}", count=units, day=day)
    if purchase is not None and purchase.state in (P.WAITING, P.READY, P.SENT):
        return reader.md("🕓 {count} being ordered", count=units)
    if line.item_id is None and purchase is None:
        return reader.md("🕓 {count}: the office desk looks for it", count=units)
    return reader.md("🕓 {count} on the next order, {day}", count=units, day=draft.comes_on(session, item))


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
        reader.md("from {count} packs on {price}", count=least, price=price_said(reader, cost, item.currency, item.per))
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
