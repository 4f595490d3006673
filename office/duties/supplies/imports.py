"""Items and suppliers as a table: read from Excel or CSV, checked row by row, shown, and taken over in steps."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from office import clock
from office.catalogue import LANGUAGES
from office.duties import notices
from office.duties.one_by_one import one_by_one
from office.duties.supplies import access, items, stock
from office.duties.supplies.items import ItemSetup, SupplierSetup
from office.errors import Refusal
from office.rules import money, supply_words
from storage import offices, people, purchases, supplies, supply_imports
from storage.supply_tables import Import, Item, Supplier
from storage.tables import Person
from storage.text import fold
from storage.words import ImportState, SupplyAct, Unit

ITEMS, SUPPLIERS = "items", "suppliers"
# The usual things of an office, in four languages.
STARTER = Path(__file__).parents[2] / "starter_items.csv"
MOST_ROWS, BATCH, SHOWN_WRONG = 20_000, 100, 100

# field -> its headings, in any of the four languages; the first is what an export writes.
ITEM_COLUMNS: Mapping[str, str] = {
    "name_en": "name|name_en|item|english", "name_sv": "name_sv|namn|artikel|svenska",
    "name_de": "name_de|bezeichnung|deutsch", "name_es": "name_es|nombre|artículo|español",
    "synonyms": "synonyms|synonymer|synonyme|sinónimos", "category": "category|kategori|kategorie|categoría",
    "unit": "unit|enhet|einheit|unidad", "pack": "pack|förpackning|packung|paquete",
    "price": "price|pris|preis|precio", "vat": "vat|moms|mwst|iva",
    "breaks": "breaks|price_breaks|rabatter|staffelpreise|descuentos",
    "supplier": "supplier|leverantör|lieferant|proveedor",
    "article": "article|article_number|artikelnummer|artikelnr|referencia",
    "lead_days": "lead_days|leveranstid|lieferzeit|plazo", "minimum": "minimum|min|mindestbestand|mínimo",
    "target": "target|mål|sollbestand|objetivo", "usual": "usual|vanlig_mängd|übliche_menge|habitual",
    "shelf": "place|shelf|plats|ort|lugar", "photo": "photo|bild|foto",
    "on_hand": "on_hand|stock|lager|bestand|existencias",
}  # fmt: skip
SUPPLIER_COLUMNS: Mapping[str, str] = {
    "name": "name|supplier|namn|lieferant|proveedor|nombre", "contact": "contact|kontakt|contacto",
    "email": "email|e-mail|e-post|correo", "language": "language|språk|sprache|idioma",
    "currency": "currency|valuta|währung|moneda", "terms": "terms|days|betalningsvillkor|zahlungsziel|plazo",
    "minimum": "minimum|minsta_order|mindestbestellwert|pedido_mínimo", "freight": "freight|frakt|fracht|porte",
    "free_from": "free_from|fraktfritt_från|frachtfrei_ab|porte_gratis_desde", "note": "note|anteckning|notiz|nota",
}  # fmt: skip
_COLUMNS = {ITEMS: ITEM_COLUMNS, SUPPLIERS: SUPPLIER_COLUMNS}
_BREAK = re.compile(r"\s*(\d{1,6})\s*[:=]\s*([\d.,' ]+?)\s*")


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


class CannotRead(Exception):
    """The file is no table of ours; the refusal says what is expected."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def table_of(name: str, content: bytes) -> list[list[str]]:
    """The cells of an Excel or CSV file as texts. Raises CannotRead."""
    if name.lower().endswith((".xlsx", ".xlsm")) or content[:2] == b"PK":
        return _excel(content)
    return _csv(content)


def understood(session: Session, cells: Sequence[Sequence[str]]) -> Found:
    """Looks at every row against what there is; nothing changes. Raises CannotRead where the headings are others."""
    if not cells:
        raise CannotRead(Refusal("The file is empty. Its first row has headings such as name, price, supplier."))
    kind, fields = _headings(cells[0])
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
        except _WrongCell as error:
            wrong.append(Wrong(at, _heading_of(kind, error.column), error.why))
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
        items.save_supplier(session, actor, SupplierSetup(supplier, currency=_home(session)))
    supplier_found = purchases.supplier_named(session, supplier) if supplier else None
    item = _item_of(session, written, supplier_found)
    setup = item_setup(session, written, item, supplier_found)
    saved = items.save(session, actor, setup, item.id if item is not None else None)
    if "on_hand" in written:
        stock.count(session, actor, saved.id or 0, _whole(written, "on_hand", 0))


class _WrongCell(Exception):
    def __init__(self, column: str, why: Refusal) -> None:
        super().__init__(column)
        self.column = column
        self.why = why


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
        """Whether a row is "new", "changed" or the "same". Raises _WrongCell."""
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
        for name in _names(written).values():
            found = found or self._items.get(supply_words.exact(name))
        return self._all.get(found or 0)

    def _item(self, written: Mapping[str, str], at: int) -> str:
        names = _names(written)
        if not names:
            raise _WrongCell("name_en", Refusal("Write the item's name in one language at least."))
        for name in names.values():
            key = supply_words.exact(name)
            if self._seen.setdefault(key, at) != at:
                raise _WrongCell(
                    "name_en", Refusal("“{name}” stands in row {row} already.", name=name, row=self._seen[key])
                )
        supplier = self._suppliers.get(fold(written.get("supplier", "")))
        if written.get("article"):
            numbered = f"#{fold(written.get('supplier', ''))} {written['article']}"
            if self._seen.setdefault(numbered, at) != at:
                raise _WrongCell(
                    "article",
                    Refusal("“{name}” stands in row {row} already.", name=written["article"], row=self._seen[numbered]),
                )
        item = self.item(written, supplier)
        setup = item_setup(self._session, written, item, supplier)
        on_hand = _whole(written, "on_hand", item.on_hand if item is not None else 0)
        if on_hand > supply_words.MOST:
            raise _WrongCell("on_hand", Refusal("Write a whole number from 0 to 1,000,000."))
        try:
            values = items.checked(self._session, setup)
        except Refusal as refusal:
            named = {"breaks", *ITEM_COLUMNS} & set(refusal.facts)
            raise _WrongCell(next(iter(named), "name_en"), refusal) from refusal
        if item is None:
            return "new"
        counted = on_hand != item.on_hand
        other = any(getattr(item, name) != value for name, value in values.items())
        return "changed" if other or counted or item.removed else "same"

    def _supplier(self, written: Mapping[str, str], at: int) -> str:
        if not fold(written.get("name", "")):
            raise _WrongCell("name", Refusal("Write the supplier's name."))
        key = fold(written["name"])
        if self._seen.setdefault(key, at) != at:
            raise _WrongCell(
                "name", Refusal("“{name}” stands in row {row} already.", name=written["name"], row=self._seen[key])
            )
        same = self._suppliers.get(key)
        try:
            values = items.checked_supplier(supplier_setup(written, same), written["name"])
        except Refusal as refusal:
            raise _WrongCell(
                next((one for one in SUPPLIER_COLUMNS if one in refusal.facts), "name"), refusal
            ) from refusal
        if same is None:
            return "new"
        return "changed" if any(getattr(same, name) != value for name, value in values.items()) else "same"


def item_setup(session: Session, written: Mapping[str, str], item: Item | None, supplier: Supplier | None) -> ItemSetup:
    """A row as an item; what it leaves out stays as it is."""
    base = items.setup_of(item) if item is not None else ItemSetup({})
    if "supplier" not in written:
        supplier = purchases.find_supplier(session, base.supplier_id)
    currency = supplier.currency if supplier is not None else _home(session)
    minimum = _whole(written, "minimum", base.minimum)
    return ItemSetup(
        names={**base.names, **_names(written)},
        synonyms=_synonyms(written) if "synonyms" in written else base.synonyms,
        category=written.get("category", base.category),
        unit=_unit(written, base.unit),
        pack=_whole(written, "pack", base.pack),
        supplier_id=supplier.id if supplier is not None else None,
        article=written.get("article", base.article),
        price=_amount(written, "price", currency, 0) if "price" in written else _kept_price(item, currency),
        vat=written.get("vat", base.vat),
        breaks=tuple(read_breaks(written["breaks"], currency)) if "breaks" in written else _kept_breaks(item, currency),
        lead_days=_whole(written, "lead_days", base.lead_days),
        minimum=minimum,
        target=_whole(written, "target", max(base.target, minimum)),
        usual=_whole(written, "usual", base.usual),
        shelf=written.get("shelf", base.shelf),
        photo=written.get("photo", base.photo),
    )


def _kept_price(item: Item | None, currency: str) -> int | None:
    """What a row leaves out stays, but for a price in another supplier's currency."""
    return item.price if item is not None and item.currency in ("", currency) else None


def _kept_breaks(item: Item | None, currency: str) -> tuple[tuple[int, int], ...]:
    if item is None or item.currency not in ("", currency):
        return ()
    return tuple((least, price) for least, price in item.breaks)


def _item_of(session: Session, written: Mapping[str, str], supplier: Supplier | None) -> Item | None:
    if written.get("article") and supplier is not None:
        found = supplies.by_article(session, supplier.id or 0, written["article"])
        if found is not None:
            return found
    keys = [supply_words.exact(name) for name in _names(written).values()]
    called = supplies.called(session, keys)
    return next((supplies.get(session, called[key][0]) for key in keys if key in called), None)


def supplier_setup(written: Mapping[str, str], same: Any) -> SupplierSetup:
    """A row as a supplier; what it leaves out stays as it is."""
    base = same if same is not None else SupplierSetup("")
    currency = written.get("currency", base.currency).upper()
    return SupplierSetup(
        name=written["name"], contact=written.get("contact", base.contact), email=written.get("email", base.email),
        language=written.get("language", base.language), currency=currency, terms=_whole(written, "terms", base.terms),
        minimum=_amount(written, "minimum", currency, base.minimum),
        freight=_amount(written, "freight", currency, base.freight),
        free_from=_amount(written, "free_from", currency, base.free_from), note=written.get("note", base.note),
    )  # fmt: skip


def _headings(row: Sequence[str]) -> tuple[str, list[str | None]]:
    """Which list it is, and the field of each column."""
    best: tuple[str, list[str | None]] | None = None
    for kind, columns in _COLUMNS.items():
        known = {_heading(word): name for name, words in columns.items() for word in words.split("|")}
        fields = [known.get(_heading(cell)) for cell in row]
        if best is None or _known(fields) > _known(best[1]):
            best = (kind, fields)
    assert best is not None
    if not _known(best[1]):
        raise CannotRead(
            Refusal("I know none of these headings: {found}. Use those of /supplies export items.",
                    found=", ".join(row)[:120] or "–")
        )  # fmt: skip
    twice = [name for name in best[1] if name and best[1].count(name) > 1]
    if twice:
        raise CannotRead(
            Refusal("The column {column} stands there twice. Keep one.", column=_heading_of(best[0], twice[0]))
        )
    return best


def _known(fields: Sequence[str | None]) -> int:
    return sum(name is not None for name in fields)


def _heading(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", fold(text.strip()))


def _heading_of(kind: str, name: str) -> str:
    return _COLUMNS[kind].get(name, name).split("|")[0]


def _names(written: Mapping[str, str]) -> dict[str, str]:
    return {one: written[f"name_{one}"] for one in LANGUAGES if written.get(f"name_{one}")}


def _synonyms(written: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split(r"[;|,]", written["synonyms"]) if one.strip())


def _unit(written: Mapping[str, str], base: Unit) -> Unit:
    if "unit" not in written:
        return base
    found = supply_words.unit_named(written["unit"])
    if found is None:
        raise _WrongCell("unit", Refusal("I know no unit “{unit}”. There are {known}.", unit=written["unit"][:40],
                                         known=[one.value for one in Unit]))  # fmt: skip
    return found


def _whole(written: Mapping[str, str], name: str, base: int) -> int:
    if name not in written:
        return base
    bare = re.sub(r"[.,]0+$", "", written[name])
    if not re.fullmatch(r"\d{1,7}", bare):
        raise _WrongCell(name, Refusal("“{typed}” is not a whole number.", typed=written[name][:40]))
    return int(bare)


def _amount(written: Mapping[str, str], name: str, currency: str, base: int) -> int:
    return _minor(written[name], currency, name) if name in written else base


def _minor(text: str, currency: str, name: str) -> int:
    """Figures as a file has them: a comma or a point before one or two decimals, nothing else."""
    bare = re.sub(r"[\s\u00a0\u202f']", "", text)
    if not re.fullmatch(r"[0-9.,]+", bare):
        bare = "-"
    bare = re.sub(r"[.,](?=\d{3}(?:[.,]|$))", "", bare) if len(re.findall(r"[.,]", bare)) > 1 else bare
    try:
        if re.fullmatch(r"\d{1,3}[.,]\d{3}", bare):
            raise ValueError  # 1.250 may be either
        scaled = Decimal(bare.replace(",", ".")).scaleb(
            money.digits(currency if money.is_currency(currency) else "EUR")
        )
        if not scaled.is_finite() or scaled < 0 or scaled != scaled.to_integral_value() or scaled > 10**13:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise _WrongCell(
            name, Refusal("“{typed}” is not a price. Write figures like 12.50.", typed=text[:40])
        ) from None
    return int(scaled)


def read_breaks(text: str, currency: str) -> Iterator[tuple[int, int]]:
    """ "10: 42.00; 50: 39.00" -> packs and the price of one from there on."""
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        found = _BREAK.fullmatch(part)
        if found is None:
            raise _WrongCell(
                "breaks", Refusal("“{typed}” is no price break. Write lines like 10: 42.00.", typed=part.strip()[:40])
            )
        yield int(found[1]), _minor(found[2], currency, "breaks")


def breaks_typed(text: str, currency: str) -> tuple[tuple[int, int], ...]:
    """The same for a form. Raises Refusal."""
    try:
        return tuple(read_breaks(text, currency))
    except _WrongCell as error:
        raise error.why from error


def _home(session: Session) -> str:
    place = offices.first_place(session)
    return place.currency if place is not None else "EUR"


def _own(session: Session, actor: Person, number: int) -> Import:
    access.refuse_unless(session, actor, SupplyAct.KEEP)
    found = supply_imports.find(session, number)
    if found is None or found.person_id != actor.id:
        raise Refusal("There is no such list of yours any more. Send the file again.")
    return found


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8."))
    if "\x00" in text:
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8."))
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8.")) from error


def _excel(content: bytes) -> list[list[str]]:
    # Imported here: only whoever sends such a file needs it (0.2 s).
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # A small file that unpacks to gigabytes is no list of items.
            if sum(one.file_size for one in archive.infolist()) > 200_000_000:
                raise CannotRead(Refusal("This file is too large. Split it."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found = []
        for at, row in enumerate(sheet.iter_rows(values_only=True, max_col=60)):
            if at > MOST_ROWS + 1000:
                raise CannotRead(Refusal("At most {most} rows fit into one file. Split it.", most=MOST_ROWS))
            found.append([_cell(one) for one in row])
        return found
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise CannotRead(Refusal("I can't read this file. Save it as Excel, or as CSV in UTF-8.")) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f")
    return str(value)
