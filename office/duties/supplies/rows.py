"""One row of a list as it is written -> the item or the supplier that it says."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from office.catalogue import LANGUAGES
from office.duties.people import office_currency
from office.duties.supplies import items
from office.duties.supplies.items import ItemSetup, SupplierSetup
from office.errors import Refusal
from office.rules import money, supply_units
from office.rules.money import NotMoney
from office.rules.unit_prices import UnitPrice, together, unit_price
from storage import purchases
from storage.supply_tables import Item, Supplier
from storage.words import Unit

_BREAK = re.compile(r"\s*(\d{1,6})\s*[:=]\s*([\d.,' ]+?)\s*")
_MONEY_SIGN = re.compile(r"^[A-Z]{3}\s|^[€$£¥]|\s?(?:[€$£¥]|kr\.?|[A-Z]{3})$")


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
    _refuse_other_money(written, currency)
    minimum = whole(written, "minimum", base.minimum)
    pack = whole(written, "pack", base.pack)
    price, breaks = _prices(written, item, currency, pack)
    per, costs = together(*([price] if price is not None else []), *(cost for _, cost in breaks))
    return ItemSetup(
        names={**base.names, **names_of(written)},
        synonyms=_synonyms(written) if "synonyms" in written else base.synonyms,
        category=written.get("category", base.category),
        unit=_unit(written, base.unit),
        pack=pack,
        supplier_id=supplier.id if supplier is not None else None,
        article=written.get("article", base.article),
        ean=written.get("ean", base.ean),
        price=price.at(per) if price is not None else None,
        per=per,
        vat=written.get("vat", base.vat),
        breaks=tuple(zip((least for least, _ in breaks), costs[len(costs) - len(breaks) :], strict=True)),
        lead_days=whole(written, "lead_days", base.lead_days),
        minimum=minimum,
        target=whole(written, "target", max(base.target, minimum)),
        usual=whole(written, "usual", base.usual),
        shelf=written.get("shelf", base.shelf),
        photo=written.get("photo", base.photo),
    )


def _prices(
    written: Mapping[str, str], item: Item | None, currency: str, pack: int
) -> tuple[UnitPrice | None, list[tuple[int, UnitPrice]]]:
    """The price of a pack, and those from a number of packs on. What a row leaves out stays, but for a price in
    another supplier's currency."""
    keeps = item is not None and item.currency in ("", currency)
    price = UnitPrice(item.price, item.per) if item is not None and keeps and item.price is not None else None
    breaks = [(least, UnitPrice(cost, item.per)) for least, cost in item.breaks] if item is not None and keeps else []
    if "price" in written:
        price = _priced(written, currency, pack)
        # What was cheaper from a number of packs on, and is not any more, falls away.
        breaks = [(least, cost) for least, cost in breaks if cost.one < price.one]
    if "breaks" in written:
        breaks = list(read_breaks(written["breaks"], currency))
    return price, breaks


def _priced(written: Mapping[str, str], currency: str, pack: int) -> UnitPrice:
    """A list may say its price for other numbers than a pack: for a hundred ("PE" 100), or for one."""
    amount = _decimal(written["price"], "price")
    if "per" in written:
        amount = amount * pack / max(1, whole(written, "per", 1))
    return _checked_price(amount, currency, written["price"], "price")


def _refuse_other_money(written: Mapping[str, str], currency: str) -> None:
    said = written.get("currency", currency).upper()
    if said != currency:
        raise WrongCell("currency", Refusal("Prices of this supplier are in {currency}.", currency=currency))


def supplier_setup(written: Mapping[str, str], same: Any) -> SupplierSetup:
    """A row as a supplier; what it leaves out stays as it is."""
    base = same if same is not None else SupplierSetup("")
    currency = written.get("currency", base.currency).upper()
    return SupplierSetup(
        name=written["name"], contact=written.get("contact", base.contact), email=written.get("email", base.email),
        address=written.get("address", base.address), account=written.get("account", base.account),
        language=written.get("language", base.language), currency=currency, terms=whole(written, "terms", base.terms),
        minimum=_amount(written, "minimum", currency, base.minimum),
        freight=_amount(written, "freight", currency, base.freight),
        free_from=_amount(written, "free_from", currency, base.free_from), note=written.get("note", base.note),
    )  # fmt: skip


def names_of(written: Mapping[str, str]) -> dict[str, str]:
    return {one: written[f"name_{one}"] for one in LANGUAGES if written.get(f"name_{one}")}


def _synonyms(written: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split(r"[;|,]", written["synonyms"]) if one.strip())


def _unit(written: Mapping[str, str], base: Unit) -> Unit:
    if "unit" not in written:
        return base
    found = supply_units.unit_named(written["unit"])
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
    """Minor units of a sum that is paid as it is: with no more decimals than its currency has."""
    if name not in written:
        return base
    price = _checked_price(_decimal(written[name], name), currency, written[name], name)
    if price.per != 1:
        raise _no_price(written[name], name)
    return price.minor


def _decimal(text: str, name: str) -> Decimal:
    """Figures as a file has them, with their currency or without: a comma or a point before the decimals."""
    bare = re.sub(r"[\s\u00a0\u202f']", "", _MONEY_SIGN.sub("", text.strip()))
    if len(re.findall(r"[.,]", bare)) > 1:
        bare = re.sub(r"[.,](?=\d{3}(?:[.,]|$))", "", bare)
    # 1.250 may be either; 0.125 may not.
    if not re.fullmatch(r"\d+(?:[.,]\d+)?", bare) or re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", bare):
        raise _no_price(text, name)
    return Decimal(bare.replace(",", "."))


def _checked_price(amount: Decimal, currency: str, text: str, name: str) -> UnitPrice:
    try:
        return unit_price(amount, currency if money.is_currency(currency) else "EUR")
    except (NotMoney, InvalidOperation):
        raise _no_price(text, name) from None


def _no_price(text: str, name: str) -> WrongCell:
    return WrongCell(name, Refusal("“{typed}” is not a price. Write figures like 12.50.", typed=text[:40]))


def read_breaks(text: str, currency: str) -> Iterator[tuple[int, UnitPrice]]:
    """ "10: 42.00; 50: 39.00" -> packs and the price of one from there on."""
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        found = _BREAK.fullmatch(part)
        if found is None:
            raise WrongCell(
                "breaks", Refusal("“{typed}” is no price break. Write lines like 10: 42.00.", typed=part.strip()[:40])
            )
        yield int(found[1]), _checked_price(_decimal(found[2], "breaks"), currency, found[2], "breaks")


def breaks_typed(text: str, currency: str) -> tuple[tuple[int, UnitPrice], ...]:
    """The same for a form. Raises Refusal."""
    try:
        return tuple(read_breaks(text, currency))
    except WrongCell as error:
        raise error.why from error
