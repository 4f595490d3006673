"""Whatever people do with supplies, in whatever order, with crashes between: stock is the sum of its movements, nothing
falls below zero, there is one draft a supplier, nothing is ordered twice, and the budget agrees with the orders."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from handlers.i18n import office_reader
from handlers.supplies import tables
from office import clock
from office.duties import approvals
from office.duties.supplies import (
    asks,
    corrections,
    draft,
    imports,
    invoices,
    items,
    ordering,
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
from office.duties.supplies.prices import total_of
from office.duties.supplies.receiving import Came
from office.errors import Refusal
from storage import approvals as approvals_stored
from storage import budgets, purchases, supplier_changes, supplies
from storage.database import Database
from storage.words import ApprovalState, InvoiceKind, InvoiceState, PurchaseState
from tests import examples
from tests.conftest import MONDAY_NINE, Office
from tests.supplies import ROUTES, Cupboard, ledger_agrees

P = PurchaseState
few, many = st.integers(1, 4), st.integers(1, 12)
which = st.integers(0, 40)
person = st.sampled_from(["anna", "bjorn", "david"])


class Crash(Exception):
    """The process dies before its transaction is committed."""


OPEN_LINES = (
    "SELECT l.id FROM purchase_lines l JOIN purchases p ON p.id = l.purchase_id "
    "WHERE p.state IN ('ready', 'sent') AND l.received + l.closed < l.packs * l.pack"
)
DRAFT = (
    "SELECT p.id FROM purchases p WHERE p.state = 'draft' "
    "AND EXISTS (SELECT 1 FROM purchase_lines l WHERE l.purchase_id = p.id)"
)
RECEIVED = "SELECT id FROM purchase_lines WHERE received > 0"
HELD = "SELECT id FROM invoices WHERE state = 'held' AND accepted_by_id IS NULL"
DRAFTED = (
    "SELECT l.id FROM purchase_lines l JOIN purchases p ON p.id = l.purchase_id WHERE p.state IN ('draft', 'waiting')"
)


class Supplying(RuleBasedStateMachine):
    template: Path

    @initialize()
    def fill_the_cupboard(self) -> None:
        clock.move_to(MONDAY_NINE)
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(self.template, self.folder / "deskhand.db")
        office = Office(Database(f"sqlite:///{self.folder / 'deskhand.db'}"))
        office.database.migrate()
        self.cupboard = Cupboard(office, ROUTES)
        self.items = [
            self.cupboard.keeps("Pens", on_hand=6, pack=5, price=90_000, minimum=3, target=8),
            self.cupboard.keeps("Cups", pack=1, price=70_000),
            self.cupboard.keeps("Toner", on_hand=2, pack=2, price=130_000, breaks=((3, 110_000),)),
        ]
        self.ended: set[int | None] = set()
        self.people = {name: office.who(name) for name in ("anna", "bjorn", "david", "maria", "frank", "grace")}

    def teardown(self) -> None:
        if hasattr(self, "cupboard"):
            self.cupboard.office.database.close()
            shutil.rmtree(self.folder)
        clock.reset()

    def does(self, duty: Callable[[Session], object]) -> None:
        with suppress(Refusal):
            self.cupboard.do(duty)

    def rows(self, sql: str) -> list[int]:
        with self.cupboard.office.database.read() as session:
            return [row[0] for row in session.execute(text(sql))]

    def one(self, sql: str, at: int) -> int:
        found = self.rows(sql)
        return found[at % len(found)] if found else 0

    @rule(who=person, item=which, count=many)
    def somebody_asks(self, who: str, item: int, count: int) -> None:
        basket = Basket((Line(count, self.items[item % 3]),))
        self.does(lambda s: asks.place(s, self.people[who], basket))

    @rule(who=person, item=which, count=few)
    def somebody_takes(self, who: str, item: int, count: int) -> None:
        self.does(lambda s: stock.take(s, self.people[who], self.items[item % 3], count))

    @rule(item=which, count=few)
    def somebody_brings_back(self, item: int, count: int) -> None:
        self.does(lambda s: stock.bring(s, self.people["anna"], self.items[item % 3], count))

    @rule(item=which, count=st.integers(0, 10))
    def somebody_counts(self, item: int, count: int) -> None:
        self.does(lambda s: stock.count(s, self.people["maria"], self.items[item % 3], count))

    @rule(item=which, count=few, is_there=st.booleans())
    def somebody_brings_what_they_never_took(self, item: int, count: int, is_there: bool) -> None:
        self.does(lambda s: stock.claim(s, self.people["david"], self.items[item % 3], count))
        number = self.one("SELECT id FROM stock_claims WHERE state = 'asked'", count)
        self.does(lambda s: stock.decide_claim(s, self.people["maria"], number, is_there))

    @rule(
        what=st.sampled_from(["name", "email", "account"]),
        n=st.integers(0, 99),
        who=st.sampled_from(["maria", "frank", "anna"]),
    )
    def a_supplier_is_changed(self, what: str, n: int, who: str) -> None:
        values = {"name": "Papier AG", "email": "orders@papier.example", what: f"new{n}@papier.example"}
        setup = SupplierSetup(currency="SEK", **values)
        self.does(lambda s: items.save_supplier(s, self.people["maria"], setup, self.cupboard.supplier))
        number = self.one("SELECT id FROM supplier_changes WHERE state = 'asked'", 0)
        decide = supplier_guard.confirm if n % 2 else supplier_guard.refuse
        self.does(lambda s: decide(s, self.people[who], number))

    @rule(
        price=st.integers(50, 200),
        per=st.sampled_from([1, 100]),
        pack=st.integers(1, 6),
        count=st.none() | st.integers(0, 9),
    )
    def a_price_list_comes(self, price: int, per: int, pack: int, count: int | None) -> None:
        cells = [
            ["name", "price", "pack", "on_hand"],
            ["Toner", f"{price}.{per % 97:02}", str(pack), "" if count is None else str(count)],
        ]

        def takes_over(session: Session) -> object:
            found = imports.understood(session, cells)
            return imports.take_over_all(session, self.people["maria"], found.kind, found.rows)

        self.does(takes_over)

    @rule(item=which, count=few)
    def something_breaks(self, item: int, count: int) -> None:
        self.does(lambda s: stock.damage(s, self.people["maria"], self.items[item % 3], count, "it fell"))

    @rule(order=which)
    def somebody_cancels(self, order: int) -> None:
        number = self.one("SELECT id FROM supply_orders", order)
        self.does(lambda s: asks.cancel(s, self.people["maria"], number))

    @rule(line=which)
    def somebody_fetches(self, line: int) -> None:
        number = self.one("SELECT id FROM supply_lines WHERE reserved > 0", line)
        self.does(lambda s: stock.collect(s, self.people["maria"], number))

    @rule(move=which, right=st.none() | st.integers(0, 5))
    def a_slip_is_corrected(self, move: int, right: int | None) -> None:
        number = self.one("SELECT id FROM stock_moves ORDER BY id DESC", move)
        self.does(lambda s: corrections.correct(s, self.people["maria"], number, "a slip", right))

    @rule(kind=which, at=which, n=st.integers(0, 9))
    def a_purchase_goes_on(self, kind: int, at: int, n: int) -> None:
        self.goes_on(kind, at, n)

    @rule(kind=which, at=which, n=st.integers(0, 9), more=st.lists(which, min_size=2, max_size=6))
    def purchases_go_on(self, kind: int, at: int, n: int, more: list[int]) -> None:
        for one in (kind, *more):
            self.goes_on(one, at, n)

    def goes_on(self, kind: int, at: int, n: int) -> None:
        """One of the steps that are possible now."""
        possible = [(number, step) for sql, step in STEPS if (number := self.one(sql, at))]
        if possible:
            number, step = possible[kind % len(possible)]
            self.does(lambda s: step(self, s, number, n))

    @rule(days=st.integers(0, 9))
    def time_passes(self, days: int) -> None:
        # The office has a budget for this year only.
        if (clock.now() + timedelta(days=days + 1)).year == MONDAY_NINE.year:
            clock.move(timedelta(days=days, hours=1))
        for tick in (draft.draw_up_due, placed.chase, invoices.remind):
            self.cupboard.do(tick)

    @rule(item=which, count=few)
    def the_process_dies_in_the_middle(self, item: int, count: int) -> None:
        before = self.rows("SELECT on_hand * 1000000 + reserved * 1000 + on_order FROM items ORDER BY id")
        basket = Basket((Line(count, self.items[item % 3]),))

        def dies(session: Session) -> None:
            asks.place(session, self.people["anna"], basket)
            for supplier in purchases.suppliers(session):
                draft.draw_up(session, supplier)
            raise Crash

        with suppress(Crash):
            self.cupboard.do(dies)
        assert self.rows("SELECT on_hand * 1000000 + reserved * 1000 + on_order FROM items ORDER BY id") == before

    @invariant()
    def stock_is_the_sum_of_its_movements(self) -> None:
        if hasattr(self, "cupboard"):
            ledger_agrees(self.cupboard)

    @invariant()
    def every_line_adds_up(self) -> None:
        if hasattr(self, "cupboard"):
            wrong = "SELECT id FROM supply_lines WHERE quantity <> reserved + waiting + taken + dropped OR waiting < 0"
            assert self.rows(wrong) == []
            assert (
                self.rows("SELECT id FROM purchase_lines WHERE received + closed > packs * pack OR received < 0") == []
            )
            assert (
                self.rows(
                    "SELECT supplier_id FROM purchases WHERE state = 'draft' GROUP BY supplier_id HAVING count(*) > 1"
                )
                == []
            )

    @invariant()
    def the_budget_agrees_with_the_orders(self) -> None:
        """Committed and spent are what was agreed to: the lines of every order that was, and accepted differences."""
        if not hasattr(self, "cupboard"):
            return
        with self.cupboard.office.database.read() as session:
            budget = budgets.get(session, 1)
            agreed = spent = 0
            for purchase in purchases.in_states(session, [P.READY, P.SENT, P.DONE]):
                lines = purchases.lines(session, purchase.id or 0)
                total = total_of(purchase, lines).minor
                held = sum(budgets.held(session, purchase.approval_id or 0).values())
                paid = sum(budgets.spent_for(session, purchase.approval_id or 0).values())
                theirs = purchases.invoices_of(session, purchase.id or 0)
                settled_ones = [one for one in theirs if one.state is InvoiceState.PAID]
                money = sum(-one.net if one.kind is InvoiceKind.CREDIT else one.net for one in settled_ones)
                extras = [approvals_stored.of_invoice(session, one.id or 0) for one in theirs]
                on_top = sum(sum(budgets.spent_for(session, one.id or 0).values()) for one in extras if one is not None)
                assert paid + on_top == max(0, money), "what was paid is spent"
                # What was left when all had come and was paid is free; what goes back then is replaced for nothing.
                self.ended |= {purchase.id} if purchase.state is P.DONE else set()
                assert held == max(0, total - paid) or (held == 0 and purchase.id in self.ended), (held, total, paid)
                agreed += held
                spent += paid
            for invoice in purchases.invoices_in(session, [InvoiceState.OPEN, InvoiceState.PAID, InvoiceState.HELD]):
                extra = approvals_stored.of_invoice(session, invoice.id or 0)
                if extra is not None and extra.state is ApprovalState.APPROVED:
                    agreed += sum(budgets.held(session, extra.id or 0).values())
                    spent += sum(budgets.spent_for(session, extra.id or 0).values())
            assert (budget.committed, budget.spent) == (agreed, spent)
            assert supplies.count(session) == 3
            self.export_agrees(session, budget.spent)

    def export_agrees(self, session: Session, spent: int) -> None:
        """What the accountant gets is what stands in the invoices, and what was paid of it is what the budget spent."""
        heads, exported = tables.invoice_rows(session, office_reader("en", "Europe/Stockholm"))
        at = {name: heads.index(name) for name in ("Without VAT", "VAT", "Total with VAT", "State", "Order")}
        paid: dict[object, int] = {}
        for row, invoice in zip(exported, purchases.all_invoices(session), strict=True):
            sign = -1 if invoice.kind is InvoiceKind.CREDIT else 1
            net, vat, total = (int(row[at[name]] * 100) for name in ("Without VAT", "VAT", "Total with VAT"))  # type: ignore[operator, arg-type]
            assert (net, total, net + vat) == (sign * invoice.net, sign * invoice.total, sign * invoice.total)
            if row[at["State"]] == "paid":
                paid[row[at["Order"]]] = paid.get(row[at["Order"]], 0) + net
        assert spent == sum(max(0, amount) for amount in paid.values())

    @invariant()
    def what_was_agreed_to_keeps_its_supplier(self) -> None:
        if not hasattr(self, "cupboard"):
            return
        with self.cupboard.office.database.read() as session:
            for purchase in purchases.in_states(session, [P.WAITING, P.READY, P.SENT, P.DONE]):
                approval = approvals_stored.get(session, purchase.approval_id or 0)
                assert sellers.seller(session, purchase).name == approval.supplier
            if supplier_changes.asked(session, self.cupboard.supplier) is not None:
                open_ones = purchases.invoices_in(session, [InvoiceState.OPEN])
                assert [one.id for one in open_ones if one.kind is InvoiceKind.INVOICE] == []


Step = Callable[[Supplying, Session, int, int], object]


def drop_or_put_off(machine: Supplying, session: Session, line: int, n: int) -> object:
    if n % 2:
        return ordering.drop(session, machine.people["maria"], line, "too dear")
    return draft.postpone(session, machine.people["maria"], line)


def decide(machine: Supplying, session: Session, number: int, n: int) -> object:
    grace = machine.people["grace"]
    if n < 7:
        return approvals.approve(session, grace, number, None, "it is needed")
    return approvals.reject(session, grace, number, None, "no")


def invoiced(machine: Supplying, session: Session, number: int, n: int) -> object:
    """One that fits what has come, or is as much too high as nobody expects; sometimes a credit note."""
    fits = settled.expected(session, purchases.get(session, number)).total
    total = (fits or 50_000) + (40_000 if n in (1, 2) else 0)
    theirs = [one for one in purchases.invoices_of(session, number) if one.kind is InvoiceKind.INVOICE]
    of = theirs[0].id if n == 3 and theirs else None
    total = min(total, theirs[0].total // 2) if of else total
    kind = InvoiceKind.CREDIT if of else InvoiceKind.INVOICE
    name = f"N-{len(machine.rows('SELECT id FROM invoices')) - (n == 9)}"
    said = Said(machine.cupboard.supplier, name, clock.now().date(), total, number, kind, credits_id=of)
    return invoices.enter(session, machine.people["maria"], said)


STEPS: tuple[tuple[str, Step], ...] = (
    (DRAFTED, lambda m, s, line, n: ordering.change_line(s, m.people["maria"], line, packs=1 + n % 4)),
    (DRAFTED, drop_or_put_off),
    (DRAFT, lambda m, s, number, n: ordering.submit(s, m.people["maria"], number)),
    ("SELECT id FROM approvals WHERE state = 'waiting'", decide),
    (
        "SELECT id FROM purchases WHERE state IN ('waiting', 'ready')",
        lambda m, s, number, n: ordering.withdraw(s, m.people["maria"], number, "no") if n > 7 else None,
    ),
    (
        "SELECT id FROM purchases WHERE state = 'ready'",
        lambda m, s, number, n: placed.sent(s, m.people["maria"], number),
    ),
    (OPEN_LINES, lambda m, s, line, n: receiving.receive(s, m.people["maria"], line, Came(n, n // 4, n // 5))),
    (OPEN_LINES, lambda m, s, line, n: receiving.receive(s, m.people["maria"], line, Came(1 + n % 3))),
    (OPEN_LINES, lambda m, s, line, n: receiving.close(s, m.people["maria"], line, "sold out") if n > 5 else None),
    (RECEIVED, lambda m, s, line, n: receiving.keep_extra(s, m.people["maria"], line, 1 + n % 2, "it may stay")),
    (RECEIVED, lambda m, s, line, n: receiving.send_back(s, m.people["maria"], line, 1 + n % 3, "wrong")),
    ("SELECT id FROM purchases WHERE state IN ('sent', 'done')", invoiced),
    (HELD, lambda m, s, number, n: invoices.accept(s, m.people["frank"], number, "it rose")),
    (
        "SELECT id FROM invoices WHERE state = 'open'",
        lambda m, s, number, n: invoices.pay(s, m.people["frank"], number),
    ),
    (
        "SELECT id FROM invoices WHERE state = 'open'",
        lambda m, s, number, n: invoices.pay(s, m.people["frank"], number),
    ),
)


@pytest.mark.timeout(300)
def test_supplies_always_add_up(sqlite_office: Path) -> None:
    Supplying.template = sqlite_office
    run_state_machine_as_test(
        Supplying,
        settings=settings(
            max_examples=examples.of(10, 20), stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )  # fmt: skip
