"""The columns of a list: where its headings stand, and which of them mean what, in four languages."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from office.errors import Refusal
from storage.text import fold

ITEMS, SUPPLIERS = "items", "suppliers"

# field -> its headings; the first is what an export writes.
ITEM_COLUMNS: Mapping[str, str] = {
    "name_en": "name|name_en|item|item name|product|product name|description|english",
    "name_sv": "name_sv|namn|benämning|artikelbenämning|produkt|produktnamn|svenska",
    "name_de": "name_de|bezeichnung|artikelbezeichnung|beschreibung|produktbezeichnung|artikelname|deutsch",
    "name_es": "name_es|nombre|artículo|descripción|denominación|producto|concepto|español",
    "synonyms": "synonyms|synonymer|synonyme|sinónimos",
    "category": "category|kategori|kategorie|warengruppe|varugrupp|categoría|familia",
    "unit": "unit|uom|enhet|einheit|me|mengeneinheit|unidad|unidad de medida",
    "pack": "pack|pack size|units per pack|förpackning|förpackningsstorlek|antal per förp|packung|ve|"
    "verpackungseinheit|gebinde|inhalt|paquete|uds por caja|unidades por caja|envase",
    "price": "price|unit price|net price|price net|price excl vat|pris|a-pris|nettopris|pris exkl moms|preis|"
    "einzelpreis|nettopreis|preis netto|ek|ek netto|listenpreis|precio|precio unitario|precio neto",
    "vat": "vat|vat rate|moms|momssats|mwst|mwst satz|ust|ust satz|steuersatz|iva|tipo iva",
    "breaks": "breaks|price_breaks|rabatter|staffelpreise|descuentos",
    "supplier": "supplier|leverantör|lieferant|proveedor",
    "article": "article|article_number|article no|item no|item number|sku|part number|product code|order code|"
    "artikelnummer|artikelnr|artnr|art no|varunr|varunummer|bestellnummer|bestellnr|"
    "referencia|ref|código|cod|código artículo|nº artículo",
    "ean": "ean|ean code|ean13|gtin|gtin13|barcode|streckkod|strichcode|código de barras",
    "lead_days": "lead_days|lead time|leveranstid|lieferzeit|plazo|plazo de entrega",
    "minimum": "minimum|min|mindestbestand|mínimo|stock mínimo",
    "target": "target|mål|sollbestand|objetivo",
    "usual": "usual|vanlig_mängd|übliche_menge|habitual",
    "shelf": "place|shelf|plats|hylla|ort|lagerort|regal|lugar|estantería",
    "photo": "photo|bild|foto",
    "on_hand": "on_hand|stock|in stock|qty|quantity|lager|lagersaldo|saldo|bestand|lagerbestand|existencias|cantidad",
}  # fmt: skip
SUPPLIER_COLUMNS: Mapping[str, str] = {
    "name": "name|supplier|namn|lieferant|proveedor|nombre", "contact": "contact|kontakt|contacto",
    "email": "email|e-mail|e-post|correo", "address": "address|adress|adresse|anschrift|dirección|domicilio",
    "account": "account|iban|konto|bankkonto|bankgiro|cuenta", "language": "language|språk|sprache|idioma",
    "currency": "currency|valuta|währung|moneda", "terms": "terms|days|betalningsvillkor|zahlungsziel|plazo",
    "minimum": "minimum|minsta_order|mindestbestellwert|pedido_mínimo", "freight": "freight|frakt|fracht|porte",
    "free_from": "free_from|fraktfritt_från|frachtfrei_ab|porte_gratis_desde", "note": "note|anteckning|notiz|nota",
}  # fmt: skip
# What a list may say of an item beside that: for how many the price is, and in which money.
_MORE_OF_ITEMS: Mapping[str, str] = {
    "per": "pe|preiseinheit|price unit|price per|prisenhet|unidad de precio|precio por",
    "currency": "currency|valuta|währung|whg|moneda|divisa",
}
COLUMNS: Mapping[str, Mapping[str, str]] = {ITEMS: {**ITEM_COLUMNS, **_MORE_OF_ITEMS}, SUPPLIERS: SUPPLIER_COLUMNS}
# Words of several languages: the language of the other headings decides.
_NAMES = {"artikel": ("name_sv", "name_de"), "produkt": ("name_sv", "name_de"), "name": ("name_en", "name_de")}
_OF_LANGUAGE = {
    "name_sv": "namn benämning enhet pris moms leverantör lager plats svenska kategori antal apris",
    "name_de": "bezeichnung einheit preis mwst lieferant bestand kategorie deutsch ve pe warengruppe artnr "
    "bestellnr whg",
    "name_en": "unit price vat supplier stock category english pack article",
}  # fmt: skip
# In a list of somebody else's these speak of their stock and not of ours.
THEIRS = ("on_hand", "minimum", "target")
_OURS = frozenset("nameen namesv namede namees leaddays onhand usual synonyms breaks pricebreaks".split())  # noqa: SIM905
# So far down headings may begin: above them stand titles.
DEEPEST = 30


@dataclass(frozen=True)
class Layout:
    """`head`: the row of the headings. By column: the heading as it is written, and the field that it is, None for one
    that is not used. `theirs`: columns that speak of the sender's own stock, and are not used for that reason."""

    kind: str
    head: int
    headings: tuple[str, ...]
    fields: tuple[str | None, ...]
    theirs: tuple[int, ...] = ()

    @property
    def unknown(self) -> list[int]:
        """The columns that are not used, but have a heading."""
        return [at for at, name in enumerate(self.fields) if name is None and self.headings[at]]

    def heading_of(self, name: str) -> str:
        """How the file itself calls a field."""
        at = self.fields.index(name) if name in self.fields else None
        return self.headings[at] if at is not None else heading_of(self.kind, name)


def layout_of(cells: Sequence[Sequence[str]], chosen: Mapping[str, str] | None = None) -> Layout:
    """Which list it is, where it begins, and what its columns are. `chosen`: column -> field, as somebody said; "" for
    one that is not used. Raises Refusal for what has no columns."""
    found = [_layout(kind, at, row) for at, row in enumerate(cells[:DEEPEST]) for kind in COLUMNS if _is_row(row)]
    if not found:
        raise Refusal("This is no table. Its first row has headings such as name, price, supplier.")
    best = max(found, key=_known)
    if not _known(best):
        # Nothing is known of it: its first row with several cells has the headings.
        best = found[0]
    for at, name in (chosen or {}).items():
        best = _assigned(best, int(at), name or None)
    return best


def fields_of(kind: str) -> list[str]:
    return list(COLUMNS[kind])


def heading_of(kind: str, name: str) -> str:
    """The heading that an export writes."""
    return COLUMNS[kind].get(name, name).split("|")[0]


def _assigned(layout: Layout, at: int, name: str | None) -> Layout:
    fields = [None if one == name else one for one in layout.fields]
    if 0 <= at < len(fields):
        fields[at] = name
    theirs = tuple(one for one in layout.theirs if one != at)
    return Layout(layout.kind, layout.head, layout.headings, tuple(fields), theirs)


def _layout(kind: str, head: int, row: Sequence[str]) -> Layout:
    written = [" ".join(cell.split()) for cell in row]
    plain = [_plain(cell) for cell in written]
    known = {_plain(word): name for name, words in COLUMNS[kind].items() for word in words.split("|")}
    fields = [_name_here(one, plain) or known.get(one) if one else None for one in plain]
    if kind == SUPPLIERS:
        fields = [known.get(one) if one else None for one in plain]
    twice = {name for name, times in Counter(one for one in fields if one).items() if times > 1}
    fields = [None if name in twice else name for name in fields]
    theirs = [] if kind == SUPPLIERS or sum(one in _OURS for one in plain) > 1 else [
        at for at, name in enumerate(fields) if name in THEIRS and plain[at] not in _OURS
    ]  # fmt: skip
    fields = [None if at in theirs else name for at, name in enumerate(fields)]
    return Layout(kind, head, tuple(written), tuple(fields), tuple(theirs))


def _name_here(heading: str, all_of: Sequence[str]) -> str | None:
    """The name that a word of several languages stands for, by the headings beside it."""
    may_be = _NAMES.get(heading)
    if may_be is None:
        return None
    of = {name: sum(one in words.split() for one in all_of) for name, words in _OF_LANGUAGE.items()}
    return max(may_be, key=lambda name: of[name])


def _is_row(row: Sequence[str]) -> bool:
    """Whether a row may have headings: several cells, or the one column of a short list."""
    return any(cell.strip() for cell in row)


def _known(layout: Layout) -> int:
    return sum(name is not None for name in layout.fields) + len(layout.theirs)


def _plain(heading: str) -> str:
    """A heading as it is compared: "Art.-Nr." is "artnr", "Preis (€)" is "preis"."""
    return re.sub(r"[\W_]", "", fold(re.sub(r"\([^)]*\)|\[[^]]*\]", "", heading)))
