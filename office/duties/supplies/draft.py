"""The draft of the next order to each supplier: what people wait for, and what falls below its minimum."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.one_by_one import one_by_one
from office.duties.people import office_calendar, office_today
from office.duties.supplies import access, habits
from office.duties.supplies.levels import level_of
from office.duties.supplies.prices import net_of
from office.errors import Refusal
from office.rules import stock_levels
from office.rules.unit_prices import UnitPrice
from storage import facts, history, purchases, supplies
from storage.supply_tables import Item, Purchase, PurchaseLine, Supplier
from storage.tables import Person
from storage.words import PurchaseState, SupplyAct

NEXT = "supplies_next_order_at"
TRY_AGAIN = timedelta(minutes=30)
MOST_PACKS = 100_000


def refresh(session: Session, item_id: int) -> None:
    """Brings the line of one item on its supplier's draft in line with what is needed now. A line whose packs somebody
    chose stays as they chose."""
    item = supplies.get(session, item_id)
    line = purchases.drafted_line_of(session, item_id)
    supplier = purchases.find_supplier(session, item.supplier_id)
    if line is not None and (supplier is None or item.removed or _supplier_of(session, line) != supplier.id):
        _take_off(session, line)
        line = None
    if supplier is None:
        return
    packs = min(MOST_PACKS, stock_levels.packs_for(_needed(session, item), item.pack))
    if line is None and packs:
        purchase = purchases.begin_draft(session, supplier, clock.now())
        purchases.add_line(session, {"purchase_id": purchase.id, "item_id": item_id, **as_needed(item, packs)})
        _touch(session, purchase.id or 0)
        _show(session, supplier, purchase)
    elif line is not None and not line.by_hand and (packs != line.packs or _is_old(item, line, packs)):
        if packs:
            purchases.change_line(session, line.id or 0, as_needed(item, packs))
            _touch(session, line.purchase_id)
        else:
            _take_off(session, line)
        _show(session, supplier, purchases.get(session, line.purchase_id))


def draw_up(session: Session, supplier: Supplier) -> Purchase | None:
    """Looks at what a supplier should bring, and shows the order to those who place it; None where nothing is
    needed."""
    supplies.lock(session)
    for item_id in supplies.short_of(session, supplier.id or 0):
        refresh(session, item_id)
    found = purchases.draft_of(session, supplier.id or 0)
    if found is None or not purchases.lines(session, found.id or 0):
        return None
    return _announce(session, found)


def draw_up_all(session: Session, actor: Person) -> list[Purchase]:
    """The same for every supplier, now."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    found = [draw_up(session, one) for one in purchases.suppliers(session)]
    return [one for one in found if one is not None]


def draw_up_due(session: Session) -> int:
    """The weekly order day: each supplier's order is drawn up once, whatever restarts meanwhile."""
    # The first day of an office that has none planned; from then on it is written down.
    facts.put_first(session, NEXT, _following(session, clock.now()).isoformat())
    if clock.now() < next_order_at(session):
        return 0
    supplies.lock(session)
    found = purchases.suppliers(session)
    failed: list[Supplier] = []
    one_by_one(session, found, lambda one: draw_up(session, one), failed.append)
    # What could not be drawn up is tried again soon; what was is not told twice.
    following = clock.now() + TRY_AGAIN if failed else _following(session, clock.now())
    facts.put(session, NEXT, following.isoformat())
    return len(found)


def comes_on(session: Session, item: Item | None) -> date:
    """The day of the order that something will stand on: the next, or the one it was put off to."""
    following = office_calendar(session).local(next_order_at(session)).date()
    return max(following, item.not_before) if item is not None and item.not_before is not None else following


def next_order_at(session: Session) -> datetime:
    """When the orders of the week are drawn up next."""
    written = facts.find(session, NEXT)
    return datetime.fromisoformat(written) if written else _following(session, clock.now())


def choose_day(session: Session, actor: Person | None, weekday: int | None, hour: time | None = None) -> datetime:
    """The weekday, 0 is Monday, and the hour at which orders are drawn up from now on. `actor`: None for a file."""
    habits.choose(session, actor, weekday, hour)
    following = _following(session, clock.now())
    facts.put(session, NEXT, following.isoformat())
    return following


def set_packs(session: Session, actor: Person, line_id: int, packs: int) -> Purchase:
    """So many packs, whatever is needed. The price follows the number."""
    line, purchase = drafted(session, actor, line_id)
    refuse_packs(packs)
    item = supplies.find(session, line.item_id)
    values = as_needed(item, packs) if item is not None and item.price is not None else {"packs": packs}
    purchases.change_line(session, line_id, {**values, "by_hand": True})
    return noted(session, actor, purchase, "packs", {"line": line_id, "from": line.packs, "to": packs})


def set_price(session: Session, actor: Person, line_id: int, price: UnitPrice) -> Purchase:
    """What a pack costs on this order, without VAT."""
    line, purchase = drafted(session, actor, line_id)
    purchases.change_line(session, line_id, {"price": price.minor, "per": price.per, "by_hand": True})
    after = {"line": line_id, "from": line.price, "to": price.minor, "per": price.per}
    return noted(session, actor, purchase, "price", after)


def postpone(session: Session, actor: Person, line_id: int) -> tuple[Purchase, date]:
    """Moves a line to the order of the week after; those who asked keep waiting."""
    line, purchase = drafted(session, actor, line_id)
    if line.item_id is None:
        raise Refusal("This was asked for in words only. Drop it, or leave it on the order.")
    day = _day_after_next(session, purchase)
    supplies.mark(session, line.item_id, {"not_before": day})
    purchases.remove_line(session, line_id)
    return noted(session, actor, purchase, "postpone", {"item": line.item_id, "to": day.isoformat()}), day


def drafted(session: Session, actor: Person, line_id: int) -> tuple[PurchaseLine, Purchase]:
    """A line that can still be changed: on a draft."""
    supplies.lock(session)
    line, purchase = access.look_line(session, actor, line_id)
    if purchase.state is not PurchaseState.DRAFT:
        raise Refusal("P{number} has been ordered already. /supplies P{number} shows it.", number=str(purchase.id))
    return line, purchase


def noted(
    session: Session, actor: Person, purchase: Purchase, act: str, after: Mapping[str, object], why: str = ""
) -> Purchase:
    """Writes down what was done with an order, and shows it."""
    if not purchases.change(session, purchase, {}):
        raise Overtaken
    changed = purchases.get(session, purchase.id or 0)
    written = {**after, "version": changed.version}
    history.record(session, clock.now(), actor.id, act, "purchase", purchase.id or 0, after=written, why=why)
    notices.redraw(session, "purchase", purchase.id or 0, access.managers(session))
    return changed


def refuse_packs(packs: int) -> None:
    if not 1 <= packs <= MOST_PACKS:
        raise Refusal("Write a whole number of packs from 1 to 100,000.")


def _needed(session: Session, item: Item) -> int:
    put_off = item.not_before is not None and item.not_before > office_today(session)
    if item.removed or put_off:
        return 0
    return stock_levels.to_buy(level_of(session, item))


def as_needed(item: Item, packs: int) -> dict[str, object]:
    """A line of so many packs, as the item is sold now."""
    price = stock_levels.price_at(packs, item.price, item.breaks) if item.price is not None else None
    return {
        "packs": packs, "pack": item.pack, "price": price, "per": item.per, "vat": item.vat, "article": item.article,
    }  # fmt: skip


def _is_old(item: Item, line: PurchaseLine, packs: int) -> bool:
    return any(getattr(line, name) != value for name, value in as_needed(item, packs).items())


def _take_off(session: Session, line: PurchaseLine) -> None:
    purchases.remove_line(session, line.id or 0)
    _touch(session, line.purchase_id)
    notices.redraw(session, "purchase", line.purchase_id, [])


def _touch(session: Session, number: int) -> None:
    """What stands on a draft has changed: a press on a card that shows it as it was orders nothing."""
    if not purchases.change(session, purchases.get(session, number), {}):
        raise Overtaken


def _supplier_of(session: Session, line: PurchaseLine) -> int:
    return purchases.get(session, line.purchase_id).supplier_id


def _show(session: Session, supplier: Supplier, purchase: Purchase) -> None:
    """A draft has changed: its cards show it; where it has reached free freight it need not wait for its day."""
    purchase = purchases.get(session, purchase.id or 0)
    notices.redraw(session, "purchase", purchase.id or 0, access.managers(session))
    found = purchases.lines(session, purchase.id or 0)
    if purchase.drawn_at is None and supplier.free_from and net_of(found) >= supplier.free_from:
        _announce(session, purchase)


def _announce(session: Session, purchase: Purchase) -> Purchase:
    if purchase.drawn_at is None:
        # Two that draw it up at once: one of them tells.
        if not purchases.change(session, purchase, {"drawn_at": clock.now()}):
            raise Overtaken
        notices.tell(session, "supplies.draft", "purchase", purchase.id or 0, access.managers(session), is_card=True)
    return purchases.get(session, purchase.id or 0)


def _following(session: Session, after: datetime) -> datetime:
    """The next order day at its hour, in the time of the office; on a holiday the working day after it."""
    calendar = office_calendar(session)
    weekday, hour = habits.order_day(session), habits.order_hour(session)
    day = calendar.local(after).date()
    day += timedelta(days=(weekday - day.weekday()) % 7 - 7)
    # Last week's may have moved behind a holiday.
    moments = (calendar.at(calendar.nearest(day + timedelta(weeks=n)), hour) for n in range(10))
    return next((one for one in moments if one > after), after + timedelta(days=7))


def _day_after_next(session: Session, purchase: Purchase) -> date:
    """The day of the order after this one: where this week's is drawn up already, the next."""
    first = next_order_at(session)
    moment = first if purchase.drawn_at is not None else _following(session, first)
    return office_calendar(session).local(moment).date()
