"""An item's numbers as the rules see them."""

from sqlalchemy.orm import Session

from office.rules.stock_levels import Level
from storage import supplies
from storage.supply_tables import Item


def level_of(session: Session, item: Item) -> Level:
    """While nobody has counted it, nobody knows that it is below its minimum."""
    waiting = supplies.waiting_for(session, item.id or 0)
    minimum, target = (item.minimum, item.target) if item.counted_at is not None else (0, 0)
    return Level(item.available, item.on_order, waiting, minimum, target)
