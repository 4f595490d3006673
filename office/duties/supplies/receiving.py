"""What comes from a supplier, line by line and over several days; what goes back; what will not come any more."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from office import clock
from office.duties.changes import Overtaken
from office.duties.supplies import access, placed, settled
from office.duties.supplies.ledger import book, drop_ask, follow, make_room, tell_line
from office.errors import Refusal
from office.rules.words import clean_line
from storage import people, purchases, supplies, supply_orders
from storage.supply_tables import Purchase, PurchaseLine, Receipt, StockMove
from storage.tables import Person
from storage.words import PurchaseState, ReceiptKind, StockKind, SupplyAct

K, R, S = StockKind, ReceiptKind, PurchaseState


@dataclass(frozen=True)
class Came:
    """Units of one line: good ones, damaged ones, and such that nobody ordered. Only the good ones go into stock; the
    others are still expected."""

    received: int = 0
    damaged: int = 0
    wrong: int = 0


def receive(session: Session, actor: Person, line_id: int, came: Came, note: str = "") -> Purchase:
    """Books a delivery. More than was ordered is refused, over all deliveries together."""
    line, purchase = _open_line(session, actor, line_id)
    if min(came.received, came.damaged, came.wrong) < 0 or not (came.received or came.damaged or came.wrong):
        raise Refusal("Write how many have come: a whole number from 1 on.")
    if came.received and came.damaged and came.received + came.damaged > line.open:
        raise Refusal(
            "{open} are expected; {good} good and {damaged} damaged would be more. Write how many of them are good; "
            "what is too much is wrong, and goes back.",
            open=line.open, good=came.received, damaged=came.damaged,
        )  # fmt: skip
    by = {"received": came.received, "damaged": came.damaged, "wrong": came.wrong}
    if not purchases.book(session, line_id, by):
        raise Refusal(
            "{received} of {ordered} have come already, so {open} are expected and not {count}. Book {open}, and what "
            "is too much as wrong: it goes back.",
            received=line.received, ordered=line.quantity - line.closed, open=line.open, count=came.received,
        )  # fmt: skip
    move = None
    if line.item_id is not None and came.received:
        counts = {"on_hand": came.received, "on_order": -came.received}
        move = book(session, actor, line.item_id, K.RECEIVE, counts, purchase_line_id=line_id, why=clean_line(note))
    for kind, units in ((R.RECEIVED, came.received), (R.DAMAGED, came.damaged), (R.WRONG, came.wrong)):
        if units:
            _note(session, actor, line_id, kind, units, note, move if kind is R.RECEIVED else None)
    if line.item_id is None:
        _hand_on(session, line, came.received)
    else:
        follow(session, actor, line.item_id)
        _leave_to_the_next(session, line_id)
    placed.record(session, actor, purchase.id or 0, "receive", {"line": line_id, **by}, why=note)
    return _after(session, actor, purchase)


def receive_all(session: Session, actor: Person, number: int, note: str = "") -> Purchase:
    """Everything that is still expected has come."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    open_ones = [one for one in purchases.lines(session, number) if one.open > 0]
    if not open_ones:
        raise Refusal("Nothing is expected of P{number} any more.", number=str(number))
    for line in open_ones:
        receive(session, actor, line.id or 0, Came(received=line.open), note)
    return purchases.get(session, number)


def send_back(session: Session, actor: Person, line_id: int, units: int, why: str) -> Purchase:
    """Something that was received goes back to the supplier; others are expected for it, or the line is closed."""
    line, purchase = _open_line(session, actor, line_id, also_done=True)
    if not why.strip():
        raise Refusal("Say why it goes back.")
    if units < 1 or units > line.received:
        raise Refusal("{count} of this line have come; at most that many can go back.", count=line.received)
    move = None
    if line.item_id is not None:
        item = supplies.get(session, line.item_id)
        if units > item.on_hand:
            raise Refusal("Only {count} are there any more. At most that many can go back.", count=item.on_hand)
        make_room(session, actor, line.item_id, item.on_hand - units)
        counts = {"on_hand": -units, "on_order": units}
        move = book(session, actor, line.item_id, K.SEND_BACK, counts, purchase_line_id=line_id, why=clean_line(why))
    if not purchases.book(session, line_id, {"received": -units, "returned": units}):
        raise Overtaken
    _note(session, actor, line_id, R.RETURNED, units, why, move)
    if line.item_id is None:
        _take_back_from_asks(session, line, units)
    else:
        follow(session, actor, line.item_id)
    placed.record(session, actor, purchase.id or 0, "send_back", {"line": line_id, "units": units}, why=why)
    return _after(session, actor, purchase)


def close(session: Session, actor: Person, line_id: int, why: str) -> Purchase:
    """What is missing will not come: the budget has its money back, and those who wait are on the next order."""
    line, purchase = _open_line(session, actor, line_id)
    if not why.strip():
        raise Refusal("Say why it will not come.")
    missing = line.open
    if missing <= 0:
        raise Refusal("Nothing of this line is missing.")
    if not purchases.book(session, line_id, {"closed": missing}):
        raise Overtaken
    _note(session, actor, line_id, R.CLOSED, missing, why, None)
    _free_freight(session, purchase.id or 0)
    waiting = [one for one in supply_orders.brought_by(session, [line_id]) if one.waiting]
    if line.item_id is None:
        for one in waiting:
            drop_ask(session, actor, one, clean_line(why)[:300])
    else:
        supply_orders.put_on(session, [one.id or 0 for one in waiting], None)
        counts = {"on_order": -missing}
        book(session, actor, line.item_id, K.CANCEL, counts, purchase_line_id=line_id, why=clean_line(why))
        follow(session, actor, line.item_id)
        for one in waiting:
            tell_line(session, "supplies.delayed", one, except_for=actor.id)
    placed.record(session, actor, purchase.id or 0, "close", {"line": line_id, "units": missing}, why=why)
    return _after(session, actor, purchase)


def refuse_uncorrectable(session: Session, slip: StockMove, more: int) -> None:
    """A slip in a receipt is corrected to no more than is expected, and in what goes back to no more than has come."""
    line = purchases.get_line(session, slip.purchase_line_id or 0)
    comes = more if slip.kind is K.RECEIVE else -more
    if comes > line.open:
        raise Refusal("{count} of this line are still expected. Correct it to at most that many more.", count=line.open)
    if -comes > line.received:
        raise Refusal("{count} of this line have come; at most that many can go back.", count=line.received)


def corrected(session: Session, actor: Person, slip: StockMove, more: int, counter: int) -> None:
    """A slip in a receipt was corrected in stock by so many units: its order expects as many less or more."""
    receipt = purchases.receipt_of_move(session, slip.id or 0)
    assert receipt is not None and slip.purchase_line_id is not None
    by = {"received": more}
    if receipt.kind is R.RETURNED:
        by = {"received": -more, "returned": more}
    if not purchases.book(session, slip.purchase_line_id, by):
        raise Overtaken
    purchases.add_receipt(session, {
        "purchase_line_id": slip.purchase_line_id, "kind": receipt.kind, "quantity": more, "corrects_id": receipt.id,
        "move_id": counter, "actor_id": actor.id, "at": clock.now(),
    })  # fmt: skip
    line = purchases.get_line(session, slip.purchase_line_id)
    _leave_to_the_next(session, line.id or 0)
    _after(session, actor, purchases.get(session, line.purchase_id))


def keep_extra(session: Session, actor: Person, line_id: int, units: int, why: str) -> Purchase:
    """More came than was ordered, and a manager keeps it for a reason. It is in stock, and no part of what may be
    invoiced: an invoice for it is held like any that is too high."""
    line, purchase = _open_line(session, actor, line_id, also_done=True)
    if actor.id not in access.managers(session):
        names = [one.known_as for one in people.by_ids(session, access.managers(session)).values()]
        raise Refusal("What is too much goes back, unless those who run the office keep it: {who}.", who=names or ["–"])
    if not why.strip():
        raise Refusal("Say why it is kept, so that it can be read in a year.")
    if not 1 <= units <= max(line.quantity, 10):
        raise Refusal("Write a whole number from {least} to {most}.", least=1, most=max(line.quantity, 10))
    move = None
    if line.item_id is not None:
        move = book(session, actor, line.item_id, K.EXTRA, {"on_hand": units}, why=clean_line(why)[:300])
    if not purchases.book(session, line_id, {"extra": units}):
        raise Overtaken
    _note(session, actor, line_id, R.EXTRA, units, why, move)
    if line.item_id is not None:
        follow(session, actor, line.item_id)
    placed.record(session, actor, purchase.id or 0, "keep_extra", {"line": line_id, "units": units}, why=why)
    return _after(session, actor, purchase)


def receipts_of(session: Session, number: int) -> list[Receipt]:
    return purchases.receipts(session, [one.id or 0 for one in purchases.lines(session, number)])


def _open_line(session: Session, actor: Person, line_id: int, also_done: bool = False) -> tuple[PurchaseLine, Purchase]:
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    supplies.lock(session)
    line = purchases.find_line(session, line_id)
    if line is None:
        raise Refusal("There is no such line. /supplies deliveries shows what is expected.")
    purchase = purchases.get(session, line.purchase_id)
    refuse_unless_coming(purchase, also_done)
    return line, purchase


def refuse_unless_coming(purchase: Purchase, also_done: bool = False) -> None:
    if purchase.state not in (S.READY, S.SENT, *((S.DONE,) if also_done else ())):
        raise Refusal(
            "P{number} is not on its way, so nothing of it can come. /supplies P{number} shows it.",
            number=str(purchase.id),
        )


def _note(
    session: Session, actor: Person, line_id: int, kind: ReceiptKind, units: int, note: str, move: int | None
) -> None:
    purchases.add_receipt(session, {
        "purchase_line_id": line_id, "kind": kind, "quantity": units, "note": clean_line(note)[:300], "move_id": move,
        "actor_id": actor.id, "at": clock.now(),
    })  # fmt: skip


def _hand_on(session: Session, line: PurchaseLine, units: int) -> None:
    """What was asked for in words lies ready for whoever asked, as it comes."""
    for one in supply_orders.brought_by(session, [line.id or 0]):
        part = min(units, one.waiting)
        if part:
            supply_orders.shift(session, one.id or 0, {"waiting": -part, "reserved": part})
            tell_line(session, "supplies.ready", one)
            units -= part
    _leave_to_the_next(session, line.id or 0)


def _leave_to_the_next(session: Session, line_id: int) -> None:
    """Of what too little was bought, whoever still waits is brought it by another order."""
    if purchases.get_line(session, line_id).open == 0:
        short = [one for one in supply_orders.brought_by(session, [line_id]) if one.waiting]
        supply_orders.put_on(session, [one.id or 0 for one in short], None)


def _free_freight(session: Session, number: int) -> None:
    """Where nothing comes any more, nothing is charged for bringing it, unless it was already."""
    nothing_comes = all(one.quantity == one.closed for one in purchases.lines(session, number))
    billed = any(one.freight for one in purchases.invoices_of(session, number))
    if nothing_comes and not billed and not purchases.change(session, purchases.get(session, number), {"freight": 0}):
        raise Overtaken


def _take_back_from_asks(session: Session, line: PurchaseLine, units: int) -> None:
    """What lay ready, or was fetched already, goes back to the supplier: whoever asked waits again."""
    for name in ("reserved", "taken"):
        for one in reversed(supply_orders.brought_by(session, [line.id or 0])):
            part = min(units, getattr(one, name))
            if part:
                supply_orders.shift(session, one.id or 0, {name: -part, "waiting": part})
                tell_line(session, "supplies.gone", one)
                units -= part


def _after(session: Session, actor: Person, purchase: Purchase) -> Purchase:
    """Whether all has come, what that means for invoices that were held, and how it looks."""
    found = purchases.lines(session, purchase.id or 0)
    now = purchases.get(session, purchase.id or 0)
    done = all(one.open == 0 for one in found)
    values: dict[str, object] = {}
    if done and now.state is not S.DONE:
        values = {"state": S.DONE, "next_at": None, "sent_at": now.sent_at or clock.now()}
    elif not done and now.state is S.DONE:
        values = {"state": S.SENT, "next_at": placed.ask_after(session, now)}
    elif not done and now.state is S.READY and any(one.received for one in found):
        # It has come, so the supplier has had it, however it went out.
        out = now.model_copy(update={"sent_at": clock.now()})
        values = {"state": S.SENT, "sent_at": out.sent_at, "next_at": placed.ask_after(session, out)}
    if values and not purchases.change(session, now, values):
        raise Overtaken
    settled.match_again(session, purchase.id or 0)
    settled.reckon(session, actor, purchase.id or 0)
    after = purchases.get(session, purchase.id or 0)
    placed.show(session, after)
    placed.show_asks(session, [one.id or 0 for one in found])
    return after
