"""Stock: taken, brought back, damaged, counted, and slips corrected. Each is a line of the ledger."""

from sqlalchemy.orm import Session

from office import clock
from office.duties.changes import Overtaken
from office.duties.supplies import access, receiving
from office.duties.supplies.ledger import book, follow, make_room, show_order
from office.errors import Refusal
from office.rules.supply_words import MOST
from office.rules.words import clean_line
from storage import history, people, purchases, supplies, supply_orders
from storage.supply_tables import Item, StockMove, SupplyLine
from storage.tables import Person
from storage.words import StockKind, SupplyAct

K = StockKind
# What somebody did with the goods themselves; everything else follows from orders and is corrected there.
CORRECTABLE = (K.TAKE, K.BRING, K.DAMAGE, K.COUNT, K.RECEIVE, K.SEND_BACK)


def take(session: Session, actor: Person, item_id: int, quantity: int) -> Item:
    """Somebody has fetched something: what lies ready for them first, then from what is free."""
    access.refuse_unless(session, actor, SupplyAct.ASK)
    item = _locked(session, item_id)
    _refuse_quantity(quantity)
    own = [one for one in supply_orders.ready_for(session, actor.id or 0) if one.item_id == item_id]
    ready = sum(one.reserved for one in own)
    if quantity - min(quantity, ready) > item.available:
        raise _too_few(item, item.available + ready)
    moves = []
    left = quantity
    for line in own:
        units = min(left, line.reserved)
        if units:
            moves.append(_hand_out(session, actor, line, units))
            left -= units
    if left:
        moves.append(book(session, actor, item_id, K.TAKE, {"on_hand": -left}))
    return _done(session, actor, item_id, "take", quantity, moves)


def collect(session: Session, actor: Person, line_id: int) -> SupplyLine:
    """What lies ready has been fetched by whoever asked, or handed out to them."""
    line = supply_orders.find_line(session, line_id)
    if line is None:
        raise Refusal("This is not on the order any more. /supplies mine shows yours.")
    order = access.look_order(session, actor, line.order_id)
    supplies.lock(session)
    line = supply_orders.get_line(session, line_id)
    if line.reserved == 0:
        raise Refusal("Nothing of this lies ready now. /supplies S{number} shows how it stands.", number=str(order.id))
    moves = [_hand_out(session, actor, line, line.reserved)]
    if line.item_id is not None:
        _done(session, actor, line.item_id, "take", line.reserved, moves)
    else:
        history.record(
            session, clock.now(), actor.id, "collect", "supply_order", order.id or 0, after={"line": line_id}
        )
    return supply_orders.get_line(session, line_id)


def bring(session: Session, actor: Person, item_id: int, quantity: int) -> Item:
    """Somebody brings back what they do not need."""
    access.refuse_unless(session, actor, SupplyAct.ASK)
    _locked(session, item_id)
    _refuse_quantity(quantity)
    return _done(
        session, actor, item_id, "bring", quantity, [book(session, actor, item_id, K.BRING, {"on_hand": quantity})]
    )


def damage(session: Session, actor: Person, item_id: int, quantity: int, why: str) -> Item:
    """Something is spoilt and thrown away."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    item = _locked(session, item_id)
    _refuse_quantity(quantity)
    if quantity > item.on_hand:
        raise _too_few(item, item.on_hand)
    make_room(session, actor, item_id, item.on_hand - quantity)
    move = book(session, actor, item_id, K.DAMAGE, {"on_hand": -quantity}, why=clean_line(why))
    return _done(session, actor, item_id, "damage", quantity, [move], why)


def count(session: Session, actor: Person | None, item_id: int, quantity: int, why: str = "") -> tuple[Item, int]:
    """What is really there; the difference is booked. Returns the item and the difference. `actor`: None for a file."""
    if actor is not None:
        access.refuse_unless(session, actor, SupplyAct.KEEP)
    item = _locked(session, item_id)
    if not 0 <= quantity <= MOST:
        raise Refusal("Write a whole number from 0 to 1,000,000.")
    difference = quantity - item.on_hand
    if difference == 0:
        supplies.mark(session, item_id, {"counted_at": item.counted_at or clock.now()})
        history.record(
            session, clock.now(), actor.id if actor else None, "counted", "item", item_id, after={"quantity": quantity}
        )
        follow(session, actor, item_id)
        return supplies.get(session, item_id), 0
    make_room(session, actor, item_id, quantity)
    move = book(session, actor, item_id, K.COUNT, {"on_hand": difference}, why=clean_line(why))
    return _done(session, actor, item_id, "count", quantity, [move], why), difference


def correct(session: Session, actor: Person, move_id: int, why: str, right: int | None = None) -> StockMove:
    """Takes a slip back with a counter-entry that names it, for a reason; `right` books what it should have been."""
    found = supplies.get_move(session, move_id)
    if found is None or found.kind not in CORRECTABLE:
        raise Refusal("This line of the ledger can't be corrected: it follows from an order. Change that instead.")
    own = found.actor_id == actor.id and found.kind in (K.TAKE, K.BRING) and access.may(session, actor, SupplyAct.ASK)
    if not own:
        access.refuse_unless(session, actor, SupplyAct.KEEP)
    if not why.strip():
        raise Refusal("Say what was wrong with it, so that it can be read in a year.")
    _refuse_right(right)
    supplies.lock(session)
    if (earlier := supplies.counter_of(session, move_id)) is not None:
        who = people.find(session, earlier.actor_id)
        raise Refusal(
            "This was corrected already: {who}, {when}.", who=who.known_as if who else "Deskhand", when=earlier.at
        )
    counter = _counter(session, actor, found, clean_line(why))
    if right:
        _again(session, actor, found, right, why)
    history.record(
        session, clock.now(), actor.id, "correct", "item", found.item_id, before={"move": move_id},
        after={"right": right},
        why=why,
    )  # fmt: skip
    follow(session, actor, found.item_id)
    return counter


def _refuse_right(right: int | None) -> None:
    if right is not None and not 0 <= right <= MOST:
        raise Refusal("Write a whole number from 0 to 1,000,000.")


def _counter(session: Session, actor: Person, found: StockMove, why: str) -> StockMove:
    """The opposite of a line, with what hangs on it: the line of whoever took it, or of the order that brought it."""
    if found.on_hand > 0:
        make_room(session, actor, found.item_id, supplies.get(session, found.item_id).on_hand - found.on_hand)
    by = {"on_hand": -found.on_hand, "reserved": -found.reserved, "on_order": -found.on_order}
    item = supplies.get(session, found.item_id)
    if item.on_order + by["on_order"] < 0:
        raise Refusal("This can't be taken back: the line has been closed since. Order what is missing anew.")
    if item.on_hand + by["on_hand"] < 0:
        raise Refusal("Only {count} are there, so that many can't be taken back. Count first: /supplies count.",
                      count=item.on_hand)  # fmt: skip
    more = {"line_id": found.line_id, "purchase_line_id": found.purchase_line_id, "corrects_id": found.id, "why": why}
    number = book(session, actor, found.item_id, K.CORRECT, by, **more)
    if found.kind is K.TAKE and found.line_id is not None:
        if not supply_orders.shift(session, found.line_id, {"taken": found.on_hand, "reserved": -found.on_hand}):
            raise Overtaken
        show_order(session, supply_orders.get(session, supply_orders.get_line(session, found.line_id).order_id))
    if found.purchase_line_id is not None and found.kind in (K.RECEIVE, K.SEND_BACK):
        receiving.take_back(session, actor, found, number)
    counter = supplies.get_move(session, number)
    assert counter is not None
    return counter


def _again(session: Session, actor: Person, found: StockMove, right: int, why: str) -> None:
    """Books the same act with the right number."""
    match found.kind:
        case K.TAKE if found.line_id is not None:
            # Of what had been set aside for whoever asked, not of what is free.
            line = supply_orders.get_line(session, found.line_id)
            if right > line.reserved:
                raise Refusal("Only {count} lay ready there. Correct it to at most that many.", count=line.reserved)
            _hand_out(session, actor, line, right)
        case K.TAKE:
            if right > supplies.get(session, found.item_id).available:
                raise _too_few(supplies.get(session, found.item_id), supplies.get(session, found.item_id).available)
            book(session, actor, found.item_id, K.TAKE, {"on_hand": -right}, why=clean_line(why))
        case K.BRING:
            bring(session, actor, found.item_id, right)
        case K.DAMAGE:
            damage(session, actor, found.item_id, right, why)
        case K.RECEIVE if found.purchase_line_id is not None:
            receiving.receive(session, actor, found.purchase_line_id, receiving.Came(received=right), why)
        case K.SEND_BACK if found.purchase_line_id is not None:
            receiving.send_back(session, actor, found.purchase_line_id, right, why)
        case _:
            raise Refusal("Count again instead: /supplies count {count} and what it is.", count=right)


def _hand_out(session: Session, actor: Person, line: SupplyLine, units: int) -> int:
    if not supply_orders.shift(session, line.id or 0, {"reserved": -units, "taken": units}):
        raise Overtaken
    show_order(session, supply_orders.get(session, line.order_id))
    if line.item_id is None:
        return 0
    return book(session, actor, line.item_id, K.TAKE, {"on_hand": -units, "reserved": -units}, line_id=line.id)


def _locked(session: Session, item_id: int) -> Item:
    supplies.lock(session)
    item = supplies.find(session, item_id)
    if item is None or item.removed:
        raise Refusal("This is not kept in stock any more. /supplies stock shows what is.")
    return item


def _refuse_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MOST:
        raise Refusal("Write a whole number from 1 to 1,000,000.")


def _too_few(item: Item, most: int) -> Refusal:
    held = item.on_hand - most
    if held > 0 and most > 0:
        return Refusal(
            "“{name}”: by my count {count} are free; {held} more lie ready for others. Take at most {count}, "
                "or have it "
            "counted.",
            count=most, held=held, name=item.names,
        )  # fmt: skip
    if most == 0:
        return Refusal(
            "“{name}”: by my count none is free. Order it: /supplies order; where the shelf says otherwise, "
            "whoever looks "
            "after supplies counts it.",
            name=item.names,
        )
    return Refusal(
        "By my count only {count} of “{name}” are there. Take at most that many; where the shelf says "
            "otherwise, whoever "
        "looks after supplies counts it: /supplies count.",
        count=most, name=item.names,
    )  # fmt: skip


def _done(
    session: Session, actor: Person | None, item_id: int, act: str, quantity: int, moves: list[int], why: str = ""
) -> Item:
    after = {"quantity": quantity, "moves": [one for one in moves if one]}
    history.record(session, clock.now(), actor.id if actor else None, act, "item", item_id, after=after, why=why)
    follow(session, actor, item_id)
    return supplies.get(session, item_id)


def ledger(session: Session, actor: Person, item_id: int, limit: int = 25) -> list[StockMove]:
    """Every change of an item's stock, newest first."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    return supplies.moves(session, item_id, limit)


def lines_of(session: Session, order_id: int) -> list[tuple[SupplyLine, Item | None]]:
    """What was asked for in an order, each with its item."""
    found = supply_orders.lines(session, order_id)
    items = supplies.by_ids(session, [one.item_id for one in found])
    return [(one, items.get(one.item_id or 0)) for one in found]


def brings(session: Session, line: SupplyLine) -> int | None:
    """The number of the order to a supplier that brings a line; None while it is on none."""
    found = purchases.find_line(session, line.purchase_line_id) if line.purchase_line_id else None
    return found.purchase_id if found is not None else None
