"""Stock: taken, brought back, damaged and counted. Each is a line of the ledger."""

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.changes import Overtaken
from office.duties.supplies import access
from office.duties.supplies.ledger import book, follow, make_room, show_order
from office.errors import Refusal
from office.rules.supply_words import MOST
from office.rules.words import clean_line
from storage import history, people, purchases, stock_claims, supplies, supply_orders
from storage.supply_tables import Item, StockClaim, StockMove, SupplyLine
from storage.tables import Person
from storage.words import ClaimState, StockKind, SupplyAct

K = StockKind


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
    """Somebody brings back what they have taken. What they have not, by the ledger, the desk looks at first."""
    access.refuse_unless(session, actor, SupplyAct.ASK)
    _locked(session, item_id)
    _refuse_quantity(quantity)
    if not may_bring(session, actor, item_id, quantity):
        taken = supplies.taken_by(session, item_id, actor.id or 0)
        raise Refusal(
            "By the ledger you have {count} of “{name}” to bring back. The desk looks at more: /supplies return.",
            count=max(0, taken), name=supplies.get(session, item_id).names,
        )  # fmt: skip
    return _brought(session, actor, item_id, quantity)


def may_bring(session: Session, actor: Person, item_id: int, quantity: int) -> bool:
    """Whether somebody has taken as much, or looks after supplies."""
    return access.may(session, actor, SupplyAct.KEEP) or quantity <= supplies.taken_by(session, item_id, actor.id or 0)


def _brought(session: Session, actor: Person, item_id: int, quantity: int, why: str = "") -> Item:
    move = book(session, actor, item_id, K.BRING, {"on_hand": quantity}, why=why)
    return _done(session, actor, item_id, "bring", quantity, [move], why)


def claim(session: Session, actor: Person, item_id: int, quantity: int) -> StockClaim:
    """Asks the desk to look at what somebody brings, which the ledger knows nothing of."""
    access.refuse_unless(session, actor, SupplyAct.ASK)
    _locked(session, item_id)
    _refuse_quantity(quantity)
    number = stock_claims.add(session, item_id, actor.id or 0, quantity, clock.now())
    history.record(session, clock.now(), actor.id, "claim", "item", item_id, after={"quantity": quantity})
    notices.tell(session, "supplies.claim", "stock_claim", number, access.keepers(session), is_card=True)
    return stock_claims.get(session, number)


def decide_claim(session: Session, actor: Person, number: int, is_there: bool) -> StockClaim:
    """The desk has seen it, or has not: only then it is in stock."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    supplies.lock(session)
    found = stock_claims.find(session, number)
    if found is None or found.state is not ClaimState.ASKED:
        raise Refusal("Somebody has looked at this already.")
    state = ClaimState.CONFIRMED if is_there else ClaimState.REFUSED
    if not stock_claims.decide(session, number, {"state": state, "decided_by_id": actor.id}):
        raise Overtaken
    if is_there:
        who = people.get(session, found.person_id)
        _brought(session, actor, found.item_id, found.quantity, who.known_as)
    notices.redraw(session, "stock_claim", number, [])
    notices.tell(session, "supplies.claimed", "stock_claim", number, [found.person_id], except_for=actor.id)
    return stock_claims.get(session, number)


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
    make_room(session, actor, item_id, quantity)
    move = book(session, actor, item_id, K.COUNT, {"on_hand": difference}, why=clean_line(why))
    return _done(session, actor, item_id, "count", quantity, [move], why), difference


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
