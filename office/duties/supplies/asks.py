"""What people ask for: from stock as far as there is, the rest on the next order."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.people import calendar_of_person
from office.duties.supplies import access, ordering
from office.duties.supplies.ledger import book, follow, show_order, tell_line
from office.errors import Refusal
from office.rules import words
from office.rules.again_words import Again
from office.rules.money import Money
from office.rules.supply_words import MOST
from storage import history, offices, people, purchases, supplies, supply_orders
from storage.supply_tables import SupplyLine, SupplyOrder
from storage.tables import Person
from storage.words import PurchaseState, Standing, StockKind, SupplyAct

K = StockKind
MOST_LINES, MOST_WAITING = 40, 5_000_000


@dataclass(frozen=True)
class Line:
    """One thing: so many units of an item, or what is in no catalogue, in words with a link and a price."""

    quantity: int
    item_id: int | None = None
    text: str = ""
    link: str = ""
    money: Money | None = None


@dataclass(frozen=True)
class Around:
    """What stands around the lines: for whom, where to, by when."""

    beneficiary_id: int | None = None
    place_id: int | None = None
    needed_by: date | None = None


@dataclass(frozen=True)
class Basket:
    lines: tuple[Line, ...]
    around: Around = Around()


def place(session: Session, actor: Person, basket: Basket) -> SupplyOrder:
    """Asks for supplies. What is there is set aside at once, the rest comes with the next order."""
    access.refuse_unless(session, actor, SupplyAct.ASK)
    _refuse(session, actor, basket)
    supplies.lock(session)
    values = {
        "requester_id": actor.id,
        "beneficiary_id": basket.around.beneficiary_id if basket.around.beneficiary_id != actor.id else None,
        "place_id": basket.around.place_id,
        "needed_by": basket.around.needed_by,
        "created_at": clock.now(),
        "version": 1,
    }
    number = supply_orders.add(session, values)
    after = {"lines": [[one.item_id, one.text, one.quantity] for one in basket.lines], "version": 1}
    history.record(session, clock.now(), actor.id, "ask", "supply_order", number, after=after)
    for line in basket.lines:
        _add(session, actor, number, line)
    order = supply_orders.get(session, number)
    notices.tell(session, "supplies.mine", "supply_order", number, [actor.id, order.beneficiary_id], is_card=True)
    if any(line.item_id is None for line in basket.lines):
        notices.tell(session, "supplies.free", "supply_order", number, access.keepers(session), is_card=True)
    return order


def add_line(session: Session, actor: Person, number: int, line: Line) -> SupplyOrder:
    """One more thing on an order."""
    order = access.look_order(session, actor, number)
    supplies.lock(session)
    if len(supply_orders.lines(session, number)) >= MOST_LINES:
        raise Refusal("An order has at most {most} lines. Make another one.", most=MOST_LINES)
    _refuse_line(session, line)
    _add(session, actor, number, line)
    after = {"lines": [[line.item_id, line.text, line.quantity]]}
    history.record(session, clock.now(), actor.id, "add", "supply_order", number, after=after)
    show_order(session, order)
    if line.item_id is None:
        notices.tell(session, "supplies.free", "supply_order", number, access.keepers(session), is_card=True)
    return supply_orders.get(session, number)


def cancel(session: Session, actor: Person, number: int, line_id: int | None = None) -> SupplyOrder:
    """Takes back what one asked for, all of it or one line; what was fetched is brought back instead. An order that
    waits for its approval is lowered by it; what the supplier is bringing already comes all the same, and goes to
    whoever waits or into stock."""
    order = access.look_order(session, actor, number)
    ordering.lock_waiting(session, [one.purchase_line_id for one in supply_orders.lines(session, number)])
    supplies.lock(session)
    found = [one for one in supply_orders.lines(session, number) if line_id in (None, one.id)]
    open_ones = [one for one in found if one.reserved or one.waiting]
    if not open_ones:
        raise Refusal(
            "Nothing of S{number} is open any more. What you do not need goes back with /supplies return.",
            number=number,
        )
    for line in open_ones:
        _drop(session, actor, line)
    history.record(
        session, clock.now(), actor.id, "cancel", "supply_order", number, after={"lines": [one.id for one in open_ones]}
    )
    for line in open_ones:
        if line.purchase_line_id is not None and line.waiting:
            ordering.lower(session, actor, line.purchase_line_id, line.waiting)
    for item_id in sorted({one.item_id for one in open_ones if one.item_id is not None}):
        follow(session, actor, item_id)
    show_order(session, order)
    if actor.id not in (order.requester_id, order.beneficiary_id):
        tell_line(session, "supplies.cancelled", open_ones[0], except_for=actor.id)
    return supply_orders.get(session, number)


def repeat_of(session: Session, actor: Person, when: Again) -> Basket:
    """What somebody asked for in the last week or month, added up, without what is kept no more."""
    calendar = calendar_of_person(session, actor)
    today = calendar.local(clock.now()).date()
    end = today.replace(day=1) if when is Again.MONTH else today - timedelta(days=today.weekday())
    start = (end - timedelta(days=1)).replace(day=1) if when is Again.MONTH else end - timedelta(days=7)
    found = supply_orders.between(session, actor.id or 0, calendar.at(start, time(0)), calendar.at(end, time(0)))
    items = supplies.by_ids(session, [one.item_id for one in found])
    counted: dict[int, int] = {}
    for one in found:
        if one.item_id is not None and not items[one.item_id].removed:
            counted[one.item_id] = counted.get(one.item_id, 0) + one.quantity - one.dropped
    lines = [Line(quantity, item_id) for item_id, quantity in counted.items() if quantity][:MOST_LINES]
    if not lines:
        raise Refusal("You ordered nothing between {start} and {end}. /supplies mine shows your orders.",
                      start=start, end=end - timedelta(days=1))  # fmt: skip
    return Basket(tuple(lines))


def repeat(session: Session, actor: Person) -> Basket:
    """The same as last time, without what is kept no more."""
    last = supply_orders.last_of(session, actor.id or 0)
    if last is None:
        raise Refusal("You have ordered nothing yet. /supplies order 20 copy paper, for example.")
    found = supply_orders.lines(session, last.id or 0)
    items = supplies.by_ids(session, [one.item_id for one in found])
    lines = [
        Line(one.quantity, one.item_id) for one in found if one.item_id is not None and not items[one.item_id].removed
    ]
    if not lines:
        raise Refusal("Nothing of your last order S{number} can be ordered again.", number=str(last.id))
    return Basket(tuple(lines), Around(last.beneficiary_id, last.place_id))


def _add(session: Session, actor: Person, number: int, line: Line) -> None:
    money = line.money
    values = {
        "order_id": number, "item_id": line.item_id, "text": words.clean_line(line.text)[:300],
        "link": line.link[:1000], "price": money.minor if money else None, "currency": money.currency if money else "",
        "quantity": line.quantity, "waiting": line.quantity,
    }  # fmt: skip
    supply_orders.add_line(session, values)
    if line.item_id is not None:
        follow(session, actor, line.item_id, asked=number)


def _drop(session: Session, actor: Person, line: SupplyLine) -> None:
    by = {"waiting": -line.waiting, "reserved": -line.reserved, "dropped": line.waiting + line.reserved}
    supply_orders.shift(session, line.id or 0, by, "")
    if line.item_id is None:
        _off_its_draft(session, line)
    if line.reserved and line.item_id is not None:
        book(session, actor, line.item_id, K.RELEASE, {"reserved": -line.reserved}, line_id=line.id)


def _off_its_draft(session: Session, line: SupplyLine) -> None:
    """What was asked for in words and stands on a draft is for nobody any more."""
    on = purchases.find_line(session, line.purchase_line_id or 0)
    if on is not None and purchases.get(session, on.purchase_id).state is PurchaseState.DRAFT:
        supply_orders.put_on(session, [line.id or 0], None)
        purchases.remove_line(session, on.id or 0)
        notices.redraw(session, "purchase", on.purchase_id, access.managers(session))


def _refuse(session: Session, actor: Person, basket: Basket) -> None:
    if not basket.lines:
        raise Refusal("Say what you need: /supplies order 20 copy paper, 3 black toner.")
    if len(basket.lines) > MOST_LINES:
        raise Refusal("An order has at most {most} lines. Make another one.", most=MOST_LINES)
    for line in basket.lines:
        _refuse_line(session, line)
    whom = people.find(session, basket.around.beneficiary_id)
    if whom is not None and whom.standing in (Standing.EXTERNAL, Standing.DEACTIVATED):
        raise Refusal("{who} is not of this company. Order for somebody who is.", who=whom.known_as)
    today = calendar_of_person(session, actor).local(clock.now()).date()
    if basket.around.needed_by is not None and basket.around.needed_by < today:
        raise Refusal("{day} is over. Choose a day to come.", day=basket.around.needed_by)
    if basket.around.place_id is not None and offices.find_place(session, basket.around.place_id) is None:
        raise Refusal("There is no such place any more. Choose another.")


def _refuse_line(session: Session, line: Line) -> None:
    if not 1 <= line.quantity <= MOST:
        raise Refusal("Write a whole number from 1 to 1,000,000.")
    if line.item_id is None:
        if not words.tokens(line.text):
            raise Refusal("Say in a few words what you need.")
        return
    if supplies.waiting_for(session, line.item_id) + line.quantity > MOST_WAITING:
        raise Refusal("So much of this is waited for already that it can't be right. Talk to the office desk.")
    item = supplies.find(session, line.item_id)
    if item is None or item.removed:
        raise Refusal("“{name}” is not kept any more. Ask for it in words, or choose something else.",
                      name=item.names if item is not None else {"en": "?"})  # fmt: skip
