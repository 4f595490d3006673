"""An order to a supplier after it was agreed to, or was not: sent, confirmed, asked after, taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices, reach
from office.duties.changes import Overtaken, plain
from office.duties.one_by_one import one_by_one
from office.duties.people import office_calendar, office_today
from office.duties.supplies import access
from office.duties.supplies.ledger import book, follow, show_order, tell_line
from office.duties.supplies.sellers import seller
from office.errors import Refusal
from office.rules.words import clean_line
from storage import history, outbox, purchases, supplies, supply_orders
from storage.money_tables import Approval
from storage.outbox import Letter
from storage.supply_tables import Purchase, PurchaseLine, SupplyLine
from storage.tables import Person
from storage.words import Progress, PurchaseState, StockKind, SupplyAct

S, K = PurchaseState, StockKind
CHASE_EVERY = timedelta(days=7)
ASKED_AFTER_AT = time(9)
PUT_OFF = timedelta(minutes=10)


def approved(session: Session, actor: Person | None, approval: Approval) -> None:
    """Agreed to: it goes to the supplier, by e-mail where both sides have it, else by the hands of whoever ordered."""
    purchase = purchases.get(session, approval.purchase_id or 0)
    if purchase.state is not S.WAITING:
        return
    ready = _change(session, purchase, {"state": S.READY})
    of, number = seller(session, purchase), purchase.id or 0
    if of.email and reach.has_mail(session):
        letter = Letter("supplies.mail", "purchase", number, f"mail:{of.email}", is_card=False)
        outbox.add(session, [letter], clock.now())
        notices.tell(session, "supplies.mailing", "purchase", number, [purchase.ordered_by_id], is_card=True)
    else:
        notices.tell(session, "supplies.by_hand", "purchase", number, [purchase.ordered_by_id], is_card=True)
        for kind in ("supplies.paper", "supplies.sheet"):
            notices.tell(session, kind, "purchase", number, [purchase.ordered_by_id])
    show(session, ready)


def refused(session: Session, actor: Person | None, approval: Approval, why: str = "") -> None:
    """Not agreed to, or taken back: nothing is ordered. What is still wanted stands on the draft again."""
    supplies.lock(session)
    purchase = purchases.get(session, approval.purchase_id or 0)
    if purchase.state not in (S.WAITING, S.READY):
        return
    outbox.cancel_mails(session, "purchase", purchase.id or 0)
    lines, waiting = purchases.lines(session, purchase.id or 0), _asks(session, purchase)
    supply_orders.put_on(session, [one.id or 0 for one in waiting], None, clean_line(why)[:300])
    ended = _change(session, purchase, {"state": S.CANCELLED, "why": clean_line(why)[:300], "next_at": None})
    for line in lines:
        if line.item_id is not None and line.open:
            by = {"on_order": -line.open}
            book(session, actor, line.item_id, K.CANCEL, by, purchase_line_id=line.id, why=f"A{approval.id}")
    for item_id in sorted({one.item_id for one in lines if one.item_id is not None}):
        # That it runs low was told before it was ordered.
        follow(session, actor, item_id, warns=False)
    for one in waiting:
        if one.waiting:
            tell_line(session, "supplies.not_ordered", one, except_for=actor.id if actor is not None else None)
    record(session, actor, purchase.id or 0, "cancelled", {"approval": approval.id}, why=why)
    show(session, ended)


def refuse_done(session: Session, approval: Approval) -> None:
    """What the supplier has can't be taken back by its approval."""
    purchase = purchases.get(session, approval.purchase_id or 0)
    if purchase.state in (S.SENT, S.DONE):
        raise Refusal("P{number} is with its supplier already; close its lines instead.", number=str(purchase.id))
    refuse_begun(session, purchase)


def sent(session: Session, actor: Person, number: int) -> Purchase:
    """Whoever ordered has sent it to the supplier themselves."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    supplies.lock(session)
    purchase = access.look_purchase(session, actor, number)
    if purchase.state is not S.READY:
        raise Refusal("P{number} is not waiting to be sent. /supplies P{number} shows it.", number=str(number))
    outbox.cancel_mails(session, "purchase", number)
    record(session, actor, number, "sent", {"how": "hand"})
    return _out(session, purchase)


def mailed(session: Session, number: int, address: str) -> None:
    """The mail server has taken it."""
    purchase = purchases.get(session, number)
    if purchase.state is S.READY:
        record(session, None, number, "sent", {"how": "mail", "to": address})
        _out(session, purchase)
    elif purchase.state is S.CANCELLED:
        # It was taken back while it was leaving: the supplier must hear of it.
        record(session, None, number, "crossed", {"to": address})
        notices.tell(session, "supplies.crossed", "purchase", number, [purchase.ordered_by_id])


def not_mailed(session: Session, number: int, trouble: str) -> None:
    """It could not be sent, or nobody knows whether it was: whoever ordered it hears, and sends it by hand."""
    purchase = purchases.get(session, number)
    if purchase.state is S.READY:
        record(session, None, number, "not_mailed", {"trouble": trouble})
        notices.tell(session, "supplies.not_mailed", "purchase", number, [purchase.ordered_by_id], is_card=True)
        for kind in ("supplies.paper", "supplies.sheet"):
            notices.tell(session, kind, "purchase", number, [purchase.ordered_by_id])


def confirm(session: Session, actor: Person, number: int, confirmation: str, promised_on: date | None) -> Purchase:
    """What the supplier answered: their number, and the day on which it comes. What is not said stays as it was."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    purchase = access.look_purchase(session, actor, number)
    refuse_unless_sent(purchase)
    if promised_on is not None and promised_on < office_today(session) - timedelta(days=1):
        raise Refusal("{day} is over. Choose a day to come.", day=promised_on)
    values: dict[str, Any] = {
        "confirmation": clean_line(confirmation)[:80] or purchase.confirmation,
        "promised_on": promised_on or purchase.promised_on,
    }
    changed = purchase.model_copy(update=values)
    values |= {"next_at": ask_after(session, changed), "chased": 0}
    record(session, actor, number, "confirm", {name: plain(value) for name, value in values.items()})
    confirmed = _change(session, purchase, values)
    show(session, confirmed)
    show_asks(session, [one.id or 0 for one in purchases.lines(session, number)])
    return confirmed


def refuse_unless_sent(purchase: Purchase) -> None:
    if purchase.state is not S.SENT:
        raise Refusal("P{number} is not on its way. /supplies P{number} shows it.", number=str(purchase.id))


def refuse_unless_ours(purchase: Purchase) -> None:
    """What is with its supplier, or was never placed, can't be taken back."""
    if purchase.state not in (S.WAITING, S.READY):
        raise Refusal(
            "P{number} can't be taken back any more. Close its lines instead, with a reason.", number=str(purchase.id)
        )


def refuse_begun(session: Session, purchase: Purchase) -> None:
    """What has come, or was invoiced, is no order that can simply be forgotten."""
    number = purchase.id or 0
    if any(one.received or one.returned for one in purchases.lines(session, number)):
        raise Refusal("Something of P{number} has come already; close its lines instead.", number=str(number))
    found = next(iter(purchases.invoices_of(session, number)), None)
    if found is not None:
        raise Refusal("The invoice I{invoice} is for P{number}. Take that out first, or close its lines instead.",
                      invoice=str(found.id), number=str(number))  # fmt: skip


def chase(session: Session) -> int:
    """Orders that should have come: whoever ordered them is told on the next working day, and once a week after."""
    now = clock.now()
    due = purchases.due(session, now)
    one_by_one(
        session, due, lambda one: _chase(session, one, now),
        lambda one: purchases.change(session, one, {"next_at": now + PUT_OFF}),
    )  # fmt: skip
    return len(due)


def expected_on(session: Session, purchase: Purchase) -> date | None:
    """The day that the supplier promised, else the one that its items' lead times make likely."""
    if purchase.promised_on is not None or purchase.sent_at is None:
        return purchase.promised_on
    items = supplies.by_ids(session, [one.item_id for one in purchases.lines(session, purchase.id or 0)])
    days = max((one.lead_days for one in items.values()), default=5)
    calendar = office_calendar(session)
    return calendar.shifted(calendar.local(purchase.sent_at).date(), days)


def coming(session: Session, line: SupplyLine) -> list[tuple[int, Purchase | None]]:
    """Where the units come from that somebody waits for: (units, the order that brings them; None: the next one). What
    is on its way for nobody in particular goes to those who wait, first come first served."""
    if line.purchase_line_id is not None:
        on = purchases.find_line(session, line.purchase_line_id)
        return [(line.waiting, purchases.get(session, on.purchase_id) if on is not None else None)]
    if line.item_id is None:
        return [(line.waiting, None)]
    waiting = supply_orders.waiting(session, line.item_id)
    before = sum(one.waiting for one in waiting if one.purchase_line_id is None and (one.id or 0) < (line.id or 0))
    found: list[tuple[int, Purchase | None]] = []
    left = line.waiting
    for on in purchases.coming_lines(session, line.item_id, (S.WAITING, S.READY, S.SENT)):
        free = max(0, on.open - sum(one.waiting for one in waiting if one.purchase_line_id == on.id))
        taken, before = min(free, before), max(0, before - free)
        units = min(left, free - taken)
        if units > 0:
            found.append((units, purchases.get(session, on.purchase_id)))
            left -= units
    return [*found, *([(left, None)] if left else [])]


def shown_state(purchase: Purchase, lines: Sequence[PurchaseLine]) -> PurchaseState | Progress:
    """The state as people are told it: an order on its way of which something has come is partly received."""
    some = any(one.received for one in lines)
    return Progress.PARTLY if purchase.state is S.SENT and some else purchase.state


def link(session: Session, purchase: Purchase, approval: Approval) -> None:
    if purchase.approval_id is None and not purchases.change(session, purchase, {"approval_id": approval.id}):
        raise Overtaken


def record(
    session: Session, actor: Person | None, number: int, act: str, after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None, why: str = "",
) -> None:  # fmt: skip
    """One line of an order's history."""
    actor_id = actor.id if actor else None
    history.record(session, clock.now(), actor_id, act, "purchase", number, before or {}, dict(after), why)


def show(session: Session, purchase: Purchase) -> None:
    """Redraws the cards of an order, and the home tabs of those who place and pay."""
    concerned = {purchase.ordered_by_id, *access.managers(session), *access.payers(session)}
    notices.redraw(session, "purchase", purchase.id or 0, concerned)


def show_asks(session: Session, line_ids: Collection[int]) -> None:
    """Redraws the cards of those whose things an order brings."""
    found = supply_orders.brought_by(session, line_ids)
    for order in supply_orders.of_lines(session, found).values():
        show_order(session, order)


def _out(session: Session, purchase: Purchase) -> Purchase:
    leaving = purchase.model_copy(update={"sent_at": clock.now()})
    values = {"state": S.SENT, "sent_at": leaving.sent_at, "next_at": ask_after(session, leaving)}
    out = _change(session, purchase, values)
    show(session, out)
    show_asks(session, [one.id or 0 for one in purchases.lines(session, purchase.id or 0)])
    return out


def _chase(session: Session, purchase: Purchase, now: datetime) -> None:
    # After a standstill the reminders that have passed are one.
    following = purchase.next_at or now
    while following <= now:
        following = _working_morning(session, office_calendar(session).local(following + CHASE_EVERY).date())
    values = {"chased": purchase.chased + 1, "next_at": following}
    if purchase.state is not S.SENT:
        values = {"next_at": None}
    if purchases.change(session, purchase, values) and purchase.state is S.SENT:
        notices.tell(session, "supplies.late", "purchase", purchase.id or 0, [purchase.ordered_by_id], is_card=True)


def ask_after(session: Session, purchase: Purchase) -> datetime | None:
    """The morning on which a missing delivery is asked after."""
    expected = expected_on(session, purchase)
    return _working_morning(session, expected + timedelta(days=1)) if expected is not None else None


def _working_morning(session: Session, day: date) -> datetime:
    calendar = office_calendar(session)
    return calendar.at(calendar.nearest(day), ASKED_AFTER_AT)


def _asks(session: Session, purchase: Purchase) -> list[Any]:
    return supply_orders.brought_by(session, [one.id or 0 for one in purchases.lines(session, purchase.id or 0)])


def _change(session: Session, purchase: Purchase, values: Mapping[str, Any]) -> Purchase:
    if not purchases.change(session, purchase, values):
        raise Overtaken
    return purchases.get(session, purchase.id or 0)
