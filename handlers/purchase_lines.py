"""The lines of an order to a supplier, as those who must agree to it see them."""

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.i18n import Reader, escape
from office.duties.supplies.prices import line_net
from office.rules.money import Money
from storage import purchases, supplies

MOST = 30


def purchase_lines(session: Session, reader: Reader, number: int) -> list[Block]:
    """What is ordered, how much of it, and what each line costs without VAT."""
    purchase = purchases.get(session, number)
    found = purchases.lines(session, number)
    items = supplies.by_ids(session, [one.item_id for one in found])
    said = []
    for line in found[:MOST]:
        item = items.get(line.item_id or 0)
        name = reader.titles(item.names) if item is not None else line.text
        total = Money(line_net(line), purchase.currency)
        said.append(reader.md("• {count} × {name}: {total}", count=line.quantity, name=name, total=total))
    if len(found) > MOST:
        said.append(reader.md("… and {count} more", count=len(found) - MOST))
    if purchase.freight:
        said.append(reader.md("• freight: {total}", total=Money(purchase.freight, purchase.currency)))
    head = reader.md("*What is ordered*, without VAT:")
    return [blocks.md("\n".join([head, *said]))] if said else [blocks.context(escape("–"))]
