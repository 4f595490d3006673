"""What was typed about supplies and is not clear: kept, asked about with what may be meant, and chosen by a press."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Call
from handlers.drawing import Drawing, Message
from handlers.i18n import Reader
from handlers.supplies import cards
from office import clock
from office.duties.supplies.asks import Around
from office.duties.supplies.reading import Read, is_unusual
from office.errors import Refusal
from office.rules.supply_words import MOST
from storage import drafts, supplies
from storage.supply_tables import Item

_LINK = re.compile(r"https?://[^\s>|]+")
Kept = dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """What a press has chosen: so many of an item (None: of what no catalogue has), and what is still to be asked.
    `quantity` is 0 where that is so many that it is asked about itself."""

    one: Kept
    item_id: int | None
    quantity: int
    left: tuple[Kept, ...]


def written(one: Read, act: str, around: Around | None = None) -> Kept:
    """A part that can't be taken as it is, as it is kept until somebody chooses. `act`: what was to be done with it."""
    link = _LINK.search(one.typed)
    words = _LINK.sub(" ", one.words or one.typed)
    return {
        "act": act, "typed": one.typed, "words": " ".join(words.split()), "trouble": one.trouble,
        "quantity": one.quantity, "near": [item.id for item, _ in one.near],
        "many": [many for _, many in one.near], "item": one.item.id if one.item else None,
        "choices": list(one.choices), "link": link[0] if link else "", "order": None,
        **_kept_around(around or Around()),
    }  # fmt: skip


def _unusual(one: Kept, item: Item, quantity: int) -> Kept:
    """The question whether it is really so many."""
    choices = list(dict.fromkeys((quantity, item.usual)))
    return {**one, "trouble": "unusual", "item": item.id, "quantity": quantity, "choices": choices}


def keep(session: Session, call: Call, pending: Sequence[Kept]) -> int:
    return drafts.keep(session, call.person.id or 0, {"supplies": list(pending)}, clock.now())


def asked(drawing: Drawing) -> Message | None:
    """What is to be chosen, in a direct message: after a form, which closes."""
    kept = drafts.find(drawing.session, drawing.row.detail_id or 0, drawing.row.reader_id or 0)
    if kept is None:
        return None
    shown = show(drawing.session, drawing.reader, kept["supplies"], drawing.row.detail_id or 0)
    heading = drawing.reader.say("I have a question about your supplies")
    return Message(heading, (blocks.header(heading), *shown))


def show(session: Session, reader: Reader, pending: Sequence[Kept], number: int) -> list[Block]:
    """Each question with what may be meant. `number`: the draft that keeps them."""
    return [block for at, one in enumerate(pending) for block in _question(session, reader, one, f"{number}.{at}")]


def chosen(session: Session, call: Call) -> Chosen:
    """What was pressed. It is used up, so that one press counts."""
    number, _, more = call.value.partition(".")
    index, _, rest = more.partition(".")
    kept = drafts.find(session, _number(number), call.person.id or 0)
    at = _number(index)
    if (
        kept is None
        or at >= len(kept.get("supplies", ()))
        or not drafts.use(session, _number(number), call.person.id or 0)
    ):
        raise chosen_already()
    # Before, an order and what stands around it were kept for all questions together.
    shared = {name: kept[name] for name in ("order", "for", "place", "day") if name in kept}
    pending = [{"act": "order", **shared, **one} for one in kept["supplies"]]
    one, left = pending[at], tuple(other for position, other in enumerate(pending) if position != at)
    item_id, _, quantity = rest.partition(".")
    if item_id == "words":
        return Chosen(one, None, max(1, int(one.get("quantity") or 1)), left)
    item, many = supplies.find(session, _number(item_id)), _number(quantity)
    if item is not None and one["trouble"] != "unusual" and one["act"] == "order" and is_unusual(item, many):
        return Chosen(one, item.id, 0, (_unusual(one, item, many), *left))
    return Chosen(one, _number(item_id), many, left)


def around_of(one: Mapping[str, Any]) -> Around:
    day = date.fromisoformat(one["day"]) if one.get("day") else None
    return Around(one.get("for"), one.get("place"), day)


def _kept_around(around: Around) -> Kept:
    day = around.needed_by.isoformat() if around.needed_by else None
    return {"for": around.beneficiary_id, "place": around.place_id, "day": day}


def refusal_of(reader: Reader, one: Read) -> Refusal:
    """Why a part is not understood, where nothing can be chosen."""
    near = [cards.item_name(reader, item) for item, _ in one.near]
    match one.trouble:
        case "unknown" | "removed" if near:
            return Refusal("I don't know “{typed}”. Did you mean {near}?", typed=one.words, near=near)
        case "unknown" | "removed":
            return Refusal("I don't know “{typed}”. /supplies catalogue shows what there is.", typed=one.words)
        case "unit":
            name = cards.item_name(reader, one.item)
            return Refusal("“{typed}”: {name} is counted singly. Write how many.", typed=one.typed, name=name)
    return number_trouble(one.trouble, one.typed)


def number_trouble(trouble: str, typed: str) -> Refusal:
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


def _question(session: Session, reader: Reader, one: Kept, value: str) -> list[Block]:
    items = supplies.by_ids(session, [*one["near"], one.get("item")])
    item = items.get(one.get("item") or 0)
    match one["trouble"]:
        case "unknown" | "removed":
            many = one.get("many") or [int(one.get("quantity") or 1)] * len(one["near"])
            offered = [(items.get(item_id), each) for item_id, each in zip(one["near"], many, strict=False)]
            near = [(each, number) for each, number in offered if each is not None and not each.removed]
            text, row = _unknown(reader, one, near, value)
        case "unusual" | "unit" | "out" if item is not None:
            text, row = _how_many(reader, one, item), _choices(reader, one, item, value)
        case trouble:
            refusal = number_trouble(str(trouble), str(one["typed"]))
            return [blocks.words("❓ " + reader.say(refusal.text, **refusal.facts))]
    return [blocks.md(text), *blocks.actions(row)]


def _unknown(reader: Reader, one: Kept, near: Sequence[tuple[Item, int]], value: str) -> tuple[str, list[Block]]:
    if one["trouble"] == "removed":
        text = reader.md("❓ “{typed}” is not kept any more.", typed=one["typed"])
    elif near:
        text = reader.md("❓ “{typed}”: I don't know it. Do you mean one of these?", typed=one["typed"])
    else:
        text = reader.md("❓ “{typed}”: I don't know it.", typed=one["typed"])
    row = [
        blocks.button(
            f"{reader.number(many)} × {cards.item_name(reader, each)}",
            f"supplies.choose:{value}.{each.id}",
            f"{value}.{each.id}.{many}",
        )
        for each, many in near
    ]
    if one.get("act", "order") == "order":
        row.append(
            blocks.button(reader.say("Ask the desk to find it"), f"supplies.choose:{value}.words", f"{value}.words")
        )
    return text, row


def _how_many(reader: Reader, one: Kept, item: Item) -> str:
    name, typed = cards.item_name(reader, item), one["typed"]
    match one["trouble"]:
        case "unusual":
            return reader.md("❓ “{typed}”: that is {count} {name}, where {usual} is usual. Really so many?",
                             typed=typed, count=int(one["quantity"]), name=name, usual=item.usual)  # fmt: skip
        case "out" if item.available:
            return reader.md("“{typed}”: by my count {count} {name} are free. Order some all the same?",
                             typed=typed, count=item.available, name=name)  # fmt: skip
        case "out":
            return reader.md("“{typed}”: shall I order {name}?", typed=typed, name=name)
    return reader.md("❓ “{typed}”: {name} is counted in: {unit}. How many?", typed=typed, name=name, unit=item.unit)


def _choices(reader: Reader, one: Kept, item: Item, value: str) -> list[Block]:
    """A button for each number of units that may be meant."""
    many = one.get("choices") or [int(one.get("quantity") or 1)]
    return [
        blocks.button(
            _choice_said(reader, one, item, each), f"supplies.choose:{value}.{each}", f"{value}.{item.id}.{each}"
        )
        for each in many
    ]


def _choice_said(reader: Reader, one: Kept, item: Item, many: int) -> str:
    if one["trouble"] == "unusual":
        return reader.say("Yes, {count}", count=many)
    if one["trouble"] == "out":
        return reader.say("Order {count}", count=many)
    quantity = int(one.get("quantity") or 1)
    if item.pack > 1 and many == quantity * item.pack:
        return f"{reader.count('{count} pack', '{count} packs', quantity)} = {reader.number(many)}"
    return f"{reader.number(many)} × {reader.term(item.unit)}"


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > 2**31 or (len(text) > 7 and int(text) > MOST):
        raise chosen_already()
    return int(text)


def chosen_already() -> Refusal:
    return Refusal("This was chosen already, or is from an older message. /supplies mine shows your orders.")
