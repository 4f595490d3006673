"""What a row of a list would do to what there is: something new, a change, nothing; or a question."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from office.duties.supplies import items
from office.duties.supplies.headings import ITEM_COLUMNS, SUPPLIER_COLUMNS, SUPPLIERS
from office.duties.supplies.rows import WrongCell, item_setup, names_of, supplier_setup, whole
from office.errors import Refusal
from office.rules import item_names, supply_words
from office.rules.money import Money
from office.rules.unit_prices import UnitPrice
from storage import purchases, supplies
from storage.supply_tables import Item, Supplier
from storage.text import fold

AMOUNTS = ("minimum", "freight", "free_from")
NEW, CHANGED, SAME, ASKED = "new", "changed", "same", "asked"
# What somebody says of a row that is found by another word only.
IS_ITEM, IS_NEW = "item", "new"


@dataclass(frozen=True)
class Does:
    """What a row would do. `by`: what it was matched by, "article", "ean", "name" or "synonym", and `match` its words.
    `fields`: field -> [as it is, as it would be], as texts."""

    what: str
    item_id: int | None = None
    by: str = ""
    match: str = ""
    fields: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Match:
    item: Item
    by: str
    words: str


class Known:
    """What there is, looked up once for a whole file."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._suppliers = {one.folded: one for one in purchases.suppliers(session)}
        self._names = {one.id: one.name for one in self._suppliers.values()}
        self._seen: dict[str, int] = {}
        self._items, self._keys = supplies.everything_ever(session)
        self._articles = {(one.supplier_id, one.article): one for one in self._items.values() if one.article}
        self._eans = {one.ean: one for one in self._items.values() if one.ean}
        self._own: dict[str, Item] = {}
        for one in sorted(self._items.values(), key=lambda item: not item.removed):
            self._own |= {item_names.exact(name): one for name in one.names.values()}

    def does(self, kind: str, written: Mapping[str, str], at: int, said: str = "") -> Does:
        """What a row does. `said`: what somebody chose for it. Raises WrongCell."""
        return self._supplier(written, at) if kind == SUPPLIERS else self._item(written, at, said)

    def _item(self, written: Mapping[str, str], at: int, said: str) -> Does:
        names = names_of(written)
        if not names:
            raise WrongCell("name_en", Refusal("Write the item's name in one language at least."))
        self._refuse_twice(written, names, at)
        supplier = self._suppliers.get(fold(written.get("supplier", "")))
        match = self._match(written, supplier)
        if match is not None and match.by == "synonym" and said != IS_ITEM:
            if said == IS_NEW:
                match = None
            else:
                return Does(ASKED, match.item.id, match.by, match.words)
        item = match.item if match is not None else None
        values = self._checked(written, item, supplier)
        on_hand = whole(written, "on_hand", item.on_hand if item is not None else 0)
        if on_hand > supply_words.MOST:
            raise WrongCell("on_hand", Refusal("Write a whole number from 0 to 1,000,000."))
        after = self._shown(values)
        if "supplier" in written and supplier is None:
            # It is made with the first row of its own.
            after["supplier"] = written["supplier"]
        if item is None or match is None:
            return Does(NEW, fields={name: ["", new] for name, new in after.items() if new})
        before = self._shown({name: getattr(item, name) for name in values})
        changed = {name: [before.get(name, ""), new] for name, new in after.items() if before.get(name, "") != new}
        if "on_hand" in written and (on_hand != item.on_hand or item.counted_at is None):
            changed["on_hand"] = [str(item.on_hand) if item.counted_at is not None else "", str(on_hand)]
        what = CHANGED if changed or item.removed else SAME
        return Does(what, item.id, match.by, match.words, changed)

    def _match(self, written: Mapping[str, str], supplier: Supplier | None) -> _Match | None:
        """The item that a row is about: by its supplier's number for it, by its EAN, by its name, else by another word
        for it, which may be somebody else's."""
        article, ean = written.get("article", ""), written.get("ean", "")
        if supplier is not None and article and (found := self._articles.get((supplier.id, article))):
            return _Match(found, "article", article)
        if ean and (found := self._eans.get(ean)):
            return _Match(found, "ean", ean)
        names = list(names_of(written).values())
        for name in names:
            if found := self._own.get(item_names.exact(name)):
                return _Match(found, "name", name)
        for name in names:
            if found := self._items.get(self._keys.get(item_names.exact(name), 0)):
                return _Match(found, "synonym", name)
        return None

    def _refuse_twice(self, written: Mapping[str, str], names: Mapping[str, str], at: int) -> None:
        for name in names.values():
            self._once(item_names.exact(name), at, "name_en", name)
        if written.get("article"):
            key = f"#{fold(written.get('supplier', ''))} {written['article']}"
            self._once(key, at, "article", written["article"])

    def _once(self, key: str, at: int, column: str, name: str) -> None:
        if self._seen.setdefault(key, at) != at:
            raise WrongCell(column, Refusal("“{name}” stands in row {row} already.", name=name, row=self._seen[key]))

    def _checked(self, written: Mapping[str, str], item: Item | None, supplier: Supplier | None) -> dict[str, Any]:
        setup = item_setup(self._session, written, item, supplier)
        try:
            return items.checked(self._session, setup)
        except Refusal as refusal:
            named = {"breaks", *ITEM_COLUMNS} & set(refusal.facts)
            raise WrongCell(next(iter(named), "name_en"), refusal) from refusal

    def _shown(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The columns of an item as texts, by the fields of a list."""
        currency = values["currency"] or "EUR"
        price = values["price"]
        return {
            **{f"name_{language}": name for language, name in values["names"].items()},
            "synonyms": "; ".join(values["synonyms"]), "category": values["category"], "unit": values["unit"].value,
            "pack": str(values["pack"]),
            "price": f"{UnitPrice(price, values['per']).decimal(currency):f} {currency}" if price is not None else "",
            "vat": values["vat"], "breaks": "; ".join(_breaks(values, currency)),
            "supplier": self._names.get(values["supplier_id"], ""), "article": values["article"], "ean": values["ean"],
            **{name: str(values[name]) for name in ("lead_days", "minimum", "target", "usual")},
            "shelf": values["shelf"], "photo": values["photo"],
        }  # fmt: skip

    def _supplier(self, written: Mapping[str, str], at: int) -> Does:
        if not fold(written.get("name", "")):
            raise WrongCell("name", Refusal("Write the supplier's name."))
        self._once(fold(written["name"]), at, "name", written["name"])
        same = self._suppliers.get(fold(written["name"]))
        try:
            values = items.checked_supplier(supplier_setup(written, same), written["name"])
        except Refusal as refusal:
            raise WrongCell(
                next((one for one in SUPPLIER_COLUMNS if one in refusal.facts), "name"), refusal
            ) from refusal
        after = _shown_supplier(values)
        if same is None:
            return Does(NEW, fields={name: ["", value] for name, value in after.items() if value})
        before = _shown_supplier({name: getattr(same, name) for name in values})
        changed = {name: [before[name], value] for name, value in after.items() if before[name] != value}
        return Does(CHANGED if changed else SAME, same.id, "name", same.name, changed)


def _shown_supplier(values: Mapping[str, Any]) -> dict[str, str]:
    amounts = {name: f"{Money(values[name], values['currency']).decimal:f}" for name in AMOUNTS if values[name]}
    return {name: str(value or "") for name, value in values.items()} | amounts


def _breaks(values: Mapping[str, Any], currency: str) -> Iterator[str]:
    for least, cost in values["breaks"]:
        yield f"{least}: {UnitPrice(cost, values['per']).decimal(currency):f}"
