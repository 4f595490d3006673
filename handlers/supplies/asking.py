"""Typed words -> an order: each understood line with stock and price; what is not is asked about."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.i18n import Reader
from handlers.supplies import cards, questions
from handlers.supplies.around import Portion, portions_of
from handlers.supplies.questions import Kept
from office import clock
from office.duties import notices
from office.duties.supplies import asks, draft, reading
from office.duties.supplies.asks import Around, Basket, Line
from office.duties.supplies.reading import Read
from office.duties.supplies.stock import lines_of
from office.errors import Refusal
from storage import drafts, offices, people, purchases, supplies, supply_orders
from storage.supply_tables import Item, SupplyLine, SupplyOrder

ORDER = "order"


def ask_words(session: Session, call: Call, raw: str) -> Answer:
    """Orders what is understood, for each place by itself; asks about the rest."""
    orders, pending = asked(session, call, portions_of(session, call, raw))
    if not orders and not pending:
        raise nothing_said()
    return answer(session, call, orders, pending)


def nothing_said() -> Refusal:
    return Refusal("Say what you need: /supplies order 20 copy paper, 3 black toner.")


def asked(session: Session, call: Call, portions: Sequence[Portion]) -> tuple[list[SupplyOrder], list[Kept]]:
    """The orders of what is clear, and what is to be chosen."""
    orders: list[SupplyOrder] = []
    pending: list[Kept] = []
    for portion in portions:
        lines, unclear = understood(session, portion.text)
        order = asks.place(session, call.person, Basket(tuple(lines), portion.around)) if lines else None
        orders += [order] if order is not None else []
        number = order.id if order is not None else None
        pending += [questions.written(one, ORDER, portion.around) | {"order": number} for one in unclear]
    return orders, pending


def understood(session: Session, text: str) -> tuple[list[Line], list[Read]]:
    """The lines that are clear, and what is to be chosen."""
    found = reading.read(session, text)
    if len(found) > asks.MOST_LINES:
        raise Refusal("An order has at most {most} lines. Make another one.", most=asks.MOST_LINES)
    return [_line(one) for one in found if not one.trouble], [one for one in found if one.trouble]


def ask_later(session: Session, call: Call, pending: Sequence[Kept]) -> Answer:
    """After a form, which closes, what is to be chosen comes as a direct message."""
    number = questions.keep(session, call, pending)
    notices.tell(session, "supplies.pending", "draft", number, [call.person.id], detail_id=number)
    return Answer()


def answer(
    session: Session, call: Call, orders: Sequence[SupplyOrder], pending: Sequence[Kept] = (), replaces: bool = False
) -> Answer:
    """What was ordered and how it stands, then what is to be chosen."""
    reader = call.reader
    heads = [reader.say("S{number} Supplies", number=str(order.id)) for order in orders]
    shown: list[Block] = []
    for order, head in zip(orders, heads, strict=True):
        shown += _shown(session, call, order, head)
    if not orders:
        heads = [reader.say("Nothing is ordered yet")]
        shown.append(blocks.header(heads[0]))
    if pending:
        shown += questions.show(session, reader, pending, questions.keep(session, call, pending))
    return Answer(", ".join(heads), tuple(blocks.fitting(shown)), replaces=replaces)


def offer_again(session: Session, call: Call, basket: Basket) -> Answer:
    """What was ordered then, to be ordered again by one press."""
    reader = call.reader
    items = supplies.by_ids(session, [line.item_id for line in basket.lines])
    lines = [
        reader.md("• {count} × {name}", count=line.quantity, name=cards.item_name(reader, items.get(line.item_id or 0)))
        for line in basket.lines
    ]
    kept = {"basket": [[line.item_id, line.quantity] for line in basket.lines]}
    number = drafts.keep(session, call.person.id or 0, kept, clock.now())
    heading = reader.say("Order the same again?")
    row = [
        blocks.button(reader.say("Order all of it"), "supplies.basket", str(number), style="primary"),
        blocks.button(reader.say("Order supplies"), "supplies.new"),
    ]
    return Answer(heading, (blocks.header(heading), blocks.md("\n".join(lines)), *blocks.actions(row)))


def order_again(session: Session, call: Call, number: int) -> Answer:
    """The press on it."""
    kept = drafts.find(session, number, call.person.id or 0)
    if kept is None or "basket" not in kept or not drafts.use(session, number, call.person.id or 0):
        raise questions.chosen_already()
    basket = Basket(tuple(Line(quantity, item_id) for item_id, quantity in kept["basket"]))
    return answer(session, call, [asks.place(session, call.person, basket)], replaces=True)


def order_chosen(session: Session, call: Call, chosen: questions.Chosen) -> SupplyOrder:
    """A press on one of the things that may be meant: it goes on the order that was begun."""
    one = chosen.one
    line = Line(chosen.quantity, chosen.item_id)
    if chosen.item_id is None:
        line = Line(chosen.quantity, text=str(one["words"]), link=str(one.get("link") or ""))
    order = supply_orders.find(session, one["order"]) if one.get("order") else None
    if order is None:
        return asks.place(session, call.person, Basket((line,), questions.around_of(one)))
    return asks.add_line(session, call.person, order.id or 0, line)


def _shown(session: Session, call: Call, order: SupplyOrder, head: str) -> list[Block]:
    reader = call.reader
    around = Around(order.beneficiary_id, order.place_id, order.needed_by)
    row = [
        blocks.button(reader.say("Open"), f"supplies.open:S{order.id}", f"S{order.id}"),
        cards.cancel_button(reader, order),
    ]
    return [
        blocks.header(head),
        *(_ordered(session, call, line, item) for line, item in lines_of(session, order.id or 0)),
        *([blocks.context(_around_said(session, reader, around))] if around != Around() else []),
        *blocks.actions(row),
    ]


def _ordered(session: Session, call: Call, line: SupplyLine, item: Item | None) -> Block:
    reader = call.reader
    price = cards.unit_price(reader, item, call.person) if item is not None else ""
    supplier = purchases.find_supplier(session, item.supplier_id) if item is not None else None
    text = reader.md("*{count} × {name}*", count=line.quantity, name=cards.item_name(reader, item, line.text))
    text += reader.md(" · {price} without VAT", price=price) if price else ""
    text += "\n" + cards.line_state(session, reader, line, item)
    if line.waiting and item is not None and supplier is None:
        text += reader.md(" · the office desk finds a supplier")
    return blocks.md(text)


def _around_said(session: Session, reader: Reader, around: Around) -> str:
    parts = []
    whom = people.find(session, around.beneficiary_id)
    place = offices.find_place(session, around.place_id)
    if whom is not None:
        parts.append(reader.md("for {who}", who=whom.known_as))
    if place is not None:
        parts.append(reader.md("to {place}", place=place.name))
    if around.needed_by is not None:
        parts.append(reader.md("needed by {day}", day=around.needed_by))
        order_day = draft.next_order_at(session).astimezone(reader.tz).date()
        if around.needed_by <= order_day:
            parts.append(reader.md("⚠️ what is not in stock is ordered on {day} only", day=order_day))
    return " · ".join(parts)


def _line(one: Read) -> Line:
    assert one.item is not None
    return Line(one.quantity, one.item.id)
