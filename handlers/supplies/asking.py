"""Typed words -> an order: each understood line with stock and price, what is not as the nearest to press."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale
from sqlalchemy.orm import Session

from handlers import blocks, times
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.drawing import Drawing, Message
from handlers.i18n import Reader
from handlers.slack_text import readable
from handlers.supplies import cards
from handlers.tasks.commands import without_people
from office import clock
from office.catalogue import LANGUAGES
from office.duties import notices
from office.duties.supplies import asks, draft, reading
from office.duties.supplies.asks import Around, Basket, Line
from office.duties.supplies.reading import Read
from office.duties.supplies.stock import lines_of
from office.errors import Refusal
from office.rules.request_words import mentions, understand
from office.rules.supply_words import MOST
from office.rules.words import clean
from storage import drafts, offices, people, purchases, supplies, supply_orders
from storage.supply_tables import Item, SupplyLine, SupplyOrder
from storage.tables import Place

_LINK = re.compile(r"https?://[^\s>|]+")
_TO = r"(?:for|to|at|till|för|åt|für|nach|an|para|a)"
_OFFICE = r"(?:office|kontoret|kontor|büro|buero|oficina)"


def ask_words(session: Session, call: Call, raw: str) -> Answer:
    """Orders what is understood; asks about the rest."""
    text, around = around_of(session, call, raw)
    lines, pending = understood(session, text)
    if not lines and not pending:
        raise Refusal("Say what you need: /supplies order 20 copy paper, 3 black toner.")
    order = asks.place(session, call.person, Basket(tuple(lines), around)) if lines else None
    return answer(session, call, order, around, pending)


def understood(session: Session, text: str) -> tuple[list[Line], list[dict[str, Any]]]:
    """The lines that are clear, and what is to be chosen."""
    found = reading.read(session, text)
    if len(found) > asks.MOST_LINES:
        raise Refusal("An order has at most {most} lines. Make another one.", most=asks.MOST_LINES)
    return [_line(one) for one in found if not one.trouble], [written(one) for one in found if one.trouble]


def ask_later(
    session: Session, call: Call, order: SupplyOrder | None, around: Around, pending: Sequence[Mapping[str, Any]]
) -> Answer:
    """The same after a form, which closes: what is to be chosen comes as a direct message."""
    kept = {"supplies": [dict(one) for one in pending], "order": order.id if order else None, **_kept_around(around)}
    number = drafts.keep(session, call.person.id or 0, kept, clock.now())
    notices.tell(session, "supplies.pending", "draft", number, [call.person.id], detail_id=number)
    return Answer()


def asked(drawing: Drawing) -> Message | None:
    """What is to be chosen, in a direct message."""
    kept = drafts.find(drawing.session, drawing.row.detail_id or 0, drawing.row.reader_id or 0)
    if kept is None:
        return None
    shown = [
        block
        for at, one in enumerate(kept["supplies"])
        for block in _pending(drawing.session, drawing.reader, one, drawing.row.detail_id or 0, at)
    ]
    heading = drawing.reader.say("I have a question about your supplies")
    return Message(heading, (blocks.header(heading), *shown))


def answer(
    session: Session, call: Call, order: SupplyOrder | None, around: Around, pending: Sequence[Mapping[str, Any]],
    replaces: bool = False,
) -> Answer:  # fmt: skip
    """What was ordered and how it stands, then what is to be chosen."""
    reader = call.reader
    head = reader.say("S{number} Supplies", number=str(order.id)) if order else reader.say("Nothing is ordered yet")
    shown: list[Block] = [blocks.header(head)]
    if order is not None:
        shown += [_ordered(session, call, line, item) for line, item in lines_of(session, order.id or 0)]
        if around != Around():
            shown.append(blocks.context(_around_said(session, reader, around)))
    if pending:
        number = drafts.keep(
            session, call.person.id or 0,
            {"supplies": [dict(one) for one in pending], "order": order.id if order else None, **_kept_around(around)},
            clock.now(),
        )  # fmt: skip
        shown += [block for at, one in enumerate(pending) for block in _pending(session, reader, one, number, at)]
    if order is not None:
        row = [
            blocks.button(reader.say("Open"), f"supplies.open:S{order.id}", f"S{order.id}"),
            cards.cancel_button(reader, order),
        ]
        shown += blocks.actions(row)
    return Answer(head, tuple(blocks.fitting(shown)), replaces=replaces)


def choose(session: Session, call: Call) -> Answer:
    """A press on one of the things that may be meant: it goes on the order, and the rest is asked as before."""
    kept, index, rest = _kept(session, call)
    one = kept["supplies"][index]
    item_id, _, quantity = rest.partition(".")
    if item_id == "words":
        line = Line(max(1, int(one.get("quantity") or 1)), text=str(one["words"]), link=str(one.get("link") or ""))
    else:
        line = Line(_number(quantity), _number(item_id))
    around = _around_kept(kept)
    order = supply_orders.find(session, kept["order"]) if kept.get("order") else None
    if order is None:
        order = asks.place(session, call.person, Basket((line,), around))
    else:
        order = asks.add_line(session, call.person, order.id or 0, line)
    left = [other for at, other in enumerate(kept["supplies"]) if at != index]
    return answer(session, call, order, around, left, replaces=True)


def written(one: Read) -> dict[str, Any]:
    """A part that can't be taken as it is, as it is kept until somebody chooses."""
    link = _LINK.search(one.typed)
    words = _LINK.sub(" ", one.words or one.typed)
    return {
        "typed": one.typed, "words": " ".join(words.split()), "trouble": one.trouble, "quantity": one.quantity,
        "near": [item.id for item in one.near], "item": one.item.id if one.item else None, "unit": one.unit,
        "link": link[0] if link else "",
    }  # fmt: skip


def around_of(session: Session, call: Call, raw: str) -> tuple[str, Around]:
    """Whom it is for, where it goes and by when; and the words that are left."""
    understood = understand(raw, call.reader.today(), call.reader.language)
    whom = people.find_by_slack(session, understood.beneficiary) if understood.beneficiary else None
    text = clean(readable(session, without_people(raw) if mentions(raw) else raw))
    text, needed = _without_day(session, call, text)
    text, place = _without_place(session, text)
    text = re.sub(rf"\s+{_TO}\s*$", "", text.strip(), flags=re.IGNORECASE)
    return text, Around(whom.id if whom else None, place.id if place else None, needed)


def _without_day(session: Session, call: Call, text: str) -> tuple[str, date | None]:
    """The day by which it is needed. "by Friday, 2 bells" says no two o'clock."""
    when = times.found_in(session, call.person, call.reader, text)
    if when is not None and text[when.end :].strip():
        mark = re.search(r"[,;\n]", text[when.start : when.end])
        if mark is not None:
            head, tail = text[: when.start + mark.start()], text[when.start + mark.start() :]
            first, day = _without_day(session, call, head)
            return first + tail, day
    # "1/2 pens" is no first of February: figures alone are a number of things.
    if when is None or when.start == 0 or not re.search(r"[^\W\d_]", text[when.start : when.end]):
        return text, None
    return f"{text[: when.start]} {text[when.end :]}", when.when.day


def refusal_of(session: Session, reader: Reader, one: Read) -> Refusal:
    """Why a part is not understood, where nothing can be chosen: in taking, counting and the like."""
    near = [cards.item_name(reader, item) for item in one.near]
    match one.trouble:
        case "unknown" | "removed" if near:
            return Refusal("I don't know “{typed}”. Did you mean {near}?", typed=one.words, near=near)
        case "unknown" | "removed":
            return Refusal("I don't know “{typed}”. /supplies catalogue shows what there is.", typed=one.words)
        case "unit":
            return Refusal(
                "“{typed}”: {name} is counted singly. Write how many.", typed=one.typed, name=near[0] if near else ""
            )
    return _number_trouble(one.trouble, one.typed)


def _number_trouble(trouble: str, typed: str) -> Refusal:
    match trouble:
        case "zero":
            return Refusal("“{typed}” would be nothing. Write a whole number from 1 on.", typed=typed)
        case "minus":
            return Refusal(
                "“{typed}”: less than none can't be. Write a whole number from 1 on; what you bring back is "
                "/supplies return.",
                typed=typed,
            )
        case "fraction":
            return Refusal("“{typed}”: only whole ones can be had. Write a whole number.", typed=typed)
        case "huge":
            return Refusal("“{typed}”: that is too many. At most 1,000,000 can be written.", typed=typed)
    return Refusal("“{typed}”: say what it is, such as 20 copy paper.", typed=typed)


def _ordered(session: Session, call: Call, line: SupplyLine, item: Item | None) -> Block:
    reader = call.reader
    price = cards.unit_price(reader, item, call.person) if item is not None else ""
    supplier = purchases.find_supplier(session, item.supplier_id) if item is not None else None
    text = reader.md("*{count} × {name}*", count=line.quantity, name=cards.item_name(reader, item, line.text))
    text += reader.md(" · {price} without VAT", price=price) if price else ""
    text += "\n" + cards.line_state(session, reader, line, item)
    if line.waiting and item is not None and supplier is None:
        text += reader.md(" · the office desk finds a supplier")
    return blocks.md(text)


def _around_said(session: Session, reader: Reader, around: Around) -> str:
    parts = []
    whom = people.find(session, around.beneficiary_id)
    place = offices.find_place(session, around.place_id)
    if whom is not None:
        parts.append(reader.md("for {who}", who=whom.known_as))
    if place is not None:
        parts.append(reader.md("to {place}", place=place.name))
    if around.needed_by is not None:
        parts.append(reader.md("needed by {day}", day=around.needed_by))
        order_day = draft.next_order_at(session).astimezone(reader.tz).date()
        if around.needed_by <= order_day:
            parts.append(reader.md("⚠️ what is not in stock is ordered on {day} only", day=order_day))
    return " · ".join(parts)


def _pending(session: Session, reader: Reader, one: Mapping[str, Any], number: int, at: int) -> list[Block]:
    """What was not understood, or is asked about, with what may be meant."""
    items = supplies.by_ids(session, one["near"])
    near = [items[item_id] for item_id in one["near"] if item_id in items]
    item = supplies.find(session, one.get("item"))
    quantity = int(one.get("quantity") or 1)
    value = f"{number}.{at}"
    row: list[Block] = []
    match one["trouble"]:
        case "unknown" | "removed":
            text = (
                reader.md("❓ “{typed}”: I don't know it. Do you mean one of these?", typed=one["typed"])
                if near
                else reader.md("❓ “{typed}”: I don't know it.", typed=one["typed"])
            )
            if one["trouble"] == "removed":
                text = reader.md("❓ “{typed}” is not kept any more.", typed=one["typed"])
            row = [_choice(reader, each, quantity, value) for each in near if not each.removed]
            row.append(
                blocks.button(reader.say("Ask the desk to find it"), f"supplies.choose:{at}.words", f"{value}.words")
            )
        case "unusual" if item is not None:
            text = reader.md("❓ “{typed}”: that is {count} {name}, where {usual} is usual. Really so many?",
                             typed=one["typed"], count=quantity, name=cards.item_name(reader, item),
                             usual=item.usual)  # fmt: skip
            row = [
                blocks.button(
                    reader.say("Yes, {count}", count=many), f"supplies.choose:{at}.{many}", f"{value}.{item.id}.{many}"
                )
                for many in dict.fromkeys((quantity, item.usual))
            ]
        case "unit" if item is not None:
            text = reader.md("❓ “{typed}”: {name} is counted in: {unit}. How many?", typed=one["typed"],
                             name=cards.item_name(reader, item), unit=item.unit)  # fmt: skip
            single = f"{reader.number(quantity)} × {reader.term(item.unit)}"
            labels = {quantity: single}
            if item.pack > 1:
                packs = reader.count("{count} pack", "{count} packs", quantity)
                labels[quantity * item.pack] = f"{packs} = {reader.number(quantity * item.pack)}"
            row = [
                blocks.button(label, f"supplies.choose:{at}.{many}", f"{value}.{item.id}.{many}")
                for many, label in labels.items()
            ]
        case _:
            refusal = _number_trouble(str(one["trouble"]), str(one["typed"]))
            return [blocks.words("❓ " + reader.say(refusal.text, **refusal.facts))]
    return [blocks.md(text), *blocks.actions(row)]


def _choice(reader: Reader, item: Item, quantity: int, value: str) -> Block:
    label = f"{reader.number(quantity)} × {cards.item_name(reader, item)}"
    return blocks.button(label, f"supplies.choose:{value}.{item.id}", f"{value}.{item.id}.{quantity}")


def _line(one: Read) -> Line:
    assert one.item is not None
    return Line(one.quantity, one.item.id)


def _kept_around(around: Around) -> dict[str, Any]:
    day = around.needed_by.isoformat() if around.needed_by else None
    return {"for": around.beneficiary_id, "place": around.place_id, "day": day}


def _around_kept(kept: Mapping[str, Any]) -> Around:
    day = date.fromisoformat(kept["day"]) if kept.get("day") else None
    return Around(kept.get("for"), kept.get("place"), day)


def _kept(session: Session, call: Call) -> tuple[dict[str, Any], int, str]:
    """What was kept, which part of it, and what was pressed; it is used up, so that one press counts."""
    number, _, more = call.value.partition(".")
    index, _, rest = more.partition(".")
    kept = drafts.find(session, _number(number), call.person.id or 0)
    at = _number(index)
    if (
        kept is None
        or at >= len(kept.get("supplies", ()))
        or not drafts.use(session, _number(number), call.person.id or 0)
    ):
        raise Refusal("This was chosen already, or is from an older message. /supplies mine shows your orders.")
    return kept, at, rest


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > 2**31 or (len(text) > 7 and int(text) > MOST):
        raise Refusal("This was chosen already, or is from an older message. /supplies mine shows your orders.")
    return int(text)


def _without_place(session: Session, text: str) -> tuple[str, Place | None]:
    """ "… for the Lisbon office": the place by its name, or by that of its city in another language."""
    for place in offices.places(session):
        for name in dict.fromkeys([place.name, *_cities(place.zone)]):
            found = re.search(
                rf"[\s,]+{_TO}\s+(?:the\s|das\s|die\s|den\s|la\s|el\s)?(?:{_OFFICE}\s)?(?:in\s|i\s|de\s|en\s)?{re.escape(name)}\w{{0,10}}"
                rf"(?:[\s-]{_OFFICE})?(?=[\s,.]|$)",
                text, re.IGNORECASE,
            )  # fmt: skip
            if found:
                return f"{text[: found.start()]} {text[found.end() :]}", place
    return text, None


@lru_cache(maxsize=128)
def _cities(zone: str) -> tuple[str, ...]:
    """What a zone's city is called in our languages: Lisbon, Lissabon, Lisboa."""
    return tuple(_city_names(zone))


def _city_names(zone: str) -> Iterator[str]:
    yield zone.rpartition("/")[2].replace("_", " ")
    for language in LANGUAGES:
        names = Locale.parse(language).time_zones.get(zone)
        if names is not None and "city" in names:
            yield str(names["city"])
