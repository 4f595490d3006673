"""The forms of supplies as they come back: what stands in their fields, and what is done with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks, forms, money
from handlers.context import Answer, Call, FormErrors
from handlers.supplies import asking, doing
from handlers.supplies.around import Portion, portions_of
from office import clock
from office.duties import notices
from office.duties.approvals.ask import home_of
from office.duties.supplies import (
    access,
    asks,
    corrections,
    draft,
    habits,
    invoices,
    items,
    ordering,
    placed,
    receiving,
    rows,
    stock,
)
from office.duties.supplies.invoice_entry import Billed, Said
from office.duties.supplies.items import ItemSetup, SupplierSetup
from office.errors import Refusal
from office.rules import supply_words
from office.rules.invoice_amounts import Tax, taxed
from office.rules.money import Money
from office.rules.unit_prices import UnitPrice, together
from storage import drafts, people, purchases
from storage.supply_tables import Purchase
from storage.words import InvoiceKind, Unit

_PACKS_AND_PRICE = re.compile(r"\s*(?P<packs>\d{1,6})\s*[x×*]\s*(?P<price>.+?)\s*$")
_RATE = re.compile(r"(?P<rate>\d{1,2}(?:[.,]\d{1,2})?)\s*%?\s*:\s*(?P<net>[^+/]+?)(?:\s*[+/]\s*(?P<vat>.+?))?")


Sent = Callable[[Session, Call, forms.Held, int], str | None]


def order_sent(call: Call) -> Answer:
    """The order form: lines in words, and what is in no catalogue."""
    held = blocks.values(call.body["view"])
    call.meet([forms.text(held, "for")])

    def do(session: Session) -> Answer:
        portions = [replace(one, around=_around(session, held, one.around)) for one in _portions(session, call, held)]
        free = _free_line(session, call, held)
        try:
            orders, pending = asking.asked(session, call, portions)
            if free is not None and orders:
                asks.add_line(session, call.person, orders[0].id or 0, free)
            elif free is not None:
                asks.place(session, call.person, asks.Basket((free,), _around(session, held, asks.Around())))
        except Refusal as refusal:
            field = "needed_by" if "day" in refusal.facts else "lines"
            raise FormErrors({field: call.reader.say(refusal.text, **refusal.facts)}) from refusal
        if not orders and not pending and free is None:
            raise asking.nothing_said()
        # What was not understood is asked about in a direct message: a form closes.
        return asking.ask_later(session, call, pending) if pending else Answer()

    return call.perform_form(do)


def _portions(session: Session, call: Call, held: forms.Held) -> list[Portion]:
    written = forms.text(held, "lines")
    return portions_of(session, call, written) if written.strip() else []


def _around(session: Session, held: forms.Held, said: asks.Around) -> asks.Around:
    """What stands in the fields of the form counts, else what was said in words."""
    whom = people.find_by_slack(session, forms.text(held, "for")) if forms.text(held, "for") else None
    place = forms.text(held, "place")
    return asks.Around(
        whom.id if whom is not None else said.beneficiary_id,
        said.place_id or (forms.pressed(place) if place else None),
        forms.day(held, "needed_by") or said.needed_by,
    )


def _free_line(session: Session, call: Call, held: forms.Held) -> asks.Line | None:
    """What is in no catalogue, in its own fields."""
    free = forms.text(held, "free").strip()
    if not free:
        return None
    money = _money(call, held, "price", home_of(session, call.person), True)
    return asks.Line(1, text=free, link=forms.text(held, "link").strip(), money=money)


def item_sent(call: Call) -> Answer:
    metadata = call.metadata
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        number = forms.number(metadata, "id") if "id" in metadata else None
        if number is not None and "remove" in forms.texts(held, "remove"):
            items.remove(session, call.person, number)
            return Answer()
        setup = _item_setup(session, call, held)
        try:
            items.save(
                session, call.person, setup, number, forms.number(metadata, "version") if number is not None else None
            )
        except Refusal as refusal:
            raise FormErrors(
                {_field(refusal, held, "name_en"): call.reader.say(refusal.text, **refusal.facts)}
            ) from refusal
        return Answer(sheet=f"item:{number}" if metadata.get("sheet") else None)

    return call.perform_form(do)


def supplier_sent(call: Call) -> Answer:
    metadata = call.metadata
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        currency = forms.text(held, "currency").strip().upper()
        amounts: dict[str, Any] = {}
        for name in ("minimum", "freight", "free_from"):
            found = _money(call, held, name, currency, optional=True, zero=True)
            amounts[name] = found.minor if found is not None else 0
        setup = SupplierSetup(
            name=forms.text(held, "name"), contact=forms.text(held, "contact"), email=forms.text(held, "email"),
            address=forms.text(held, "address"), account=forms.text(held, "account"),
            language=forms.text(held, "language"), currency=currency, terms=_count(call, held, "terms", 30),
            note=forms.text(held, "note"), **amounts,
        )  # fmt: skip
        try:
            items.save_supplier(session, call.person, setup, forms.number(metadata, "id") if "id" in metadata else None)
        except Refusal as refusal:
            raise FormErrors(
                {_field(refusal, held, "name"): call.reader.say(refusal.text, **refusal.facts)}
            ) from refusal
        return Answer()

    return call.perform_form(do)


def count_sent(call: Call) -> Answer:
    """What was counted; the differences are told in a direct message."""
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        lines = []
        for name in sorted(held):
            number = _count(call, held, name, 0, least=0)
            item, difference = stock.count(session, call.person, forms.pressed(name.removeprefix("i")), number)
            lines.append(doing.counted_said(call, item, difference))
        if lines:
            number = drafts.keep(session, call.person.id or 0, {"said": "\n".join(lines)}, clock.now())
            notices.tell(session, "supplies.counted", "draft", number, [call.person.id], detail_id=number)
        return Answer()

    return call.perform_form(do)


def act_sent(call: Call) -> Answer:
    """The form of one act: what it does, then the window below it as it stands now."""
    metadata = call.metadata
    held = blocks.values(call.body["view"])

    def do(session: Session) -> Answer:
        act = _SENT.get(str(metadata.get("act")))
        if act is None:
            raise forms.old_form()
        sheet = act(session, call, held, forms.number(metadata, "id"))
        return Answer(sheet=sheet if metadata.get("sheet") else None)

    return call.perform_form(do)


def _ask(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    place = forms.text(held, "place")
    line = asks.Line(_count(call, held, "quantity"), number)
    asks.place(
        session, call.person, asks.Basket((line,), asks.Around(place_id=forms.pressed(place) if place else None))
    )
    return f"item:{number}"


def _take(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    stock.take(session, call.person, number, _count(call, held, "quantity"))
    return f"item:{number}"


def _count_one(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    stock.count(session, call.person, number, _count(call, held, "quantity", least=0))
    return f"item:{number}"


def _damaged(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    stock.damage(session, call.person, number, _count(call, held, "quantity"), forms.text(held, "why"))
    return f"item:{number}"


def _line(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    line, purchase = access.look_line(session, call.person, number)
    currency = purchase.currency
    packs = _count(call, held, "packs")
    price = _price(call, held, "price", currency)
    known = UnitPrice(line.price, line.per) if line.price is not None else None
    changed_packs = packs if packs != line.packs else None
    changed_price = price if price is not None and (known is None or price.one != known.one) else None
    if changed_packs is not None or changed_price is not None:
        ordering.change_line(session, call.person, number, changed_packs, changed_price)
    return f"purchase:{line.purchase_id}"


def _drop(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    return f"purchase:{ordering.drop(session, call.person, number, forms.text(held, 'why')).id}"


def _receive(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    line, _ = access.look_line(session, call.person, number)
    good, damaged, wrong = (_units(call, held, name, line.pack) for name in ("received", "damaged", "wrong"))
    if not forms.text(held, "received").strip():
        good = max(0, line.open - damaged)
    came = receiving.Came(good, damaged, wrong)
    try:
        return f"purchase:{receiving.receive(session, call.person, number, came, forms.text(held, 'note')).id}"
    except Refusal as refusal:
        raise FormErrors({"received": call.reader.say(refusal.text, **refusal.facts)}) from refusal


def _receipt(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    """Several lines of one delivery."""
    note = forms.text(held, "note")
    packs = {f"l{one.id}": one.pack for one in purchases.lines(session, number)}
    named = {name: _units(call, held, name, packs[name]) for name in held if name in packs}
    if not any(named.values()):
        raise Refusal("Write how many have come: a whole number from 1 on.")
    for name, units in sorted(named.items(), key=lambda one: int(one[0][1:])):
        if units:
            try:
                receiving.receive(session, call.person, int(name[1:]), receiving.Came(received=units), note)
            except Refusal as refusal:
                raise FormErrors({name: call.reader.say(refusal.text, **refusal.facts)}) from refusal
    return f"purchase:{number}"


def _back(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    units = _count(call, held, "quantity")
    return f"purchase:{receiving.send_back(session, call.person, number, units, forms.text(held, 'why')).id}"


def _extra(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    units = _count(call, held, "quantity")
    return f"purchase:{receiving.keep_extra(session, call.person, number, units, forms.text(held, 'why')).id}"


def _close(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    return f"purchase:{receiving.close(session, call.person, number, forms.text(held, 'why')).id}"


def _withdraw(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    return f"purchase:{ordering.withdraw(session, call.person, number, forms.text(held, 'why')).id}"


def _confirm(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    try:
        placed.confirm(session, call.person, number, forms.text(held, "confirmation"), forms.day(held, "promised"))
    except Refusal as refusal:
        raise FormErrors({"promised": call.reader.say(refusal.text, **refusal.facts)}) from refusal
    return f"purchase:{number}"


def _invoice(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    """An invoice of an order; `number` 0: of none."""
    purchase = access.look_purchase(session, call.person, number) if number else None
    seller = purchase.supplier_id if purchase is not None else forms.pressed(forms.text(held, "supplier") or "0")
    supplier = purchases.find_supplier(session, seller)
    if supplier is None:
        raise Refusal("Choose a supplier. New ones are made with /supplies suppliers.")
    currency = purchase.currency if purchase is not None else supplier.currency
    lines = _invoiced(session, call, held, purchase) if purchase is not None else []
    said = Said(
        seller, forms.text(held, "number"), _day(call, held), purchase_id=number or None, due_on=forms.day(held, "due"),
        lines=tuple(lines),
    )  # fmt: skip
    _enter(session, call, held, _with_sums(call, held, said, currency))
    return f"purchase:{number}" if number else None


def _credit(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    """A credit note for an invoice."""
    invoice = access.look_invoice(session, call.person, number)
    said = Said(
        invoice.supplier_id, forms.text(held, "number"), _day(call, held), purchase_id=invoice.purchase_id,
        kind=InvoiceKind.CREDIT, credits_id=number,
    )  # fmt: skip
    _enter(session, call, held, _with_sums(call, held, said, invoice.currency))
    return f"invoice:{number}"


def _with_sums(call: Call, held: forms.Held, said: Said, currency: str) -> Said:
    """The sums as they were copied from paper; a credit note's with its minus or without."""
    total, net = (_sum(call, held, name, currency, said.kind) for name in ("total", "net"))
    vat, taxes = _vat(call, held, currency)
    return replace(said, total=total, net=net, vat=vat, taxes=taxes)


def _sum(call: Call, held: forms.Held, name: str, currency: str, kind: InvoiceKind) -> int | None:
    text = forms.text(held, name).strip()
    if kind is InvoiceKind.CREDIT:
        text = text.lstrip("-−").strip()
    elif text[:1] in ("-", "−"):
        said = call.reader.say("Less than nothing is a credit note: open the invoice it is for, and enter it there.")
        raise FormErrors({name: said})
    found = _money(call, {name: text}, name, currency, optional=True)
    return found.minor if found is not None else None


def _vat(call: Call, held: forms.Held, currency: str) -> tuple[int | None, tuple[Tax, ...]]:
    """VAT as one sum, or by rate: "21: 38.33", or "21: 38.33 + 8.05" with the VAT that stands there."""
    lines = [line.strip(" -−") for line in re.split(r"[;\n]", forms.text(held, "vat")) if line.strip()]
    if len(lines) == 1 and ":" not in lines[0]:
        found = _money(call, {"vat": lines[0]}, "vat", currency, zero=True)
        return (found.minor if found is not None else None), ()
    return None, tuple(_tax(call, line, currency) for line in lines)


def _tax(call: Call, line: str, currency: str) -> Tax:
    said = _RATE.fullmatch(line)
    if said is None:
        raise FormErrors({"vat": call.reader.say("Write VAT as one sum, or by rate, one a line: 21: 38.33")})
    net = _money(call, {"vat": said["net"]}, "vat", currency, zero=True)
    vat = _money(call, {"vat": said["vat"]}, "vat", currency, zero=True) if said["vat"] else None
    assert net is not None
    rate = Decimal(said["rate"].replace(",", "."))
    return taxed(rate, net.minor, vat.minor if vat is not None else None)


def _enter(session: Session, call: Call, held: forms.Held, said: Said) -> None:
    """Enters it; what is wrong with its dates and sums stands below them."""
    try:
        invoices.enter(session, call.person, said)
    except Refusal as refusal:
        fields = {"day": "day", "due": "due", "left": "total", "lines": "total", "net": "net", "total": "total"}
        field = next((name for fact, name in fields.items() if fact in refusal.facts), "number")
        raise FormErrors({field: call.reader.say(refusal.text, **refusal.facts)}) from refusal


def _day(call: Call, held: forms.Held) -> date:
    return forms.day(held, "day") or call.reader.today()


def _invoiced(session: Session, call: Call, held: forms.Held, purchase: Purchase) -> list[Billed]:
    """The lines that were written as "8 x 45.00"."""
    found = []
    for line in purchases.lines(session, purchase.id or 0):
        name = f"l{line.id}"
        text = forms.text(held, name).strip()
        if not text:
            continue
        said = _PACKS_AND_PRICE.fullmatch(text)
        if said is None:
            raise FormErrors({name: call.reader.say("Write the lines as packs and price: 8 x 45.00.")})
        price = _price(call, {name: said["price"]}, name, purchase.currency) or UnitPrice(0)
        found.append(Billed(line.id or 0, int(said["packs"]), price.minor, price.per))
    return found


def _paid(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    invoices.pay(session, call.person, number, forms.day(held, "day"))
    return f"invoice:{number}"


def _accept(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    invoices.accept(session, call.person, number, forms.text(held, "why"))
    return f"invoice:{number}"


def _takeout(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    invoices.cancel(session, call.person, number, forms.text(held, "why"))
    return f"invoice:{number}"


def _correct(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    right = _count(call, held, "right", least=0) if forms.text(held, "right") else None
    move = corrections.correct(session, call.person, number, forms.text(held, "why"), right)
    return f"item:{move.item_id}"


def _free(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    seller = purchases.find_supplier(session, forms.pressed(forms.text(held, "supplier") or "0"))
    price = _price(call, held, "price", seller.currency if seller is not None else "EUR") or UnitPrice(0)
    vat = forms.text(held, "vat").strip() or "0"
    purchase = ordering.put_free(
        session, call.person, number, seller.id or 0 if seller else 0, _count(call, held, "quantity"), price, vat
    )
    return f"purchase:{purchase.id}"


def _onto(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    purchase, _ = ordering.add_item(
        session, call.person, forms.pressed(forms.text(held, "item")), _count(call, held, "packs")
    )
    return f"purchase:{purchase.id}"


def _habits(session: Session, call: Call, held: forms.Held, number: int) -> str | None:
    day, hour = int(forms.pressed(forms.text(held, "day"))), time.fromisoformat(forms.text(held, "hour"))
    if (day, hour) != (habits.order_day(session), habits.order_hour(session)):
        draft.choose_day(session, call.person, day % 7, hour)
    days = _count(call, held, "remind")
    if days != habits.remind_before(session):
        invoices.choose_reminder(session, call.person, days)
    return None


_SENT: Mapping[str, Sent] = {
    "ask": _ask, "take": _take, "count": _count_one, "damaged": _damaged, "line": _line, "drop": _drop,
    "receive": _receive, "receipt": _receipt, "back": _back, "extra": _extra, "close": _close, "withdraw": _withdraw,
    "confirm": _confirm,
    "invoice": _invoice, "credit": _credit, "paid": _paid, "accept": _accept, "takeout": _takeout, "correct": _correct,
    "free": _free, "onto": _onto, "habits": _habits,
}  # fmt: skip


def _item_setup(session: Session, call: Call, held: forms.Held) -> ItemSetup:
    seller = forms.text(held, "supplier")
    supplier_found = purchases.find_supplier(session, forms.pressed(seller)) if seller else None
    currency = supplier_found.currency if supplier_found is not None else home_of(session, call.person)
    price = _price(call, held, "price", currency)
    try:
        bulk = rows.breaks_typed(forms.text(held, "breaks"), currency)
    except Refusal as refusal:
        raise FormErrors({"breaks": call.reader.say(refusal.text, **refusal.facts)}) from refusal
    per, costs = together(price or UnitPrice(0), *(cost for _, cost in bulk))
    return ItemSetup(
        names={one.removeprefix("name_"): forms.text(held, one) for one in held if one.startswith("name_")},
        synonyms=tuple(part.strip() for part in forms.text(held, "synonyms").split(",") if part.strip()),
        category=forms.text(held, "own_category").strip() or forms.text(held, "category") or "office",
        unit=forms.choice(held, "unit", Unit) or Unit.PIECE,
        pack=_count(call, held, "pack", 1),
        supplier_id=supplier_found.id if supplier_found is not None else None,
        article=forms.text(held, "article"),
        ean=forms.text(held, "ean"),
        price=costs[0] if price is not None else None,
        per=per,
        vat=forms.text(held, "vat") or "0",
        breaks=tuple(zip((least for least, _ in bulk), costs[1:], strict=True)),
        lead_days=_count(call, held, "lead_days", 5, least=0),
        minimum=_count(call, held, "minimum", 0, least=0),
        target=_count(call, held, "target", 0, least=0),
        usual=_count(call, held, "usual", 1),
        shelf=forms.text(held, "shelf"),
        photo=forms.text(held, "photo"),
    )


def _money(
    call: Call, held: Mapping[str, object], name: str, currency: str, optional: bool = False, zero: bool = False
) -> Money | None:
    """An amount of a form; in `zero` nothing may be written as 0."""
    text = forms.text(held, name).strip()
    if not text and optional:
        return None
    if zero and re.fullmatch(r"0+([.,]0+)?", text):
        return Money(0, currency)
    try:
        found = money.read(call.reader, text, currency)
    except Refusal as refusal:
        raise FormErrors({name: call.reader.say(refusal.text, **refusal.facts)}) from refusal
    if found.currency != currency:
        raise FormErrors({name: call.reader.say("Write it in {currency}.", currency=currency)})
    return found


def _price(call: Call, held: Mapping[str, object], name: str, currency: str) -> UnitPrice | None:
    """What one pack costs, by a form; nothing may be written as 0."""
    text = forms.text(held, name).strip()
    if not text:
        return None
    if re.fullmatch(r"0+([.,]0+)?", text):
        return UnitPrice(0)
    try:
        return money.unit_price(call.reader, text, currency)
    except Refusal as refusal:
        raise FormErrors({name: call.reader.say(refusal.text, **refusal.facts)}) from refusal


def _count(call: Call, held: Mapping[str, object], name: str, otherwise: int | None = None, least: int = 1) -> int:
    """A whole number of a form; `otherwise` where it was left empty."""
    text = forms.text(held, name).strip()
    if not text and otherwise is not None:
        return otherwise
    said = supply_words.how_many(text)
    if said.trouble == "zero" and (least == 0 or otherwise == 0):
        return 0
    if said.quantity is None or said.packs or said.measure:
        raise FormErrors({name: call.reader.say("Write a whole number from {least} on.", least=least)})
    return said.quantity


def _units(call: Call, held: Mapping[str, object], name: str, pack: int) -> int:
    """Units of a line; "2 boxes" are so many packs."""
    text = forms.text(held, name).strip()
    said = supply_words.how_many(text)
    if (said.packs or said.unit is Unit.PACKET) and said.quantity is not None:
        return said.quantity * pack
    return _count(call, held, name, 0, least=0)


def _field(refusal: Refusal, held: forms.Held, otherwise: str) -> str:
    """The field that a refusal is about, by the name of its fact."""
    return next(
        (name for name in refusal.facts if name in held),
        otherwise if otherwise in held else next(iter(held), otherwise),
    )
