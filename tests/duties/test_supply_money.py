"""Whatever order things happen in: what was paid is spent, and nothing is paid that nobody agreed to."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from office.duties.supplies import invoices, ordering, receiving, stock
from office.duties.supplies.invoice_entry import Said
from office.errors import Refusal
from storage import approvals, budgets, purchases
from storage.supply_tables import Invoice
from storage.words import ApprovalState, InvoiceKind, InvoiceState
from tests.conftest import Office
from tests.supplies import ROUTES, Cupboard, ledger_agrees, refused

pytestmark = pytest.mark.both_databases

S = InvoiceState


class Purchased(Cupboard):
    """An order of so many packs of ten that is on its way, at 100.00 a pack without VAT."""

    def __init__(self, office: Office, packs: int = 2, routes: str = "") -> None:
        super().__init__(office, routes)
        self.asks("anna", self.keeps("Pens", pack=10, price=10_000), packs * 10)
        self.number = self.orders()
        self.sends(self.number)
        self.line_id = self.lines(self.number)[0].id or 0

    def act(self, who: str, duty: Callable[..., object], *more: object) -> object:
        person = self.who(who)
        return self.do(lambda session: duty(session, person, *more))

    def bills(self, total: int, name: str, packs: int = 0, price: int = 10_000) -> int:
        lines = ((self.line_id, packs, price),) if packs else ()
        return self.invoiced(self.number, total, name, lines=lines).id or 0

    def credits(self, invoice_id: int, total: int, name: str = "C-1") -> int:
        return self.invoiced(self.number, total, name, kind=InvoiceKind.CREDIT, credits_id=invoice_id).id or 0

    def invoice(self, number: int) -> Invoice:
        return self.read(lambda s: purchases.get_invoice(s, number))

    @property
    def money(self) -> tuple[int, int]:
        """(committed, spent)"""
        found = self.read(lambda s: budgets.get(s, 1))
        return found.committed, found.spent


@pytest.fixture
def bought(office: Office) -> Purchased:
    found = Purchased(office)
    found.receives(found.line_id, good=20)
    return found


def test_what_was_accepted_is_that_much_and_no_more(bought: Purchased) -> None:
    number = bought.bills(25_125, "A", 2, 10_050)
    bought.act("frank", invoices.accept, number, "a krona")
    assert bought.invoice(number).state is S.OPEN
    bought.act("maria", receiving.send_back, bought.line_id, 20, "all broken")
    assert bought.invoice(number).state is S.HELD and bought.invoice(number).accepted_by_id is None


def test_a_credit_note_that_made_up_for_most_stays(bought: Purchased) -> None:
    number = bought.bills(50_000, "A", 2, 20_000)
    note = bought.credits(number, 24_000)
    bought.act("frank", invoices.accept, number, "it is little")
    bought.act("maria", invoices.cancel, note, "typed wrongly")
    assert bought.invoice(number).state is S.HELD


def test_a_question_about_a_difference_that_grows_is_asked_anew(office: Office) -> None:
    bought = Purchased(office, packs=40, routes=ROUTES)
    bought.receives(bought.line_id, good=400)
    number = bought.bills(625_000, "A", 40, 12_500)
    bought.act("frank", invoices.accept, number, "it rose")
    asked = bought.read(lambda s: approvals.of_invoice(s, number))
    assert asked is not None and asked.amount == 100_000 and asked.state is ApprovalState.WAITING
    bought.act("maria", receiving.send_back, bought.line_id, 400, "broken")
    asked = bought.read(lambda s: approvals.of_invoice(s, number))
    assert asked is not None and asked.state is ApprovalState.WITHDRAWN
    assert bought.invoice(number).state is S.HELD


def test_a_credit_note_is_taken_off_once(bought: Purchased) -> None:
    bought.bills(25_000, "A")
    again = bought.bills(25_000, "B", 2)
    bought.credits(again, 14_000)
    assert bought.invoice(again).state is S.HELD
    more = bought.bills(30_000, "C", 2)
    bought.credits(more, 30_000, "C-2")
    assert bought.invoice(more).state is S.OPEN


def test_an_invoice_and_its_credit_note_go_together(bought: Purchased) -> None:
    number = bought.bills(50_000, "A", 2, 20_000)
    note = bought.credits(number, 25_000)
    bought.act("frank", invoices.pay, number)
    assert "is paid already" in refused(lambda: bought.act("maria", invoices.cancel, note, "typed wrongly"))
    assert "credit note is for" in refused(lambda: bought.credits(note, 100, "C-2"))


def test_a_mistake_of_another_invoice_costs_nothing(bought: Purchased) -> None:
    first, second = bought.bills(27_500, "A", 2, 11_000), bought.bills(27_500, "B", 2, 11_000)
    bought.act("frank", invoices.accept, first, "it rose")
    bought.act("maria", invoices.cancel, second, "entered twice")
    assert bought.money == (22_000, 0)
    bought.act("frank", invoices.pay, first)
    assert bought.money == (0, 22_000)


def test_later_invoices_take_nothing_from_what_was_accepted(bought: Purchased) -> None:
    first = bought.bills(13_750, "A", 1, 11_000)
    bought.act("frank", invoices.accept, first, "it rose")
    second = bought.bills(12_500, "B", 1)
    assert (bought.invoice(first).state, bought.invoice(second).state) == (S.OPEN, S.OPEN)


def test_who_enters_an_invoice_accepts_none_of_its_difference(bought: Purchased) -> None:
    said = Said(bought.supplier, "Z", bought.office_day(), 250_000, bought.number)
    number = bought.act("frank", invoices.enter, said).id  # type: ignore[attr-defined]
    assert "entered" in refused(lambda: bought.act("frank", invoices.accept, number, "x"))


def test_a_replacement_keeps_its_money_and_is_invoiced_anew(bought: Purchased) -> None:
    number = bought.bills(25_000, "A", 2)
    bought.act("frank", invoices.pay, number)
    bought.act("maria", receiving.send_back, bought.line_id, 10, "broken")
    bought.act("frank", invoices.pay, bought.credits(number, 12_500))
    assert bought.money == (10_000, 10_000)
    bought.receives(bought.line_id, good=10)
    assert bought.money == (10_000, 10_000)
    anew = bought.bills(12_500, "B", 1)
    assert bought.invoice(anew).state is S.OPEN
    bought.act("frank", invoices.pay, anew)
    assert bought.money == (0, 20_000)


def test_what_is_prepaid_or_has_come_is_no_order_to_forget(office: Office) -> None:
    cupboard = Cupboard(office)
    pens = cupboard.keeps("Pens", pack=10, price=10_000)
    cupboard.asks("anna", pens, 20)
    number = cupboard.orders()
    maria = cupboard.who("maria")
    held = cupboard.invoiced(number, 25_000)
    withdraw = lambda: cupboard.do(lambda s: ordering.withdraw(s, maria, number, "no"))  # noqa: E731
    assert "is for P1" in refused(withdraw)
    cupboard.do(lambda s: invoices.cancel(s, maria, held.id, "too early"))
    withdraw()
    ledger_agrees(cupboard)


def test_a_closed_line_is_not_cancelled_a_second_time(office: Office) -> None:
    cupboard = Cupboard(office)
    pens, paper = cupboard.keeps("Pens"), cupboard.keeps("Paper")
    for item in (pens, paper):
        cupboard.asks("anna", item, 3)
    first, maria = cupboard.orders(), cupboard.who("maria")
    line = next(one for one in cupboard.lines(first) if one.item_id == pens)
    cupboard.do(lambda s: receiving.close(s, maria, line.id or 0, "sold out"))
    cupboard.orders()
    assert cupboard.item(pens).on_order == 3
    cupboard.do(lambda s: ordering.withdraw(s, maria, first, "no"))
    assert cupboard.item(pens).on_order == 3
    ledger_agrees(cupboard)


def test_who_has_left_changes_nothing(office: Office) -> None:
    cupboard = Cupboard(office)
    order = cupboard.asks("anna", cupboard.keeps("Pens", on_hand=5), 2)
    cupboard.do(lambda s: s.execute(text("UPDATE people SET standing = 'external' WHERE handle = 'anna'")) and None)
    anna, line = cupboard.who("anna"), cupboard.line(order)
    with pytest.raises(Refusal):
        cupboard.do(lambda s: stock.collect(s, anna, line.id or 0))
