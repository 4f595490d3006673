"""A small office with a cupboard: what tests of supplies begin with."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from office import office_file
from office.duties.supplies import asks, invoices, items, ordering, placed, receiving, stock
from office.duties.supplies.asks import Basket, Line
from office.duties.supplies.invoice_entry import Said
from office.duties.supplies.items import ItemSetup, SupplierSetup
from office.errors import Refusal
from storage import purchases, supplies, supply_orders
from storage.supply_tables import Item, Purchase, Supplier, SupplyLine, SupplyOrder
from storage.words import Unit
from tests.conftest import Office

T = TypeVar("T")

CUPBOARD = """
[[departments]]
name = "Administration"
[[people]]
who = "@maria"
roles = ["admin", "office manager"]
department = "Administration"
place = "Stockholm"
[[people]]
who = "@frank"
roles = ["finance"]
department = "Administration"
place = "Stockholm"
[[people]]
who = "@grace"
department = "Administration"
place = "Stockholm"
[[budgets]]
department = "Administration"
year = 2026
amount = 20000
currency = "SEK"
owner = "@grace"
"""
ROUTES = """
[[routes]]
type = "purchase"
steps = [{ who = ["@grace"], from = 5000 }]
"""


class Cupboard:
    """People at the cupboard: `asks`, `takes`, `orders` …; what is there is read anew each time."""

    def __init__(self, office: Office, routes: str = "") -> None:
        self.office = office
        office.do(lambda s: office_file.load(s, CUPBOARD + routes))
        self.supplier = self.sells("Papier AG", email="orders@papier.example").id or 0

    def do(self, duty: Callable[[Session], T]) -> T:
        return self.office.do(duty)

    def read(self, look: Callable[[Session], T]) -> T:
        with self.office.database.read() as session:
            return look(session)

    def sells(self, name: str, email: str = "", **more: int) -> Supplier:
        setup = SupplierSetup(name, email=email, currency="SEK", **more)
        return self.do(lambda s: items.save_supplier(s, None, setup))

    def keeps(self, name: str, on_hand: int = 0, pack: int = 1, price: int | None = 1_000, **more: object) -> int:
        """An item of the supplier, with so much in stock; returns its number."""
        setup = ItemSetup({"en": name}, pack=pack, price=price, vat=str(more.pop("vat", "25")),
                          supplier_id=more.pop("supplier", self.supplier), unit=Unit.PIECE, **more)  # type: ignore[arg-type]  # fmt: skip
        number = self.do(lambda s: items.save(s, None, setup)).id or 0
        if on_hand or setup.minimum:
            self.do(lambda s: stock.count(s, self.who("maria"), number, on_hand))
        return number

    def who(self, handle: str):  # type: ignore[no-untyped-def]
        return self.office.who(handle)

    def item(self, number: int) -> Item:
        return self.read(lambda s: supplies.get(s, number))

    def asks(self, who: str, item_id: int, quantity: int) -> SupplyOrder:
        basket, person = Basket((Line(quantity, item_id),)), self.who(who)
        return self.do(lambda s: asks.place(s, person, basket))

    def line(self, order: SupplyOrder) -> SupplyLine:
        return self.read(lambda s: supply_orders.lines(s, order.id or 0))[0]

    def takes(self, who: str, item_id: int, quantity: int) -> Item:
        person = self.who(who)  # before the transaction: it takes a connection of its own
        return self.do(lambda s: stock.take(s, person, item_id, quantity))

    def draft(self) -> Purchase:
        found = self.read(lambda s: purchases.draft_of(s, self.supplier))
        assert found is not None
        return found

    def lines(self, number: int):  # type: ignore[no-untyped-def]
        return self.read(lambda s: purchases.lines(s, number))

    def orders(self, who: str = "maria") -> int:
        """Orders what stands on the draft; returns the number."""
        number = self.draft().id or 0
        self.do(lambda s: ordering.submit(s, self.who(who), number))
        return number

    def sends(self, number: int) -> None:
        self.do(lambda s: placed.sent(s, self.who("maria"), number))

    def receives(self, line_id: int, good: int = 0, damaged: int = 0, wrong: int = 0) -> Purchase:
        came = receiving.Came(good, damaged, wrong)
        return self.do(lambda s: receiving.receive(s, self.who("maria"), line_id, came))

    def invoiced(self, number: int, total: int, name: str = "INV-1", **more: object):  # type: ignore[no-untyped-def]
        day = self.office_day()
        said = Said(self.supplier, name, day, total, number, **more)  # type: ignore[arg-type]
        return self.do(lambda s: invoices.enter(s, self.who("maria"), said))

    def office_day(self):  # type: ignore[no-untyped-def]
        from office import clock

        return clock.now().date()

    def purchase(self, number: int) -> Purchase:
        return self.read(lambda s: purchases.get(s, number))


def refused(do: Callable[[], object]) -> str:
    try:
        do()
    except Refusal as refusal:
        return str(refusal)
    raise AssertionError("it was not refused")


def ledger_agrees(cupboard: Cupboard) -> None:
    """Stock is the sum of its movements, nothing is below zero, and every line adds up."""
    with cupboard.office.database.read() as session:
        for item in supplies.everything(session):
            moves = supplies.moves(session, item.id or 0)
            for name in ("on_hand", "reserved", "on_order"):
                assert getattr(item, name) == sum(getattr(one, name) for one in moves), (item.names, name)
                assert getattr(item, name) >= 0
            assert item.on_hand >= item.reserved
            held = supply_orders.reserved(session, item.id or 0)
            assert item.reserved == sum(one.reserved for one in held)
            open_ones = [
                line
                for purchase in purchases.in_states(session, [*purchases.ALIVE, *DONE])
                for line in purchases.lines(session, purchase.id or 0)
                if line.item_id == item.id and purchase.state.value in ("waiting", "ready", "sent", "done")
            ]
            assert item.on_order == sum(line.open for line in open_ones)


DONE = tuple(one for one in purchases.S if one not in purchases.ALIVE)
