"""Supplies, duty by duty: asked for, taken, counted, ordered, received, invoiced, paid."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from office.duties.approvals import approve, reject
from office.duties.supplies import asks, corrections, draft, invoices, items, ordering, placed, receiving, stock
from office.duties.supplies.asks import Basket, Line
from office.duties.supplies.invoice_entry import Said
from office.errors import Refusal
from office.rules.money import Money
from office.rules.unit_prices import UnitPrice
from storage import approvals, budgets, purchases, supplies, supply_orders
from storage.words import ApprovalState, InvoiceKind, InvoiceState, PurchaseState, StockKind
from tests.conftest import Office, later
from tests.duties.test_digests import content
from tests.supplies import ROUTES, Cupboard, ledger_agrees, refused

S = PurchaseState


@pytest.fixture
def cupboard(office: Office) -> Cupboard:
    return Cupboard(office)


@pytest.fixture
def strict(office: Office) -> Cupboard:
    """The same office, where orders from 5,000 on need an approval."""
    return Cupboard(office, ROUTES)


def told(cupboard: Cupboard, kind: str) -> list[int]:
    with cupboard.office.database.read() as session:
        found = session.execute(text("SELECT reader_id FROM outbox WHERE kind = :k ORDER BY id"), {"k": kind})
        return [row[0] for row in found]


def budget(cupboard: Cupboard) -> tuple[int, int, int]:
    """(committed, spent, left) in minor units."""
    with cupboard.office.database.read() as session:
        one = budgets.get(session, 1)
        return one.committed, one.spent, one.left


# Asking and stock.


def test_what_is_there_is_set_aside_and_the_rest_is_on_the_next_order(cupboard: Cupboard) -> None:
    paper = cupboard.keeps("Copy paper", on_hand=12, pack=5)
    line = cupboard.line(cupboard.asks("anna", paper, 20))
    assert (line.reserved, line.waiting) == (12, 8)
    assert cupboard.item(paper).available == 0
    (drafted,) = cupboard.lines(cupboard.draft().id or 0)
    assert (drafted.packs, drafted.pack, drafted.price) == (2, 5, 1_000)
    ledger_agrees(cupboard)


def test_who_asked_first_is_served_first(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens")
    first, second = cupboard.asks("anna", pens, 5), cupboard.asks("bjorn", pens, 5)
    cupboard.do(lambda s: stock.bring(s, cupboard.who("maria"), pens, 7))
    assert cupboard.line(first).reserved == 5 and cupboard.line(second).reserved == 2
    assert told(cupboard, "supplies.ready") == [cupboard.who("anna").id, cupboard.who("bjorn").id]
    ledger_agrees(cupboard)


def test_what_lies_ready_for_others_is_not_taken(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=10)
    cupboard.asks("anna", pens, 6)
    assert "4 are free; 6 more lie ready" in refused(lambda: cupboard.takes("bjorn", pens, 5))
    assert cupboard.takes("anna", pens, 8).on_hand == 2
    assert cupboard.item(pens).reserved == 0
    assert "only 2" in refused(lambda: cupboard.takes("bjorn", pens, 3))
    ledger_agrees(cupboard)


def test_counting_less_lets_the_last_wait_again(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=10)
    first, second = cupboard.asks("anna", pens, 4), cupboard.asks("bjorn", pens, 5)
    item, difference = cupboard.do(lambda s: stock.count(s, cupboard.who("maria"), pens, 6))
    assert (item.on_hand, difference) == (6, -4)
    assert cupboard.line(first).reserved == 4
    assert (cupboard.line(second).reserved, cupboard.line(second).waiting) == (2, 3)
    assert told(cupboard, "supplies.gone") == [cupboard.who("bjorn").id]
    ledger_agrees(cupboard)


def test_a_slip_is_taken_back_by_a_counter_entry(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=10)
    cupboard.takes("anna", pens, 8)
    slip = cupboard.read(lambda s: supplies.moves(s, pens))[0]
    anna = cupboard.who("anna")
    assert "Say what was wrong" in refused(
        lambda: cupboard.do(lambda s: corrections.correct(s, anna, slip.id or 0, " "))
    )
    counter = cupboard.do(lambda s: corrections.correct(s, anna, slip.id or 0, "it was three", right=3))
    assert counter.corrects_id == slip.id and counter.kind is StockKind.CORRECT
    assert cupboard.item(pens).on_hand == 7
    again = refused(lambda: cupboard.do(lambda s: corrections.correct(s, anna, slip.id or 0, "again")))
    assert "corrected already: Anna" in again
    bjorn = cupboard.who("bjorn")
    cupboard.takes("anna", pens, 1)
    hers = cupboard.read(lambda s: supplies.moves(s, pens))[0].id or 0
    assert "look after" in refused(lambda: cupboard.do(lambda s: corrections.correct(s, bjorn, hers, "not mine")))
    ledger_agrees(cupboard)


def test_a_cancelled_ask_gives_back_what_lay_ready(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=3)
    order, next_one = cupboard.asks("anna", pens, 5), cupboard.asks("bjorn", pens, 2)
    cupboard.do(lambda s: asks.cancel(s, cupboard.who("anna"), order.id or 0))
    assert cupboard.line(order).dropped == 5 and cupboard.line(next_one).reserved == 2
    assert "Nothing of S" in refused(lambda: cupboard.do(lambda s: asks.cancel(s, cupboard.who("anna"), order.id or 0)))
    assert "no order S" in refused(lambda: cupboard.do(lambda s: asks.cancel(s, cupboard.who("david"), 2)))
    ledger_agrees(cupboard)


@pytest.mark.parametrize("quantity", [0, -3, 10**9])
def test_impossible_numbers_are_refused(cupboard: Cupboard, quantity: int) -> None:
    pens = cupboard.keeps("Pens", on_hand=3)
    assert "whole number" in refused(lambda: cupboard.asks("anna", pens, quantity))
    assert "whole number" in refused(lambda: cupboard.takes("anna", pens, quantity))


def test_strangers_keep_nothing(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=3)
    for who in ("anna", "petra", "zoe", "otto"):
        assert "look after" in refused(
            lambda who=who: cupboard.do(lambda s: stock.count(s, cupboard.who(who), pens, 1))
        )  # type: ignore[misc]
    assert "look after" in refused(lambda: cupboard.asks("otto", pens, 1))


# Running low.


def test_low_stock_is_told_once_and_not_while_it_is_on_order(cupboard: Cupboard) -> None:
    cups = cupboard.keeps("Cups", on_hand=20, minimum=10, target=40, pack=20)
    cupboard.takes("anna", cups, 8)
    assert told(cupboard, "supplies.low") == []
    cupboard.takes("anna", cups, 3)
    cupboard.takes("anna", cups, 3)
    assert told(cupboard, "supplies.low") == [cupboard.who("maria").id]
    number = cupboard.orders()
    cupboard.takes("anna", cups, 3)
    assert len(told(cupboard, "supplies.low")) == 1
    cupboard.sends(number)
    cupboard.receives(cupboard.lines(number)[0].id, good=40)
    cupboard.takes("anna", cups, 40)
    assert len(told(cupboard, "supplies.low")) == 2


def test_real_use_warns_before_the_minimum_is_reached(cupboard: Cupboard) -> None:
    filters = cupboard.keeps("Filters", on_hand=100, lead_days=5)
    for _ in range(7):
        later(days=7)
        cupboard.takes("anna", filters, 12)
    # 12 a week, and 16 left: the week of the order and the week of the delivery need 24.
    assert told(cupboard, "supplies.low") == [cupboard.who("maria").id]


# Ordering.


def test_the_draft_fills_up_to_the_target_in_whole_packs(cupboard: Cupboard) -> None:
    cups = cupboard.keeps("Cups", on_hand=5, minimum=10, target=50, pack=20)
    (line,) = cupboard.lines(cupboard.draft().id or 0)
    assert line.packs == 3
    cupboard.asks("anna", cups, 10)
    (line,) = cupboard.lines(cupboard.draft().id or 0)
    assert line.packs == 3  # 50 - (5 - 10) = 55 units, as before in three packs
    cupboard.do(lambda s: stock.bring(s, cupboard.who("maria"), cups, 60))
    assert cupboard.lines(cupboard.draft().id or 0) == []


def test_what_is_on_order_counts(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", pack=10)
    cupboard.asks("anna", pens, 12)
    number = cupboard.orders()
    assert cupboard.item(pens).on_order == 20
    cupboard.asks("bjorn", pens, 8)
    assert cupboard.read(lambda s: purchases.draft_of(s, cupboard.supplier)) is None
    cupboard.asks("bjorn", pens, 1)
    assert cupboard.lines(cupboard.draft().id or 0)[0].packs == 1
    assert number != cupboard.draft().id
    ledger_agrees(cupboard)


def test_a_line_by_hand_stays_and_breaks_change_the_price(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", pack=10, price=1_000, breaks=((5, 900),))
    cupboard.asks("anna", pens, 12)
    (line,) = cupboard.lines(cupboard.draft().id or 0)
    maria = cupboard.who("maria")
    cupboard.do(lambda s: ordering.change_line(s, maria, line.id, packs=5))
    cupboard.asks("bjorn", pens, 1)
    (line,) = cupboard.lines(cupboard.draft().id or 0)
    assert (line.packs, line.price) == (5, 900)


def test_a_line_moves_to_next_week_or_is_dropped_with_word(cupboard: Cupboard) -> None:
    pens, cups = cupboard.keeps("Pens", pack=10), cupboard.keeps("Cups", minimum=5, target=5)
    order = cupboard.asks("anna", pens, 12)
    cupboard.do(draft.draw_up_due)
    maria = cupboard.who("maria")
    by_item = {line.item_id: line.id for line in cupboard.lines(cupboard.draft().id or 0)}
    _, day = cupboard.do(lambda s: draft.postpone(s, maria, by_item[cups]))
    assert day.isoformat() == "2026-12-03"  # Monday 23 November; this week's order is on the 26th
    assert "Say why" in refused(lambda: cupboard.do(lambda s: ordering.drop(s, maria, by_item[pens], "")))
    cupboard.do(lambda s: ordering.drop(s, maria, by_item[pens], "we have pencils"))
    assert cupboard.lines(cupboard.draft().id or 0) == []
    line = cupboard.line(order)
    assert (line.dropped, line.why) == (12, "we have pencils")
    assert told(cupboard, "supplies.dropped") == [cupboard.who("anna").id]
    later(days=10)
    cupboard.do(draft.draw_up_due)
    assert [one.item_id for one in cupboard.lines(cupboard.draft().id or 0)] == [cups]


def test_the_order_day_draws_up_once(cupboard: Cupboard) -> None:
    cupboard.keeps("Cups", minimum=5, target=5)
    cupboard.do(draft.draw_up_due)
    assert told(cupboard, "supplies.draft") == []
    later(days=3, hours=1)
    for _ in range(3):
        cupboard.do(draft.draw_up_due)
    assert told(cupboard, "supplies.draft") == [cupboard.who("maria").id]
    assert cupboard.draft().drawn_at is not None


def test_free_freight_draws_the_order_up_before_its_day(cupboard: Cupboard) -> None:
    cupboard.supplier = cupboard.sells("Kaffe AB", freight=5_000, free_from=10_000).id or 0
    coffee = cupboard.keeps("Coffee", price=2_000)
    cupboard.asks("anna", coffee, 4)
    assert told(cupboard, "supplies.draft") == []
    cupboard.asks("anna", coffee, 1)
    assert told(cupboard, "supplies.draft") == [cupboard.who("maria").id]
    assert cupboard.purchase(cupboard.orders()).freight == 0


def test_a_minimum_order_and_a_missing_price_are_refused(cupboard: Cupboard) -> None:
    cupboard.supplier = cupboard.sells("Kaffe AB", minimum=10_000, freight=5_000).id or 0
    tea = cupboard.keeps("Tea", price=None)
    cupboard.asks("anna", tea, 1)
    assert "no price for Tea" in refused(cupboard.orders)
    line = cupboard.lines(cupboard.draft().id or 0)[0]
    cupboard.do(lambda s: ordering.change_line(s, cupboard.who("maria"), line.id, price=UnitPrice(900)))
    assert "takes orders from" in refused(cupboard.orders)
    cupboard.do(lambda s: ordering.change_line(s, cupboard.who("maria"), line.id, packs=20))
    number = cupboard.orders()
    assert cupboard.purchase(number).freight == 5_000
    assert budget(cupboard)[0] == 23_000


def test_an_old_card_orders_nothing(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens")
    cupboard.asks("anna", pens, 1)
    number, version = cupboard.draft().id or 0, cupboard.draft().version
    line = cupboard.lines(number)[0]
    maria = cupboard.who("maria")
    cupboard.do(lambda s: ordering.change_line(s, maria, line.id, packs=9))
    assert "has changed since" in refused(lambda: cupboard.do(lambda s: ordering.submit(s, maria, number, version)))
    cupboard.orders()
    assert "ordered already" in refused(lambda: cupboard.do(lambda s: ordering.submit(s, maria, number)))


# Approval.


def test_a_large_order_waits_and_less_keeps_what_was_agreed(strict: Cupboard) -> None:
    chairs = strict.keeps("Chairs", price=100_000)
    strict.asks("anna", chairs, 6)
    number = strict.orders()
    assert strict.purchase(number).state is S.WAITING and strict.item(chairs).on_order == 6
    approval = strict.purchase(number).approval_id or 0
    line = strict.lines(number)[0]
    maria, grace = strict.who("maria"), strict.who("grace")
    strict.do(lambda s: ordering.change_line(s, maria, line.id, packs=5))
    strict.do(lambda s: approve(s, grace, approval, 1))
    assert strict.purchase(number).state is S.READY
    assert budget(strict) == (500_000, 0, 1_500_000)
    ledger_agrees(strict)


def test_more_asks_again_and_a_no_puts_it_back_on_the_draft(strict: Cupboard) -> None:
    chairs = strict.keeps("Chairs", price=100_000)
    order = strict.asks("anna", chairs, 6)
    number = strict.orders()
    approval = strict.purchase(number).approval_id or 0
    maria, grace = strict.who("maria"), strict.who("grace")
    strict.do(lambda s: ordering.change_line(s, maria, strict.lines(number)[0].id, packs=7))
    assert "has changed" in refused(lambda: strict.do(lambda s: approve(s, grace, approval, 1)))
    strict.do(lambda s: reject(s, grace, approval, 2, "stools will do"))
    assert strict.purchase(number).state is S.CANCELLED and strict.item(chairs).on_order == 0
    assert strict.lines(strict.draft().id or 0)[0].packs == 6
    assert strict.line(order).waiting == 6 and strict.line(order).purchase_line_id is None
    assert budget(strict) == (0, 0, 2_000_000)
    ledger_agrees(strict)


def test_an_order_above_the_budget_is_its_owners(cupboard: Cupboard) -> None:
    sofa = cupboard.keeps("Sofa", price=2_100_000)
    cupboard.asks("anna", sofa, 1)
    number = cupboard.orders()
    approval = cupboard.read(lambda s: approvals.get(s, cupboard.purchase(number).approval_id or 0))
    assert approval.state is ApprovalState.WAITING
    cupboard.do(lambda s: approve(s, cupboard.who("grace"), approval.id or 0, 1, "it is for the lobby"))
    assert cupboard.purchase(number).state is S.READY
    assert budget(cupboard) == (2_100_000, 0, -100_000)


def test_an_order_that_is_not_out_yet_can_be_taken_back(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens")
    cupboard.asks("anna", pens, 3)
    number = cupboard.orders()
    maria = cupboard.who("maria")
    cupboard.do(lambda s: ordering.withdraw(s, maria, number, "another supplier is cheaper"))
    assert cupboard.purchase(number).state is S.CANCELLED
    assert cupboard.lines(cupboard.draft().id or 0)[0].packs == 3
    assert budget(cupboard) == (0, 0, 2_000_000)
    second = cupboard.orders()
    cupboard.sends(second)
    assert "can't be taken back" in refused(lambda: cupboard.do(lambda s: ordering.withdraw(s, maria, second, "x")))
    ledger_agrees(cupboard)


# Receiving.


def on_its_way(cupboard: Cupboard, packs: int = 2, pack: int = 10, price: int = 10_000) -> tuple[int, int, int]:
    """(item, order, its line): so many packs, sent to the supplier."""
    pens = cupboard.keeps("Pens", pack=pack, price=price)
    cupboard.asks("anna", pens, packs * pack)
    number = cupboard.orders()
    cupboard.sends(number)
    return pens, number, cupboard.lines(number)[0].id


def test_it_comes_in_parts_damaged_and_never_too_much(cupboard: Cupboard) -> None:
    pens, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=12, damaged=2)
    assert cupboard.item(pens).on_hand == 12 and cupboard.item(pens).on_order == 8
    too_much = refused(lambda: cupboard.receives(line, good=9))
    assert "12 of 20 have come already, so 8 are expected and not 9" in too_much
    for _ in range(4):
        cupboard.receives(line, good=2)
    assert cupboard.purchase(number).state is S.DONE
    assert "not on its way" in refused(lambda: cupboard.receives(line, good=1))
    ledger_agrees(cupboard)


def test_a_slip_in_a_receipt_opens_the_line_again(cupboard: Cupboard) -> None:
    pens, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    slip = next(one for one in cupboard.read(lambda s: supplies.moves(s, pens)) if one.kind is StockKind.RECEIVE)
    cupboard.do(lambda s: corrections.correct(s, cupboard.who("maria"), slip.id or 0, "two boxes were empty", right=18))
    assert cupboard.lines(number)[0].received == 18 and cupboard.item(pens).on_hand == 18
    assert cupboard.purchase(number).state is S.SENT
    ledger_agrees(cupboard)


def test_what_goes_back_is_expected_again_or_closed(cupboard: Cupboard) -> None:
    pens, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    maria = cupboard.who("maria")
    cupboard.do(lambda s: receiving.send_back(s, maria, line, 5, "wrong colour"))
    assert cupboard.item(pens).on_hand == 15 and cupboard.item(pens).on_order == 5
    assert "Say why" in refused(lambda: cupboard.do(lambda s: receiving.close(s, maria, line, "")))
    cupboard.do(lambda s: receiving.close(s, maria, line, "sold out"))
    assert cupboard.purchase(number).state is S.DONE
    assert budget(cupboard)[0] == 15_000
    # Whoever still waits is on the next order.
    assert cupboard.lines(cupboard.draft().id or 0)[0].packs == 1
    ledger_agrees(cupboard)


def test_a_late_order_is_asked_after_on_working_days(cupboard: Cupboard) -> None:
    _, number, _ = on_its_way(cupboard)
    maria = cupboard.who("maria")
    cupboard.do(lambda s: placed.confirm(s, maria, number, "AB-77", cupboard.office_day() + timedelta(days=4)))
    later(days=4)  # Friday the 27th is promised
    cupboard.do(placed.chase)
    assert told(cupboard, "supplies.late") == []
    later(days=3, hours=1)  # Monday
    cupboard.do(placed.chase)
    cupboard.do(placed.chase)
    assert told(cupboard, "supplies.late") == [maria.id]
    later(days=30)
    cupboard.do(placed.chase)
    assert len(told(cupboard, "supplies.late")) == 2


# Invoices.


def test_an_invoice_that_fits_is_paid_and_the_budget_adds_up(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    assert budget(cupboard) == (20_000, 0, 1_980_000)
    cupboard.receives(line, good=10)
    first = cupboard.invoiced(number, 12_500, "INV-1")
    assert first.state is InvoiceState.OPEN and first.net == 10_000
    assert "finance" in refused(lambda: cupboard.do(lambda s: invoices.pay(s, cupboard.who("maria"), first.id)))
    cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), first.id))
    assert budget(cupboard) == (10_000, 10_000, 1_980_000)
    cupboard.receives(line, good=10)
    second = cupboard.invoiced(number, 12_500, "INV-2")
    cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), second.id))
    assert budget(cupboard) == (0, 20_000, 1_980_000)
    assert "is paid" in refused(lambda: cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), second.id)))


@pytest.mark.parametrize("again", ["INV-0012", "inv 0012", "INV/0012", "Inv.0012 "])
def test_the_same_invoice_twice_is_refused_in_any_year(cupboard: Cupboard, again: str) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    cupboard.invoiced(number, 12_500, "INV-0012")
    later(days=400)
    assert "is there already: I1" in refused(lambda: cupboard.invoiced(number, 12_500, again))


def test_more_than_has_come_is_held_until_it_comes(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=10)
    held = cupboard.invoiced(number, 25_000, lines=((line, 2, 10_000),))
    assert held.state is InvoiceState.HELD and held.difference == 10_000
    assert "held" in refused(lambda: cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), held.id)))
    cupboard.receives(line, good=10)
    assert cupboard.read(lambda s: purchases.get_invoice(s, held.id)).state is InvoiceState.OPEN
    assert told(cupboard, "supplies.released") == [cupboard.who("maria").id, cupboard.who("frank").id]


def test_a_higher_price_is_held_accepted_with_a_reason_and_takes_from_the_budget(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    held = cupboard.invoiced(number, 27_500, lines=((line, 2, 11_000),))
    assert held.state is InvoiceState.HELD and held.difference == 2_000
    frank = cupboard.who("frank")
    assert "Say why" in refused(lambda: cupboard.do(lambda s: invoices.accept(s, frank, held.id, "")))
    accepted = cupboard.do(lambda s: invoices.accept(s, frank, held.id, "prices rose in November"))
    assert accepted.state is InvoiceState.OPEN
    assert budget(cupboard) == (22_000, 0, 1_978_000)
    cupboard.do(lambda s: invoices.pay(s, frank, held.id))
    assert budget(cupboard) == (0, 22_000, 1_978_000)


def test_a_small_order_can_not_become_a_large_one_by_its_invoice(strict: Cupboard) -> None:
    _, number, line = on_its_way(strict, packs=40)
    strict.receives(line, good=400)
    held = strict.invoiced(number, 625_000, lines=((line, 40, 12_500),))
    assert held.state is InvoiceState.HELD
    waiting = strict.do(lambda s: invoices.accept(s, strict.who("frank"), held.id, "it rose"))
    assert waiting.state is InvoiceState.HELD
    asked = strict.read(lambda s: approvals.of_invoice(s, held.id))
    assert asked is not None and asked.amount == 100_000 and asked.weight == 500_000
    strict.do(lambda s: approve(s, strict.who("grace"), asked.id, 1))
    assert strict.read(lambda s: purchases.get_invoice(s, held.id)).state is InvoiceState.OPEN


def test_a_credit_note_makes_up_for_a_wrong_price(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    held = cupboard.invoiced(number, 27_500, lines=((line, 2, 11_000),))
    credit = cupboard.invoiced(number, 2_500, "C-1", kind=InvoiceKind.CREDIT, credits_id=held.id)
    assert cupboard.read(lambda s: purchases.get_invoice(s, held.id)).state is InvoiceState.OPEN
    found = cupboard.do(lambda s: invoices.to_pay(s, cupboard.who("frank")))
    assert invoices.sums(found) == [Money(25_000, "SEK")]
    frank = cupboard.who("frank")
    cupboard.do(lambda s: invoices.pay(s, frank, held.id))
    cupboard.do(lambda s: invoices.pay(s, frank, credit.id))
    assert budget(cupboard) == (0, 20_000, 1_980_000)


def test_who_ordered_accepts_no_difference(cupboard: Cupboard) -> None:
    cupboard.do(
        lambda s: (
            s.execute(text("UPDATE people SET roles = '[\"office manager\", \"finance\"]' WHERE handle = 'maria'"))
            and None
        )
    )
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    held = cupboard.invoiced(number, 27_500, lines=((line, 2, 11_000),))
    assert "ordered P" in refused(
        lambda: cupboard.do(lambda s: invoices.accept(s, cupboard.who("maria"), held.id, "x"))
    )


def test_what_is_due_is_told_on_working_days(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    cupboard.invoiced(number, 25_000)
    cupboard.do(invoices.remind)
    assert told(cupboard, "supplies.due") == []
    later(days=25)  # due on 23 December; three working days before is the 18th
    cupboard.do(invoices.remind)
    cupboard.do(invoices.remind)
    assert told(cupboard, "supplies.due") == [cupboard.who("frank").id]
    cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), 1))
    later(days=20)
    cupboard.do(invoices.remind)
    assert len(told(cupboard, "supplies.due")) == 1


# Two at once.


def at_once(runners: int, do: object) -> list[bool]:
    gate = threading.Barrier(runners)

    def press(number: int) -> bool:
        gate.wait()
        try:
            do(number)  # type: ignore[operator]
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(runners) as pool:
        return list(pool.map(press, range(runners)))


def test_of_fifty_who_take_the_last_ten_ten_have_one(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=10)
    won = at_once(50, lambda _: cupboard.takes("anna", pens, 1))
    assert sum(won) == 10 and cupboard.item(pens).on_hand == 0
    ledger_agrees(cupboard)


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_looking_first_takes_too_many(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens", on_hand=10)

    def naive(session: Session) -> None:
        if session.execute(text("SELECT on_hand FROM items")).scalar() == 0:
            raise Refusal("none")
        session.execute(text("SELECT pg_sleep(0.001)"))
        session.execute(text("UPDATE items SET on_hand = on_hand - 1"))

    won = at_once(50, lambda _: cupboard.do(naive))
    assert sum(won) > 10 and cupboard.item(pens).on_hand < 0


def test_fifty_asks_at_once_make_one_draft(cupboard: Cupboard) -> None:
    numbers = [cupboard.keeps(f"Thing{one}x") for one in range(5)]
    assert all(at_once(50, lambda one: cupboard.asks("anna", numbers[one % 5], 1)))
    with cupboard.office.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM purchases WHERE state = 'draft'")).scalar() == 1
    assert {one.packs for one in cupboard.lines(cupboard.draft().id or 0)} == {10}
    ledger_agrees(cupboard)


def test_of_fifty_who_order_one_does(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens")
    cupboard.asks("anna", pens, 3)
    number = cupboard.draft().id or 0
    maria = cupboard.who("maria")
    won = at_once(50, lambda _: cupboard.do(lambda s: ordering.submit(s, maria, number)))
    assert sum(won) == 1 and cupboard.item(pens).on_order == 3
    assert budget(cupboard)[0] == 3_000


def test_words_only_come_to_the_desk_and_lie_ready_when_they_come(cupboard: Cupboard) -> None:
    basket = Basket((Line(2, text="A bell for the front desk", link="https://bell.example"),))
    order = cupboard.do(lambda s: asks.place(s, cupboard.who("anna"), basket))
    assert told(cupboard, "supplies.free") == [cupboard.who("maria").id]
    ask = cupboard.line(order)
    maria = cupboard.who("maria")
    cupboard.do(lambda s: ordering.put_free(s, maria, ask.id or 0, cupboard.supplier, 2, UnitPrice(4_000)))
    number = cupboard.orders()
    cupboard.sends(number)
    cupboard.receives(cupboard.lines(number)[0].id, good=2)
    assert cupboard.line(order).reserved == 2
    cupboard.do(lambda s: stock.collect(s, cupboard.who("anna"), ask.id or 0))
    assert cupboard.line(order).taken == 2


def test_an_item_that_is_waited_for_is_not_taken_out(cupboard: Cupboard) -> None:
    pens = cupboard.keeps("Pens")
    order = cupboard.asks("anna", pens, 3)
    maria = cupboard.who("maria")
    assert "waited for" in refused(lambda: cupboard.do(lambda s: items.remove(s, maria, pens)))
    cupboard.do(lambda s: asks.cancel(s, cupboard.who("anna"), order.id or 0))
    cupboard.do(lambda s: items.remove(s, maria, pens))
    assert "not kept any more" in refused(lambda: cupboard.asks("anna", pens, 1))
    assert cupboard.read(lambda s: supply_orders.waiting(s, pens)) == []


def test_the_digest_tells_what_lies_ready_and_what_is_to_be_paid(cupboard: Cupboard) -> None:
    paper = cupboard.keeps("Copy paper", on_hand=5)
    order = cupboard.asks("anna", paper, 3)
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    found = cupboard.invoiced(number, 25_000)
    assert cupboard.line(order).id in [one.id for one in content(cupboard.office, "anna").ready]
    assert content(cupboard.office, "anna").is_empty, "it is no reason for a message of its own"
    assert content(cupboard.office, "frank").invoices == []
    later(days=31)
    assert [one.id for one in content(cupboard.office, "frank").invoices] == [found.id]
    assert content(cupboard.office, "maria").invoices == []
    cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), found.id))
    assert content(cupboard.office, "frank").invoices == []


# What somebody might try.


def state_of(cupboard: Cupboard, number: int) -> InvoiceState:
    return cupboard.read(lambda s: purchases.get_invoice(s, number)).state


def test_the_same_goods_are_not_asked_for_by_total_and_then_by_lines(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    assert cupboard.invoiced(number, 25_000, "INV-1").state is InvoiceState.OPEN
    second = cupboard.invoiced(number, 25_000, "INV-2", lines=((line, 2, 10_000),))
    assert second.state is InvoiceState.HELD and second.difference == 20_000


def test_a_total_says_no_more_than_its_lines(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    held = cupboard.invoiced(number, 30_000, lines=((line, 2, 10_000),))
    assert held.state is InvoiceState.HELD and held.difference == 5_000


def test_an_invoice_without_an_order_waits_for_somebody_else_of_finance(cupboard: Cupboard) -> None:
    said = Said(cupboard.supplier, "X-1", cupboard.office_day(), 12_500, net=10_000)
    frank = cupboard.who("frank")
    own = cupboard.do(lambda s: invoices.enter(s, frank, said))
    assert own.state is InvoiceState.HELD
    assert "somebody else" in refused(lambda: cupboard.do(lambda s: invoices.accept(s, frank, own.id, "rent")))
    said = Said(cupboard.supplier, "X-2", cupboard.office_day(), 12_500, net=10_000)
    other = cupboard.do(lambda s: invoices.enter(s, cupboard.who("maria"), said))
    assert cupboard.do(lambda s: invoices.accept(s, frank, other.id, "rent")).state is InvoiceState.OPEN


def test_a_credit_note_is_for_one_invoice_and_no_more_than_it(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    held = cupboard.invoiced(number, 27_500, lines=((line, 2, 11_000),))
    more = {"kind": InvoiceKind.CREDIT, "credits_id": held.id}
    assert "are left of this invoice" in refused(lambda: cupboard.invoiced(number, 27_501, "C-1", **more))
    credit = cupboard.invoiced(number, 2_500, "C-1", **more)
    assert state_of(cupboard, held.id) is InvoiceState.OPEN
    # Entered by mistake: what it made up for is held again.
    cupboard.do(lambda s: invoices.cancel(s, cupboard.who("maria"), credit.id, "another supplier's"))
    assert state_of(cupboard, held.id) is InvoiceState.HELD


def test_what_went_back_is_not_paid(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    held = cupboard.invoiced(number, 25_000, lines=((line, 2, 10_000),))
    assert held.state is InvoiceState.OPEN
    cupboard.do(lambda s: receiving.send_back(s, cupboard.who("maria"), line, 10, "scratched"))
    assert state_of(cupboard, held.id) is InvoiceState.HELD
    assert "held" in refused(lambda: cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), held.id)))


def test_differences_of_several_invoices_are_added_up(strict: Cupboard) -> None:
    """Four small ones are agreed to like one large one."""
    _, number, line = on_its_way(strict, packs=44)
    strict.receives(line, good=440)
    frank, found = strict.who("frank"), []
    for at in range(4):
        held = strict.invoiced(number, 206_250, f"INV-{at}", lines=((line, 11, 15_000),))
        found.append(strict.do(lambda s, held=held: invoices.accept(s, frank, held.id, "it rose")))
    # The order was 4,400; the fourth brings it to 6,600, which is above what may be ordered without a yes.
    assert found[-1].state is InvoiceState.HELD
    asked = strict.read(lambda s: approvals.of_invoice(s, found[-1].id or 0))
    assert asked is not None and asked.weight == 660_000 and asked.state is ApprovalState.WAITING


def test_what_is_paid_for_is_over_and_the_rest_of_the_budget_is_free(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    frank, maria = cupboard.who("frank"), cupboard.who("maria")
    cupboard.receives(line, good=10)
    first = cupboard.invoiced(number, 12_500)
    cupboard.do(lambda s: invoices.pay(s, frank, first.id))
    cupboard.do(lambda s: receiving.close(s, maria, line, "sold out"))
    assert budget(cupboard) == (0, 10_000, 1_990_000)


def test_an_invoice_that_asks_for_less_leaves_the_rest_free(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    cheap = cupboard.invoiced(number, 22_500, lines=((line, 2, 9_000),))
    assert cheap.state is InvoiceState.OPEN
    cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), cheap.id))
    assert budget(cupboard) == (0, 18_000, 1_982_000)


def test_an_accepted_difference_is_free_again_when_its_invoice_is_taken_out(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    held = cupboard.invoiced(number, 27_500, lines=((line, 2, 11_000),))
    cupboard.do(lambda s: invoices.accept(s, cupboard.who("frank"), held.id, "it rose"))
    assert budget(cupboard) == (22_000, 0, 1_978_000)
    cupboard.do(lambda s: invoices.cancel(s, cupboard.who("maria"), held.id, "typed wrongly"))
    assert budget(cupboard) == (20_000, 0, 1_980_000)
    # Its number can be entered anew.
    assert cupboard.invoiced(number, 25_000).state is InvoiceState.OPEN


def test_a_press_on_a_draft_that_has_changed_orders_nothing(cupboard: Cupboard) -> None:
    paper = cupboard.keeps("Copy paper")
    cupboard.asks("anna", paper, 3)
    seen = cupboard.draft()
    cupboard.asks("david", paper, 4)
    assert cupboard.draft().version > seen.version
    maria = cupboard.who("maria")
    assert refused(lambda: cupboard.do(lambda s: ordering.submit(s, maria, seen.id or 0, seen.version)))
    assert cupboard.draft().state is S.DRAFT


def test_a_line_that_will_not_come_can_be_closed_before_the_order_is_out(cupboard: Cupboard) -> None:
    paper = cupboard.keeps("Copy paper")
    cupboard.asks("anna", paper, 3)
    number = cupboard.orders()
    (line,) = cupboard.lines(number)
    cupboard.do(lambda s: receiving.close(s, cupboard.who("maria"), line.id or 0, "sold out"))
    assert cupboard.item(paper).on_order == 0
    ledger_agrees(cupboard)
    # Whoever waits for it waits on the next order.
    assert [one.quantity for one in cupboard.lines(cupboard.draft().id or 0)] == [3]


def test_what_was_asked_for_in_words_comes_in_parts(cupboard: Cupboard) -> None:
    david = cupboard.who("david")
    order = cupboard.do(lambda s: asks.place(s, david, Basket((Line(5, text="whiteboards"),))))
    line = cupboard.line(order)
    maria = cupboard.who("maria")
    cupboard.do(lambda s: ordering.put_free(s, maria, line.id or 0, cupboard.supplier, 5, UnitPrice(40_000), "25"))
    number = cupboard.orders()
    cupboard.sends(number)
    (bought,) = cupboard.lines(number)
    cupboard.receives(bought.id or 0, good=2)
    assert (cupboard.line(order).reserved, cupboard.line(order).waiting) == (2, 3)
    cupboard.receives(bought.id or 0, good=3)
    assert (cupboard.line(order).reserved, cupboard.line(order).waiting) == (5, 0)


def test_who_keeps_without_a_department_orders_from_that_of_the_office(cupboard: Cupboard) -> None:
    change = "UPDATE people SET {} WHERE handle = '{}'"
    for what, who in (("department_id = NULL", "maria"), ("roles = '[\"office manager\"]'", "grace")):
        cupboard.do(lambda s, what=what, who=who: s.execute(text(change.format(what, who))) and None)
    cupboard.asks("anna", cupboard.keeps("Copy paper"), 3)
    number = cupboard.orders()
    assert cupboard.purchase(number).state is S.READY
    assert budget(cupboard) == (3_000, 0, 1_997_000)


def test_a_day_of_payment_lies_between_invoice_and_today(cupboard: Cupboard) -> None:
    _, number, line = on_its_way(cupboard)
    cupboard.receives(line, good=20)
    found = cupboard.invoiced(number, 25_000)
    frank, today = cupboard.who("frank"), cupboard.office_day()
    for day, said in ((today + timedelta(days=1), "still to come"), (today - timedelta(days=1), "before the invoice")):
        assert said in refused(lambda day=day: cupboard.do(lambda s: invoices.pay(s, frank, found.id, day)))
    assert state_of(cupboard, found.id) is InvoiceState.OPEN
