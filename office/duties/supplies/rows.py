"""One row of a list as it is written: which column means what, and the item or the supplier that it says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from office.catalogue import LANGUAGES
from office.duties.people import office_currency
from office.duties.supplies import items
from office.duties.supplies.items import ItemSetup, SupplierSetup
from office.duties.supplies.table_files import CannotRead
from office.errors import Refusal
from office.rules import money, supply_words
from storage import purchases
from storage.supply_tables import Item, Supplier
from storage.text import fold
from storage.words import Unit

ITEMS, SUPPLIERS = "items", "suppliers"


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


class WrongCell(Exception):
    def __init__(self, column: str, why: Refusal) -> None:
        super().__init__(column)
        self.column = column
        self.why = why


def item_setup(session: Session, written: Mapping[str, str], item: Item | None, supplier: Supplier | None) -> ItemSetup:
    """A row as an item; what it leaves out stays as it is."""
    base = items.setup_of(item) if item is not None else ItemSetup({})
    if "supplier" not in written:
        supplier = purchases.find_supplier(session, base.supplier_id)
    currency = supplier.currency if supplier is not None else office_currency(session)
    minimum = whole(written, "minimum", base.minimum)
    return ItemSetup(
        names={**base.names, **names_of(written)},
        synonyms=_synonyms(written) if "synonyms" in written else base.synonyms,
        category=written.get("category", base.category),
        unit=_unit(written, base.unit),
        pack=whole(written, "pack", base.pack),
        supplier_id=supplier.id if supplier is not None else None,
        article=written.get("article", base.article),
        price=_amount(written, "price", currency, 0) if "price" in written else _kept_price(item, currency),
        vat=written.get("vat", base.vat),
        breaks=tuple(read_breaks(written["breaks"], currency)) if "breaks" in written else _kept_breaks(item, currency),
        lead_days=whole(written, "lead_days", base.lead_days),
        minimum=minimum,
        target=whole(written, "target", max(base.target, minimum)),
        usual=whole(written, "usual", base.usual),
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


def supplier_setup(written: Mapping[str, str], same: Any) -> SupplierSetup:
    """A row as a supplier; what it leaves out stays as it is."""
    base = same if same is not None else SupplierSetup("")
    currency = written.get("currency", base.currency).upper()
    return SupplierSetup(
        name=written["name"], contact=written.get("contact", base.contact), email=written.get("email", base.email),
        language=written.get("language", base.language), currency=currency, terms=whole(written, "terms", base.terms),
        minimum=_amount(written, "minimum", currency, base.minimum),
        freight=_amount(written, "freight", currency, base.freight),
        free_from=_amount(written, "free_from", currency, base.free_from), note=written.get("note", base.note),
    )  # fmt: skip


def headings(row: Sequence[str]) -> tuple[str, list[str | None]]:
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
            Refusal("The column {column} stands there twice. Keep one.", column=heading_of(best[0], twice[0]))
        )
    return best


def _known(fields: Sequence[str | None]) -> int:
    return sum(name is not None for name in fields)


def _heading(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", fold(text.strip()))


def heading_of(kind: str, name: str) -> str:
    return _COLUMNS[kind].get(name, name).split("|")[0]


def names_of(written: Mapping[str, str]) -> dict[str, str]:
    return {one: written[f"name_{one}"] for one in LANGUAGES if written.get(f"name_{one}")}


def _synonyms(written: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split(r"[;|,]", written["synonyms"]) if one.strip())


def _unit(written: Mapping[str, str], base: Unit) -> Unit:
    if "unit" not in written:
        return base
    found = supply_words.unit_named(written["unit"])
    if found is None:
        raise WrongCell("unit", Refusal("I know no unit “{unit}”. There are {known}.", unit=written["unit"][:40],
                                         known=[one.value for one in Unit]))  # fmt: skip
    return found


def whole(written: Mapping[str, str], name: str, base: int) -> int:
    if name not in written:
        return base
    bare = re.sub(r"[.,]0+$", "", written[name])
    if not re.fullmatch(r"\d{1,7}", bare):
        raise WrongCell(name, Refusal("“{typed}” is not a whole number.", typed=written[name][:40]))
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
        raise WrongCell(name, Refusal("“{typed}” is not a price. Write figures like 12.50.", typed=text[:40])) from None
    return int(scaled)


def read_breaks(text: str, currency: str) -> Iterator[tuple[int, int]]:
    """ "10: 42.00; 50: 39.00" -> packs and the price of one from there on."""
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        found = _BREAK.fullmatch(part)
        if found is None:
            raise WrongCell(
                "breaks", Refusal("“{typed}” is no price break. Write lines like 10: 42.00.", typed=part.strip()[:40])
            )
        yield int(found[1]), _minor(found[2], currency, "breaks")


def breaks_typed(text: str, currency: str) -> tuple[tuple[int, int], ...]:
    """The same for a form. Raises Refusal."""
    try:
        return tuple(read_breaks(text, currency))
    except WrongCell as error:
        raise error.why from error
