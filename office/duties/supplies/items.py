"""What is kept and who sells it: items and suppliers, made, changed and taken out by those who look after supplies."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session
from stdnum import iban

from office import clock
from office.catalogue import LANGUAGES
from office.duties.changes import Overtaken, plain
from office.duties.supplies import access, supplier_guard
from office.duties.supplies.ledger import follow
from office.duties.supplies.prices import refuse_price
from office.errors import Refusal
from office.rules import item_names, money
from office.rules.words import clean, clean_line
from storage import history, purchases, supplies, supply_orders
from storage.supply_tables import Item, Supplier
from storage.tables import Person
from storage.text import fold
from storage.words import SupplyAct, Unit

# What every mail server takes: https://datatracker.ietf.org/doc/html/rfc5321#section-4.1.2
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,40}")
_IBAN = re.compile(r"[A-Za-z]{2}\d{2}")
_LINK = re.compile(r"https?://\S{1,900}")
# The categories that are shipped; an office has what others it likes.
CATEGORIES = ("hygiene", "office", "ink", "kitchen", "it")


@dataclass(frozen=True)
class ItemSetup:
    """An item as it is set up. `price`: minor units of `per` packs, None where nobody knows; `breaks`: (packs, price)
    for as many packs."""

    names: Mapping[str, str]
    synonyms: tuple[str, ...] = ()
    category: str = "office"
    unit: Unit = Unit.PIECE
    pack: int = 1
    supplier_id: int | None = None
    article: str = ""
    ean: str = ""
    price: int | None = None
    per: int = 1
    vat: str = "0"
    breaks: tuple[tuple[int, int], ...] = ()
    lead_days: int = 5
    minimum: int = 0
    target: int = 0
    usual: int = 1
    shelf: str = ""
    photo: str = ""


@dataclass(frozen=True)
class SupplierSetup:
    """A supplier as it is set up; amounts in minor units of its currency."""

    name: str
    contact: str = ""
    email: str = ""
    address: str = ""
    account: str = ""
    language: str = ""
    currency: str = "EUR"
    terms: int = 30
    minimum: int = 0
    freight: int = 0
    free_from: int = 0
    note: str = field(default="")


def save(
    session: Session, actor: Person | None, setup: ItemSetup, item_id: int | None = None, version: int | None = None
) -> Item:
    """Makes an item, or changes one; `version` is the one that a form showed. `actor`: None for a file."""
    _refuse_unless_keeper(session, actor)
    supplies.lock(session)
    if item_id is not None and version is not None and version != _found(session, item_id).version:
        raise Refusal("Somebody has changed this item meanwhile. Open it again and look.")
    return put(session, actor, setup, item_id)


def put(session: Session, actor: Person | None, setup: ItemSetup, item_id: int | None = None) -> Item:
    """The same for whoever has looked already whether it may be done, such as for many rows of one list."""
    values = checked(session, setup)
    keys = keys_of(setup)
    _refuse_same(session, setup, item_id)
    if item_id is None:
        number = supplies.add(session, {**values, "removed": False, "version": 1}, keys)
        history.record(session, clock.now(), _id(actor), "add", "item", number, after=_plain(values))
        # Nobody can wait for it yet, and until it is counted nobody knows that it is low.
        return supplies.get(session, number)
    item = _found(session, item_id)
    changed = {name: value for name, value in values.items() if getattr(item, name) != value}
    if changed or item.removed:
        if not supplies.change(session, item, {**changed, "removed": False}, keys):
            raise Overtaken
        before = _plain({name: getattr(item, name) for name in changed})
        history.record(session, clock.now(), _id(actor), "edit", "item", item_id, before, _plain(changed))
        follow(session, actor, item_id)
    return supplies.get(session, item_id)


def _refuse_same(session: Session, setup: ItemSetup, item_id: int | None) -> None:
    """Two items have no name in common; a word by which another is found, too, may be one's name."""
    exact = {item_names.exact(name) for name in setup.names.values() if name}
    taken = [one for found in supplies.called(session, exact).values() for one in found]
    for one in supplies.by_ids(session, taken).values():
        same = exact & {item_names.exact(name) for name in one.names.values()}
        if same and one.id != item_id and not one.removed:
            raise Refusal("There is “{name}” already. Change that one: /supplies item {name}.", name=one.names)


def remove(session: Session, actor: Person, item_id: int) -> Item:
    """It is not kept any more; its ledger stays."""
    _refuse_unless_keeper(session, actor)
    supplies.lock(session)
    item = _found(session, item_id)
    waiting = supply_orders.waiting(session, item_id)
    if waiting or item.on_order or item.reserved:
        raise Refusal(
            "“{name}” is still waited for, on order, or lies ready for somebody. Drop or hand out that first.",
            name=item.names,
        )
    if not supplies.change(session, item, {"removed": True, "low_at": None}):
        raise Overtaken
    history.record(session, clock.now(), actor.id, "remove", "item", item_id)
    follow(session, actor, item_id)
    return supplies.get(session, item_id)


def _found(session: Session, item_id: int) -> Item:
    found = supplies.find(session, item_id)
    if found is None:
        raise Refusal("This is not kept in stock any more. /supplies stock shows what is.")
    return found


def set_favourite(session: Session, actor: Person, item_id: int, wanted: bool) -> Item:
    access.look_item(session, actor, item_id)
    supplies.set_favourite(session, actor.id or 0, item_id, wanted)
    return supplies.get(session, item_id)


def save_supplier(
    session: Session, actor: Person | None, setup: SupplierSetup, supplier_id: int | None = None
) -> Supplier:
    """Makes a supplier, or changes one."""
    _refuse_unless_keeper(session, actor)
    supplies.lock(session)
    name = clean_line(setup.name)[:120]
    if not fold(name):
        raise Refusal("Write the supplier's name.")
    values = checked_supplier(setup, name)
    same = purchases.supplier_named(session, name)
    if same is not None and same.id != supplier_id:
        raise Refusal("There is a supplier {name} already. Change that one: /supplies suppliers.", name=same.name)
    if supplier_id is None:
        number = purchases.add_supplier(session, values)
        history.record(session, clock.now(), _id(actor), "add", "supplier", number, after=values)
        return purchases.get_supplier(session, number)
    supplier = purchases.find_supplier(session, supplier_id)
    if supplier is None:
        raise Refusal("Choose a supplier. New ones are made with /supplies suppliers.")
    if supplier.currency != values["currency"] and purchases.has_business(session, supplier_id):
        raise Refusal("Prices of {name} are in {currency}; that can't be changed while there are items or orders.",
                      name=supplier.name, currency=supplier.currency)  # fmt: skip
    changed = {key: value for key, value in values.items() if getattr(supplier, key) != value}
    changed = _without_guarded(session, actor, supplier, changed)
    if changed:
        if not purchases.change_supplier(session, supplier, changed):
            raise Overtaken
        before = {key: getattr(supplier, key) for key in changed}
        history.record(session, clock.now(), _id(actor), "edit", "supplier", supplier_id, before, changed)
    return purchases.get_supplier(session, supplier_id)


def _without_guarded(
    session: Session, actor: Person | None, supplier: Supplier, changed: dict[str, Any]
) -> dict[str, Any]:
    """What may be changed at once. While something of a supplier is open, its name and where it is written to and paid
    need a second person."""
    guarded = {name: value for name, value in changed.items() if name in supplier_guard.GUARDED}
    if not guarded or not supplier_guard.is_open(session, supplier.id or 0):
        return changed
    if actor is None:
        raise Refusal("Something of {name} is open, so its name, addresses and account are changed in Slack: a second "
                      "person looks at that.", name=supplier.name)  # fmt: skip
    supplier_guard.ask_change(session, actor, supplier, guarded)
    return {name: value for name, value in changed.items() if name not in guarded}


def checked(session: Session, setup: ItemSetup) -> dict[str, Any]:
    """The columns of an item. Raises Refusal, whose fact has the name of the field that is wrong."""
    names = {language: text for language in LANGUAGES if (text := clean_line(setup.names.get(language, ""))[:120])}
    if not any(item_names.key(text) for text in names.values()):
        raise Refusal("Write the item's name in one language at least.")
    supplier = purchases.find_supplier(session, setup.supplier_id)
    for name, value, least, most in (
        ("pack", setup.pack, 1, 10_000), ("lead_days", setup.lead_days, 0, 365), ("usual", setup.usual, 1, 100_000),
        ("minimum", setup.minimum, 0, 1_000_000), ("target", setup.target, 0, 1_000_000),
    ):  # fmt: skip
        if not least <= value <= most:
            raise Refusal("Write a whole number from {least} to {most}.", least=least, most=most, **{name: value})
    if setup.price is not None:
        refuse_price(setup.price)
    if setup.target and setup.target < setup.minimum:
        raise Refusal("The target {target} is below the minimum {minimum}. Orders fill up to the target.",
                      target=setup.target, minimum=setup.minimum)  # fmt: skip
    if setup.photo and not _LINK.fullmatch(setup.photo.strip()):
        raise Refusal("“{photo}” is not a link. It begins with https://.", photo=setup.photo[:60])
    return {
        "names": names,
        "synonyms": sorted({clean_line(one)[:120] for one in setup.synonyms if item_names.key(one)}),
        "category": clean_line(setup.category).lower()[:40] or "office",
        "unit": setup.unit,
        "pack": setup.pack,
        "supplier_id": supplier.id if supplier is not None else None,
        "article": clean_line(setup.article)[:60],
        "ean": re.sub(r"[\s-]", "", setup.ean)[:20],
        "price": setup.price,
        "per": setup.per if setup.price is not None else 1,
        "currency": supplier.currency if supplier is not None else "",
        "vat": checked_vat(setup.vat),
        "breaks": _breaks(setup),
        "lead_days": setup.lead_days,
        "minimum": setup.minimum,
        "target": max(setup.target, setup.minimum),
        "usual": setup.usual,
        "shelf": clean_line(setup.shelf)[:80],
        "photo": setup.photo.strip(),
    }


def keys_of(setup: ItemSetup) -> set[str]:
    """All words that an item is found by: as they are written, and without endings."""
    named = [one for one in (*setup.names.values(), *setup.synonyms) if item_names.key(one)]
    return {key for one in named for key in (item_names.exact(one), item_names.key(one))}


def setup_of(item: Item) -> ItemSetup:
    """An item as it could be set up anew."""
    return ItemSetup(
        item.names, tuple(item.synonyms), item.category, item.unit, item.pack, item.supplier_id, item.article,
        item.ean, item.price, item.per, item.vat, tuple((least, price) for least, price in item.breaks),
        item.lead_days, item.minimum, item.target, item.usual, item.shelf, item.photo,
    )  # fmt: skip


def checked_vat(text: str) -> str:
    """Per cent as they are kept: "25", "12.5". Raises Refusal."""
    try:
        rate = Decimal(text.strip().rstrip("%").strip().replace(",", ".") or "0")
    except InvalidOperation:
        raise Refusal("“{vat}” is not a VAT rate. Write per cent, such as 25.", vat=text[:20]) from None
    if not rate.is_finite() or not 0 <= rate <= 50:
        raise Refusal("“{vat}” is not a VAT rate. Write per cent, such as 25.", vat=text[:20])
    return format(rate.normalize(), "f")


def _breaks(setup: ItemSetup) -> list[list[int]]:
    found = sorted(setup.breaks)
    packs = [least for least, _ in found]
    prices = [cost for _, cost in found]
    falls = all(one > two for one, two in zip([setup.price or 0, *prices], prices, strict=False))
    if found and (
        setup.price is None or min(packs) < 2 or len(set(packs)) < len(packs) or min(prices) < 0 or not falls
    ):
        raise Refusal(
            "With more packs one must cost less: write lines like 10: 42.00, each below the price of one.",
            breaks=", ".join(map(str, packs)),
        )
    return [list(one) for one in found]


def checked_supplier(setup: SupplierSetup, name: str) -> dict[str, Any]:
    """The columns of a supplier. Raises Refusal, whose fact has the name of the field that is wrong."""
    email = setup.email.strip()
    if email and not _EMAIL.fullmatch(email):
        raise Refusal("“{email}” is not an e-mail address.", email=email[:80])
    currency = setup.currency.strip().upper()
    if not money.is_currency(currency):
        raise Refusal(
            "“{currency}” is not a currency. Write three letters, such as EUR, SEK or USD.", currency=currency[:20]
        )
    account = clean_line(setup.account)[:60]
    if _IBAN.match(account) and not iban.is_valid(account):
        raise Refusal("“{account}” is no IBAN: a figure of it is wrong. Look at it again.", account=account)
    if not 0 <= setup.terms <= 365:
        raise Refusal("Write the days until an invoice is due, from 0 to 365.", terms=setup.terms)
    if min(setup.minimum, setup.freight, setup.free_from) < 0:
        raise Refusal("Amounts can't be below nothing.")
    return {
        "name": name, "contact": clean_line(setup.contact)[:120], "email": email,
        "address": clean(setup.address)[:400], "account": iban.format(account) if iban.is_valid(account) else account,
        "language": setup.language if setup.language in LANGUAGES else "", "currency": currency, "terms": setup.terms,
        "minimum": setup.minimum, "freight": setup.freight, "free_from": setup.free_from,
        "note": clean_line(setup.note)[:500],
    }  # fmt: skip


def _refuse_unless_keeper(session: Session, actor: Person | None) -> None:
    if actor is not None:
        access.refuse_unless(session, actor, SupplyAct.KEEP)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


def _id(actor: Person | None) -> int | None:
    return actor.id if actor is not None else None


def used_categories(session: Session) -> Iterable[str]:
    """The shipped ones, and those that items have."""
    return dict.fromkeys([*CATEGORIES, *(name for name, _ in supplies.categories(session))])
