"""Supplies on the home tab: what lies ready; for those who keep and pay what is low, ordered, held and due."""

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Call
from handlers.supplies import cards, invoice_cards, purchase_cards, suppliers
from office.duties.supplies import access, invoices
from storage import purchases, supplies, supply_orders
from storage.supply_tables import Purchase
from storage.words import PurchaseState, SupplyAct

SHOWN = 4
P = PurchaseState


def shown(session: Session, call: Call) -> list[Block]:
    found = _ready(session, call)
    if access.may(session, call.person, SupplyAct.SEE_MONEY):
        found += _kept(session, call)
    return found


def _ready(session: Session, call: Call) -> list[Block]:
    """What lies ready for somebody."""
    reader = call.reader
    lines = supply_orders.ready_for(session, call.person.id or 0)
    if not lines:
        return []
    found: list[Block] = [blocks.divider(), blocks.header(reader.say("Ready for you"))]
    return found + [cards.ready_line(session, reader, line, "home") for line in lines[:SHOWN]]


def _kept(session: Session, call: Call) -> list[Block]:
    """Low, this week's drafts, deliveries expected, invoices held and due; nothing where there is neither."""
    reader = call.reader
    found: list[Block] = []
    found += suppliers.waiting(session, reader, call.person)
    low = supplies.low(session, 1, SHOWN)
    if low.total:
        names = ", ".join(cards.item_name(reader, one) for one in low.rows)
        more = (
            reader.say("{names} and {count} more", names=names, count=low.total - SHOWN) if low.total > SHOWN else names
        )
        button = blocks.button(reader.say("Show"), "supplies.page:home_low", "low|1|")
        found.append(blocks.md(reader.md("⚠️ *Running low:* {names}", names=more), button))
    for purchase in _open(session):
        found.append(purchase_cards.purchase_line(session, reader, purchase, "home"))
    held = invoices.held(session, call.person)
    due = invoices.to_pay(session, call.person)
    found += [
        invoice_cards.invoice_line(session, reader, one, reader.today(), "home")
        for one in [*held[:SHOWN], *due[:SHOWN]]
    ]
    if len(held) > SHOWN or len(due) > SHOWN:
        found += blocks.actions([blocks.button(reader.say("All invoices"), "supplies.invoices:home")])
    return [blocks.divider(), blocks.header(reader.say("Supplies")), *found] if found else []


def _open(session: Session) -> list[Purchase]:
    drafts = purchases.drafts(session, SHOWN)
    under_way = purchases.in_states(session, [P.WAITING, P.READY, P.SENT], 2 * SHOWN)
    return [*drafts, *under_way]
