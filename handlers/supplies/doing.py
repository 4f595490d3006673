"""What is done with things themselves, by words or by a press: taken, brought back, counted, put on the next order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import blocks
from handlers.blocks import Block
from handlers.context import Answer, Call
from handlers.slack_text import readable
from handlers.supplies import asking, cards, questions
from handlers.supplies.questions import Kept
from office.duties.supplies import access, ordering, reading, stock
from office.duties.supplies.reading import Read
from office.errors import Refusal
from office.rules.words import clean
from storage import supplies
from storage.supply_tables import Item
from storage.tables import Person
from storage.words import SupplyAct


@dataclass(frozen=True)
class Part:
    """So many of an item. `counted`: the number was said."""

    item: Item
    quantity: int
    counted: bool = True


@dataclass(frozen=True)
class Doing:
    """An act on things. `does` does it with all of them, and returns what is said and shown. `least`: the smallest
    number that is one. `numbers`: the usual number is none here."""

    name: str
    does: Callable[[Session, Call, Sequence[Part]], tuple[str, list[Block]]]
    act: SupplyAct
    least: int = 1
    numbers: bool = False


def by_words(session: Session, call: Call, raw: str, doing: Doing) -> Answer:
    """Does what is clear, and asks about what can be chosen; what can't be refuses all of it."""
    access.refuse_unless(session, call.person, doing.act)
    found = reading.read(session, clean(readable(session, raw)), doing.least)
    if not found:
        raise Refusal("Say what and how many, such as 3 pens.")
    parts = [_part(call, one, doing) for one in found]
    clear = [one for one in parts if isinstance(one, Part)]
    said, shown = doing.does(session, call, clear) if clear else ("", [])
    return _answer(session, call, said, shown, [one for one in parts if not isinstance(one, Part)])


def by_press(session: Session, call: Call) -> Answer:
    """What was chosen is done, and the rest is asked as before."""
    chosen = questions.chosen(session, call)
    left = list(chosen.left)
    if not chosen.quantity:
        return asking.answer(session, call, [], left, replaces=True)
    act = str(chosen.one["act"])
    if act == asking.ORDER:
        order = asking.order_chosen(session, call, chosen)
        around = questions.around_of(chosen.one)
        left = [one | {"order": order.id} if questions.around_of(one) == around else one for one in left]
        return asking.answer(session, call, [order], left, replaces=True)
    item = supplies.find(session, chosen.item_id)
    if item is None:
        raise Refusal("This is not kept in stock any more. /supplies stock shows what is.")
    said, shown = DOINGS[act].does(session, call, [Part(item, chosen.quantity)])
    return _answer(session, call, said, shown, left, replaces=True)


def _part(call: Call, one: Read, doing: Doing) -> Part | Kept:
    if one.item is not None and one.trouble in ("", "unusual"):
        if doing.numbers and not one.counted:
            raise Refusal("Say how many of “{name}”, with the number before it.", name=one.item.names)
        return Part(one.item, one.quantity, one.counted)
    if one.can_be_chosen and one.trouble != "out":
        return questions.written(one, doing.name)
    raise questions.refusal_of(call.reader, one)


def _answer(
    session: Session, call: Call, said: str, shown: list[Block], pending: Sequence[Kept], replaces: bool = False
) -> Answer:
    if pending:
        shown = [*shown, *questions.show(session, call.reader, pending, questions.keep(session, call, pending))]
        said = said or call.reader.say("I have a question about your supplies")
    return Answer(said, tuple(blocks.fitting(shown)), replaces=replaces)


def listed(call: Call, done: Sequence[tuple[int, Item]]) -> str:
    return ", ".join(f"{call.reader.number(many)} × {cards.item_name(call.reader, item)}" for many, item in done)


def said_with_stock(call: Call, said: str, items: Sequence[Item]) -> list[Block]:
    """What was done, and how many are free now."""
    left = [
        call.reader.md("{name}: {count} free", name=cards.item_name(call.reader, one), count=one.available)
        for one in items[:10]
    ]
    return [blocks.words(said), blocks.context(" · ".join(left))]


def counted_said(call: Call, item: Item, difference: int) -> str:
    name = cards.item_name(call.reader, item)
    if difference == 0:
        return call.reader.say("{name}: {count}, as I thought.", name=name, count=item.on_hand)
    shown = f"{'+' if difference > 0 else '−'}{call.reader.number(abs(difference))}"
    return call.reader.say(
        "{name}: {count} now, a difference of {difference}.", name=name, count=item.on_hand, difference=shown
    )


def _moved(
    move: Callable[[Session, Person, int, int], Item], say: Callable[[Call, str], str]
) -> Callable[[Session, Call, Sequence[Part]], tuple[str, list[Block]]]:
    def does(session: Session, call: Call, parts: Sequence[Part]) -> tuple[str, list[Block]]:
        done = [(one.quantity, move(session, call.person, one.item.id or 0, one.quantity)) for one in parts]
        said = say(call, listed(call, done))
        return said, said_with_stock(call, said, [item for _, item in done])

    return does


def _bring(session: Session, call: Call, parts: Sequence[Part]) -> tuple[str, list[Block]]:
    """What somebody has taken goes back; what they have not, by the ledger, the desk looks at first."""
    brought, claimed = [], []
    for one in parts:
        number = one.item.id or 0
        if stock.may_bring(session, call.person, number, one.quantity):
            brought.append((one.quantity, stock.bring(session, call.person, number, one.quantity)))
        else:
            stock.claim(session, call.person, number, one.quantity)
            claimed.append((one.quantity, one.item))
    said = []
    if brought:
        said.append(call.reader.say("Brought back, thank you: {what}.", what=listed(call, brought)))
    if claimed:
        said.append(call.reader.say(
            "{what}: by the ledger you have not taken that. I have asked those who look after supplies; they book it "
            "when they see it.", what=listed(call, claimed),
        ))  # fmt: skip
    text = "\n".join(said)
    return text, said_with_stock(call, text, [item for _, item in [*brought, *claimed]])


def _count(session: Session, call: Call, parts: Sequence[Part]) -> tuple[str, list[Block]]:
    found = [stock.count(session, call.person, one.item.id or 0, one.quantity) for one in parts]
    said = "\n".join(counted_said(call, item, difference) for item, difference in found)
    return said, said_with_stock(call, said, [item for item, _ in found])


def _add(session: Session, call: Call, parts: Sequence[Part]) -> tuple[str, list[Block]]:
    packs = [-(-one.quantity // one.item.pack) if one.counted else None for one in parts]
    return added(session, call, [one.item.id or 0 for one in parts], packs)


def added(
    session: Session, call: Call, ids: Sequence[int], packs: Sequence[int | None] = ()
) -> tuple[str, list[Block]]:
    """What stands on the next orders now, and the way to them."""
    reader = call.reader
    lines, numbers = [], []
    for at, item_id in enumerate(ids):
        purchase, now = ordering.add_item(session, call.person, item_id, packs[at] if packs else None)
        found = supplies.get(session, item_id)
        count = reader.count("{count} pack", "{count} packs", now) if found.pack > 1 else reader.number(now)
        name = cards.item_name(reader, found)
        lines.append(
            reader.say("P{number}, the next order: {count} {name}.", number=str(purchase.id), count=count, name=name)
        )
        numbers.append(purchase.id)
    row = [blocks.button(f"P{one}", f"supplies.open:P{one}", f"P{one}") for one in dict.fromkeys(numbers)]
    text = "\n".join(lines)
    return text, [blocks.words(text), *blocks.actions(row)]


TAKE = Doing("take", _moved(stock.take, lambda call, what: call.reader.say("Taken: {what}.", what=what)), SupplyAct.ASK)
BRING = Doing("bring", _bring, SupplyAct.ASK)
COUNT = Doing("count", _count, SupplyAct.KEEP, least=0, numbers=True)
ADD = Doing("add", _add, SupplyAct.KEEP)
DOINGS: Mapping[str, Doing] = {one.name: one for one in (TAKE, BRING, COUNT, ADD)}
