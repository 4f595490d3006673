"""Lists of items and suppliers: checked row by row against what there is, shown, and taken over in steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.one_by_one import one_by_one
from office.duties.people import office_currency
from office.duties.supplies import access, items, stock
from office.duties.supplies.items import SupplierSetup
from office.duties.supplies.rows import (
    ITEM_COLUMNS,
    SUPPLIER_COLUMNS,
    SUPPLIERS,
    WrongCell,
    heading_of,
    headings,
    item_setup,
    names_of,
    supplier_setup,
    whole,
)
from office.duties.supplies.table_files import MOST_ROWS, CannotRead
from office.errors import Refusal
from office.rules import supply_words
from storage import people, purchases, supplies, supply_imports
from storage.supply_tables import Import, Item, Supplier
from storage.tables import Person
from storage.text import fold
from storage.words import ImportState, SupplyAct

BATCH, SHOWN_WRONG = 100, 100

# The usual things of an office, in four languages.
STARTER = Path(__file__).parents[2] / "starter_items.csv"


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell: the row as a spreadsheet counts it, the heading, and why."""

    row: int
    column: str
    why: Refusal


@dataclass(frozen=True)
class Found:
    """A list as it was understood: rows that can be taken over, what each would do, and what is wrong."""

    kind: str
    rows: tuple[dict[str, Any], ...]
    new: int
    changed: int
    same: int
    wrong: tuple[Wrong, ...]


def understood(session: Session, cells: Sequence[Sequence[str]]) -> Found:
    """Looks at every row against what there is; nothing changes. Raises CannotRead where the headings are others."""
    if not cells:
        raise CannotRead(Refusal("The file is empty. Its first row has headings such as name, price, supplier."))
    kind, fields = headings(cells[0])
    rows: list[dict[str, Any]] = []
    wrong: list[Wrong] = []
    counts = {"new": 0, "changed": 0, "same": 0}
    known = _Known(session)
    for at, row in enumerate(cells[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(rows) >= MOST_ROWS:
            raise CannotRead(Refusal("At most {most} rows fit into one file. Split it.", most=MOST_ROWS))
        written = {name: cell.strip() for name, cell in zip(fields, row, strict=False) if name and cell.strip()}
        try:
            counts[known.what(kind, written, at)] += 1
            rows.append({**written, "row": at})
        except WrongCell as error:
            wrong.append(Wrong(at, heading_of(kind, error.column), error.why))
    return Found(kind, tuple(rows), counts["new"], counts["changed"], counts["same"], tuple(wrong))


def offer(session: Session, actor: Person, name: str, found: Found) -> Import:
    """Keeps a list that was understood until whoever sent it says yes."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    wrong = [
        {"row": one.row, "column": one.column, "text": one.why.text, "facts": dict(one.why.facts)}
        for one in found.wrong[:SHOWN_WRONG]
    ]
    about = {"new": found.new, "changed": found.changed, "same": found.same, "wrong": wrong, "errors": len(found.wrong)}
    number = supply_imports.add(session, actor.id, name[:120], found.kind, found.rows, about, clock.now())
    kept = supply_imports.find(session, number)
    assert kept is not None
    return kept


def begin(session: Session, actor: Person, number: int) -> Import:
    """Yes: it is taken over in the next moments, a little at a time."""
    found = _own(session, actor, number)
    if not supply_imports.move(session, number, ImportState.SHOWN, ImportState.RUNNING):
        raise Refusal("This list was taken over or dropped already.")
    return found


def drop(session: Session, actor: Person, number: int) -> None:
    _own(session, actor, number)
    if not supply_imports.move(session, number, ImportState.SHOWN, ImportState.DROPPED):
        raise Refusal("This list was taken over or dropped already.")


def run(session: Session) -> int:
    """Takes the next rows over of each list that is under way; whoever sent it hears when it is done."""
    numbers = supply_imports.running(session)
    for number in numbers:
        found = supply_imports.find(session, number)
        assert found is not None
        following = min(len(found.rows), found.done + BATCH)
        if not supply_imports.proceed(session, number, found.done, following):
            continue
        actor = people.find(session, found.person_id)
        failed = take_over_all(session, actor, found.kind, found.rows[found.done : following])
        if failed:
            supply_imports.note_failed(session, found, failed)
        if following == len(found.rows) and supply_imports.move(session, number, ImportState.RUNNING, ImportState.DONE):
            notices.tell(session, "supplies.imported", "import", number, [found.person_id])
    return BATCH if numbers else 0


def take_over_all(session: Session, actor: Person | None, kind: str, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Some rows, each for itself; returns the rows that could not be taken over after all."""
    failed: list[int] = []
    one_by_one(session, rows, partial(take_over, session, actor, kind), lambda row: failed.append(int(row["row"])))
    return failed


def take_over(session: Session, actor: Person | None, kind: str, written: Mapping[str, Any]) -> None:
    """One row, as it was checked."""
    if kind == SUPPLIERS:
        same = purchases.supplier_named(session, written["name"])
        items.save_supplier(session, actor, supplier_setup(written, same), same.id if same is not None else None)
        return
    supplier = written.get("supplier", "")
    if supplier and purchases.supplier_named(session, supplier) is None:
        items.save_supplier(session, actor, SupplierSetup(supplier, currency=office_currency(session)))
    supplier_found = purchases.supplier_named(session, supplier) if supplier else None
    item = _item_of(session, written, supplier_found)
    setup = item_setup(session, written, item, supplier_found)
    saved = items.save(session, actor, setup, item.id if item is not None else None)
    if "on_hand" in written:
        stock.count(session, actor, saved.id or 0, whole(written, "on_hand", 0))


class _Known:
    """What there is, looked up for a whole file."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._suppliers = {one.folded: one for one in purchases.suppliers(session)}
        self._seen: dict[str, int] = {}
        self._items: dict[str, int] | None = None
        self._all: dict[int, Item] = {}
        self._by_article: dict[tuple[int | None, str], int] = {}

    def what(self, kind: str, written: Mapping[str, str], at: int) -> str:
        """Whether a row is "new", "changed" or the "same". Raises WrongCell."""
        return self._supplier(written, at) if kind == SUPPLIERS else self._item(written, at)

    def item(self, written: Mapping[str, str], supplier: Supplier | None) -> Item | None:
        """The item that a row is about: by its supplier's number for it, else by name."""
        if self._items is None:
            self._all, self._items = supplies.everything_ever(self._session)
            self._by_article = {
                (one.supplier_id, one.article): one.id or 0 for one in self._all.values() if one.article
            }
        found = None
        if written.get("article") and supplier is not None:
            found = self._by_article.get((supplier.id, written["article"]))
        for name in names_of(written).values():
            found = found or self._items.get(supply_words.exact(name))
        return self._all.get(found or 0)

    def _item(self, written: Mapping[str, str], at: int) -> str:
        names = names_of(written)
        if not names:
            raise WrongCell("name_en", Refusal("Write the item's name in one language at least."))
        for name in names.values():
            key = supply_words.exact(name)
            if self._seen.setdefault(key, at) != at:
                raise WrongCell(
                    "name_en", Refusal("“{name}” stands in row {row} already.", name=name, row=self._seen[key])
                )
        supplier = self._suppliers.get(fold(written.get("supplier", "")))
        if written.get("article"):
            numbered = f"#{fold(written.get('supplier', ''))} {written['article']}"
            if self._seen.setdefault(numbered, at) != at:
                raise WrongCell(
                    "article",
                    Refusal("“{name}” stands in row {row} already.", name=written["article"], row=self._seen[numbered]),
                )
        item = self.item(written, supplier)
        setup = item_setup(self._session, written, item, supplier)
        on_hand = whole(written, "on_hand", item.on_hand if item is not None else 0)
        if on_hand > supply_words.MOST:
            raise WrongCell("on_hand", Refusal("Write a whole number from 0 to 1,000,000."))
        try:
            values = items.checked(self._session, setup)
        except Refusal as refusal:
            named = {"breaks", *ITEM_COLUMNS} & set(refusal.facts)
            raise WrongCell(next(iter(named), "name_en"), refusal) from refusal
        if item is None:
            return "new"
        counted = on_hand != item.on_hand
        other = any(getattr(item, name) != value for name, value in values.items())
        return "changed" if other or counted or item.removed else "same"

    def _supplier(self, written: Mapping[str, str], at: int) -> str:
        if not fold(written.get("name", "")):
            raise WrongCell("name", Refusal("Write the supplier's name."))
        key = fold(written["name"])
        if self._seen.setdefault(key, at) != at:
            raise WrongCell(
                "name", Refusal("“{name}” stands in row {row} already.", name=written["name"], row=self._seen[key])
            )
        same = self._suppliers.get(key)
        try:
            values = items.checked_supplier(supplier_setup(written, same), written["name"])
        except Refusal as refusal:
            raise WrongCell(
                next((one for one in SUPPLIER_COLUMNS if one in refusal.facts), "name"), refusal
            ) from refusal
        if same is None:
            return "new"
        return "changed" if any(getattr(same, name) != value for name, value in values.items()) else "same"


def _item_of(session: Session, written: Mapping[str, str], supplier: Supplier | None) -> Item | None:
    if written.get("article") and supplier is not None:
        found = supplies.by_article(session, supplier.id or 0, written["article"])
        if found is not None:
            return found
    keys = [supply_words.exact(name) for name in names_of(written).values()]
    called = supplies.called(session, keys)
    return next((supplies.get(session, called[key][0]) for key in keys if key in called), None)


def _own(session: Session, actor: Person, number: int) -> Import:
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    found = supply_imports.find(session, number)
    if found is None or found.person_id != actor.id:
        raise Refusal("There is no such list of yours any more. Send the file again.")
    return found
