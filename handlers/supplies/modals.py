"""The forms of supplies, by what they are for."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from babel import dates
from sqlalchemy.orm import Session

from handlers import blocks, forms, money
from handlers.blocks import Block, View
from handlers.context import Call
from handlers.i18n import NAMES, Reader
from handlers.supplies.cards import item_name, line_name, price_said
from office.catalogue import LANGUAGES
from office.duties import people
from office.duties.supplies import access, corrections, habits, items, placed, receiving, settled
from office.duties.supplies.invoice_entry import refuse_unordered
from office.errors import Refusal
from office.rules.unit_prices import UnitPrice
from storage import offices, purchases, supplies, supply_orders
from storage.supply_tables import Item, Supplier
from storage.words import SupplyAct, Unit

# As many lines of an order as a form has room for.
MOST_LINES = 30
# As many items as are counted in one form.
MOST_COUNTED = 90
# As many lines as a window shows.
MOST_SHOWN = 85


def order_form(session: Session, call: Call, typed: str = "") -> View:
    """What is needed in one's own words, for whom, where to and by when."""
    reader = call.reader
    places = [blocks.option(one.name, str(one.id)) for one in offices.places(session)][:100]
    own = offices.find_place(session, call.person.place_id)
    parts = [
        blocks.field(
            "lines", reader.say("What do you need?"), blocks.text_input(typed, multiline=True), optional=False,
            hint=reader.say("20 copy paper, 2 boxes of pens – in any of our languages, a line or a comma for each."),
        ),
        blocks.field("free", reader.say("Something that is not in the catalogue"), blocks.text_input(longest=300)),
        blocks.field("link", reader.say("A link to it"), blocks.text_input(longest=1000)),
        blocks.field("price", reader.say("What it costs"), blocks.text_input(longest=40)),
        blocks.field("for", reader.say("For somebody else?"), blocks.person_select()),
        blocks.field("needed_by", reader.say("Needed by"), blocks.date_picker()),
    ]  # fmt: skip
    parts[0]["optional"] = True
    if len(places) > 1:
        choice = blocks.select(places, str(own.id) if own is not None else None)
        parts.insert(4, blocks.field("place", reader.say("Where to?"), choice))
    return _form(reader, "supplies.order_form", reader.say("Order supplies"), parts, {})


def item_form(session: Session, call: Call, item: Item | None) -> View:
    reader = call.reader
    setup = items.setup_of(item) if item is not None else items.ItemSetup({})
    supplier = purchases.find_supplier(session, setup.supplier_id)
    currency = supplier.currency if supplier is not None else ""
    sellers = _sellers(session, setup.supplier_id)
    used = dict.fromkeys([setup.category, *items.used_categories(session)])
    categories = [blocks.option(reader.category(one), one) for one in used][:100]
    units = [blocks.option(reader.term(one), one.value) for one in Unit]

    def line(key: str, label: str, value: object, hint: str = "", longest: int = 120, many: bool = False) -> Block:
        return blocks.field(key, label, blocks.text_input(str(value), multiline=many, longest=longest), hint=hint)

    bulk = "\n".join(f"{least}: {_price(reader, cost, currency, setup.per)}" for least, cost in setup.breaks)
    parts = [
        *(line(f"name_{one}", reader.say("Name: {language}", language=NAMES[one]), setup.names.get(one, ""))
        for one in LANGUAGES),
        line("synonyms", reader.say("Other words for it"), ", ".join(setup.synonyms), reader.say("With commas "
            "between them."), 1000),
        blocks.field("category", reader.say("Category"), blocks.select(categories, setup.category)),
        line("own_category", reader.say("Or a category of your own"), "", "", 40),
        blocks.field("unit", reader.say("Counted in"), blocks.select(units, setup.unit.value)),
        line("pack", reader.say("How many in a pack"), setup.pack, reader.say("1 where it is sold singly."), 10),
        *([blocks.field("supplier", reader.say("Supplier"), blocks.select(sellers, str(setup.supplier_id or "")))]
        if sellers else []),
        line("article", reader.say("Their article number"), setup.article, "", 60),
        line("ean", reader.say("EAN (barcode)"), setup.ean, "", 20),
        line("price", reader.say("Price of a pack without VAT"), _price(reader, setup.price, currency, setup.per),
        reader.say("In the supplier's currency."), 40),
        line("vat", reader.say("VAT in per cent"), setup.vat, "", 10),
        line("breaks", reader.say("Cheaper from … packs on"), bulk, reader.say("One a line: 10: 42.00"), 500, True),
        line("lead_days", reader.say("Lead time in working days"), setup.lead_days, "", 5),
        line("minimum", reader.say("Minimum"), setup.minimum, reader.say("Below it, it goes on the next order."), 10),
        line("target", reader.say("Target"), setup.target, reader.say("Orders fill up to it."), 10),
        line("usual", reader.say("How many people usually ask for"), setup.usual, "", 10),
        line("shelf", reader.say("Where it lies"), setup.shelf, "", 80),
        line("photo", reader.say("Link to a photo"), setup.photo, "", 900),
    ]  # fmt: skip
    if item is not None and not item.removed:
        gone = blocks.option(reader.say("Not kept any more"), "remove")
        parts.append(blocks.field("remove", reader.say("Take it out?"), {"type": "checkboxes", "options": [gone]}))
    title = reader.say("Item") if item is not None else reader.say("New item")
    metadata = {"id": item.id, "version": item.version, "sheet": call.in_modal} if item is not None else {}
    return _form(reader, "supplies.item_form", title, parts, metadata, reader.say("Save"))


def supplier_form(session: Session, call: Call, supplier: Supplier | None) -> View:
    reader = call.reader
    currency = supplier.currency if supplier is not None else people.office_currency(session)
    languages = [blocks.option(name, one) for one, name in NAMES.items()]

    def line(key: str, label: str, value: object, hint: str = "", optional: bool = True) -> Block:
        return blocks.field(key, label, blocks.text_input(str(value or ""), longest=200), optional, hint)

    parts = [
        line("name", reader.say("Name"), supplier.name if supplier else "", optional=False),
        line("contact", reader.say("Contact"), supplier.contact if supplier else ""),
        line("email", reader.say("E-mail for orders"), supplier.email if supplier else "",
             reader.say("Without it you send the order yourself.")),
        blocks.field("address", reader.say("Address"), blocks.text_input(supplier.address if supplier else "",
        multiline=True, longest=400)),
        line("account", reader.say("Where they are paid"), supplier.account if supplier else "",
             reader.say("IBAN or bankgiro.")),
        blocks.field("language", reader.say("Language of the "
            "order"), blocks.select(languages, supplier.language if supplier else None)),
        line("currency", reader.say("Currency"), currency, optional=False),
        line("terms", reader.say("Days until an invoice is due"), supplier.terms if supplier else 30),
        line("minimum", reader.say("Minimum order"), _price(reader, supplier.minimum, currency) if supplier else ""),
        line("freight", reader.say("Freight"), _price(reader, supplier.freight, currency) if supplier else ""),
        line("free_from", reader.say("No freight from … on"), _price(reader, supplier.free_from, currency) if supplier
        else ""),
        line("note", reader.say("Note"), supplier.note if supplier else ""),
    ]  # fmt: skip
    title = reader.say("Supplier")
    metadata = {"id": supplier.id} if supplier is not None else {}
    return _form(reader, "supplies.supplier_form", title, parts, metadata, reader.say("Save"))


def act_form(session: Session, call: Call, act: str, number: int, typed: Mapping[str, str] = {}) -> View:
    """The few words or numbers that one act needs; `typed`: by field what was typed of them already."""
    build = _ACTS.get(act)
    if build is None:
        raise forms.old_button()
    title, parts = build(session, call, number)
    for part in parts:
        if text := typed.get(str(part.get("block_id"))):
            part["element"] = {**part["element"], "initial_value": text}
    metadata = {"act": act, "id": number, "sheet": call.in_modal}
    return _form(call.reader, "supplies.act", title, parts, metadata)


def count_form(session: Session, call: Call, found: Sequence[Item]) -> View:
    """What is really there, a field for each item; those that are left empty were not counted."""
    reader = call.reader
    parts = [
        blocks.field(
            f"i{one.id}", item_name(reader, one), blocks.text_input(longest=10),
            hint=" · ".join(part for part in (one.shelf, reader.say("by my count {count}", count=one.on_hand)) if part),
        )
        for one in found[:MOST_COUNTED]
    ]  # fmt: skip
    if len(found) > MOST_COUNTED:
        parts.append(
            blocks.context(
                reader.md(
                    "These are the first {count}; the others: `/supplies count 37 copy paper`", count=MOST_COUNTED
                )
            )
        )
    return _form(reader, "supplies.count_form", reader.say("Count"), parts, {}, reader.say("Save"))


def sheet(reader: Reader, title: str, shown: Sequence[Block], subject: str, number: int) -> View:
    """The window that shows one thing in full."""
    return blocks.modal(
        "supplies.sheet", title, shown, reader.say("Close"), metadata=json.dumps({"subject": subject, "id": number})
    )


def _ask(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    item = access.look_item(session, call.person, number)
    reader = call.reader
    return reader.say("Order some"), [_about(reader, item), _quantity(reader, item.usual), *_place(session, call)]


def _take(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    item = access.look_item(session, call.person, number)
    return call.reader.say("I took some"), [_about(call.reader, item), _quantity(call.reader, item.usual)]


def _count(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    item = access.look_item(session, call.person, number)
    return call.reader.say("Count"), [_about(call.reader, item), _quantity(call.reader, None, zero=True)]


def _damaged(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    item = access.look_item(session, call.person, number)
    return call.reader.say("Damaged"), [
        _about(call.reader, item),
        _quantity(call.reader, 1),
        _why(call.reader, optional=True),
    ]


def _line(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    line, purchase = access.look_line(session, call.person, number)
    reader = call.reader
    price = _price(reader, line.price, purchase.currency, line.per)
    return reader.say("Change a line"), [
        blocks.words(line_name(session, reader, line)),
        blocks.field(
            "packs", _packs_label(reader, line.pack), blocks.text_input(str(line.packs), longest=10), optional=False
        ),
        blocks.field("price", reader.say("Price of a pack without VAT"), blocks.text_input(price, longest=40)),
    ]


def _drop(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    line, _ = access.look_line(session, call.person, number)
    return call.reader.say("Drop"), [blocks.words(line_name(session, call.reader, line)), _why(call.reader)]


def _receive(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    line, _ = access.look_line(session, call.person, number)
    reader = call.reader
    return reader.say("It has come"), [
        blocks.md(
            reader.md("*{name}*: {count} still expected", name=line_name(session, reader, line), count=line.open)
        ),
        blocks.field(
            "received",
            reader.say("Good"),
            blocks.text_input(longest=10),
            hint=reader.say("Left empty: all {count}, less what is damaged.", count=line.open),
        ),
        blocks.field(
            "damaged",
            reader.say("Damaged"),
            blocks.text_input(longest=10),
            hint=reader.say("Does not go into stock; others are expected."),
        ),
        blocks.field(
            "wrong",
            reader.say("Wrong or too many"),
            blocks.text_input(longest=10),
            hint=reader.say("Does not go into stock; it goes back."),
        ),
        blocks.field("note", reader.say("Delivery note"), blocks.text_input(longest=200)),
    ]


def _receipt(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    purchase = access.look_purchase(session, call.person, number)
    receiving.refuse_unless_coming(purchase, also_done=True)
    reader = call.reader
    parts = [
        blocks.field(f"l{one.id}", line_name(session, reader, one), blocks.text_input(longest=10),
                     hint=reader.say("{count} still expected", count=one.open))
        for one in [one for one in purchases.lines(session, purchase.id or 0) if one.open][:MOST_LINES]
    ]  # fmt: skip
    if not parts:
        raise Refusal("Nothing is expected of P{number} any more.", number=str(number))
    in_packs = any(one.pack > 1 for one in purchases.lines(session, purchase.id or 0))
    hint = blocks.context(
        reader.md("Write what has come well; leave the rest empty. Damaged and wrong pieces: the menu beside a line.")
    )
    packs_hint = [blocks.context(reader.md("Single ones are meant; `2 packs` counts packs."))] if in_packs else []
    return reader.say("Some has come"), [
        hint,
        *packs_hint,
        *parts,
        blocks.field("note", reader.say("Delivery note"), blocks.text_input(longest=200)),
    ]


def _extra(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    line, _ = access.look_line(session, call.person, number)
    reader = call.reader
    return reader.say("Keep what is too much"), [
        blocks.words(line_name(session, reader, line)), _quantity(reader, 1), _why(reader),
    ]  # fmt: skip


def _back(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    line, _ = access.look_line(session, call.person, number)
    reader = call.reader
    return reader.say("Send back"), [
        blocks.words(line_name(session, reader, line)),
        blocks.field(
            "quantity", reader.say("How many?"), blocks.text_input(str(line.received), longest=10), optional=False
        ),
        _why(reader),
    ]


def _close(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    line, _ = access.look_line(session, call.person, number)
    reader = call.reader
    missing = reader.md("*{name}*: {count} still expected", name=line_name(session, reader, line), count=line.open)
    return reader.say("Will not come"), [blocks.md(missing), _why(reader)]


def _withdraw(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    placed.refuse_unless_ours(access.look_purchase(session, call.person, number))
    return call.reader.say("Take back P{number}", number=str(number)), [_why(call.reader, optional=True)]


def _confirm(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    purchase = access.look_purchase(session, call.person, number)
    placed.refuse_unless_sent(purchase)
    reader = call.reader
    return reader.say("Supplier's answer"), [
        blocks.field(
            "confirmation", reader.say("Supplier's number"), blocks.text_input(purchase.confirmation, longest=80)
        ),
        blocks.field("promised", reader.say("Promised for"), blocks.date_picker(purchase.promised_on)),
    ]


def _invoice(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    """`number` 0: an invoice without an order."""
    reader = call.reader
    access.refuse_unless(session, call.person, SupplyAct.ENTER)
    purchase = access.look_purchase(session, call.person, number) if number else None
    if purchase is not None:
        refuse_unordered(purchase)
    parts = [
        blocks.field("number", reader.say("Invoice number"), blocks.text_input(longest=60), optional=False),
        blocks.field("day", reader.say("Invoice date"), blocks.date_picker(reader.today()), optional=False),
        blocks.field(
            "total", reader.say("Total with VAT"), blocks.text_input(longest=40),
            hint=reader.say("Of the three sums two are enough, as they stand on the invoice."),
        ),
        blocks.field("net", reader.say("Total without VAT"), blocks.text_input(longest=40)),
        blocks.field(
            "vat", reader.say("VAT"), blocks.text_input(multiline=True, longest=400),
            hint=reader.say("One sum; or by rate, one a line, as rate: sum without VAT: 21: 38.33"),
        ),
        blocks.field(
            "due", reader.say("Due date"), blocks.date_picker(), hint=reader.say("Left empty: by the supplier's terms.")
        ),
    ]  # fmt: skip
    if purchase is None:
        sellers = _sellers(session)
        if not sellers:
            raise Refusal("There is no supplier yet. Make one first: /supplies suppliers.")
        parts.insert(0, blocks.field("supplier", reader.say("Supplier"), blocks.select(sellers), optional=False))
        return reader.say("Enter invoice"), parts
    hint = reader.md(
        "If the invoice has lines, write them as packs and price, such as 8 x 45.00; otherwise the total is compared."
    )
    found = settled.expected(session, purchase)
    packs = {one.line_id: max(0, one.received // one.pack - one.invoiced) for one in found.ordered}
    lines = [
        blocks.field(
            f"l{one.id}", line_name(session, reader, one), blocks.text_input(longest=60),
            hint=reader.say("to be invoiced: {count} × {price}", count=packs.get(one.id or 0, 0),
                            price=price_said(reader, one.price, purchase.currency, one.per) or "–"),
        )
        for one in sorted(purchases.lines(session, number), key=lambda one: not packs.get(one.id or 0))[:MOST_LINES]
    ]  # fmt: skip
    return reader.say("Enter invoice"), [*parts, blocks.context(hint), *lines]


def _credit(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    """A credit note for an invoice."""
    invoice = access.look_invoice(session, call.person, number)
    _, parts = _invoice(session, call, 0)
    about = blocks.md(call.reader.md("For the invoice {number}.", number=invoice.number))
    return call.reader.say("Enter credit note"), [about, *parts[1:6]]


def _paid(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    reader = call.reader
    access.refuse_unless(session, call.person, SupplyAct.PAY)
    return reader.say("Paid"), [
        blocks.field("day", reader.say("Paid on"), blocks.date_picker(reader.today()), optional=False)
    ]


def _accept(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    access.refuse_unless(session, call.person, SupplyAct.PAY)
    return call.reader.say("Pay it all the same"), [_why(call.reader)]


def _takeout(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    access.refuse_unless(session, call.person, SupplyAct.ENTER)
    return call.reader.say("Take out"), [_why(call.reader)]


def _correct(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    access.refuse_unless(session, call.person, SupplyAct.KEEP)
    move = supplies.get_move(session, number)
    if move is None:
        raise Refusal("There is no such line in the ledger.")
    reader = call.reader
    item = supplies.get(session, move.item_id)
    said = reader.md("{what} *{count}* {name}, {when}", what=reader.term(move.kind),
                     count=corrections.units_of(session, move),
                     name=item_name(reader, item), when=move.at)  # fmt: skip
    return reader.say("Correct a slip"), [
        blocks.md(said),
        blocks.field("right", reader.say("How many it should have been"), blocks.text_input(longest=10),
                     hint=reader.say("Left empty: it did not happen at all.")),
        _why(reader),
    ]  # fmt: skip


def _free(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    """Something that was asked for in words goes on a supplier's order."""
    access.refuse_unless(session, call.person, SupplyAct.KEEP)
    line = supply_orders.find_line(session, number)
    sellers = _sellers(session)
    if line is None:
        raise Refusal("This is on an order already, or nobody wants it any more.")
    if not sellers:
        raise Refusal("There is no supplier yet. Make one first: /supplies suppliers.")
    reader = call.reader
    known = _price(reader, line.price, line.currency)
    return reader.say("To an order"), [
        blocks.words(line.text),
        blocks.field("supplier", reader.say("Supplier"), blocks.select(sellers), optional=False),
        _quantity(reader, line.quantity),
        blocks.field(
            "price", reader.say("Price of one without VAT"), blocks.text_input(known, longest=40), optional=False
        ),
        blocks.field("vat", reader.say("VAT in per cent"), blocks.text_input("0", longest=10)),
    ]


def _onto(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    """An item goes on a draft, whether it is low or not."""
    purchase = access.look_purchase(session, call.person, number)
    reader = call.reader
    found = [
        blocks.option(item_name(reader, one), str(one.id))
        for one in supplies.of_supplier(session, purchase.supplier_id)
    ][:100]
    if not found:
        raise Refusal("This supplier has no items yet. /supplies item new makes one.")
    return reader.say("Add something"), [
        blocks.field("item", reader.say("Item"), blocks.select(found), optional=False),
        blocks.field("packs", reader.say("How many packs?"), blocks.text_input("1", longest=10), optional=False),
    ]


def _habits(session: Session, call: Call, number: int) -> tuple[str, list[Block]]:
    """When orders are drawn up, and when those who pay are reminded."""
    access.refuse_unless(session, call.person, SupplyAct.ENTER)
    reader = call.reader
    names = dates.get_day_names("wide", "stand-alone", reader.locale)
    days = [blocks.option(names[one].capitalize(), str(one)) for one in range(7)]
    return reader.say("Settings"), [
        blocks.field("day", reader.say("Orders are drawn up every"),
                     blocks.select(days, str(habits.order_day(session))), optional=False),
        blocks.field("hour", reader.say("At"),
                     blocks.time_picker(habits.order_hour(session).isoformat("minutes")), optional=False),
        blocks.field("remind", reader.say("Working days before an invoice is due, I speak of it"),
                     blocks.text_input(str(habits.remind_before(session)), longest=3), optional=False),
    ]  # fmt: skip


_ACTS = {
    "ask": _ask, "take": _take, "count": _count, "damaged": _damaged, "line": _line, "drop": _drop, "receive": _receive,
    "receipt": _receipt, "back": _back, "extra": _extra, "close": _close, "withdraw": _withdraw, "confirm": _confirm,
    "invoice": _invoice,
    "credit": _credit, "paid": _paid, "accept": _accept, "takeout": _takeout, "correct": _correct, "free": _free,
    "onto": _onto, "habits": _habits,
}  # fmt: skip


def _form(
    reader: Reader, callback_id: str, title: str, parts: Sequence[Block], metadata: dict[str, Any], submit: str = ""
) -> View:
    return blocks.modal(
        callback_id, title, parts, reader.say("Close"), submit or reader.say("Send"), json.dumps(metadata)
    )


def _about(reader: Reader, item: Item) -> Block:
    return blocks.md(
        reader.md(
            "*{name}* · {free} free · {place}",
            name=item_name(reader, item),
            free=item.available,
            place=item.shelf or "–",
        )
    )


def _sellers(session: Session, first: int | None = None) -> list[Block]:
    """The suppliers to choose from, the one that is chosen already before those that may not fit."""
    found = sorted(purchases.suppliers(session), key=lambda one: one.id != first)
    return [blocks.option(one.name, str(one.id)) for one in found][:100]


def _quantity(reader: Reader, usual: int | None, zero: bool = False) -> Block:
    entry = blocks.text_input(str(usual) if usual is not None else "", longest=12)
    label = reader.say("How many are really there?") if zero else reader.say("How many?")
    return blocks.field("quantity", label, entry, optional=False)


def _place(session: Session, call: Call) -> list[Block]:
    places = [blocks.option(one.name, str(one.id)) for one in offices.places(session)][:100]
    own = str(call.person.place_id) if call.person.place_id else None
    return [blocks.field("place", call.reader.say("Where to?"), blocks.select(places, own))] if len(places) > 1 else []


def _why(reader: Reader, optional: bool = False) -> Block:
    return blocks.field("why", reader.say("Why? (others read it)"), blocks.text_input(longest=300), optional=optional)


def _packs_label(reader: Reader, pack: int) -> str:
    return reader.say("How many packs?") if pack > 1 else reader.say("How many?")


def _price(reader: Reader, minor: int | None, currency: str, per: int = 1) -> str:
    """An amount as its field is filled with it: in the reader's figures."""
    return money.figures(reader, UnitPrice(minor, per) if minor is not None else None, currency or "EUR")
