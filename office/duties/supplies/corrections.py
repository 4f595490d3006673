"""Slips corrected: the difference is booked, with a counter-entry that names the line of the ledger and a reason.

A count after the slip has seen what is there: then the correction changes what was ordered, received or taken, and not
what is in stock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from office import clock
from office.duties.changes import Overtaken
from office.duties.supplies import access, receiving
from office.duties.supplies.ledger import book, follow, make_room, show_order
from office.errors import Refusal
from office.rules.supply_words import MOST
from office.rules.words import clean_line
from storage import history, people, purchases, supplies, supply_orders
from storage.supply_tables import StockMove
from storage.tables import Person
from storage.words import StockKind, SupplyAct

K = StockKind
# What somebody did with the goods themselves; everything else follows from orders and is corrected there.
CORRECTABLE = (K.TAKE, K.BRING, K.DAMAGE, K.COUNT, K.RECEIVE, K.SEND_BACK)
# Of these more units mean less in stock.
_TAKES_OFF = (K.TAKE, K.DAMAGE, K.SEND_BACK)


@dataclass(frozen=True)
class _Change:
    """What a correction changes: of the item's numbers, and of the line of whoever took it."""

    on_hand: int
    reserved: int = 0
    on_order: int = 0
    ask: Mapping[str, int] = field(default_factory=dict)


def can_be_corrected(move: StockMove) -> bool:
    """Whether a line of the ledger is a slip of somebody, or the correction of a receipt, which may be one, too."""
    return move.kind in CORRECTABLE or (move.kind is K.CORRECT and move.purchase_line_id is not None)


def units_of(session: Session, move: StockMove) -> int:
    """How many a slip is about, with its corrections so far."""
    units = 0
    following: StockMove | None = _first(session, move)
    while following is not None:
        receipt = purchases.receipt_of_move(session, following.id or 0)
        units += receipt.quantity if receipt is not None else abs(following.on_hand)
        if following.id == move.id:
            break
        following = supplies.counter_of(session, following.id or 0)
    return units


def _first(session: Session, move: StockMove) -> StockMove:
    """The slip itself that a correction is of."""
    while move.corrects_id is not None and (earlier := supplies.get_move(session, move.corrects_id)) is not None:
        move = earlier
    return move


def correct(session: Session, actor: Person, move_id: int, why: str, right: int | None = None) -> StockMove:
    """Corrects a slip for a reason. `right`: how many it should have been; None: it did not happen at all."""
    found = _slip(session, actor, move_id)
    slip = _first(session, found)
    if not why.strip():
        raise Refusal("Say what was wrong with it, so that it can be read in a year.")
    if right is not None and not 0 <= right <= MOST:
        raise Refusal("Write a whole number from 0 to 1,000,000.")
    supplies.lock(session)
    if (earlier := supplies.counter_of(session, move_id)) is not None:
        who = people.find(session, earlier.actor_id)
        raise Refusal(
            "This was corrected already: {who}, {when}.", who=who.known_as if who else "Deskhand", when=earlier.at
        )
    if found.kind is K.COUNT and right is not None:
        raise Refusal("Count again instead: /supplies count {count} and what it is.", count=right)
    counter = _book(session, actor, slip, found, (right or 0) - units_of(session, found), clean_line(why))
    history.record(
        session, clock.now(), actor.id, "correct", "item", found.item_id, before={"move": move_id},
        after={"right": right}, why=why,
    )  # fmt: skip
    follow(session, actor, found.item_id)
    return counter


def _slip(session: Session, actor: Person, move_id: int) -> StockMove:
    found = supplies.get_move(session, move_id)
    if found is None or not can_be_corrected(found):
        raise Refusal("This line of the ledger can't be corrected: it follows from an order. Change that instead.")
    own = found.actor_id == actor.id and found.kind in (K.TAKE, K.BRING) and access.may(session, actor, SupplyAct.ASK)
    if not own:
        access.refuse_unless(session, actor, SupplyAct.KEEP)
    return found


def _book(session: Session, actor: Person, slip: StockMove, last: StockMove, more: int, why: str) -> StockMove:
    """Books `more` units of a slip, below zero fewer. `last`: the line of the ledger that is corrected now."""
    change = _change(session, slip, more)
    item = supplies.get(session, slip.item_id)
    is_receipt = slip.purchase_line_id is not None and slip.kind in (K.RECEIVE, K.SEND_BACK)
    # Less than nothing is never there: what the ledger does not know of was used all the same.
    on_hand = 0 if supplies.counted_since(session, slip) else max(change.on_hand, -item.on_hand)
    if on_hand + item.on_hand < item.reserved + change.reserved:
        make_room(session, actor, slip.item_id, on_hand + item.on_hand - change.reserved)
    if is_receipt:
        receiving.refuse_uncorrectable(session, slip, more)
    by = {"on_hand": on_hand, "reserved": change.reserved, "on_order": change.on_order}
    about = {"line_id": slip.line_id, "purchase_line_id": slip.purchase_line_id, "corrects_id": last.id, "why": why}
    number = book(session, actor, slip.item_id, K.CORRECT, by, **about)
    if change.ask:
        if not supply_orders.shift(session, slip.line_id or 0, change.ask):
            raise Overtaken
        show_order(session, supply_orders.get(session, supply_orders.get_line(session, slip.line_id or 0).order_id))
    if is_receipt:
        receiving.corrected(session, actor, last, more, number)
    counter = supplies.get_move(session, number)
    assert counter is not None
    return counter


def _change(session: Session, found: StockMove, more: int) -> _Change:
    if found.kind is K.COUNT:
        return _Change(-found.on_hand)
    on_hand = -more if found.kind in _TAKES_OFF else more
    match found.kind:
        case K.TAKE if found.line_id is not None:
            # What was set aside for whoever asked is so again, or more of it was fetched.
            line = supply_orders.get_line(session, found.line_id)
            if more > line.reserved:
                raise Refusal("Only {count} lay ready there. Correct it to at most that many.",
                              count=units_of(session, found) + line.reserved)  # fmt: skip
            return _Change(on_hand, reserved=-more, ask={"taken": more, "reserved": -more})
        case K.TAKE if more > supplies.get(session, found.item_id).available:
            free = supplies.get(session, found.item_id).available
            raise Refusal("Only {count} lay ready there. Correct it to at most that many.",
                          count=units_of(session, found) + free)  # fmt: skip
        case K.RECEIVE | K.SEND_BACK if found.purchase_line_id is not None:
            return _Change(on_hand, on_order=-on_hand)
    return _Change(on_hand)
