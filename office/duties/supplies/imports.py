"""Lists of items and suppliers: checked row by row against what there is, shown, and taken over in steps."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.duties import notices
from office.duties.one_by_one import one_by_one
from office.duties.people import office_currency
from office.duties.supplies import access, items, stock
from office.duties.supplies.headings import ITEMS, SUPPLIERS, Layout, fields_of, layout_of
from office.duties.supplies.items import SupplierSetup
from office.duties.supplies.matching import ASKED, CHANGED, NEW, SAME, Known
from office.duties.supplies.rows import WrongCell, item_setup, supplier_setup, whole
from office.errors import Refusal
from office.foreign.sheets import MOST_ROWS
from office.rules import item_names
from storage import people, purchases, supplies, supply_imports
from storage.supply_tables import Import, Item, Supplier
from storage.tables import Person
from storage.text import fold
from storage.words import ImportState, SupplyAct

BATCH, SHOWN_WRONG = 100, 100
# Progress is shown every so many rows.
SHOW_EVERY = 5 * BATCH

# The usual things of an office, in four languages.
STARTER = Path(__file__).parents[2] / "starter_items.csv"
# What the last rows of a list begin with, which are its sums.
_SUMS = frozenset(
    fold("total totals totalt summa summe gesamt gesamtsumme zwischensumme suma subtotal sum importe").split()
)
_OF_SUMS = _SUMS | frozenset(
    fold("net gross netto brutto neto bruto excl exkl inkl incl zzgl vat mwst moms iva eur sek").split()
)


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell: the row as a spreadsheet counts it, the heading, and why."""

    row: int
    column: str
    why: Refusal


@dataclass(frozen=True)
class Choices:
    """What whoever sent a list said of it. `columns`: column -> field, "" for not used. `rows`: row -> "item" or "new",
    for those that are found by another word only; `asked`: the same for all of these. `supplier`: of rows that name
    none. `for_one`: prices are of one and not of a pack."""

    columns: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    supplier: str = ""
    for_one: bool = False


@dataclass(frozen=True)
class Found:
    """A list as it was understood: its columns, rows that can be taken over with what each would do, and what is wrong.
    `sums`: rows that are sums of others and are left out."""

    kind: str
    layout: Layout
    rows: tuple[dict[str, Any], ...]
    wrong: tuple[Wrong, ...]
    sums: tuple[int, ...] = ()

    def count(self, what: str) -> int:
        return sum(one["what"] == what for one in self.rows)

    @property
    def new(self) -> int:
        return self.count(NEW)

    @property
    def changed(self) -> int:
        return self.count(CHANGED)

    @property
    def same(self) -> int:
        return self.count(SAME)

    @property
    def asked(self) -> int:
        return self.count(ASKED)


def understood(session: Session, cells: Sequence[Sequence[str]], choices: Choices | None = None) -> Found:
    """Looks at every row against what there is; nothing changes. Raises Refusal for what is no list."""
    if not cells:
        raise Refusal("The file is empty. Its first row has headings such as name, price, supplier.")
    said = choices or Choices()
    layout = layout_of(cells, said.columns)
    rows: list[dict[str, Any]] = []
    wrong: list[Wrong] = []
    sums: list[int] = []
    known = Known(session)
    for at, row in enumerate(cells[layout.head + 1 :], start=layout.head + 2):
        written = _written(layout, row, said)
        if not written:
            continue
        if len(rows) >= MOST_ROWS:
            raise Refusal("At most {most} rows fit into one file. Split it.", most=MOST_ROWS)
        if _is_sum(layout, row, written):
            sums.append(at)
            continue
        try:
            does = known.does(layout.kind, written, at, said.rows.get(str(at), said.asked))
            rows.append({"row": at, "written": written, **asdict(does)})
        except WrongCell as error:
            wrong.append(Wrong(at, layout.heading_of(error.column), error.why))
    return Found(layout.kind, layout, tuple(rows), tuple(wrong), tuple(sums))


def _written(layout: Layout, row: Sequence[str], said: Choices) -> dict[str, str]:
    written = {
        name: text for name, cell in zip(layout.fields, row, strict=False) if name and (text := " ".join(cell.split()))
    }
    if written and layout.kind == ITEMS:
        if said.supplier:
            written.setdefault("supplier", said.supplier)
        if said.for_one and "price" in written:
            written.setdefault("per", "1")
    return written


def _is_sum(layout: Layout, row: Sequence[str], written: Mapping[str, str]) -> bool:
    """Whether a row says what others come to: it begins with "Total", and names nothing."""
    first = " ".join(next((cell for cell in row if cell.strip()), "").split())
    words = re.findall(r"[^\W\d_]+", fold(first))
    names = {text for name, text in written.items() if name.startswith("name_")}
    said = bool(words) and words[0] in _SUMS and all(word in _OF_SUMS for word in words)
    return layout.kind == ITEMS and said and names <= {first}


def offer(session: Session, actor: Person, name: str, cells: Sequence[Sequence[str]], found: Found) -> Import:
    """Keeps a list that was understood until whoever sent it says yes."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    rows = [list(row) for row in cells]
    number = supply_imports.add(session, actor.id, name[:120], found.kind, rows, found.rows, _about(found), clock.now())
    return supply_imports.get(session, number)


def choose(session: Session, actor: Person, number: int, change: Mapping[str, Any]) -> Import:
    """Something that was said of a list: it is understood anew with that. `change`: fields of Choices."""
    kept = own(session, actor, number)
    if kept.state is not ImportState.SHOWN:
        raise _gone()
    before = choices_of(kept)
    more = {name: {**getattr(before, name), **change[name]} for name in ("columns", "rows") if name in change}
    said = replace(before, **{**change, **more})
    _refuse_fields(kept.kind, said)
    found = understood(session, kept.cells, said)
    values = {"choices": asdict(said), "kind": found.kind, "rows": list(found.rows), "found": _about(found)}
    if not supply_imports.change(session, number, values):
        raise _gone()
    return supply_imports.get(session, number)


def choices_of(kept: Import) -> Choices:
    return Choices(**kept.choices)


def _refuse_fields(kind: str, said: Choices) -> None:
    """A form's words are looked at like anybody's."""
    known = {"", *fields_of(kind)}
    if not set(said.columns.values()) <= known or not all(one.isdecimal() for one in said.columns):
        raise _gone()


def _about(found: Found) -> dict[str, Any]:
    wrong = [
        {"row": one.row, "column": one.column, "text": one.why.text, "facts": dict(one.why.facts)}
        for one in found.wrong[:SHOWN_WRONG]
    ]
    layout = found.layout
    return {
        "new": found.new, "changed": found.changed, "same": found.same, "asked": found.asked,
        "wrong": wrong, "errors": len(found.wrong), "sums": list(found.sums), "head": layout.head,
        "headings": list(layout.headings), "fields": list(layout.fields), "theirs": list(layout.theirs),
    }  # fmt: skip


def begin(session: Session, actor: Person, number: int) -> Import:
    """Yes: it is taken over in the next moments, a little at a time."""
    found = own(session, actor, number)
    # What changes nothing, and what was shown of the rest, need not be carried along.
    needed = ("row", "what", "item_id", "written")
    changing = [one for one in found.rows if one.get("what", NEW) in (NEW, CHANGED)]
    mine = [{name: one[name] for name in needed} if "what" in one else one for one in changing]
    is_shown = supply_imports.change(session, number, {"rows": mine, "cells": []})
    if not is_shown or not supply_imports.move(session, number, ImportState.SHOWN, ImportState.RUNNING):
        raise _gone()
    return found


def drop(session: Session, actor: Person, number: int) -> None:
    own(session, actor, number)
    if not supply_imports.move(session, number, ImportState.SHOWN, ImportState.DROPPED):
        raise _gone()


def run(session: Session) -> int:
    """Takes the next rows over of each list that is under way; whoever sent it sees how far it is, and hears when it is
    done."""
    numbers = supply_imports.running(session)
    for number in numbers:
        found = supply_imports.get(session, number)
        following = min(len(found.rows), found.done + BATCH)
        if not supply_imports.proceed(session, number, found.done, following):
            continue
        actor = people.find(session, found.person_id)
        failed = take_over_all(session, actor, found.kind, found.rows[found.done : following])
        if failed:
            supply_imports.note_failed(session, found, failed)
        is_over = following == len(found.rows)
        if is_over and supply_imports.move(session, number, ImportState.RUNNING, ImportState.DONE):
            notices.tell(session, "supplies.imported", "import", number, [found.person_id])
        if is_over or following % SHOW_EVERY == 0:
            notices.redraw(session, "import", number, [])
    return BATCH if numbers else 0


def take_over_all(session: Session, actor: Person | None, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Some rows, each for itself; returns the rows that could not be taken over after all."""
    failed: list[int] = []
    if actor is not None:
        access.refuse_unless(session, actor, SupplyAct.KEEP)
    supplies.lock(session)
    # What changes nothing, and what is still asked about, is left as it is.
    mine = [one for one in rows if one.get("what", NEW) in (NEW, CHANGED)]
    one_by_one(session, mine, partial(take_over, session, actor, kind), lambda row: failed.append(int(row["row"])))
    return failed


def take_over(session: Session, actor: Person | None, kind: str, row: Mapping[str, Any]) -> None:
    """One row, as it was checked and shown."""
    # A list of the version before, which was under way, has its cells in the row itself.
    written: Mapping[str, str] = row.get("written", row)
    if kind == SUPPLIERS:
        same = purchases.supplier_named(session, written["name"])
        items.save_supplier(session, actor, supplier_setup(written, same), same.id if same is not None else None)
        return
    supplier = written.get("supplier", "")
    if supplier and purchases.supplier_named(session, supplier) is None:
        items.save_supplier(session, actor, SupplierSetup(supplier, currency=office_currency(session)))
    supplier_found = purchases.supplier_named(session, supplier) if supplier else None
    item = supplies.find(session, row["item_id"]) if "what" in row else _item_of(session, written, supplier_found)
    setup = item_setup(session, written, item, supplier_found)
    saved = items.put(session, actor, setup, item.id if item is not None else None)
    if "on_hand" in written:
        stock.count(session, actor, saved.id or 0, whole(written, "on_hand", 0))


def _item_of(session: Session, written: Mapping[str, str], supplier: Supplier | None) -> Item | None:
    if written.get("article") and supplier is not None:
        found = supplies.by_article(session, supplier.id or 0, written["article"])
        if found is not None:
            return found
    keys = [item_names.exact(text) for name, text in written.items() if name.startswith("name_")]
    called = supplies.called(session, keys)
    return next((supplies.get(session, called[key][0]) for key in keys if key in called), None)


def own(session: Session, actor: Person, number: int) -> Import:
    """A list of somebody's own."""
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    found = supply_imports.find(session, number)
    if found is None or found.person_id != actor.id:
        raise Refusal("There is no such list of yours any more. Send the file again.")
    return found


def _gone() -> Refusal:
    return Refusal("This list was taken over or dropped already.")
