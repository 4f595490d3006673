"""The tables of supplies: items with their stock, what people ask for, orders to suppliers, receipts and invoices.

Quantities are whole units of an item. A price is integer minor units without VAT of `per` packs: 0.0315 EUR each are
315 for a hundred.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import document, minor, moment, one_of, word
from storage.words import (
    ClaimState,
    ImportState,
    InvoiceKind,
    InvoiceState,
    PurchaseState,
    ReceiptKind,
    StockKind,
    Unit,
)


class Supplier(SQLModel, table=True):
    """Who sells. `terms`: days until an invoice is due. Below `free_from` an order costs `freight` on top. `account`:
    where they are paid."""

    __tablename__ = "suppliers"
    id: int | None = Field(default=None, primary_key=True)
    name: str
    folded: str = Field(unique=True)
    contact: str = ""
    email: str = ""
    address: str = ""
    account: str = ""
    language: str = ""
    currency: str = "EUR"
    terms: int = 30
    minimum: int = minor(default=0)
    freight: int = minor(default=0)
    free_from: int = minor(default=0)
    note: str = ""
    version: int = 1


class SupplierChange(SQLModel, table=True):
    """What somebody wants a supplier to be called, or where to write to and to pay, while something of it is open: it
    needs a second person. `before` and `after` hold the columns that differ."""

    __tablename__ = "supplier_changes"
    __table_args__ = (
        one_of("state", ClaimState),
        Index("supplier_changes_one", "supplier_id", unique=True, sqlite_where=text("state = 'asked'"),
              postgresql_where=text("state = 'asked'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    supplier_id: int = Field(foreign_key="suppliers.id")
    before: dict[str, str] = document()
    after: dict[str, str] = document()
    state: ClaimState = Field(default=ClaimState.ASKED, sa_type=word(ClaimState))
    asked_by_id: int = Field(foreign_key="people.id")
    asked_at: datetime = moment()
    decided_by_id: int | None = Field(default=None, foreign_key="people.id")
    decided_at: datetime | None = moment(default=None)
    why: str = ""


class Item(SQLModel, table=True):
    """Something that is kept in stock.

    `names`: language -> name; `synonyms` are other words for it. A supplier sells it in packs of `pack` units at
    `price` for `per` packs; `breaks` are [[packs, price], ...] from which on they cost less. `on_hand`, `reserved` and
    `on_order` are the sums of its movements, and are changed with them only. `not_before`: the day until which it
    was put off.
    """

    __tablename__ = "items"
    __table_args__ = (
        one_of("unit", Unit),
        Index("items_of_supplier", "supplier_id", "article"),
        Index("items_of_category", "category", "removed"),
        Index("items_low", "low_at", sqlite_where=text("low_at IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    names: dict[str, str] = document()
    synonyms: list[str] = document(default_factory=list)
    category: str = "office"
    unit: Unit = Field(default=Unit.PIECE, sa_type=word(Unit))
    pack: int = 1
    supplier_id: int | None = Field(default=None, foreign_key="suppliers.id")
    article: str = ""
    ean: str = ""
    price: int | None = minor(default=None)
    per: int = 1
    currency: str = ""
    vat: str = "0"
    breaks: list[list[int]] = document(default_factory=list)
    lead_days: int = 5
    minimum: int = 0
    target: int = 0
    usual: int = 1
    shelf: str = ""
    photo: str = ""
    removed: bool = False
    not_before: date | None = None
    low_at: datetime | None = moment(default=None)
    counted_at: datetime | None = moment(default=None)  # until then nobody knows how many there are
    on_hand: int = 0
    reserved: int = 0
    on_order: int = 0
    version: int = 1

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class ItemName(SQLModel, table=True):
    """A word that an item is found by, as office.rules.supply_words.key writes it."""

    __tablename__ = "item_names"
    __table_args__ = (Index("item_names_of_item", "item_id"),)
    key: str = Field(primary_key=True)
    item_id: int = Field(primary_key=True, foreign_key="items.id")


class Favourite(SQLModel, table=True):
    """An item that somebody wants at hand."""

    __tablename__ = "favourites"
    person_id: int = Field(primary_key=True, foreign_key="people.id")
    item_id: int = Field(primary_key=True, foreign_key="items.id")


class SupplyOrder(SQLModel, table=True):
    """What somebody asked for, in lines."""

    __tablename__ = "supply_orders"
    __table_args__ = (
        Index("supply_orders_of_requester", "requester_id", "id"),
        Index("supply_orders_of_beneficiary", "beneficiary_id", sqlite_where=text("beneficiary_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    requester_id: int = Field(foreign_key="people.id")
    beneficiary_id: int | None = Field(default=None, foreign_key="people.id")
    place_id: int | None = Field(default=None, foreign_key="places.id")
    needed_by: date | None = None
    created_at: datetime = moment()
    version: int = 1


class SupplyLine(SQLModel, table=True):
    """One thing that was asked for. Its quantity is what is `reserved` for whoever asked, still `waiting` to come,
    `taken` by them, or `dropped`. One without an item has words, and perhaps a link and a price."""

    __tablename__ = "supply_lines"
    __table_args__ = (
        Index("supply_lines_of_order", "order_id", "id"),
        Index(
            "supply_lines_waiting", "item_id", "id",
            sqlite_where=text("waiting > 0"), postgresql_where=text("waiting > 0"),
        ),
        Index(
            "supply_lines_reserved", "item_id", "id",
            sqlite_where=text("reserved > 0"), postgresql_where=text("reserved > 0"),
        ),
        Index("supply_lines_of_purchase", "purchase_line_id", sqlite_where=text("purchase_line_id IS NOT NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="supply_orders.id")
    item_id: int | None = Field(default=None, foreign_key="items.id")
    text: str = ""
    link: str = ""
    price: int | None = minor(default=None)
    currency: str = ""
    quantity: int
    reserved: int = 0
    waiting: int = 0
    taken: int = 0
    dropped: int = 0
    why: str = ""  # it was dropped
    purchase_line_id: int | None = Field(default=None, foreign_key="purchase_lines.id")


class StockMove(SQLModel, table=True):
    """One line of an item's ledger, as differences; lines are added, never changed. Triggers refuse every change."""

    __tablename__ = "stock_moves"
    __table_args__ = (
        one_of("kind", StockKind),
        Index("stock_moves_of_item", "item_id", "id"),
        Index("stock_moves_bought", "at", sqlite_where=text("purchase_line_id IS NOT NULL"),
              postgresql_where=text("purchase_line_id IS NOT NULL")),
        Index("stock_moves_used", "item_id", "at", sqlite_where=text("kind = 'take'"),
              postgresql_where=text("kind = 'take'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="items.id")
    kind: StockKind = Field(sa_type=word(StockKind))
    on_hand: int = 0
    reserved: int = 0
    on_order: int = 0
    line_id: int | None = Field(default=None, foreign_key="supply_lines.id")
    purchase_line_id: int | None = Field(default=None, foreign_key="purchase_lines.id")
    corrects_id: int | None = Field(default=None, foreign_key="stock_moves.id", unique=True)
    actor_id: int | None = Field(default=None, foreign_key="people.id")
    why: str = ""
    at: datetime = moment()


class StockClaim(SQLModel, table=True):
    """Something that somebody wants to bring back and, by the ledger, has not taken: the desk looks at it first."""

    __tablename__ = "stock_claims"
    __table_args__ = (one_of("state", ClaimState),)
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="items.id")
    person_id: int = Field(foreign_key="people.id")
    quantity: int
    state: ClaimState = Field(default=ClaimState.ASKED, sa_type=word(ClaimState))
    decided_by_id: int | None = Field(default=None, foreign_key="people.id")
    created_at: datetime = moment()


class Purchase(SQLModel, table=True):
    """An order to a supplier; its number is what the supplier reads. `next_at` is when a late one is asked after.
    `seller`: name, contact, e-mail and address of the supplier as they were when it was placed."""

    __tablename__ = "purchases"
    __table_args__ = (
        one_of("state", PurchaseState),
        Index("purchases_one_draft", "supplier_id", unique=True, sqlite_where=text("state = 'draft'"),
              postgresql_where=text("state = 'draft'")),
        Index("purchases_by_state", "state", "id"),
        Index("purchases_due", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    supplier_id: int = Field(foreign_key="suppliers.id")
    seller: dict[str, str] | None = document(default=None)
    state: PurchaseState = Field(default=PurchaseState.DRAFT, sa_type=word(PurchaseState))
    currency: str
    freight: int = minor(default=0)
    ordered_by_id: int | None = Field(default=None, foreign_key="people.id")
    approval_id: int | None = Field(default=None, foreign_key="approvals.id")
    created_at: datetime = moment()
    drawn_at: datetime | None = moment(default=None)
    sent_at: datetime | None = moment(default=None)
    confirmation: str = ""
    promised_on: date | None = None
    chased: int = 0
    next_at: datetime | None = moment(default=None)
    why: str = ""
    version: int = 1


class PurchaseLine(SQLModel, table=True):
    """One line of an order to a supplier. `by_hand`: its packs were chosen by somebody. Received and closed units never
    pass the quantity: the UPDATE that books them says so itself. `extra` came beyond it and was kept."""

    __tablename__ = "purchase_lines"
    __table_args__ = (
        UniqueConstraint("purchase_id", "item_id", name="one_line_an_item"),
        Index("purchase_lines_of_item", "item_id", sqlite_where=text("item_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    purchase_id: int = Field(foreign_key="purchases.id")
    item_id: int | None = Field(default=None, foreign_key="items.id")
    text: str = ""
    article: str = ""
    packs: int
    pack: int = 1
    price: int | None = minor(default=None)
    per: int = 1
    vat: str = "0"
    by_hand: bool = False
    received: int = 0
    damaged: int = 0
    wrong: int = 0
    returned: int = 0
    closed: int = 0
    extra: int = 0

    @property
    def quantity(self) -> int:
        return self.packs * self.pack

    @property
    def open(self) -> int:
        return self.quantity - self.received - self.closed


class Receipt(SQLModel, table=True):
    """What came on a day, or went back. `corrects_id`: it takes back a slip."""

    __tablename__ = "receipts"
    __table_args__ = (
        one_of("kind", ReceiptKind),
        Index("receipts_of_line", "purchase_line_id", "id"),
        Index("receipts_of_move", "move_id", sqlite_where=text("move_id IS NOT NULL")),
    )
    id: int | None = Field(default=None, primary_key=True)
    purchase_line_id: int = Field(foreign_key="purchase_lines.id")
    kind: ReceiptKind = Field(sa_type=word(ReceiptKind))
    quantity: int
    note: str = ""
    move_id: int | None = Field(default=None, foreign_key="stock_moves.id")
    corrects_id: int | None = Field(default=None, foreign_key="receipts.id", unique=True)
    actor_id: int | None = Field(default=None, foreign_key="people.id")
    at: datetime = moment()


class Invoice(SQLModel, table=True):
    """What a supplier wants to be paid, or a credit note. `held_for`: [{"why": HeldFor, "line": id, "amount":
    minor}]. `cleaned` is its number without what people type in different ways: the same one twice is refused, in
    any year. `difference` is what it is held for. `net` and `total` stand as they are on paper, and `taxes` is its VAT
    by rate, [[per cent, net, VAT], ...]; None where only sums are known. `seller`: as for orders, with the account."""

    __tablename__ = "invoices"
    __table_args__ = (
        one_of("kind", InvoiceKind),
        one_of("state", InvoiceState),
        Index("invoices_once", "supplier_id", "cleaned", unique=True, sqlite_where=text("state <> 'cancelled'"),
              postgresql_where=text("state <> 'cancelled'")),
        Index("invoices_by_due", "state", "due_on"),
        Index("invoices_of_purchase", "purchase_id"),
        Index("invoices_due", "next_at", sqlite_where=text("next_at IS NOT NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    supplier_id: int = Field(foreign_key="suppliers.id")
    seller: dict[str, str] | None = document(default=None)
    purchase_id: int | None = Field(default=None, foreign_key="purchases.id")
    kind: InvoiceKind = Field(default=InvoiceKind.INVOICE, sa_type=word(InvoiceKind))
    state: InvoiceState = Field(default=InvoiceState.OPEN, sa_type=word(InvoiceState))
    number: str
    cleaned: str
    day: date
    due_on: date
    currency: str
    net: int = minor()
    total: int = minor()
    taxes: list[list[Any]] | None = document(default=None)
    freight: int = minor(default=0)
    credits_id: int | None = Field(default=None, foreign_key="invoices.id")  # the invoice that a credit note is for
    difference: int = minor(default=0)
    held_for: list[dict[str, Any]] = document(default_factory=list)
    entered_by_id: int = Field(foreign_key="people.id")
    accepted_by_id: int | None = Field(default=None, foreign_key="people.id")
    why: str = ""
    paid_on: date | None = None
    paid_by_id: int | None = Field(default=None, foreign_key="people.id")
    next_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    version: int = 1


class InvoiceLine(SQLModel, table=True):
    """What an invoice says of one line of an order: packs, and the price of one."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        Index("invoice_lines_of_line", "purchase_line_id"),
        Index("invoice_lines_of_invoice", "invoice_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    invoice_id: int = Field(foreign_key="invoices.id")
    purchase_line_id: int = Field(foreign_key="purchase_lines.id")
    packs: int
    price: int = minor()
    per: int = 1


class Import(SQLModel, table=True):
    """A list that was sent in: its cells, and its rows as they were understood; taken over in steps, so that nobody
    waits for it. `choices`: what whoever sent it said of its columns, and of rows that may be meant otherwise."""

    __tablename__ = "supply_imports"
    __table_args__ = (
        one_of("state", ImportState),
        Index("supply_imports_running", "id", sqlite_where=text("state = 'running'"),
              postgresql_where=text("state = 'running'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="people.id")
    name: str
    kind: str
    cells: list[list[str]] = document(default_factory=list)
    choices: dict[str, Any] = document(default_factory=dict)
    rows: list[dict[str, Any]] = document(default_factory=list)
    found: dict[str, Any] = document(default_factory=dict)  # how many are new, changed, the same; what is wrong
    state: ImportState = Field(default=ImportState.SHOWN, sa_type=word(ImportState))
    done: int = 0
    created_at: datetime = moment()
