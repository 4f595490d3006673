"""Placing an order with a supplier: agreed to through the routes, changed while it waits, and what follows from it."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from office import clock
from office.catalogue import in_language
from office.duties import notices
from office.duties.approvals.ask import Proposal, amend, begin_purchase
from office.duties.approvals.ending import drop as drop_approval
from office.duties.changes import Overtaken
from office.duties.supplies import access, draft, placed
from office.duties.supplies.items import checked_vat
from office.duties.supplies.ledger import book, drop_ask, follow
from office.duties.supplies.prices import CATEGORY, freight_of, net_of, refuse_price, refuse_unpriced, total_of
from office.duties.supplies.sellers import as_kept, seller
from office.errors import Refusal
from office.rules import stock_levels
from office.rules.money import Money
from office.rules.unit_prices import UnitPrice
from office.rules.words import clean_line
from storage import approvals, facts, people, purchases, supplies, supply_orders
from storage.approvals import open_seats
from storage.supply_tables import Purchase, PurchaseLine
from storage.tables import Person
from storage.words import ApprovalState, PurchaseState, StockKind, SupplyAct

K, S = StockKind, PurchaseState
# What fits into a column, with room for a slip more.
MOST_ON_ORDER = 10**9


def submit(session: Session, actor: Person, number: int, version: int | None = None) -> Purchase:
    """Orders what stands on a draft, as it was shown: asks those who must agree, or sends it at once."""
    purchase = _locked(session, actor, number)
    if purchase.state is not S.DRAFT:
        raise Refusal("P{number} has been ordered already. /supplies P{number} shows it.", number=str(number))
    if version is not None and version != purchase.version:
        raise Refusal(
            "P{number} has changed since this was shown. Look at it again: /supplies P{number}.", number=str(number)
        )
    lines = purchases.lines(session, number)
    if not lines:
        raise Refusal("Nothing stands on this order.")
    refuse_unpriced(lines, [name_of(session, one) for one in lines])
    supplier = purchases.get_supplier(session, purchase.supplier_id)
    net = net_of(lines)
    if net < supplier.minimum:
        raise Refusal(
            "{supplier} takes orders from {least} on; this one comes to {net}. Add something, or let it wait "
                "for next week.",
            supplier=supplier.name, least=Money(supplier.minimum, purchase.currency), net=Money(net, purchase.currency),
        )  # fmt: skip
    for line in lines:
        _reserve_for_asks(session, line)
        if line.item_id is not None:
            if supplies.get(session, line.item_id).on_order + line.quantity > MOST_ON_ORDER:
                raise Refusal("So much of this is waited for already that it can't be right. Talk to the office desk.")
            book(session, actor, line.item_id, K.ORDER, {"on_order": line.quantity}, purchase_line_id=line.id)
    kept = as_kept(supplier)
    values = {"state": S.WAITING, "freight": freight_of(supplier, net), "ordered_by_id": actor.id, "seller": kept}
    if not purchases.change(session, purchase, values):
        raise Overtaken
    waiting = purchases.get(session, number)
    approval = begin_purchase(session, actor, proposal_of(session, waiting), purchase_id=number)
    placed.link(session, waiting, approval)
    placed.record(session, actor, number, "order", {"net": net, "lines": len(lines)})
    _follow_lines(session, actor, lines)
    if approval.state is ApprovalState.APPROVED:
        placed.approved(session, actor, approval)
    return purchases.get(session, number)


def change_line(
    session: Session, actor: Person, line_id: int, packs: int | None = None, price: UnitPrice | None = None
) -> Purchase:
    """Another number of packs, or price, on a draft or on an order that waits for its approval: less keeps what was
    agreed to, more asks again."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    line = purchases.find_line(session, line_id)
    purchase = purchases.get(session, line.purchase_id) if line is not None else None
    if packs is not None:
        draft.refuse_packs(packs)
    if price is not None:
        refuse_price(price.minor)
    if line is not None and purchase is not None and purchase.state is not S.DRAFT:
        return _amended(session, actor, line, packs, price)
    changed = purchase
    if packs is not None:
        changed = draft.set_packs(session, actor, line_id, packs)
    if price is not None or changed is None:
        changed = draft.set_price(session, actor, line_id, price or UnitPrice(0))
    return changed


def drop(session: Session, actor: Person, line_id: int, why: str) -> Purchase:
    """Takes a line off, with word to those who asked. What only fills the shelf comes back on the order after the next
    order day, if it is still below its minimum then."""
    if not why.strip():
        raise Refusal("Say why, so that those who asked understand.")
    line, purchase = draft.drafted(session, actor, line_id)
    why = clean_line(why)[:300]
    waiting = supply_orders.unbrought(session, line.item_id) if line.item_id is not None else []
    if line.item_id is None:
        waiting = supply_orders.brought_by(session, [line_id])
    for one in waiting:
        drop_ask(session, actor, one, why)
    if line.item_id is not None:
        supplies.mark(session, line.item_id, {"not_before": draft.next_order_at(session).date()})
    supply_orders.put_on(session, [one.id or 0 for one in supply_orders.brought_by(session, [line_id])], None)
    purchases.remove_line(session, line_id)
    return draft.noted(session, actor, purchase, "drop", {"item": line.item_id, "text": line.text}, why)


def put_free(
    session: Session, actor: Person, ask_id: int, supplier_id: int, packs: int, price: UnitPrice, vat: str = "0"
) -> Purchase:
    """Puts something that was asked for in words on a supplier's draft, at the price of one."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    supplies.lock(session)
    ask = supply_orders.find_line(session, ask_id)
    if ask is None or ask.item_id is not None or not ask.waiting or ask.purchase_line_id is not None:
        raise Refusal("This is on an order already, or nobody wants it any more.")
    supplier = purchases.find_supplier(session, supplier_id)
    if supplier is None:
        raise Refusal("Choose a supplier. New ones are made with /supplies suppliers.")
    draft.refuse_packs(packs)
    refuse_price(price.minor)
    purchase = purchases.begin_draft(session, supplier, clock.now())
    line_id = purchases.add_line(session, {
        "purchase_id": purchase.id, "text": ask.text, "packs": packs, "price": price.minor, "per": price.per,
        "vat": checked_vat(vat), "by_hand": True,
    })  # fmt: skip
    supply_orders.put_on(session, [ask_id], line_id)
    placed.show_asks(session, [line_id])
    return draft.noted(session, actor, purchase, "add", {"text": ask.text, "packs": packs})


def add_item(session: Session, actor: Person, item_id: int, packs: int | None = None) -> tuple[Purchase, int]:
    """Puts an item on its supplier's draft, whether it is low or not; what stands there already is added to. Without a
    number up to the target, one pack at least. Returns the order, and how many packs stand on it now."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    supplies.lock(session)
    item = access.look_item(session, actor, item_id)
    supplier = purchases.find_supplier(session, item.supplier_id)
    if item.removed:
        raise Refusal("This is not kept in stock any more. /supplies stock shows what is.")
    if supplier is None:
        raise Refusal("“{name}” has no supplier yet. Choose one: /supplies item {name}.", name=item.names)
    purchase = purchases.begin_draft(session, supplier, clock.now())
    line = purchases.line_of_item(session, purchase.id or 0, item_id)
    there = line.packs if line is not None else 0
    up_to = stock_levels.packs_for(max(item.target - item.available - item.on_order, 1), item.pack)
    wanted = there + packs if packs is not None else max(there, up_to)
    draft.refuse_packs(wanted)
    values = {**draft.as_needed(item, wanted), "by_hand": True}
    if line is None:
        purchases.add_line(session, {"purchase_id": purchase.id, "item_id": item_id, **values})
    else:
        purchases.change_line(session, line.id or 0, values)
    return draft.noted(session, actor, purchase, "add", {"item": item_id, "packs": wanted}), wanted


def withdraw(session: Session, actor: Person, number: int, why: str) -> Purchase:
    """Takes back an order that has not gone to the supplier: what it held is wanted again and stands on the draft."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    found = access.look_purchase(session, actor, number)
    if found.approval_id is not None:
        approvals.lock(session, found.approval_id)
    purchase = _locked(session, actor, number)
    placed.refuse_unless_ours(purchase)
    placed.refuse_begun(session, purchase)
    approval = approvals.get(session, purchase.approval_id or 0)
    ended = drop_approval(session, actor, approval, ApprovalState.WITHDRAWN, why)
    placed.refused(session, actor, ended, why)
    return purchases.get(session, number)


def proposal_of(session: Session, purchase: Purchase) -> Proposal:
    """What those who must agree are shown: what it comes to without VAT. Its lines stand on the card as they are."""
    of = seller(session, purchase)
    lines = purchases.lines(session, purchase.id or 0)
    who = people.get(session, purchase.ordered_by_id or 0)
    return Proposal(
        title=f"P{purchase.id} {of.name}",
        money=total_of(purchase, lines),
        supplier=of.name,
        department_id=access.department_of(session, who),
        category=CATEGORY,
    )


def name_of(session: Session, line: PurchaseLine) -> str:
    """A line in the language of the office: suppliers and approvers of several languages read it."""
    item = supplies.find(session, line.item_id)
    if item is None:
        return line.text
    return in_language(item.names, facts.find(session, "language") or "en")


def _amended(
    session: Session, actor: Person, line: PurchaseLine, packs: int | None, price: UnitPrice | None
) -> Purchase:
    """Changes a line of an order that waits for its approval."""
    found = access.look_purchase(session, actor, line.purchase_id)
    if found.approval_id is not None:
        # Whoever decides takes the approval first, too.
        approvals.lock(session, found.approval_id)
    purchase = _locked(session, actor, line.purchase_id)
    if purchase.state is not S.WAITING:
        raise Refusal("P{number} has been ordered already. /supplies P{number} shows it.", number=str(purchase.id))
    line = purchases.get_line(session, line.id or 0)
    _apply(session, actor, purchase, line, packs, price)
    return purchases.get(session, purchase.id or 0)


def lock_waiting(session: Session, line_ids: Iterable[int | None]) -> None:
    """Takes the approvals of the orders that bring some lines before the stock, as whoever decides does."""
    for purchase in _waiting_of(session, line_ids).values():
        approvals.lock(session, purchase.approval_id or 0)


def lower(session: Session, actor: Person, line_id: int, units: int) -> None:
    """Somebody does not want so many units any more of an order that waits for its approval: it brings less. Who placed
    it and who is asked hear of it; what was agreed to is kept. A number for the shelf that somebody chose stays."""
    purchase = _waiting_of(session, [line_id]).get(line_id)
    line = purchases.find_line(session, line_id)
    if purchase is None or line is None or (line.by_hand and line.item_id is not None):
        return
    packs = stock_levels.packs_for(max(0, line.quantity - units), line.pack)
    if packs == line.packs:
        return
    approval = approvals.get(session, purchase.approval_id or 0)
    if not packs and len(purchases.lines(session, purchase.id or 0)) == 1:
        placed.refused(session, actor, drop_approval(session, actor, approval, ApprovalState.WITHDRAWN, ""), "")
        return
    _apply(session, actor, purchase, line, packs, None, follows=True)
    asked = [one.holder_id for one in open_seats(session, approvals.get(session, approval.id or 0))]
    told = [purchase.ordered_by_id, *asked]
    notices.tell(session, "supplies.lowered", "purchase", purchase.id or 0, told, line_id, except_for=actor.id)


def _waiting_of(session: Session, line_ids: Iterable[int | None]) -> dict[int, Purchase]:
    """line -> its order, of those that wait for their approval."""
    lines = [purchases.find_line(session, one) for one in sorted({one for one in line_ids if one is not None})]
    found = {one.id or 0: purchases.get(session, one.purchase_id) for one in lines if one is not None}
    return {number: one for number, one in found.items() if one.state is S.WAITING and one.approval_id is not None}


def _apply(
    session: Session, actor: Person, purchase: Purchase, line: PurchaseLine, packs: int | None, price: UnitPrice | None,
    follows: bool = False,
) -> None:  # fmt: skip
    """Another number of packs, or price, on an order that waits. `follows`: because somebody does not want it."""
    before, cost = {"packs": line.packs, "price": line.price, "per": line.per}, UnitPrice(line.price or 0, line.per)
    new_packs, new_cost = packs if packs is not None else line.packs, price or cost
    after = {"packs": new_packs, "price": new_cost.minor, "per": new_cost.per}
    purchases.change_line(session, line.id or 0, {**after, "by_hand": line.by_hand or not follows})
    more = new_packs * line.pack - line.quantity
    if line.item_id is not None and more:
        kind = K.ORDER if more > 0 else K.CANCEL
        book(session, actor, line.item_id, kind, {"on_order": more}, purchase_line_id=line.id)
    supplier = purchases.get_supplier(session, purchase.supplier_id)
    net = net_of(purchases.lines(session, purchase.id or 0))
    if not purchases.change(session, purchase, {"freight": freight_of(supplier, net)}):
        raise Overtaken
    changed = purchases.get(session, purchase.id or 0)
    placed.record(session, actor, changed.id or 0, "edit", {"line": line.id, **after}, before=before)
    approval = approvals.get(session, purchase.approval_id or 0)
    # More of one thing for less of another is another purchase, whatever it comes to.
    more_of_it = new_packs > line.packs or new_cost.one > cost.one
    again = amend(session, actor, approval, proposal_of(session, changed), anew=more_of_it, follows=follows)
    _follow_lines(session, actor, [line])
    if again.state is ApprovalState.APPROVED:
        placed.approved(session, actor, again)
    placed.show(session, changed)


def _reserve_for_asks(session: Session, line: PurchaseLine) -> None:
    """Those who wait for an item wait for this order now."""
    if line.item_id is not None:
        waiting = supply_orders.unbrought(session, line.item_id)
        supply_orders.put_on(session, [one.id or 0 for one in waiting], line.id)
    placed.show_asks(session, [line.id or 0])


def _follow_lines(session: Session, actor: Person, lines: Sequence[PurchaseLine]) -> None:
    for item_id in sorted({one.item_id for one in lines if one.item_id is not None}):
        follow(session, actor, item_id)


def _locked(session: Session, actor: Person, number: int) -> Purchase:
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    supplies.lock(session)
    return access.look_purchase(session, actor, number)
