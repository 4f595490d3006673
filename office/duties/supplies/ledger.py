"""One way to change stock, and what follows from each change: who waited gets theirs, the draft, the warning."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import digest_cards, notices
from office.duties.changes import Overtaken
from office.duties.supplies import access, draft
from office.duties.supplies.levels import level_of
from office.rules import stock_levels
from office.rules.stock_levels import USE_DAYS
from storage import purchases, supplies, supply_orders
from storage.supply_tables import Item, SupplyLine, SupplyOrder
from storage.tables import Person
from storage.words import StockKind

K = StockKind


def book(
    session: Session, actor: Person | None, item_id: int, kind: StockKind, by: Mapping[str, int], **more: Any
) -> int:
    """Books one line of the ledger; `by`: on_hand, reserved and on_order as differences. Returns its number. Raises
    Overtaken where a number would fall below zero: callers look first, under the lock."""
    values = {"item_id": item_id, "kind": kind, "actor_id": actor.id if actor else None, **by, **more}
    number = supplies.move(session, values, clock.now())
    if number is None:
        raise Overtaken
    if kind in (K.COUNT, K.RECEIVE, K.BRING) and supplies.get(session, item_id).counted_at is None:
        supplies.mark(session, item_id, {"counted_at": clock.now()})
    return number


def follow(session: Session, actor: Person | None, item_id: int, asked: int | None = None, warns: bool = True) -> None:
    """What follows from a change of an item's numbers. `asked`: the order of somebody who is asking just now, and reads
    in the answer what lies ready. `warns`: whether it is news when it runs low."""
    _serve(session, actor, item_id, asked)
    draft.refresh(session, item_id)
    _warn(session, supplies.get(session, item_id), warns)


def use_of(session: Session, item_id: int) -> tuple[int, int]:
    """(units taken, days) of late; an item that is new has been used for fewer days, of at least two weeks."""
    now = clock.now()
    since = now - timedelta(days=USE_DAYS)
    used = supplies.used_since(session, item_id, since)
    first = supplies.first_used(session, item_id, since) if used else None
    return used, max(14, (now - first).days) if first is not None else USE_DAYS


def make_room(session: Session, actor: Person | None, item_id: int, on_hand: int) -> None:
    """Lets those who came last wait again, where less is there than was set aside."""
    too_much = supplies.get(session, item_id).reserved - on_hand
    for line in reversed(supply_orders.reserved(session, item_id)):
        if too_much <= 0:
            return
        units = min(too_much, line.reserved)
        supply_orders.shift(session, line.id or 0, {"reserved": -units, "waiting": units})
        book(session, actor, item_id, K.RELEASE, {"reserved": -units}, line_id=line.id)
        if (on := purchases.find_line(session, line.purchase_line_id or 0)) is not None and on.open == 0:
            # The order that brought it is over: the next one does.
            supply_orders.put_on(session, [line.id or 0], None)
        tell_line(session, "supplies.gone", line)
        too_much -= units


def tell_line(session: Session, kind: str, line: SupplyLine, except_for: int | None = None) -> None:
    """Tells whoever asked, and whom it is for, of one line; their card shows it, too."""
    order = supply_orders.get(session, line.order_id)
    told = [order.requester_id, order.beneficiary_id]
    stays = kind == "supplies.ready"
    notices.tell(
        session, kind, "supply_order", line.order_id, told, detail_id=line.id, is_card=stays, except_for=except_for
    )
    show_order(session, order)


def drop_ask(session: Session, actor: Person, line: SupplyLine, why: str) -> None:
    """What somebody waits for will not be bought; they hear why."""
    if not line.waiting:
        return
    supply_orders.shift(session, line.id or 0, {"waiting": -line.waiting, "dropped": line.waiting})
    supply_orders.put_on(session, [line.id or 0], None, why)
    tell_line(session, "supplies.dropped", line, except_for=actor.id)


def show_order(session: Session, order: SupplyOrder) -> None:
    supply_orders.touch(session, order.id or 0)
    concerned = [order.requester_id, order.beneficiary_id]
    notices.redraw(session, "supply_order", order.id or 0, concerned)
    digest_cards.redraw(session, concerned)


def _serve(session: Session, actor: Person | None, item_id: int, asked: int | None) -> None:
    """What is there goes to those who wait, first come first served."""
    for line in supply_orders.waiting(session, item_id):
        free = supplies.get(session, item_id).available
        if free <= 0:
            return
        units = min(free, line.waiting)
        supply_orders.shift(session, line.id or 0, {"waiting": -units, "reserved": units})
        book(session, actor, item_id, K.RESERVE, {"reserved": units}, line_id=line.id)
        knows = actor.id if actor is not None and line.order_id == asked else None
        tell_line(session, "supplies.ready", line, except_for=knows)


def _warn(session: Session, item: Item, warns: bool) -> None:
    """Those who look after supplies hear once that something runs low; again when it had recovered meanwhile."""
    number = item.id or 0
    used, days = use_of(session, number)
    low = not item.removed and stock_levels.is_low(level_of(session, item), used, days, item.lead_days)
    if low and item.low_at is None:
        supplies.mark(session, number, {"low_at": clock.now()})
        if warns:
            notices.tell(session, "supplies.low", "item", number, access.keepers(session))
    elif not low and item.low_at is not None:
        supplies.mark(session, number, {"low_at": None})
