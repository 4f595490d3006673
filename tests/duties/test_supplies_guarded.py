"""What supplies and money hang on: suppliers that change, sums as on paper, slips that are corrected, asks and orders."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from office import clock, office_file
from office.duties import approvals
from office.duties.supplies import (
    asks,
    corrections,
    draft,
    habits,
    invoices,
    items,
    placed,
    receiving,
    sellers,
    settled,
    stock,
    supplier_guard,
)
from office.duties.supplies.asks import Basket, Line
from office.duties.supplies.invoice_entry import Said
from office.duties.supplies.items import SupplierSetup
from office.errors import Refusal
from office.rules.again_words import Again
from office.rules.invoice_amounts import taxed
from storage import approvals as approvals_stored
from storage import purchases, supplier_changes, supplies, supply_orders
from storage.supply_tables import StockMove
from storage.words import ApprovalState, InvoiceKind, InvoiceState, Progress, PurchaseState, StockKind
from tests.conftest import MONDAY_NINE, Office
from tests.duties.test_supply_money import Purchased
from tests.supplies import ROUTES, Cupboard, ledger_agrees, refused

S, P = InvoiceState, PurchaseState


@pytest.fixture
def cupboard(office: Office) -> Cupboard:
    return Cupboard(office)


@pytest.fixture
def bought(office: Office) -> Purchased:
    found = Purchased(office)
    found.receives(found.line_id, good=20)
    return found


def kinds(cupboard: Cupboard, who: str) -> list[str]:
    """What somebody was told, in its order."""
    number = cupboard.who(who).id
    told = (
        "SELECT kind FROM outbox WHERE reader_id = :who AND redraws_id IS NULL AND kind LIKE 'supplies.%' ORDER BY id"
    )
    return cupboard.read(lambda s: [row[0] for row in s.execute(text(told), {"who": number})])


# Suppliers.


def changes(cupboard: Cupboard, who: str = "maria", **values: str) -> None:
    with_all = {"name": "Papier AG", "email": "orders@papier.example", **values}
    setup = SupplierSetup(currency="SEK", **with_all)  # type: ignore[arg-type]
    person = cupboard.who(who)
    cupboard.do(lambda s: items.save_supplier(s, person, setup, cupboard.supplier))


def waiting_change(cupboard: Cupboard) -> int:
    found = cupboard.read(lambda s: supplier_changes.asked(s, cupboard.supplier))
    assert found is not None
    return found.id or 0


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Ruiz Consulting"}, {"email": "pay@ruiz.example"}, {"address": "Calle Mayor 1"},
        {"account": "DE89370400440532013000"},
    ],
)  # fmt: skip
def test_what_orders_and_payments_hang_on_changes_by_two_while_something_is_open(
    bought: Purchased, change: dict[str, str]
) -> None:
    number = bought.bills(25_000, "A", 2)
    assert bought.invoice(number).state is S.OPEN
    changes(bought, **change)
    supplier = bought.read(lambda s: purchases.get_supplier(s, bought.supplier))
    assert (supplier.name, supplier.email, supplier.address, supplier.account) == (
        "Papier AG", "orders@papier.example", "", "",
    )  # fmt: skip
    held = bought.invoice(number)
    assert held.state is S.HELD and [one["why"] for one in held.held_for] == ["supplier"]
    assert "supplies.supplier_change" in kinds(bought, "frank")
    assert "is held" in refused(lambda: bought.act("frank", invoices.pay, number))
    assert "second person" in refused(lambda: bought.act("frank", invoices.accept, number, "fine"))
    asked = waiting_change(bought)
    assert "second person" in refused(lambda: bought.act("maria", supplier_guard.confirm, asked))
    assert "that you can see" in refused(lambda: bought.act("anna", supplier_guard.confirm, asked))
    bought.act("frank", supplier_guard.confirm, asked)
    assert "has decided" in refused(lambda: bought.act("frank", supplier_guard.confirm, asked))
    supplier = bought.read(lambda s: purchases.get_supplier(s, bought.supplier))
    assert any(
        value in (getattr(supplier, name), getattr(supplier, name).replace(" ", "")) for name, value in change.items()
    )
    # What was agreed to stays as it was.
    assert bought.invoice(number).state is S.OPEN
    assert bought.read(lambda s: sellers.seller(s, purchases.get(s, bought.number))).name == "Papier AG"
    assert bought.read(lambda s: sellers.seller(s, purchases.get_invoice(s, number))).name == "Papier AG"


def test_a_change_that_is_refused_or_taken_back_changes_nothing(bought: Purchased) -> None:
    number = bought.bills(25_000, "A", 2)
    for who in ("frank", "maria"):
        changes(bought, name="Ruiz Consulting")
        bought.act(who, supplier_guard.refuse, waiting_change(bought))
        assert bought.invoice(number).state is S.OPEN
    assert bought.read(lambda s: purchases.get_supplier(s, bought.supplier)).name == "Papier AG"


def test_a_supplier_of_whom_nothing_is_open_is_changed_at_once(cupboard: Cupboard) -> None:
    changes(cupboard, name="Paper Limited")
    assert cupboard.read(lambda s: purchases.get_supplier(s, cupboard.supplier)).name == "Paper Limited"


def test_one_change_waits_at_a_time_and_other_fields_are_free(bought: Purchased) -> None:
    changes(bought, name="Ruiz Consulting", contact="Eva")
    assert bought.read(lambda s: purchases.get_supplier(s, bought.supplier)).contact == "Eva"
    assert "waits for a second person" in refused(lambda: changes(bought, name="Another"))
    entered = bought.bills(25_000, "A", 2)
    assert bought.invoice(entered).state is S.HELD


def test_a_file_changes_no_supplier_of_whom_something_is_open(bought: Purchased) -> None:
    setup = SupplierSetup("Papier AG", email="pay@ruiz.example", currency="SEK")
    assert "in Slack" in refused(lambda: bought.do(lambda s: items.save_supplier(s, None, setup, bought.supplier)))


def test_what_was_accepted_stays_accepted_while_a_supplier_changes(bought: Purchased) -> None:
    number = bought.bills(25_125, "A", 2, 10_050)
    bought.act("frank", invoices.accept, number, "a krona")
    changes(bought, name="Ruiz Consulting")
    assert bought.invoice(number).state is S.HELD
    bought.act("frank", supplier_guard.confirm, waiting_change(bought))
    assert bought.invoice(number).state is S.OPEN and bought.invoice(number).accepted_by_id is not None


def test_an_account_that_is_no_iban_is_refused(cupboard: Cupboard) -> None:
    setup = SupplierSetup("Sol", currency="EUR", account="DE89370400440532013001")
    assert "no IBAN" in refused(lambda: cupboard.do(lambda s: items.save_supplier(s, None, setup)))
    setup = SupplierSetup("Sol", currency="EUR", account="123-4567")
    assert cupboard.do(lambda s: items.save_supplier(s, None, setup)).account == "123-4567"


# Invoices as on paper.


def several_rates(office: Office) -> tuple[Cupboard, int]:
    """An order of things with 21, 10 and 4 per cent of VAT, all of which has come."""
    cupboard = Cupboard(office)
    for name, price, vat in (("Widgets", 1_000, "21"), ("Gizmos", 2_000, "10"), ("Sprockets", 3_000, "4")):
        item = cupboard.keeps(name, price=price, vat=vat)
        cupboard.asks("anna", item, 1)
    number = cupboard.orders()
    cupboard.sends(number)
    cupboard.do(lambda s: receiving.receive_all(s, cupboard.who("maria"), number))
    return cupboard, number


def test_of_the_sums_of_an_invoice_two_give_the_third_and_stay(office: Office) -> None:
    cupboard, number = several_rates(office)
    # 10.00 + 2.10, 20.00 + 2.00, 30.00 + 1.20.
    assert "several rates" in refused(lambda: cupboard.invoiced(number, 6_530))
    taxes = (taxed(Decimal(21), 1_000), taxed(Decimal(10), 2_000), taxed(Decimal(4), 3_000))
    for name, said in (("A", {"net": 6_000}), ("B", {"vat": 530}), ("C", {"taxes": taxes})):
        made = cupboard.invoiced(number, 6_530, name, **said)
        assert (made.net, made.total) == (6_000, 6_530)
        assert (made.taxes is not None) == (name == "C")
        cupboard.do(lambda s: invoices.cancel(s, cupboard.who("maria"), made.id, "again"))  # noqa: B023
    assert "don't agree" in refused(lambda: cupboard.invoiced(number, 6_530, "D", net=5_000, vat=530))


def test_a_part_invoice_keeps_its_net_when_the_rest_comes(office: Office) -> None:
    cupboard, number = several_rates(office)
    first = cupboard.invoiced(number, 1_210, "A", net=1_000)
    cupboard.invoiced(number, 5_320, "B", net=5_000)
    assert cupboard.read(lambda s: purchases.get_invoice(s, first.id)).net == 1_000


def test_a_credit_note_has_sums_of_its_own(office: Office) -> None:
    cupboard, number = several_rates(office)
    made = cupboard.invoiced(number, 6_530, "A", net=6_000)
    more = {"kind": InvoiceKind.CREDIT, "credits_id": made.id}
    assert "several rates" in refused(lambda: cupboard.invoiced(number, 1_210, "C", **more))
    note = cupboard.invoiced(number, 1_210, "C", net=1_000, **more)
    assert (note.net, note.total) == (1_000, 1_210)


def test_without_an_order_what_it_is_without_vat_counts(cupboard: Cupboard) -> None:
    said = Said(cupboard.supplier, "X", cupboard.office_day(), 12_100, net=10_000)
    made = cupboard.do(lambda s: invoices.enter(s, cupboard.who("maria"), said))
    assert [one[0] for one in made.taxes or ()] == ["21"]
    cupboard.do(lambda s: invoices.accept(s, cupboard.who("frank"), made.id, "rent"))
    extra = cupboard.read(lambda s: approvals_stored.of_invoice(s, made.id))
    assert extra is not None and extra.amount == 10_000


def test_a_credit_note_after_payment_frees_the_budget(bought: Purchased) -> None:
    number = bought.bills(25_000, "A")
    bought.act("frank", invoices.pay, number)
    assert bought.money == (0, 20_000)
    bought.act("frank", invoices.pay, bought.credits(number, 1_250))
    assert bought.money == (0, 19_000)


@pytest.mark.parametrize("alike", ["RE 2027/118", "2027-0118", "2027/l18", "2027/118a", "2O27/118"])
def test_a_number_like_another_is_held_until_somebody_looks(bought: Purchased, alike: str) -> None:
    bought.bills(12_500, "2027/118")
    number = bought.bills(12_500, alike)
    held = bought.invoice(number)
    assert held.state is S.HELD and [one["why"] for one in held.held_for] == ["alike"]
    other = bought.read(lambda s: settled.alike(s, held))
    assert other is not None and other.number == "2027/118"
    bought.act("frank", invoices.accept, number, "the second half")
    assert bought.invoice(number).state is S.OPEN


def test_a_number_that_follows_another_is_free(bought: Purchased) -> None:
    bought.bills(12_500, "2027/118")
    assert bought.invoice(bought.bills(12_500, "2027/119")).state is S.OPEN


def test_who_has_agreed_books_no_payment(office: Office) -> None:
    routes = "[[routes]]\ntype = 'purchase'\nsteps = [{ who = ['@frank'] }]\n"
    cupboard = Cupboard(office, routes)
    cupboard.asks("anna", cupboard.keeps("Pens", price=10_000), 2)
    number = cupboard.orders()
    cupboard.do(lambda s: approvals.approve(s, cupboard.who("frank"), 1))
    cupboard.sends(number)
    cupboard.do(lambda s: receiving.receive_all(s, cupboard.who("maria"), number))
    made = cupboard.invoiced(number, 25_000)
    assert "agreed to this yourself" in refused(
        lambda: cupboard.do(lambda s: invoices.pay(s, cupboard.who("frank"), made.id))
    )
    # He is the only one of finance, so those who run the office book it.
    assert cupboard.do(lambda s: invoices.pay(s, cupboard.who("maria"), made.id)).state is S.PAID


def test_prices_below_a_cent_add_up_from_the_order_to_the_budget(office: Office) -> None:
    cupboard = Cupboard(office)
    cupboard.asks("anna", cupboard.keeps("Screws", price=315, per=100), 1_000)
    number = cupboard.orders()
    cupboard.sends(number)
    (line,) = cupboard.lines(number)
    assert (line.price, line.per) == (315, 100)
    cupboard.do(lambda s: receiving.receive_all(s, cupboard.who("maria"), number))
    # 1,000 at 0.0315 are 31.50; one ten-thousandth more each is 0.10 too much.
    made = cupboard.invoiced(number, 3_950, lines=((line.id, 1_000, 316, 100),))
    assert (made.state, made.difference) == (S.HELD, 10)
    made = cupboard.invoiced(number, 3_938, "B", lines=((line.id, 1_000, 315, 100),))
    assert made.net == 3_150


# Slips.


def slip(cupboard: Cupboard, item: int, kind: StockKind) -> StockMove:
    return next(one for one in cupboard.read(lambda s: supplies.moves(s, item)) if one.kind is kind)


def fixes(cupboard: Cupboard, item: int, kind: StockKind, right: int | None) -> None:
    move, maria = slip(cupboard, item, kind), cupboard.who("maria")
    cupboard.do(lambda s: corrections.correct(s, maria, move.id or 0, "counted wrong", right))


def test_a_receipt_is_corrected_by_its_difference_also_after_use(bought: Purchased) -> None:
    (line,) = bought.lines(bought.number)
    item = line.item_id or 0
    bought.takes("anna", item, 15)
    fixes(bought, item, StockKind.RECEIVE, 19)
    (line,) = bought.lines(bought.number)
    assert (bought.item(item).on_hand, bought.item(item).on_order, line.received, line.open) == (4, 1, 19, 1)
    # A correction may be a slip, too.
    fixes(bought, item, StockKind.CORRECT, 18)
    (line,) = bought.lines(bought.number)
    assert (bought.item(item).on_hand, line.received, line.open) == (3, 18, 2)
    ledger_agrees(bought)
    expected = bought.read(lambda s: settled.expected(s, purchases.get(s, bought.number)))
    assert expected.net == 18_000


def test_after_a_count_a_correction_changes_the_order_and_not_the_stock(bought: Purchased) -> None:
    (line,) = bought.lines(bought.number)
    item, maria = line.item_id or 0, bought.who("maria")
    bought.do(lambda s: asks.cancel(s, bought.who("anna"), 1))
    bought.do(lambda s: stock.count(s, maria, item, 19))
    fixes(bought, item, StockKind.RECEIVE, 19)
    (line,) = bought.lines(bought.number)
    assert (bought.item(item).on_hand, bought.item(item).on_order, line.open) == (19, 1, 1)
    ledger_agrees(bought)


def test_what_is_corrected_below_what_was_used_leaves_nothing_and_not_less(bought: Purchased) -> None:
    (line,) = bought.lines(bought.number)
    bought.takes("anna", line.item_id or 0, 15)
    fixes(bought, line.item_id or 0, StockKind.RECEIVE, 3)
    assert bought.item(line.item_id or 0).on_hand == 0
    ledger_agrees(bought)


@pytest.mark.parametrize(("right", "left"), [(None, 10), (1, 9), (6, 4)])
def test_what_was_taken_is_corrected_to_what_it_was(cupboard: Cupboard, right: int | None, left: int) -> None:
    pens = cupboard.keeps("Pens", on_hand=10)
    cupboard.takes("anna", pens, 4)
    fixes(cupboard, pens, StockKind.TAKE, right)
    assert cupboard.item(pens).on_hand == left
    ledger_agrees(cupboard)


def test_good_and_damaged_together_are_no_more_than_what_came(office: Office) -> None:
    bought = Purchased(office)
    assert "would be more" in refused(lambda: bought.receives(bought.line_id, good=20, damaged=1))
    bought.receives(bought.line_id, good=19, damaged=1)
    (line,) = bought.lines(bought.number)
    assert (line.received, line.damaged, line.open) == (19, 1, 1)


def test_an_order_of_which_something_has_come_is_partly_received(office: Office) -> None:
    bought = Purchased(office)
    state = lambda: placed.shown_state(bought.purchase(bought.number), bought.lines(bought.number))  # noqa: E731
    assert state() is P.SENT
    bought.receives(bought.line_id, good=5)
    assert state() is Progress.PARTLY
    bought.receives(bought.line_id, good=15)
    assert state() is P.DONE


def test_what_is_too_much_is_kept_by_a_manager_for_a_reason(bought: Purchased) -> None:
    (line,) = bought.lines(bought.number)
    assert "Say why" in refused(lambda: bought.act("maria", receiving.keep_extra, line.id, 1, " "))
    bought.act("maria", receiving.keep_extra, line.id, 1, "it costs more to send it back")
    (line,) = bought.lines(bought.number)
    assert (line.extra, line.received, bought.item(line.item_id or 0).on_hand) == (1, 20, 21)
    # It is not agreed to be paid by that.
    assert bought.invoice(bought.bills(26_250, "A")).state is S.HELD
    ledger_agrees(bought)


def test_what_somebody_has_not_taken_is_brought_back_when_the_desk_has_seen_it(cupboard: Cupboard) -> None:
    pens, anna = cupboard.keeps("Pens", on_hand=10), cupboard.who("anna")
    cupboard.takes("anna", pens, 3)
    cupboard.do(lambda s: stock.bring(s, anna, pens, 2))
    assert "you have 1 of" in refused(lambda: cupboard.do(lambda s: stock.bring(s, anna, pens, 5_000)))
    assert cupboard.item(pens).on_hand == 9
    claim = cupboard.do(lambda s: stock.claim(s, anna, pens, 5))
    assert cupboard.item(pens).on_hand == 9 and kinds(cupboard, "maria")[-1] == "supplies.claim"
    assert "look after" in refused(lambda: cupboard.do(lambda s: stock.decide_claim(s, anna, claim.id or 0, True)))
    cupboard.do(lambda s: stock.decide_claim(s, cupboard.who("maria"), claim.id or 0, True))
    assert cupboard.item(pens).on_hand == 14 and kinds(cupboard, "anna")[-1] == "supplies.claimed"
    assert "already" in refused(
        lambda: cupboard.do(lambda s: stock.decide_claim(s, cupboard.who("maria"), claim.id or 0, True))
    )
    other = cupboard.do(lambda s: stock.claim(s, anna, pens, 5))
    cupboard.do(lambda s: stock.decide_claim(s, cupboard.who("maria"), other.id or 0, False))
    assert cupboard.item(pens).on_hand == 14
    ledger_agrees(cupboard)


def test_what_was_fetched_from_an_order_may_be_brought_back(cupboard: Cupboard) -> None:
    pens, anna = cupboard.keeps("Pens", on_hand=10), cupboard.who("anna")
    order = cupboard.asks("anna", pens, 3)
    cupboard.do(lambda s: stock.collect(s, anna, cupboard.line(order).id or 0))
    assert cupboard.do(lambda s: stock.bring(s, anna, pens, 3)).on_hand == 10


# Asks and orders stay one.


def ink(office: Office) -> tuple[Cupboard, int, int]:
    """Ten ink for the shelf and one that Anna waits for, ordered and waiting for Grace."""
    cupboard = Cupboard(office, ROUTES)
    number = cupboard.keeps("Ink", price=60_000, minimum=5, target=10)
    cupboard.asks("anna", number, 1)
    return cupboard, number, cupboard.orders()


def test_a_cancelled_ask_lowers_the_order_that_waits(office: Office) -> None:
    cupboard, item, number = ink(office)
    assert cupboard.lines(number)[0].packs == 11
    cupboard.do(lambda s: asks.cancel(s, cupboard.who("anna"), 1))
    approval = cupboard.read(lambda s: approvals_stored.get(s, 1))
    assert (cupboard.lines(number)[0].packs, approval.amount, approval.state) == (10, 600_000, ApprovalState.WAITING)
    assert approval.editor_id is None
    assert "supplies.lowered" in kinds(cupboard, "maria") and "supplies.lowered" in kinds(cupboard, "grace")
    assert (cupboard.item(item).on_order, cupboard.item(item).available) == (10, 0)
    ledger_agrees(cupboard)


def test_an_order_that_nobody_wants_any_more_is_not_placed(office: Office) -> None:
    cupboard = Cupboard(office, ROUTES)
    cupboard.asks("anna", cupboard.keeps("Chair", price=600_000), 1)
    number = cupboard.orders()
    cupboard.do(lambda s: asks.cancel(s, cupboard.who("anna"), 1))
    assert cupboard.purchase(number).state is P.CANCELLED
    assert cupboard.read(lambda s: approvals_stored.get(s, 1)).state is ApprovalState.WITHDRAWN
    ledger_agrees(cupboard)


def test_an_order_that_was_agreed_to_stays_when_an_ask_is_cancelled(office: Office) -> None:
    bought = Purchased(office)
    bought.do(lambda s: asks.cancel(s, bought.who("anna"), 1))
    assert bought.lines(bought.number)[0].packs == 2


def test_a_refused_order_tells_those_who_wait_why(office: Office) -> None:
    cupboard, item, _ = ink(office)
    low = kinds(cupboard, "maria").count("supplies.low")
    cupboard.do(lambda s: approvals.reject(s, cupboard.who("grace"), 1, None, "ink next month"))
    assert kinds(cupboard, "anna")[-1] == "supplies.not_ordered"
    (line,) = cupboard.read(lambda s: supply_orders.waiting(s, item))
    assert (line.why, line.purchase_line_id) == ("ink next month", None)
    # What was low before is no news.
    assert kinds(cupboard, "maria").count("supplies.low") == low
    assert cupboard.item(item).low_at is not None


def test_whoever_orders_what_is_on_its_way_is_told_that(office: Office) -> None:
    cupboard, item, number = ink(office)
    order = cupboard.asks("bjorn", item, 2)
    coming = cupboard.read(lambda s: placed.coming(s, cupboard.line(order)))
    assert [(units, one.id if one else None) for units, one in coming] == [(2, number)]
    more = cupboard.asks("david", item, 12)
    coming = cupboard.read(lambda s: placed.coming(s, cupboard.line(more)))
    assert [(units, one.id if one else None) for units, one in coming] == [(8, number), (4, None)]


def test_the_same_as_last_month_is_added_up(cupboard: Cupboard) -> None:
    pens, anna = cupboard.keeps("Pens", on_hand=100), cupboard.who("anna")
    for _ in range(2):
        cupboard.asks("anna", pens, 3)
    assert "nothing between" in refused(lambda: cupboard.do(lambda s: asks.repeat_of(s, anna, Again.MONTH)))
    clock.move(timedelta(days=31))
    basket = cupboard.do(lambda s: asks.repeat_of(s, anna, Again.MONTH))
    assert basket == Basket((Line(6, pens),))


# What the office has chosen.


def test_the_hour_of_the_order_day_and_the_days_before_an_invoice_are_chosen(bought: Purchased) -> None:
    number = bought.bills(25_000, "A", 2)
    maria = bought.who("maria")
    following = bought.do(lambda s: draft.choose_day(s, maria, 0, time(10)))
    assert following.astimezone(MONDAY_NINE.tzinfo).strftime("%a %H:%M") in ("Mon 10:00", "Mon 09:00")
    before = bought.invoice(number).next_at
    bought.do(lambda s: invoices.choose_reminder(s, bought.who("frank"), 5))
    after = bought.invoice(number).next_at
    assert before is not None and after is not None and after < before
    assert "from 1 to 30" in refused(lambda: bought.do(lambda s: invoices.choose_reminder(s, maria, 0)))
    shown = bought.read(office_file.show)
    assert 'order_day = "monday"' in shown and 'order_hour = "10:00"' in shown and "invoice_reminder_days = 5" in shown
    bought.do(lambda s: office_file.load(s, shown.replace('"10:00"', '"08:30"').replace("= 5\n", "= 2\n")))
    assert bought.read(lambda s: (habits.order_hour(s), habits.remind_before(s))) == (time(8, 30), 2)
    with pytest.raises(office_file.OfficeFileError, match="order_hour"):
        bought.do(lambda s: office_file.load(s, '[office]\nname = "X"\norder_hour = "soon"\n'))
    with pytest.raises(Refusal):
        bought.do(lambda s: draft.choose_day(s, bought.who("anna"), 0))
